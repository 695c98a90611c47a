"""An included Secret holds values.

Why: everybody who can read the repository or ``out/`` has the values permanently. A value in base64
is not encrypted.

Bad:
```yaml
include:
  cache: { files: [vendor/cache.yaml] }
```
```yaml file=vendor/cache.yaml
apiVersion: v1
kind: Secret
metadata: { name: cache }
stringData: { password: correct-horse }
```

Good:
```yaml
include:
  cache: { files: [vendor/cache.yaml] }
secrets: { cache: { keys: [password] } }
```
```yaml file=vendor/cache.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: cache }
data: { size: "10" }
```

Fix: remove the Secret from the file, declare it under ``secrets:`` with the same name and keys, and
seal its values with ``platc seal``. Many charts make no Secret if a value such as
``existingSecret`` names one. Then change the credential, because others may have read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.include.entries import Entry
from platc_compiler.lower.kind import Context

CODE = "PLT525"


def check_included(entries: Sequence[Entry], _context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each included Secret with a value; none is shown."""
    for entry in entries:
        for found in entry.objects:
            if found.kind != "Secret":
                continue
            for key in ("data", "stringData"):
                held = found.body.get(key)
                if not held:
                    continue
                keys = list(map(str, held)) if isinstance(held, Mapping) else []
                name = found.name
                message = f"the Secret '{name}' holds values"
                hint = (
                    f"remove it, and declare it: secrets: {{ {name}: {{ keys: {_listed(keys)} }} }}"
                )
                place = (*found.origin, key)
                yield replace(error(CODE, message, place, hint, on_key=True), hidden=True)


def _listed(keys: list[str]) -> str:
    return f"[{', '.join(sorted(keys))}]"
