"""A reference to a secret stands inside a longer text.

Why: a variable is taken from a secret whole; inside a text the reference would reach the program
as it is written.

Bad:
```yaml
secrets: { database: { keys: [password] } }
services:
  web: { env: { DATABASE_URL: "postgresql://web:${database/password}@db/shop" } }
```

Good:
```yaml
secrets: { database: { keys: [url] } }
services:
  web: { env: { DATABASE_URL: "${database/url}" } }
```

Fix: keep the whole text in the secret; or put the key into a variable of its own, and refer to that
one, as Kubernetes fills in ``$(DATABASE_PASSWORD)`` in the variables after it.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_compiler.references import references

CODE = "PLT114"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each embedded reference to a declared secret."""
    for reference in references(context.spec):
        if (
            reference.to == "embedded secret"
            and reference.name.partition("/")[0] in context.spec.secrets
        ):
            message = f"'${{{reference.name}}}' is not filled in inside a longer text"
            hint = "keep the whole text in the secret"
            yield error(CODE, message, reference.path, hint)
