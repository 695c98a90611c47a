"""A text looks like a reference to a declared secret, where none is filled in.

Why: in ``files``, ``config``, ``command`` and ``args`` platc replaces nothing. The text may also be
a placeholder of the program itself, so this is a warning.

Bad:
```yaml
secrets: { database: { keys: [password] } }
services:
  web:
    env: { DATABASE_PASSWORD: "${database/password}" }
    files: { /etc/web/app.properties: "password=${database.password}" }
```

Good:
```yaml
secrets: { database: { keys: [password] } }
services:
  web:
    secret_files: { /etc/web/password: database/password }
    files: { /etc/web/app.properties: "password.file=/etc/web/password" }
```

Fix: mount the secret by ``secret_files``, or let the program read a variable of ``env``. If the
text is meant for the program, write ``# platc: allow PLT122 because …``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.checks.references.literal_texts import literal_texts
from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.language.lookalikes import DeclaredSecrets, shown
from platc_compiler.lower.kind import Context
from platc_spec.secret_references import expressions, named_by

CODE = "PLT122"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each text with an expression that seems to name a declared secret."""
    secrets = DeclaredSecrets.of(context.spec.secrets)
    for text, place in literal_texts(context.spec):
        for expression in expressions(text):
            reference = secrets.meant(expression)
            named = named_by(expression)
            # PLT114 reports complete references.
            if reference is not None and (named is None or named.secret not in secrets.by_name):
                message = f"'{shown(expression)}' is text here: no secret is filled in"
                hint = "let it be read from a variable or a file"
                yield warning(CODE, message, place, hint)
                break
