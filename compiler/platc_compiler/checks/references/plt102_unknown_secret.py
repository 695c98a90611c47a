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

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from platc_compiler.checks.patched import WITH_PODS
from platc_compiler.checks.references.users_of_secrets import namespaces_of_users
from platc_compiler.diagnostics import Diagnostic, error, warning
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_compiler.objects.secret_references import patched_secret_names, secret_names
from platc_compiler.source.emit import flow
from platc_spec.secret_references import parse_reference
from platc_spec.secrets import Secret
from platc_spec.service import PULL_KEY, PULL_TYPE

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
            hint = did_you_mean(name, secrets, _declaration(name, context))
            yield error(CODE, f"unknown secret '{name}'", reference.path, hint)
        elif key not in secrets[name].keys:
            hint = did_you_mean(key, secrets[name].keys, _with_key(key, secrets[name]))
            yield error(CODE, f"the secret '{name}' has no key '{key}'", reference.path, hint)
    yield from _of_patches(context)


def _declaration(name: str, context: Context) -> str:
    """Return how a secret is declared with all keys that are named of it, for all that name it."""
    keys = [
        key
        for each in context.references
        if each.to == "secret"
        for secret, key in [parse_reference(each.name)]
        if secret == name
    ]
    return _declared(name, namespaces_of_users(name, context), keys, context)


def _declared(name: str, namespaces: Sequence[str], keys: Iterable[str], context: Context) -> str:
    """Return the declaration of a secret; its namespace is stated where there are several."""
    stated: dict[str, object] = {}
    if len(context.spec.namespaces) > 1 and namespaces:
        stated["namespace"] = namespaces if len(namespaces) > 1 else namespaces[0]
    if found := list(dict.fromkeys(keys)):
        stated["keys"] = found
    if found == [PULL_KEY]:
        stated["type"] = PULL_TYPE
    return f"declare it: secrets: {flow({name: stated})}"


def _with_key(key: str, secret: Secret) -> str:
    return f"add it: keys: {flow([*secret.keys, key])}"


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
                    missing = _declared(
                        name.secret, [found.namespace], [name.key] if name.key else [], context
                    )
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
                    hint = did_you_mean(name.key, declared.keys, _with_key(name.key, declared))
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
                declared = secrets[name.secret]
                hint = did_you_mean(name.key, declared.keys, _with_key(name.key, declared))
                yield error(CODE, message, place, hint)
