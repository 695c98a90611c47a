"""The whole way from text to files and diagnostics, without input or output."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from platc_compiler import passes, patches, targets
from platc_compiler.budget.report import report
from platc_compiler.checks import before_lowering, of_network
from platc_compiler.diagnostics import Diagnostic, Located, error, warning
from platc_compiler.documents import Artefacts, Manifest
from platc_compiler.emit import yaml_text
from platc_compiler.environments import NoMapping, Selected, select_environment
from platc_compiler.findings import mismatch
from platc_compiler.ir.platform import Platform
from platc_compiler.judging import Judgement, language_judged
from platc_compiler.kinds import catalogue
from platc_compiler.labelling import labelled
from platc_compiler.load import SEALED, Span, Unreadable, load, unreadable
from platc_compiler.lower.kind import Context, Kind
from platc_compiler.lower.platform import lower, offerings
from platc_compiler.nearest import did_you_mean
from platc_compiler.overrides import FOLDER, reason
from platc_compiler.places import Places
from platc_compiler.rolling import rolled
from platc_compiler.seal import store
from platc_compiler.seal.errors import SealError
from platc_compiler.suppress import suppress
from platc_compiler.targets.dags import generated_dags
from platc_compiler.targets.kubernetes import kubernetes
from platc_compiler.templating import (
    TemplateError,
    Templates,
    ValueRefused,
    brought,
    brought_along,
)
from platc_compiler.validate import Invalid, validate
from platc_spec.platform import Spec


class Source(Struct, frozen=True, dict=True):
    """What is compiled: the text, and what stands beside it."""

    text: str
    file: str = "platform.yaml"
    environment: str | None = None
    sealed: str | None = None
    """The text of sealed-secrets.yaml."""
    templates: Mapping[str, str] = field(default_factory=dict)
    """The user's own templates by path."""

    @cached_property
    def places(self) -> Places:
        """Where everything stands in the text."""
        return Places(self.text, self.file, self.environment)


class Result(Struct, frozen=True):
    """What comes out: files only when there is no error."""

    files: Mapping[str, str]
    """By their path below ``out/``."""
    dags: Mapping[str, str]
    """By their path below ``dags/``."""
    diagnostics: tuple[Located, ...]
    platform: Platform | None = None
    summary: tuple[str, ...] = ()
    """Lines for the end of a build: how much of the budget is used."""

    @property
    def failed(self) -> bool:
        """Whether a diagnostic is an error."""
        return any(diagnostic.severity == "error" for diagnostic in self.diagnostics)


class How(Struct, frozen=True):
    """What goes on beside what; it changes nothing in the result."""

    judge: Callable[[Context, Platform], Judgement] = Judgement
    """How checks are asked: here, or ``judging.aside`` while files are rendered."""
    meanwhile: Callable[[Mapping[str, str]], None] = lambda _: None
    """What to do with the files below ``out/`` while it is not yet known whether they count."""


class _Stop(Exception):  # noqa: N818 - it ends a stage
    """A stage has found errors; the next one is not begun."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__()
        self.diagnostics = diagnostics


def compile_platform(
    source: Source, templates: Templates | None = None, how: How | None = None
) -> Result:
    """Return the files of a platform, or what keeps it from being built."""
    templates = templates or Templates(source.templates)
    try:
        return _compiled(source, templates, how or How())
    except Exception as fault:
        if not templates.overridden:
            raise
        return _failing_override(source, templates, fault)


def _compiled(source: Source, templates: Templates, how: How) -> Result:
    found: list[Diagnostic] = []
    try:
        context, platform = front(source, templates, found)
        files, dags = back(source, context, platform, found, how)
    except Unreadable as fault:
        return _unreadable(source, fault)
    except Invalid as fault:
        return Result({}, {}, _locate(source, [*found, *fault.diagnostics]))
    except _Stop as stop:
        return Result({}, {}, _locate(source, stop.diagnostics))
    except ValueRefused as fault:
        return Result({}, {}, _locate(source, [error("PLT011", str(fault), ())]))
    located = (*_locate(source, found), *_without_effect(source, templates))
    used = f"budget used: {report(platform).summary}"
    return Result(files, dags, located, platform, (used,))


def specification(source: Source) -> tuple[Spec | None, tuple[Located, ...]]:
    """Return the language's view alone, or what keeps it from being read."""
    found: list[Diagnostic] = []
    try:
        spec, _ = _specified(source, found)
    except Unreadable as fault:
        return None, _unreadable(source, fault).diagnostics
    except Invalid as fault:
        return None, _locate(source, [*found, *fault.diagnostics])
    except _Stop as stop:
        return None, _locate(source, stop.diagnostics)
    return spec, ()


def _specified(source: Source, found: list[Diagnostic]) -> tuple[Spec, Mapping[str, Kind[Any]]]:
    loaded = load(source.text)
    found += [
        error("PLT002", f"the key '{path[-1]}' stands here twice", path, "remove one", on_key=True)
        for path, _ in loaded.duplicates
    ]  # fmt: skip
    selected = _environment(loaded.data, source.environment)
    kinds = _kinds(selected.data)
    spec = validate(selected, {name: kind.model for name, kind in kinds.items()})
    _end_of_stage(found)
    return spec, kinds


def front(
    source: Source, templates: Templates, found: list[Diagnostic]
) -> tuple[Context, Platform]:
    """Return the language's view and the platform after all passes.

    What is found on the way is added to ``found``. The checks of the language are asked only if it
    comes to nothing: whoever goes on with the platform has them asked meanwhile.
    """
    spec, kinds = _specified(source, found)
    context = Context(spec, offerings(spec, kinds), templates)
    endless = [diagnostic for check in before_lowering.CHECKS for diagnostic in check(context)]
    found += endless
    if endless:
        _end_of_stage([*found, *language_judged(context)])
    with _unless_refused(found, lambda: language_judged(context)):
        return context, passes.run(lower(context, kinds, _sealed(source)))


def _sealed(source: Source) -> tuple[dict[str, Any], ...]:
    """Return the objects of sealed-secrets.yaml."""
    if source.sealed is None:
        return ()
    try:
        return tuple(store.document(sealed) for sealed in store.parse(source.sealed))
    except SealError as fault:
        raise Unreadable("PLT012", fault.message, _line(fault.line), fault.help, SEALED) from None


def _line(number: int | None) -> Span:
    return Span((number or 1) - 1, 0, (number or 1) - 1, 1)


def back(
    source: Source,
    context: Context,
    platform: Platform,
    found: list[Diagnostic],
    how: How,
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the files below ``out/`` and those below ``dags/``, once nothing speaks against them.

    What is found on the way is added to ``found``. What the platform itself is refused for comes
    first, whatever rendering it may have led to.
    """
    with how.judge(context, platform) as judgement:
        with _unless_refused(found, judgement.of_platform):
            artefacts, dags, manifests = _rendered(platform, context.templates)
        found += judgement.of_platform()
        _end_of_stage(found)
        patched, unpatched = patches.apply(manifests, platform.spec.patches)
        _end_of_stage(unpatched)
        if platform.spec.patches:
            manifests = rolled(manifests, patched, platform)
        judgement.begin(manifests)
        found += unpatched
        # What follows goes on beside the judgement of the objects, which takes as long.
        with _unless_refused(found, judgement.of_objects):
            files = artefacts | {m.path: yaml_text(m.body) for m in manifests}
            for check in of_network.CHECKS:
                found += check(manifests, platform)
            if found:
                _ = source.places
            how.meanwhile(files)
        found += judgement.of_objects()
        _end_of_stage(found)
    return files, dags


def _rendered(
    platform: Platform, templates: Templates
) -> tuple[Artefacts, dict[str, str], list[Manifest]]:
    """Return bare files by path, DAGs by path, and Kubernetes objects."""
    artefacts: Artefacts = {}
    for write in targets.ARTEFACTS:
        artefacts |= write(platform, templates)
    dags = generated_dags(platform, templates)
    manifests: list[Manifest] = list(kubernetes(platform, templates, artefacts))
    for render in targets.MANIFESTS:
        manifests += render(platform, templates)
    return artefacts, dags, list(labelled(manifests, platform.name))


def _environment(data: dict[str, Any], name: str | None) -> Selected:
    try:
        return select_environment(data, name)
    except NoMapping as fault:
        message, hint = mismatch(["dict_type"], fault.value)
        raise _Stop([error("PLT005", message, fault.path, hint)]) from None
    except KeyError:
        known = tuple(map(str, data.get("environments") or ()))
        hint = did_you_mean(name or "", known, "" if known else "add it below environments:")
        unknown = f"unknown environment '{name}'"
        raise _Stop([error("PLT107", unknown, ("environments",), hint, on_key=True)]) from None


def _kinds(data: Mapping[str, Any]) -> Mapping[str, Kind[Any]]:
    services = data.get("services")
    stated = services.values() if isinstance(services, Mapping) else ()
    return catalogue(service.get("kind") for service in stated if isinstance(service, Mapping))


@contextmanager
def _unless_refused(
    found: list[Diagnostic], judged: Callable[[], list[Diagnostic]]
) -> Iterator[None]:
    """Let nothing be raised by what is made of a platform that the checks refuse."""
    try:
        yield
    except Exception:
        _end_of_stage([*found, *judged()])
        raise


def _end_of_stage(found: list[Diagnostic]) -> None:
    if any(diagnostic.severity == "error" for diagnostic in found):
        raise _Stop(found)


_COMMENT = re.compile(r"#\s*platc:")


def _locate(source: Source, found: list[Diagnostic]) -> tuple[Located, ...]:
    """Return the diagnostics with their places, in their order, silenced ones left out."""
    if not found and not _COMMENT.search(source.text):
        return ()
    source.places.hide(found)
    located = suppress(map(source.places.locate, found), source.places.lines, source.file)
    return tuple(sorted(located, key=lambda d: (d.line, d.column, d.code, d.message)))


def _unreadable(source: Source, fault: Unreadable) -> Result:
    diagnostic = unreadable(fault)
    if fault.file is None:
        located = Places(source.text, source.file).at(diagnostic, fault.span)
    else:
        located = _beside(source, fault.file, source.sealed or "", diagnostic, fault.span)
    return Result({}, {}, (located,))


def _beside(source: Source, file: str, text: str, diagnostic: Diagnostic, span: Span) -> Located:
    """Return a diagnostic that is said of a file beside the platform."""
    folder = source.file.rpartition("/")[0]
    return Places(text, f"{folder}/{file}" if folder else file).at(diagnostic, span)


def _failing_override(source: Source, templates: Templates, fault: Exception) -> Result:
    """Return what is wrong with a template of the user's own, unless it is platc that fails."""
    if isinstance(fault, TemplateError) and fault.name in source.templates:
        name, line, message = fault.name, fault.line, str(fault)
    else:
        if _fails(replace(source, templates={})):
            raise fault
        alone = [n for n in templates.overridden if _fails(_with_one(source, n))]
        name, line = (alone or list(templates.overridden))[0], 1
        message = f"what the template {name} yields cannot be used: {reason(fault)}"
    hint = "keep the shape that the original of this path has, and the names that it uses"
    text = source.templates[name]
    width = len(text.splitlines()[line - 1]) if line <= len(text.splitlines()) else 0
    diagnostic = error("PLT010", message, (), hint)
    span = Span(line - 1, 0, line - 1, width)
    return Result({}, {}, (_beside(source, f"{FOLDER}{name}", text, diagnostic, span),))


def _with_one(source: Source, name: str) -> Source:
    return replace(source, templates={name: source.templates[name]})


def _fails(source: Source) -> bool:
    try:
        _compiled(source, Templates(source.templates), How())
    except Exception:  # noqa: BLE001 - whatever it is: it tells who is to blame
        return True
    return False


def _without_effect(source: Source, templates: Templates) -> Iterator[Located]:
    """Yield the user's own templates that nothing has asked for, nor ever will."""
    for name in sorted(source.templates.keys() - templates.used):
        if not brought(name):
            message = f"nothing is made by a template {name}"
            hint = did_you_mean(name, brought_along(), "remove it")
            text = source.templates[name]
            span = Span(0, 0, 0, len(text.partition("\n")[0]))
            yield _beside(
                source, f"{FOLDER}{name}", text, warning("PLT013", message, (), hint), span
            )
