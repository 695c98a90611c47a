"""The configuration of a server names the file of a secret that is not there.

platc mounts the key ``key`` of the declared secret ``secret`` where the own configuration of an
Alertmanager, a Prometheus or a blackbox_exporter names its file:
``/etc/alertmanager/secrets/secret/key``, ``/etc/prometheus/secrets/secret/key``, and
``/etc/blackbox_exporter/secrets/secret/key``.

Why: the server starts, and fails when it needs the file: a message is lost, or a target is not
scraped.

Bad:
```yaml
services:
  pager: { kind: external, address: { host: events.pagerduty.com }, ports: { https: 443 } }
  alertmanager:
    depends_on: [mail, pager]
    config:
      receivers:
        - name: team
          pagerduty_configs: [{ routing_key_file: /etc/alertmanager/secrets/pager/key }]
```

Good:
```yaml
secrets: { pager: { namespace: shop, keys: [key] } }
services:
  pager: { kind: external, address: { host: events.pagerduty.com }, ports: { https: 443 } }
  alertmanager:
    depends_on: [mail, pager]
    config:
      receivers:
        - name: team
          pagerduty_configs: [{ routing_key_file: /etc/alertmanager/secrets/pager/key }]
```

Fix: declare the secret with this key under ``secrets``, or correct the path.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_compiler.servers.secret_files import FOLDERS, secret_files
from platc_spec.secret_references import parse_reference

CODE = "PLT419"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each file of a secret, or of a key, that is not declared."""
    known = [
        f"{name}/{key}" for name, secret in context.spec.secrets.items() for key in secret.keys
    ]
    for service, stated in context.spec.services.items():
        config = getattr(stated, "config", None) if stated.kind in FOLDERS else None
        for named, path in secret_files(config, stated.kind):
            if named not in known:
                secret, key = parse_reference(named)
                hint = did_you_mean(
                    named, known, f"declare under secrets: {secret}: {{ keys: [{key}] }}"
                )
                message = f"no secret '{secret}' with the key '{key}' is declared"
                yield error(CODE, message, ("services", service, "config", *path), hint)
