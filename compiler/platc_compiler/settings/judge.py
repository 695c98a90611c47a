"""The judgement of stated settings, one function for each thing that can be wrong with them."""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Severity, error, warning
from platc_compiler.settings.catalogue import Catalogue, Setting
from platc_compiler.settings.program import Stated
from platc_compiler.settings.programs import Of


def decided(code: str, of: Of) -> Iterator[Diagnostic]:
    """Yield an error for each setting that platc decides itself."""
    for stated in of.settings():
        rule = of.program.decided.get(stated.name.lower())
        if rule is not None and rule.when(of.service) and not _same(stated, rule.same):
            message = f"'{stated.name}' is decided by platc"
            yield Diagnostic(code, "error", message, stated.place, rule.instead, on_key=True)


def _same(stated: Stated, same: tuple[object, ...]) -> bool:
    return str(stated.value).lower() in {str(each).lower() for each in same}


def unknown(code: str, of: Of) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each setting that the program does not have."""
    catalogue = of.program.catalogue
    near = catalogue.near(of.version) if catalogue is not None else ()
    if catalogue is None or of.program.unknown is None or not near:
        return
    for stated in _judged(of):
        if not _known(of, catalogue, near, stated):
            verdict = of.program.unknown(catalogue, near, stated, of.version)
            if verdict is not None:
                told = error if verdict.severity == "error" else warning
                yield told(code, verdict.message, stated.place, verdict.hint, on_key=True)


def refused(code: str, of: Of) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each value that every release in question refuses."""
    catalogue = of.program.catalogue
    near = catalogue.near(of.version) if catalogue is not None else ()
    if catalogue is None:
        return
    severity: Severity = "error" if of.program.strict else "warning"
    for stated in _judged(of):
        known = _known(of, catalogue, near, stated)
        said = [of.program.judge(each, stated.value) for each in known]
        if said and all(said):
            message = f"{of.program.title} does not take this for '{stated.name}'"
            yield Diagnostic(code, severity, message, stated.place, said[0])


def unchecked(code: str, of: Of) -> Iterator[Diagnostic]:
    """Yield a note for a service whose version is not in the catalogue."""
    catalogue = of.program.catalogue
    if catalogue is None or catalogue.near(of.version):
        return
    for _ in _judged(of):
        first, last = catalogue.releases[0], catalogue.releases[-1]
        message = f"the settings of {of.program.title} {of.version} are not checked"
        hint = f"known are those of {first} to {last}"
        yield Diagnostic(code, "note", message, ("services", of.name, "config"), hint, on_key=True)
        return


def _known(
    of: Of, catalogue: Catalogue, near: tuple[int, ...], stated: Stated
) -> tuple[Setting, ...]:
    """Return what the releases in question say of a setting; nothing if it is not theirs."""
    found = catalogue.find(stated.name, near)
    exact = of.program.exact
    return tuple(each for each in found if each.name == stated.name) if exact else found


def _judged(of: Of) -> Iterator[Stated]:
    """Yield the settings with a value that platc does not decide."""
    for stated in of.settings():
        rule = of.program.decided.get(stated.name.lower())
        if stated.value is not None and (rule is None or not rule.when(of.service)):
            yield stated
