"""A reference to a secret stands inside a longer text, or where none is filled in.

Why: a variable of the environment is taken from a secret whole; inside a text, in ``config`` and
among arguments the reference would reach the program as it is written.

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
one, as Kubernetes fills in ``$(DATABASE_PASSWORD)`` in the variables after it and in arguments. A
``config`` names a file or a variable, in the component's own way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context
from platc_spec.platform import Spec
from platc_spec.secret_references import parse_reference, references_in

CODE = "PLT114"
_LITERAL = ("config", "command", "args")
"""Keys of services and tasks whose texts reach the program as they are."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each reference to a declared secret that is not filled in."""
    secrets = context.spec.secrets
    for reference in context.references:
        if reference.to == "embedded secret" and parse_reference(reference.name).secret in secrets:
            message = f"'${{{reference.name}}}' is not filled in inside a longer text"
            hint = "keep the whole text in the secret"
            yield error(CODE, message, reference.path, hint)
    for text, place in _literals(context.spec):
        for named in references_in(text):
            if named.secret in secrets:
                hint = "let it be read from a variable or a file"
                yield error(CODE, f"'${{{named}}}' is not filled in here", place, hint)


def _literals(spec: Spec) -> Iterator[tuple[str, Origin]]:
    parts: list[tuple[BaseModel, Origin]] = [
        (service, ("services", name)) for name, service in spec.services.items()
    ]
    for name, pipeline in spec.pipelines.items():
        parts += [(task, ("pipelines", name, "tasks", key)) for key, task in pipeline.tasks.items()]
    for part, place in parts:
        for key in _LITERAL:
            yield from _texts(getattr(part, key, ()), (*place, key))


def _texts(value: object, place: Origin) -> Iterator[tuple[str, Origin]]:
    if isinstance(value, str):
        yield value, place
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*place, key))
    elif isinstance(value, Sequence):
        for index, item in enumerate(value):
            yield from _texts(item, (*place, index))
