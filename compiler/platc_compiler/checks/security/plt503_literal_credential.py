"""A password, a token or a key is written out in platform.yaml.

Why: everybody who can read the repository, its history or a ConfigMap has the credential
permanently. No diagnostic shows the value. platc checks everything that reaches ``out/``: names of
variables and settings, passwords in URLs, options of commands, ``NAME=VALUE`` in texts, private
keys, and the forms of tokens that gitleaks knows. If only the form of a text suggests a credential,
it is a warning.

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
``${secret/key}``. In a component's own ``config:``, let the component read a file or a variable.
Then change the credential, because others may have read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, Origin, Span, error, warning
from platc_compiler.diagnostics.credential_places import in_object, in_platform
from platc_compiler.diagnostics.credentials import in_text, in_value
from platc_compiler.ir.platform import Platform
from platc_compiler.lower.kind import Context
from platc_compiler.objects.json_patch import parse_pointer
from platc_compiler.objects.manifest import Manifest
from platc_compiler.source.source import TEMPLATES

CODE = "PLT503"

_OWN_NAMES = frozenset({"env", "config"})
"""Keys of platform.yaml below which the program defines the names of values."""
_HINT = "declare it under secrets: and write ${secret/key}"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each value that is a credential, or seems to contain one.

    It is an error if the user's own name says so, in an environment variable or a component's
    configuration. If only the text looks like a credential, it is a warning, because that may be
    wrong. If validation expects a reference and finds none, validation reports it.
    """
    for finding in in_platform(context.data):
        if finding.refused or finding.path[:1] == ("environments",):
            continue
        if finding.certain and not _OWN_NAMES.isdisjoint(finding.path):
            message = f"'{finding.name}' is a credential, written out"
            yield error(CODE, message, finding.path, _HINT, on_key=True)
        else:
            yield _warning(finding.name, finding.path)


def check_objects(manifests: Sequence[Manifest], platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each value of a JSON patch that its place in the object names.

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
                yield _warning(operation.path.rpartition("/")[2], place)


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
            found = warning(CODE, "a template seems to hold a credential", (), _HINT)
            yield replace(found, span=span, file=f"{TEMPLATES}/{name}")


def _warning(name: str, path: Origin) -> Diagnostic:
    holder = f"'{name}'" if name else "this"
    message = f"{holder} seems to hold a credential, written out"
    return warning(CODE, message, path, _HINT, on_key=True)
