"""A secret is used in a namespace that it is not declared for.

Why: a pod reads Secrets of its own namespace only; elsewhere it does not start.

Bad:
```yaml
namespaces: { jobs: {} }
secrets: { database: { namespace: jobs, keys: [password] } }
services:
  web: { namespace: shop, env: { DATABASE_PASSWORD: "${database/password}" } }
```

Good:
```yaml
namespaces: { jobs: {} }
secrets: { database: { namespace: [jobs, shop], keys: [password] } }
services:
  web: { namespace: shop, env: { DATABASE_PASSWORD: "${database/password}" } }
```

Fix: add the namespace to those of the secret: each gets a copy of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.checks.patched import patched_namespaces
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.secret_uses import SecretUse, secret_uses
from platc_compiler.objects.secret_references import patched_secret_names

CODE = "PLT103"


def _by_patches(platform: Platform) -> Iterator[SecretUse]:
    """Yield each use of a declared secret by a patch of pods."""
    for index, patch in enumerate(platform.spec.patches):
        namespaces = patched_namespaces(patch, platform)
        for found in patched_secret_names(patch) if namespaces else ():
            name = found.name
            if name.secret in platform.spec.secrets and not name.optional:
                place = ("patches", index, *found.path)
                for namespace in namespaces:
                    yield SecretUse(namespace, name.secret, name.key or "", place)


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each use of a secret where it has no copy."""
    declared = {(secret.name, secret.namespace) for secret in platform.secrets}
    # cert-manager fills the secret of each certificate.
    declared |= {(issued.name, issued.namespace) for issued in platform.certificates}
    missing = [
        use
        for use in (*secret_uses(platform), *_by_patches(platform))
        if (use.secret, use.namespace) not in declared
    ]
    wanted = {(use.secret, use.namespace) for use in missing} | declared
    told = set()
    for use in missing:
        if (use.origin, use.namespace) in told:
            continue
        told.add((use.origin, use.namespace))
        message = (
            f"the secret '{use.secret}' is used in the namespace '{use.namespace}', where it is not"
        )
        known = sorted(namespace for name, namespace in wanted if name == use.secret)
        hint = f"in secrets.{use.secret}: namespace: [{', '.join(known)}]"
        yield error(CODE, message, use.origin, hint)
