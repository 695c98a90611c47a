"""A secret, or a key of it, is declared and used by nobody.

Why: a credential that nobody needs is one more to rotate and to lose; often a reference to it was
forgotten.

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

Fix: remove it, or refer to it where it is needed.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.checks.secret_uses import secret_uses
from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform
from platc_compiler.references import references

CODE = "PLT109"


def check(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each secret that is not used, and for each such key of one that is."""
    used = {(use.secret, use.key) for use in secret_uses(platform)}
    for reference in references(platform.spec):
        if reference.to == "secret":
            secret, _, key = reference.name.partition("/")
            used.add((secret, key))
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
