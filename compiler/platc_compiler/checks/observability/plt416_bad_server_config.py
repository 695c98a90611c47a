"""The server would refuse what stands under ``config`` of a server of Prometheus.

Why: Prometheus, Alertmanager and blackbox_exporter read their configuration strictly. With one
unknown key, one bad duration or one receiver that is not declared they do not start; a running
server keeps its old configuration, and only its log says so. A blackbox_exporter starts with an
unknown prober or code of DNS, and each probe of the module fails.

Bad:
```yaml
services:
  prometheus: { config: { scrape_confgs: [{ job_name: extra }] } }
```

Good:
```yaml
services:
  switch: { kind: external, address: { host: 192.0.2.1 }, ports: { metrics: 9100 } }
  prometheus:
    depends_on: [alertmanager, switch]
    config:
      scrape_configs: [{ job_name: extra, static_configs: [{ targets: ["192.0.2.1:9100"] }] }]
```

Fix: write the key or the value as in the server's documentation. Keys, types, values, regular
expressions, URLs, matchers and what must stand together are checked as the pinned version does it.
Of another version only the types of the keys that both know are checked (PLT420).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_compiler.servers.own import Own, owns

CODE = "PLT416"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each key and each value that the server refuses."""
    for own in owns(context.spec):
        # Few platforms have one: the rules are not imported without it.
        from platc_compiler.servers.judged import faults

        for fault in faults(_whole(own, context), context.spec):
            path = (*own.place, *fault.path)
            found = error(CODE, fault.message, path, fault.hint, on_key=fault.on_key)
            yield replace(found, hidden=True) if fault.secret else found


def _whole(own: Own, context: Context) -> Own:
    """Return the configuration of a blackbox_exporter with the modules that platc generates."""
    if own.kind != "blackbox_exporter" or not isinstance(own.config.get("modules", {}), Mapping):
        return own
    from platc_compiler.lower.blackbox_exporter import configuration

    return replace(own, config=configuration(own.config, context.templates))
