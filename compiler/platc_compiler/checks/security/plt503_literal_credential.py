"""A password, a token or a key is written out in platform.yaml.

Why: everybody who can read the repository, its history or a ConfigMap has the credential
permanently. No diagnostic shows the value. platc checks everything that reaches ``out/``: names of
variables and settings, headers, passwords in URLs, options of commands, ``NAME=VALUE`` in texts,
private keys, and the forms of tokens that gitleaks knows. If only the form of a text suggests a
credential, a comment may say that it is none: ``# platc: allow PLT503 because …`` on the line. In
prose, in queries and in the files of programs such a guess is a warning.

Bad:
```yaml
services:
  web: { env: { DATABASE_PASSWORD: correct-horse } }
```

Good:
```yaml
secrets: { database: { keys: [password] } }
services:
  web: { env: { DATABASE_PASSWORD: "${database/password}" } }
```

Fix: declare it under ``secrets:``, seal its value with ``platc seal``, and refer to it by
``${secret/key}``. In a component's own ``config:``, let the component read a file or a variable,
as the hint says. Then change the credential, because others may have read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from platc_compiler.checks.security.ways_of_credentials import HINT, IN_A_PATCH, way_out
from platc_compiler.diagnostics import Diagnostic, Origin, Span, error, warning
from platc_compiler.diagnostics.credential_places import Finding, in_object, in_platform
from platc_compiler.diagnostics.credentials import in_text, in_value
from platc_compiler.ir.platform import Platform
from platc_compiler.lower.kind import Context
from platc_compiler.objects.json_patch import parse_pointer
from platc_compiler.objects.manifest import Manifest
from platc_compiler.source.load import Unreadable
from platc_compiler.source.source import TEMPLATES

if TYPE_CHECKING:
    from platc_compiler.lower.include.entries import Entry

CODE = "PLT503"

_OWN_NAMES = frozenset({
    "env", "config", "settings", "settings_in", "args", "command", "files", "environment",
    "connections", "patches", "details", "attributes", "custom_fields", "external_labels",
})  # fmt: skip
"""Keys of platform.yaml below which the program or the user defines the names of values."""
_QUERIES = frozenset({"expr", "query", "sql", "rawSql"})
_PROSE = frozenset({
    "summary", "description", "text", "title", "message", "note", "runbook",
    "because", "procedures", "templates", "test", "content", *_QUERIES,
})  # fmt: skip
"""Keys of texts for people, and of queries."""
_ABOUT_OBJECTS = frozenset({"annotations", "labels"})
_FORMATS_OF_DATA = frozenset({
    "cfg", "cnf", "conf", "config", "credentials", "env", "hcl", "htpasswd", "ini", "json",
    "netrc", "pgpass", "properties", "sql", "toml", "users", "xml", "yaml", "yml",
})  # fmt: skip
"""Endings of files that hold settings and no program."""
_ALLOW = "allow it: # platc: allow PLT503 because …"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each value that is a credential, or seems to contain one.

    It is an error: what its name or its form gives away for certain must be changed, a guess may be
    allowed by a comment. In prose, in queries and in the files of programs a guess is a warning. If
    validation expects a reference and finds none, validation reports it.
    """
    for finding in in_platform(context.data):
        if finding.refused or finding.path[:1] == ("environments",) or _of_a_realm(finding.path):
            continue
        hint = way_out(finding, context)
        if finding.certain and _has_own_names(finding):
            step = finding.path[-1]
            called = step if isinstance(step, str) and step != "value" else finding.name
            message = f"'{called}' is a credential, written out"
            yield error(CODE, message, finding.path, hint, on_key=True)
        elif _is_prose(finding.path) or _names_a_secret(finding):
            yield _warning(finding.name, finding.path, hint)
        else:
            yield _guess(finding.name, finding.path, hint)
    yield from _of_whole_dashboards(context)


def _of_a_realm(path: Origin) -> bool:
    """Return whether PLT764 tells of a credential: it knows the names in a realm of Keycloak."""
    if path[2:3] != ("realms",):
        return False
    from platc_compiler.lower.keycloak_realms import holds_credential

    return holds_credential(path)


def _of_whole_dashboards(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each file of a dashboard with a credential; it becomes a ConfigMap."""
    for name, board in context.spec.dashboards.items():
        if board.file is None:
            continue
        from platc_compiler.grafana.whole import NotADashboardError, model_of

        try:
            model = model_of(context.file(board.file) or "")
        except (NotADashboardError, Unreadable):
            continue
        for finding in in_object(model):
            if finding.certain or not _is_prose(finding.path):
                at = ".".join(map(str, finding.path))
                message = f"the dashboard '{name}' seems to hold a credential at {at}"
                yield _allowed(message, ("dashboards", name, "file"), "remove it from the file")


def check_included(entries: Sequence[Entry], _context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each credential in an included ConfigMap, or in an included pod.

    Others have written them: ``allow`` of the entry may say of each that it is none.
    """
    for entry in entries:
        hint = f"remove it; if it is none: include.{entry.name}.allow: {{ {CODE}: REASON }}"
        for found in entry.objects:
            files = found.kind == "ConfigMap"
            texts = found.body.get("data") if files else found.pod
            first = (*found.origin, "data") if files else found.pod_path
            for each in in_object(texts or {}):
                if files and not each.certain and _is_program(each.path):
                    continue
                holder = each.name or found.name
                message = (
                    f"'{holder}' of the {found.kind} '{found.name}' seems to hold a credential"
                )
                told = error(CODE, message, (*first, *each.path), hint, on_key=True)
                yield replace(told, consent=True, hidden=True)


def check_objects(manifests: Sequence[Manifest], platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each value of a JSON patch that its place in the object names.

    The value of ``/spec/…/env/0/value`` gets its name from the ``name`` beside it, and an item of
    an argument list from the option before it. Only the patched object shows both.
    """
    by_name: dict[tuple[str, str], list[Manifest]] = {}
    for manifest in manifests if platform.spec.patches else ():
        by_name.setdefault((manifest.kind, manifest.name), []).append(manifest)
    # Thousands of operations may change the same part of an object: it is looked through once.
    known: dict[int, frozenset[str]] = {}
    for number, patch in enumerate(platform.spec.patches):
        target = patch.target
        bodies = [
            m.body
            for m in by_name.get((target.kind, target.name), ())
            if target.namespace in {None, m.namespace}
        ]
        for index, operation in enumerate(patch.json_):
            if isinstance(operation.value, str) and any(
                _named_by_its_place(body, operation.path, operation.value, known) for body in bodies
            ):
                place: Origin = ("patches", number, "json", index, "value")
                yield _guess(operation.path.rpartition("/")[2], place, IN_A_PATCH)


def _named_by_its_place(
    body: Mapping[str, Any], pointer: str, value: str, known: dict[int, frozenset[str]]
) -> bool:
    """Return whether only the surrounding values in an object show that a value is a credential.

    Args:
        body: the object.
        pointer: where the value is put.
        value: a text.
        known: the credentials of the parts that have been looked through, by their identity.
    """
    *steps, last = parse_pointer(pointer)
    if in_value(last, value):
        return False
    around: Any = body
    for step in steps:
        if isinstance(around, list) and step.isdecimal() and int(step) < len(around):
            around = around[int(step)]
        elif isinstance(around, Mapping):
            around = around.get(step)
    if id(around) not in known:
        known[id(around)] = frozenset(finding.text for finding in in_object(around))
    return value in known[id(around)]


def check_templates(templates: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Yield a warning for each line of the user's own templates that seems to hold a credential."""
    for name, text in sorted(templates.items()):
        for stretch in in_text(text):
            line = text.count("\n", 0, stretch.start)
            column = stretch.start - (text.rfind("\n", 0, stretch.start) + 1)
            width = len(text[stretch.start : stretch.end].partition("\n")[0])
            span = Span(line, column, line, column + width)
            found = warning(CODE, "a template seems to hold a credential", (), HINT)
            yield replace(found, span=span, file=f"{TEMPLATES}/{name}")


def _is_prose(path: Origin) -> bool:
    """Return whether a text is for people, a query, or a program, where much looks like one."""
    if path[2:3] == ("files",):
        return _is_program(path)
    if path[:1] == ("patches",):
        return False
    if path[2:3] == ("config",):
        return not _QUERIES.isdisjoint(path)
    return not _PROSE.isdisjoint(path) or (path[:1] == ("alerts",) and "annotations" in path)


def _is_program(path: Origin) -> bool:
    """Return whether the name of a file is not that of a file of settings."""
    name = str(path[-1]).rpartition("/")[2]
    return name.rpartition(".")[2].lower() not in _FORMATS_OF_DATA


def _has_own_names(finding: Finding) -> bool:
    """Return whether the name of a value is the user's or the program's, and tells what it is."""
    about_objects = not _ABOUT_OBJECTS.isdisjoint(finding.path)
    own = about_objects or not _OWN_NAMES.isdisjoint(finding.path)
    return own and not _names_a_secret(finding)


def _names_a_secret(finding: Finding) -> bool:
    """Return whether an annotation names a Secret, as ``auth-secret`` of nginx does."""
    named = finding.name.lower().endswith("secret")
    return named and not _ABOUT_OBJECTS.isdisjoint(finding.path)


def _guess(name: str, path: Origin, hint: str) -> Diagnostic:
    return _allowed(_warning(name, path, "").message, path, hint)


def _allowed(message: str, path: Origin, hint: str) -> Diagnostic:
    """Return an error that a comment may allow."""
    found = error(CODE, message, path, f"{hint}; if it is none, {_ALLOW}", on_key=True)
    return replace(found, consent=True)


def _warning(name: str, path: Origin, hint: str) -> Diagnostic:
    holder = f"'{name}'" if name else "this"
    message = f"{holder} seems to hold a credential, written out"
    return warning(CODE, message, path, hint, on_key=True)
