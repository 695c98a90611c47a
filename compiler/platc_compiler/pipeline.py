"""The compiler's pipeline from text to files: its functions and their values.

``read`` turns a source into plain data, ``model`` the data into a platform, ``render`` the platform
into Kubernetes objects and files, and ``change`` compares these with an earlier build;
``compile_platform`` composes them. Each value is frozen and has
the diagnostics of its own stage; the pipeline stops after a stage with an error. Nothing here
prints or writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from platc_compiler import passes, targets
from platc_compiler.admission.updates import KINDS
from platc_compiler.budget.report import report
from platc_compiler.checks.stages import (
    judge_change,
    judge_language,
    judge_objects,
    judge_parts,
    judge_platform,
)
from platc_compiler.diagnostics import Diagnostic, Located, Origin, Span, error, has_error, warning
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.diagnostics.suppression import suppress
from platc_compiler.ir.platform import Platform
from platc_compiler.language.environments import NoMapping, Selected, select_environment
from platc_compiler.language.named_files import with_named_files
from platc_compiler.language.placeholders import named_in
from platc_compiler.language.pydantic_messages import mismatch
from platc_compiler.language.reuse import is_used, told_where_written, with_shared
from platc_compiler.language.salvage import salvage
from platc_compiler.language.validation import validate
from platc_compiler.lower.amount import too_large
from platc_compiler.lower.kind import Context, Kind
from platc_compiler.lower.kinds import Models, catalogue
from platc_compiler.lower.platform import lower, offerings
from platc_compiler.network.amount import too_many_networks
from platc_compiler.objects import patches
from platc_compiler.objects.config_checksums import with_config_checksums
from platc_compiler.objects.earlier import changes
from platc_compiler.objects.job_names import renamed
from platc_compiler.objects.labels import labelled
from platc_compiler.objects.manifest import Manifest
from platc_compiler.objects.secret_checksums import with_secret_checksums
from platc_compiler.seal import store
from platc_compiler.seal.errors import SealError
from platc_compiler.source.beside import NOTHING, Beside
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.load import Unreadable, load
from platc_compiler.source.source import SEALED, TEMPLATES, Source
from platc_compiler.templating.overrides import reason
from platc_compiler.templating.templates import (
    TemplateError,
    Templates,
    ValueRefused,
    brought,
    brought_along,
)
from platc_compiler.write import inventory
from platc_spec.platform import Spec


class Read(Struct, frozen=True):
    """A source as plain data, with its environment selected."""

    selected: Selected | None = None
    """``None`` if the data cannot be read."""
    sealed: tuple[dict[str, Any], ...] = ()
    """The objects of sealed-secrets.yaml."""
    diagnostics: tuple[Diagnostic, ...] = ()
    beside: Beside = NOTHING
    """The files beside platform.yaml."""
    refers: bool = False
    """Whether a text refers to what a service has for others: ``${services.NAME.host}``."""
    aliases: Mapping[Origin, Origin] = field(default_factory=dict)
    """Where values are written that services take over from elsewhere, by their paths."""


class Specified(Struct, frozen=True):
    """A platform in the language's view."""

    spec: Spec | None = None
    """``None`` if the data violate the language's rules."""
    kinds: Mapping[str, Kind[Any]] = field(default_factory=dict)
    """The allowed kinds of services, by name."""
    diagnostics: tuple[Diagnostic, ...] = ()


class Model(Struct, frozen=True):
    """A platform in the compiler's view, after all passes."""

    spec: Spec | None = None
    platform: Platform | None = None
    """``None`` if an earlier error ends the pipeline."""
    diagnostics: tuple[Diagnostic, ...] = ()


class Rendered(Struct, frozen=True):
    """The output of a platform."""

    manifests: tuple[Manifest, ...] = ()
    """The Kubernetes objects, each with its origin, after all patches."""
    artefacts: Mapping[str, str] = field(default_factory=dict)
    """Bare files by their path below ``out/``."""
    dags: Mapping[str, str] = field(default_factory=dict)
    """DAGs by their path below ``dags/``."""
    diagnostics: tuple[Diagnostic, ...] = ()

    def files(self) -> dict[str, str]:
        """Return every file below ``out/`` by its path."""
        return {**self.artefacts, **{m.path: yaml_text(m.body) for m in self.manifests}}


class Result(Struct, frozen=True):
    """The result of a compilation: it has files only if there is no error."""

    files: Mapping[str, str]
    """By their path below ``out/``."""
    dags: Mapping[str, str]
    """By their path below ``dags/``."""
    diagnostics: tuple[Located, ...]
    platform: Platform | None = None
    summary: tuple[str, ...] = ()
    """Lines for the end of a build: the used part of the budget."""
    environments: tuple[str, ...] = ()
    """The names of the environments, as far as the text can be read."""

    @property
    def failed(self) -> bool:
        """Whether a diagnostic is an error."""
        return has_error(self.diagnostics)


def compile_platform(source: Source, templates: Templates | None = None) -> Result:
    """Return the files of a platform, or the diagnostics that prevent its build."""
    templates = templates or Templates(source.templates)
    templates.begin()
    try:
        return _composed(source, templates)
    except Exception as fault:
        if not templates.overridden:
            raise
        return _failing_override(source, templates, fault)


def _composed(source: Source, templates: Templates) -> Result:
    data = read(source)
    names = _names_of_environments(data)
    modelled = model(data, templates)
    found = (*data.diagnostics, *(_of_comment(each, source) for each in modelled.diagnostics))
    entries = (_entries(data), data.aliases)
    if modelled.platform is None or has_error(found):
        return Result({}, {}, _told(source, found, entries), environments=names)
    rendered = render(modelled.platform, templates)
    found = (*found, *rendered.diagnostics)
    if has_error(found):
        return Result({}, {}, _told(source, found, entries), environments=names)
    files = rendered.files()
    found = (
        *found,
        *change(source, modelled.platform, rendered, files),
        *_of_own_templates(source, templates),
    )
    told = _told(source, found, entries)
    if has_error(told):
        return Result({}, {}, told, environments=names)
    summary = f"budget used: {report(modelled.platform).summary}"
    return Result(files, rendered.dags, told, modelled.platform, (summary,), names)


def _names_of_environments(data: Read) -> tuple[str, ...]:
    stated = data.selected.data.get("environments") if data.selected is not None else None
    return tuple(stated) if isinstance(stated, Mapping) else ()


def read(source: Source) -> Read:
    """Return the data of a source, its environment selected."""
    try:
        loaded = load(source.text)
    except Unreadable as fault:
        return Read(diagnostics=(fault.diagnostic,))
    duplicates = [
        error("PLT002", f"the key '{path[-1]}' stands here twice", path, "remove one", on_key=True)
        for path, _ in loaded.duplicates
    ]  # fmt: skip
    selected, wrong = _environment(loaded.data, source.environment)
    sealed, unsealed = _sealed(source)
    unread: tuple[Diagnostic, ...] = ()
    aliases: Mapping[Origin, Origin] = {}
    if selected is not None:
        data = selected.data
        if is_used(data):
            shared = with_shared(data, source.beside)
            data, aliases, wrong = shared.data, shared.aliases, (*wrong, *shared.faults)
            if not shared.whole:
                return Read(sealed=sealed, diagnostics=wrong)
        data, unread = _with_files(data, source.beside)
        selected = replace(selected, data=data)
    refers = selected is not None and named_in(source.text, selected.data)
    found = (*duplicates, *wrong, *unsealed, *unread)
    return Read(selected, sealed, found, source.beside, refers, aliases)


def _with_files(
    data: dict[str, Any], beside: Beside
) -> tuple[dict[str, Any], tuple[Diagnostic, ...]]:
    """Return the data with what stands in the files that platform.yaml names."""
    data, unread = with_named_files(data, beside)
    if "include" not in data and not _as_services(data):
        return data, unread
    from platc_compiler.language.included import with_included

    data, unusable = with_included(data, beside)
    return data, (*unread, *unusable)


def _as_services(data: dict[str, Any]) -> bool:
    services = data.get("services")
    stated = services.values() if isinstance(services, Mapping) else ()
    return any(isinstance(each, Mapping) and each.get("kind") == "include" for each in stated)


def _environment(
    data: dict[str, Any], name: str | None
) -> tuple[Selected | None, tuple[Diagnostic, ...]]:
    try:
        return select_environment(data, name), ()
    except NoMapping as fault:
        said = mismatch(["dict_type"], fault.value)
        return None, (error("PLT005", said.message, fault.path, said.hint),)
    except KeyError:
        known = tuple(map(str, data.get("environments") or ()))
        hint = did_you_mean(name or "", known, "" if known else "add it below environments:")
        unknown = f"unknown environment '{name}'"
        return None, (error("PLT107", unknown, ("environments",), hint, on_key=True),)


def _sealed(source: Source) -> tuple[tuple[dict[str, Any], ...], tuple[Diagnostic, ...]]:
    """Return the objects of sealed-secrets.yaml, or its faults."""
    try:
        sealed = source.sealed
        objects = store.parse(sealed) if sealed is not None else ()
    except SealError as fault:
        line = (fault.line or 1) - 1
        span = Span(line, 0, line, 1)
        wrong = Diagnostic("PLT012", "error", fault.message, (), fault.help, span=span, file=SEALED)
        return (), (wrong,)
    except Unreadable as fault:
        return (), (fault.diagnostic,)
    return tuple(map(store.document, objects)), ()


def specify(data: Read) -> Specified:
    """Return the language's view of the data, before any check."""
    if data.selected is None:
        return Specified()
    services = data.selected.data.get("services")
    stated = services.values() if isinstance(services, Mapping) else ()
    kinds = catalogue(each.get("kind") for each in stated if isinstance(each, Mapping))
    spec, found = validate(data.selected, Models(kinds))
    return Specified(spec, kinds, found)


def model(data: Read, templates: Templates) -> Model:
    """Return the platform that the data describe, after all passes.

    The checks of the language run before lowering, so that lowering can rely on every reference. If
    parts of the data are invalid, the checks of single parts still run on the rest.
    """
    specified = specify(data)
    faults: tuple[Diagnostic, ...] = ()
    if data.refers and specified.spec is not None:
        data, specified, faults = _filled(data, specified)
    spec, kinds = specified.spec, specified.kinds
    if spec is None or data.selected is None:
        found = (*specified.diagnostics, *_of_what_is_left(data, kinds, templates))
        return Model(diagnostics=found)
    context = Context(
        spec,
        offerings(spec, kinds),
        templates,
        data.sealed,
        data.selected.data,
        data.beside,
    )
    found = (*faults, *judge_language(context))
    if has_error((*data.diagnostics, *found)):
        return Model(spec, diagnostics=found)
    try:
        lowered = lower(context, kinds)
        beyond = tuple(too_large(lowered))
        platform = passes.run(lowered) if not beyond else lowered
    except ValueRefused as fault:
        return Model(spec, diagnostics=(*found, _refused(fault)))
    beyond = beyond or tuple(too_many_networks(platform))
    if beyond:
        return Model(spec, diagnostics=(*found, *beyond))
    return Model(spec, platform, (*found, *judge_platform(platform)))


def _filled(data: Read, specified: Specified) -> tuple[Read, Specified, tuple[Diagnostic, ...]]:
    """Return the data and the spec with what services have for others in place of its name."""
    spec = specified.spec
    if spec is None or data.selected is None:
        return data, specified, ()
    from platc_compiler.lower.placeholders import filled

    done = filled(data.selected.data, spec, offerings(spec, specified.kinds))
    data = replace(data, selected=replace(data.selected, data=done.data))
    return data, specify(data), tuple(done.faults)


def _of_what_is_left(
    data: Read, kinds: Mapping[str, Kind[Any]], templates: Templates
) -> Iterator[Diagnostic]:
    """Yield the faults of the valid parts of a platform that has invalid ones."""
    if data.selected is None:
        return
    whole = data.selected.data
    rest = salvage(whole, Models(kinds))
    if rest is not None:
        context = Context(
            rest.spec,
            offerings(rest.spec, kinds),
            templates,
            data.sealed,
            whole,
            data.beside,
        )
        yield from (found for found in judge_parts(context) if rest.holds(found, whole))


def render(platform: Platform, templates: Templates) -> Rendered:
    """Return the objects and files of a platform, after its patches."""
    try:
        artefacts, dags, generated = _generated(platform, templates)
    except ValueRefused as fault:
        return Rendered(diagnostics=(_refused(fault),))
    manifests, found = patches.apply(generated, platform.spec.patches)
    if has_error(found):
        return Rendered(diagnostics=tuple(found))
    if platform.spec.patches:
        manifests = with_config_checksums(generated, manifests, platform)
        manifests = with_secret_checksums(manifests, platform.sealed)
    found = [*found, *judge_objects(manifests, platform)]
    if platform.spec.patches:
        # The checks find a patched object by its generated name.
        jobs = renamed(generated, manifests)
        manifests = jobs.manifests
        artefacts = {path: jobs.text(text) for path, text in artefacts.items()}
    return Rendered(tuple(manifests), artefacts, dags, tuple(found))


def change(
    source: Source, platform: Platform, rendered: Rendered, files: Mapping[str, str]
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the way from an earlier build in ``out/`` to the present one.

    An earlier build of another platform or environment says nothing. What cannot be read is said
    when it is written.
    """
    try:
        text = source.earlier.text(inventory.NAME)
        known = inventory.parse(text) if text is not None else None
        ours = (platform.name, source.environment or "")
        if known is None or (known.platform, known.environment) != ours:
            return ()
        compared = [m for m in rendered.manifests if m.released or m.kind in KINDS]
        differences = changes(source.earlier, known.listed, compared, files)
    except (Unreadable, OSError):
        return ()
    return judge_change(differences)


def _generated(
    platform: Platform, templates: Templates
) -> tuple[dict[str, str], dict[str, str], list[Manifest]]:
    """Return bare files by path, DAGs by path, and Kubernetes objects before patches."""
    files: dict[Literal["out", "dags"], dict[str, str]] = {"out": {}, "dags": {}}
    manifests: list[Manifest] = []
    for target in targets.TARGETS:
        for made in target(platform, templates, files["out"]):
            if isinstance(made, Manifest):
                manifests.append(made)
            else:
                files[made.folder][made.path] = made.text
    return files["out"], files["dags"], list(labelled(manifests, platform.name))


def _refused(fault: ValueRefused) -> Diagnostic:
    return error("PLT011", str(fault), ())


_COMMENT = re.compile(r"#\s*platc:")


def _of_comment(found: Diagnostic, source: Source) -> Diagnostic:
    """Return a diagnostic on a value that is missing because a # makes a comment of it."""
    if found.code != "PLT005" or found.on_key or not source.places.is_comment(found.path):
        return found
    if "should be a text" in found.message:
        hint = "put it in quotes: what follows an unquoted # is a comment"
    else:
        hint = f"what follows an unquoted # is a comment: {found.hint}"
    return replace(found, hint=hint)


def _entries(data: Read) -> Mapping[str, Any]:
    """Return the services if something is included, nothing otherwise."""
    if data.selected is None or not _as_services(data.selected.data):
        return {}
    services: Mapping[str, Any] = data.selected.data["services"]
    return services


def _told(
    source: Source,
    found: tuple[Diagnostic, ...],
    read_from: tuple[Mapping[str, Any], Mapping[Origin, Origin]],
) -> tuple[Located, ...]:
    """Return the diagnostics with their places, sorted by place, without the silenced ones."""
    entries, aliases = read_from
    if aliases:
        found = tuple(told_where_written(each, aliases) for each in found)
    if entries:
        from platc_compiler.language.included import without_allowed

        found = without_allowed(found, entries)
    if not found and not _COMMENT.search(source.text):
        return ()
    located = suppress(source.located(found), source.places.lines, source.file, source.environment)
    return tuple(
        sorted(located, key=lambda d: (_rank(d, source), d.line, d.column, d.code, d.message))
    )


def _rank(found: Located, source: Source) -> tuple[bool, str]:
    """Return the order of files: platform.yaml, then the others by name."""
    return found.file != source.file, found.file


def _failing_override(source: Source, templates: Templates, fault: Exception) -> Result:
    """Return the fault of a user's own template; raise it again if it is platc's."""
    if isinstance(fault, TemplateError) and fault.name in source.templates:
        name, line, message = fault.name, fault.line, str(fault)
    else:
        if _fails(source, {}):
            raise fault
        alone = [n for n in templates.overridden if _fails(source, {n: source.templates[n]})]
        name, line = (alone or list(templates.overridden))[0], 1
        message = f"what the template {name} yields cannot be used: {reason(fault)}"
    hint = "keep the shape that the original of this path has, and the names that it uses"
    lines = source.templates[name].splitlines()
    width = len(lines[line - 1]) if line <= len(lines) else 0
    found = error("PLT010", message, (), hint)
    found = replace(found, span=Span(line - 1, 0, line - 1, width), file=f"{TEMPLATES}/{name}")
    return Result({}, {}, source.located([found]))


def _fails(source: Source, overrides: Mapping[str, str]) -> bool:
    try:
        _composed(source, Templates(overrides))
    except Exception:  # noqa: BLE001 - whatever it is: it tells who is to blame
        return True
    return False


def _of_own_templates(source: Source, templates: Templates) -> Iterator[Diagnostic]:
    if source.templates:
        from platc_compiler.checks.security.plt503_literal_credential import check_templates

        yield from check_templates(source.templates)
        yield from _without_effect(source, templates)


def _without_effect(source: Source, templates: Templates) -> Iterator[Diagnostic]:
    """Yield the user's own templates that platc never uses."""
    for name in sorted(source.templates.keys() - templates.used):
        if not brought(name):
            message = f"nothing is made by a template {name}"
            hint = did_you_mean(name, brought_along(), "remove it")
            span = Span(0, 0, 0, len(source.templates[name].partition("\n")[0]))
            found = warning("PLT013", message, (), hint)
            yield replace(found, span=span, file=f"{TEMPLATES}/{name}")
