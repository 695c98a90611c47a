"""A secret of another type is used to pull images, or as a certificate.

Why: the kubelet pulls images only with secrets of the type ``kubernetes.io/dockerconfigjson``, and
ingress controllers take certificates only from secrets of the type ``kubernetes.io/tls``. Both
ignore any other.

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

Fix: declare the secret with this type. The value for a registry is what ``kubectl create secret
docker-registry`` makes; a certificate has the keys ``tls.crt`` and ``tls.key``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context
from platc_spec.exposure import TLS_TYPE
from platc_spec.platform import Spec
from platc_spec.secrets import Secret
from platc_spec.service import PULL_TYPE, Deployed, Service

CODE = "PLT123"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such use of a secret."""
    for reference, wanted, place in _uses(context.spec):
        secret = context.spec.secrets.get(reference.partition("/")[0])
        if secret is not None and (fault := _fault(secret, wanted)):
            message, hint = fault
            yield error(CODE, message, place, hint)


def _uses(spec: Spec) -> Iterator[tuple[str, str, Origin]]:
    """Yield each reference, the wanted type, and its place."""
    if spec.images is not None:
        for index, reference in enumerate(spec.images.pull_secrets):
            yield reference, PULL_TYPE, ("images", "pull_secrets", index)
    for name, service in spec.services.items():
        for reference, wanted, place in _of_service(service):
            yield reference, wanted, ("services", name, *place)


def _of_service(service: Service) -> Iterator[tuple[str, str, Origin]]:
    if not isinstance(service, Deployed):
        return
    for index, reference in enumerate(service.pull_secrets):
        yield reference, PULL_TYPE, ("pull_secrets", index)
    if service.expose and service.expose.tls and service.expose.tls.secret_name:
        yield service.expose.tls.secret_name, TLS_TYPE, ("expose", "tls", "secret_name")


def _fault(secret: Secret, wanted: str) -> tuple[str, str] | None:
    """Return message and hint, ``None`` if the secret can be used."""
    if secret.type != wanted:
        use = "pulls no image" if wanted == PULL_TYPE else "is no certificate"
        return f"a secret of the type {secret.type} {use}", f"declare it with type: {wanted}"
    return None
