"""A service pulls its images with a secret of another type.

Why: the kubelet reads only secrets of the type ``kubernetes.io/dockerconfigjson``; it ignores any
other, and the image cannot be pulled.

Bad:
```yaml
secrets:
  registry: { keys: [.dockerconfigjson] }
services:
  web: { pull_secrets: [registry] }
```

Good:
```yaml
secrets:
  registry: { keys: [.dockerconfigjson], type: kubernetes.io/dockerconfigjson }
services:
  web: { pull_secrets: [registry] }
```

Fix: declare the secret with this type. Its value is what ``kubectl create secret docker-registry``
makes.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.service import PULL_TYPE, Deployed

CODE = "PLT123"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such use of a secret."""
    for name, service in context.spec.services.items():
        for index, reference in enumerate(_pull_secrets(service)):
            secret = context.spec.secrets.get(reference.partition("/")[0])
            if secret is not None and secret.type != PULL_TYPE:
                message = f"a secret of the type {secret.type} pulls no image"
                place = ("services", name, "pull_secrets", index)
                yield error(CODE, message, place, f"declare it with type: {PULL_TYPE}")


def _pull_secrets(service: object) -> tuple[str, ...]:
    return service.pull_secrets if isinstance(service, Deployed) else ()
