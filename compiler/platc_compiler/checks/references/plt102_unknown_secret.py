"""A secret, or a key of it, is used that is not declared.

Why: the pod would stay in ``CreateContainerConfigError``, because ``platc seal`` asks only for the
values of declared keys.

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

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.secret_references import parse_reference

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
