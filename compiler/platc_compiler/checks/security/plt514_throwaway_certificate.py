"""Secrets are sealed for the certificate of the examples, whose private key was thrown away.

Why: nobody can open them, not even a controller. Pods that need such a secret stay in
``CreateContainerConfigError``. The examples use this certificate so that they are complete without
a cluster.

Bad:
```yaml
secrets: { database: { keys: [password] } }
services:
  web: { env: { DATABASE_PASSWORD: "${database/password}" } }
```
```yaml sealed
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: database
  namespace: shop
  annotations:
    platc.dev/certificate-sha256: dfbcbd3ac52a5448889fe77ed0c455e5c3040e55aafe86487a312d183c8955ab
spec:
  encryptedData: { password: AgA… }
  template: { metadata: { name: database, namespace: shop }, type: Opaque }
```

Good:
```yaml
secrets: { database: { keys: [password] } }
services:
  web: { env: { DATABASE_PASSWORD: "${database/password}" } }
```
```yaml sealed
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: { name: database, namespace: shop }
spec:
  encryptedData: { password: AgA… }
  template: { metadata: { name: database, namespace: shop }, type: Opaque }
```

Fix: fetch your controller's certificate and seal the values for it:
``kubeseal --fetch-cert > cert.pem``, then ``platc seal --cert cert.pem --from-file values.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, note
from platc_compiler.ir.platform import Platform
from platc_compiler.seal.store import CERTIFICATE_ANNOTATION

CODE = "PLT514"
FINGERPRINT = "dfbcbd3ac52a5448889fe77ed0c455e5c3040e55aafe86487a312d183c8955ab"
"""SHA-256 of ``examples/throwaway-certificate.pem``."""


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield one note if a declared secret is sealed for the certificate of the examples."""
    declared = {(secret.namespace, secret.name) for secret in platform.secrets if secret.sealed}
    held = [metadata for each in platform.sealed for metadata in [each["metadata"]]]
    lost = sorted(
        {
            metadata["name"]
            for metadata in held
            if (metadata["namespace"], metadata["name"]) in declared
            and FINGERPRINT in metadata.get("annotations", {}).get(CERTIFICATE_ANNOTATION, "")
        }
    )
    if lost:
        message = f"no controller can open {_listed(lost)}: sealed for the examples' certificate"
        hint = "seal for your controller's: platc seal --cert FILE"
        yield note(CODE, message, ("secrets",), hint, on_key=True)


def _listed(names: list[str]) -> str:
    return f"the secret '{names[0]}'" if len(names) == 1 else f"{len(names)} secrets"
