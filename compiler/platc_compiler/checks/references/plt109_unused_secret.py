"""A secret, a copy of it in a namespace, or a key of it is declared but not used.

Why: each unused credential must still be rotated and can still leak; and often a reference to it
was forgotten. Each namespace of a secret gets a copy of all keys, so each copy is checked
separately. A key that only some of the namespaces need is reported as a note.

Bad:
```yaml
secrets: { database: { keys: [password, user] } }
services:
  web: { env: { DATABASE_PASSWORD: "${database/password}" } }
```

Good:
```yaml
secrets: { database: { keys: [password] } }
services:
  web: { env: { DATABASE_PASSWORD: "${database/password}" } }
```

Fix: remove it, remove the namespace, or add the missing reference. If one namespace needs a key and
another does not, move the key to a secret of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, note, warning
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.secret_uses import secret_uses
from platc_compiler.language.references import references
from platc_compiler.objects.secret_references import patched_secret_names
from platc_spec.secret_references import parse_reference
from platc_spec.secrets import Secret

CODE = "PLT109"

_Used = dict[tuple[str, str], set[str]]
"""The namespaces in which a key of a secret is used."""


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each unused secret, each unused copy, and each unused key."""
    used = _used(platform)
    for name, stated in platform.spec.secrets.items():
        unused = [key for key in stated.keys if (name, key) not in used]
        if len(unused) == len(stated.keys):
            message = f"the secret '{name}' is used by nobody"
            yield warning(CODE, message, ("secrets", name), "remove it", on_key=True)
            continue
        for key in unused:
            place = ("secrets", name, "keys", stated.keys.index(key))
            yield warning(
                CODE, f"the key '{key}' of '{name}' is used by nobody", place, "remove it"
            )
        yield from _copies(name, stated, used)


def _used(platform: Platform) -> _Used:
    used: _Used = {}
    for use in secret_uses(platform):
        used.setdefault((use.secret, use.key), set()).add(use.namespace)
    for patch in platform.spec.patches:
        for found in patched_secret_names(patch):
            name = found.name
            stated = platform.spec.secrets.get(name.secret)
            if stated is not None:
                spaces = {patch.target.namespace} if patch.target.namespace else stated.namespaces
                for key in stated.keys if name.key is None else (name.key,):
                    used.setdefault((name.secret, key), set()).update(spaces)
    for reference in references(platform.spec):
        if reference.to == "secret":
            secret, key = parse_reference(reference.name)
            # An unused component refers to the key, so the namespace that needs it is not known.
            if (secret, key) not in used and secret in platform.spec.secrets:
                used[secret, key] = set(platform.spec.secrets[secret].namespaces)
    return used


def _copies(name: str, stated: Secret, used: _Used) -> Iterator[Diagnostic]:
    several = stated.namespace if isinstance(stated.namespace, tuple) else ()
    for index, namespace in enumerate(several):
        missing = [
            (position, key)
            for position, key in enumerate(stated.keys)
            if (name, key) in used and namespace not in used[name, key]
        ]
        if not any(namespace in used.get((name, key), ()) for key in stated.keys):
            message = f"the secret '{name}' is used by nobody in '{namespace}'"
            yield warning(CODE, message, ("secrets", name, "namespace", index), "leave it out")
            continue
        for position, key in missing:
            message = f"the key '{key}' of '{name}' is used by nobody in '{namespace}'"
            place = ("secrets", name, "keys", position)
            yield note(CODE, message, place, "keep it in a secret of its own")
