"""A reference to a secret stands inside a longer text, or where none is filled in.

Why: an environment variable takes its whole value from a secret. Inside a longer text, in
``config``, in ``files`` and among arguments, the program would receive the reference unchanged.

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

Fix: keep the whole text in the secret. Or put the key into a variable of its own and refer to this
variable: Kubernetes replaces ``$(DATABASE_PASSWORD)`` in the variables after it and in arguments.
In ``config``, name a file or a variable in the syntax of the component.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.checks.references.literal_texts import literal_texts
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.secret_references import parse_reference, references_in

CODE = "PLT114"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each reference to a declared secret that is not replaced."""
    secrets = context.spec.secrets
    for reference in context.references:
        if reference.to == "embedded secret" and parse_reference(reference.name).secret in secrets:
            message = f"'${{{reference.name}}}' is not filled in inside a longer text"
            hint = (
                "keep the whole text in the secret, or name the key in a variable before this one"
            )
            yield error(CODE, message, reference.path, hint)
    for text, place in literal_texts(context.spec):
        for named in references_in(text):
            if named.secret in secrets:
                hint = "let it be read from a variable or a file"
                yield error(CODE, f"'${{{named}}}' is not filled in here", place, hint)
