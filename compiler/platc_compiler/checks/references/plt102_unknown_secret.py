"""A secret, or a key of it, is used that is not declared.

Why: the pod would stay in ``CreateContainerConfigError``, because ``platc seal`` asks only for the
values of declared keys. A patch can also name a Secret that somebody else makes: that is a warning.

Bad:
```yaml
secrets: { database: { keys: [password] } }
services:
  web: { env: { DATABASE_PASSWORD: "${database/pasword}" } }
```

Good:
```yaml
secrets: { database: { keys: [password] } }
services:
  web: { env: { DATABASE_PASSWORD: "${database/password}" } }
```

Fix: write the name of a declared secret and key, or declare them under ``secrets:``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from platc_compiler.checks.patched import WITH_PODS
from platc_compiler.diagnostics import Diagnostic, error, warning
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_compiler.objects.secret_references import patched_secret_names, secret_names
from platc_spec.secret_references import parse_reference

if TYPE_CHECKING:
    from platc_compiler.lower.include.entries import Entry

CODE = "PLT102"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each reference to a secret or key that is not declared."""
    secrets = context.spec.secrets
    for reference in context.references:
        if reference.to != "secret":
            continue
        name, key = parse_reference(reference.name)
        if name not in secrets:
            hint = did_you_mean(
                name, secrets, f"declare it: secrets: {{ {name}: {{ keys: [{key}] }} }}"
            )
            yield error(CODE, f"unknown secret '{name}'", reference.path, hint)
        elif key not in secrets[name].keys:
            hint = did_you_mean(key, secrets[name].keys, f"add it: keys: [{key}]")
            yield error(CODE, f"the secret '{name}' has no key '{key}'", reference.path, hint)
    yield from _of_patches(context)


def check_included(entries: Sequence[Entry], context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each such name in included pods.

    Others may make a Secret that they name, such as a controller: it is a warning where nothing
    that is included does.
    """
    from platc_compiler.lower.include.made_secrets import made

    secrets = context.spec.secrets
    for entry in entries:
        by_others = made(entry.objects)
        for found in entry.objects:
            for name in dict.fromkeys(secret_names(dict(found.pod))):
                own = (found.namespace, name.secret)
                if name.optional or own in by_others:
                    continue
                declared = secrets.get(name.secret)
                if declared is None:
                    keys = f" {{ keys: [{name.key}] }}" if name.key else ""
                    missing = f"declare it: secrets: {{ {name.secret}:{keys} }}"
                    message = (
                        f"'{found.name}' needs the secret '{name.secret}', which nothing makes"
                    )
                    hint = did_you_mean(name.secret, secrets, missing)
                    yield warning(CODE, message, found.pod_path, hint)
                elif found.namespace not in context.spec.namespaces_of(declared):
                    message = f"the secret '{name.secret}' is not in '{found.namespace}'"
                    where = f"add {found.namespace} to its namespace:"
                    yield error(CODE, message, found.pod_path, where)
                elif name.key is not None and name.key not in declared.keys:
                    message = f"the secret '{name.secret}' has no key '{name.key}'"
                    hint = did_you_mean(name.key, declared.keys, f"add it: keys: [{name.key}]")
                    yield error(CODE, message, found.pod_path, hint)


def _of_patches(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each such name in a patch of pods.

    Others may make a Secret that a patch names: it is a warning where nothing here does.
    """
    secrets = context.spec.secrets
    for index, patch in enumerate(context.spec.patches):
        if patch.target.kind not in WITH_PODS:
            continue
        for found in dict.fromkeys(patched_secret_names(patch)):
            name, place = found.name, ("patches", index, *found.path)
            if name.optional:
                continue
            if name.secret not in secrets:
                message = f"the patch names the secret '{name.secret}', which is not declared"
                missing = "declare it under secrets:, or allow this if somebody else makes it"
                yield warning(CODE, message, place, did_you_mean(name.secret, secrets, missing))
            elif name.key is not None and name.key not in secrets[name.secret].keys:
                message = f"the secret '{name.secret}' has no key '{name.key}'"
                keys = secrets[name.secret].keys
                yield error(CODE, message, place, did_you_mean(name.key, keys, "add the key"))
