"""Elasticsearch runs with its security turned off.

Why: everybody who can connect to its port can read and delete every log; only the network policy
protects it then. Logs hold everything that programs print, credentials included.

Bad:
```yaml
services:
  logs: { kind: elasticsearch, storage: 1Gi, config: { xpack.security.enabled: false } }
```

Good:
```yaml
secrets: { logs: { keys: [elastic] } }
services:
  logs: { kind: elasticsearch, storage: 1Gi, passwords: { elastic: logs/elastic } }
```

Fix: remove the setting: upstream's default is on. Or say why it is needed: ``# platc: allow PLT504
because REASON``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.diagnostics import Diagnostic, Origin, warning
from platc_compiler.ir.platform import Platform

CODE = "PLT504"

_SETTING = "xpack.security.enabled"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each service whose configuration turns the security off."""
    for name, service in platform.spec.services.items():
        config = getattr(service, "config", {})
        if service.kind == "elasticsearch":
            for path, value in _flat(config, ()):
                if ".".join(map(str, path)) == _SETTING and str(value).lower() == "false":
                    place: Origin = ("services", name, "config", *path)
                    message = f"the security of '{name}' is off: whoever reaches it reads every log"
                    yield warning(CODE, message, place, "remove it: the default is on")


def _flat(settings: Mapping[str, Any], path: Origin) -> Iterator[tuple[Origin, object]]:
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, (*path, key))
        else:
            yield (*path, key), value
