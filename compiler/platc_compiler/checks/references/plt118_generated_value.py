"""A secret says how to generate a key that it does not have, or by a recipe that does not exist.

Why: ``platc seal --generate`` would not create the value, or it would create a value that the
program cannot use.

Bad:
```yaml
secrets: { web: { keys: [session], generate: { session: "hex32" } } }
services:
  web: { env: { SESSION_SALT: "${web/session}" } }
```

Good:
```yaml
secrets: { web: { keys: [session], generate: { session: "hex:32" } } }
services:
  web: { env: { SESSION_SALT: "${web/session}" } }
```

Fix: name a key of ``keys``, and write ``password``, ``fernet``, ``uuid``, ``hex:N`` or ``base64:N``
with N from 16 to 1024 bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_compiler.seal.errors import SealError
from platc_compiler.seal.recipes import check_recipe

CODE = "PLT118"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each entry of ``generate`` that is invalid."""
    for name, secret in context.spec.secrets.items():
        for key, recipe in secret.generate.items():
            place: Origin = ("secrets", name, "generate", key)
            if key not in secret.keys:
                hint = did_you_mean(key, secret.keys)
                message = f"the secret '{name}' has no key '{key}'"
                yield error(CODE, message, place, hint, on_key=True)
                continue
            try:
                check_recipe(recipe, f"'{key}'")
            except SealError as fault:
                yield replace(error(CODE, fault.message, place, fault.help), hidden=True)
