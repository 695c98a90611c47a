"""A receiver that Grafana is to tell cannot be reached by it.

Why: alerts that Grafana evaluates are sent by Grafana itself, to the receivers of
``notifications.routes``. It has no contact point for some channels of Alertmanager, and its pod
reaches only what it may: the ``service`` that a channel names.

Bad:
```yaml
secrets: { chat: { namespace: shop, keys: [webhook, admin] } }
services:
  chat: { kind: external, address: { host: chat.example.com }, ports: { https: 443 } }
  grafana: { kind: grafana, admin: { password: chat/admin }, depends_on: [prometheus] }
alerts:
  Slow: { expr: "up == 0", severity: warning, summary: Slow, evaluated_by: grafana }
notifications:
  routes: { warning: chat }
  receivers:
    chat: { mattermost: { webhook: chat/webhook, service: chat } }
```

Good:
```yaml
secrets: { chat: { namespace: shop, keys: [webhook, admin] } }
services:
  chat: { kind: external, address: { host: chat.example.com }, ports: { https: 443 } }
  grafana: { kind: grafana, admin: { password: chat/admin }, depends_on: [prometheus] }
alerts:
  Slow: { expr: "up == 0", severity: warning, summary: Slow, evaluated_by: grafana }
notifications:
  routes: { warning: chat }
  receivers:
    chat: { slack: { channel: "#ops", webhook: chat/webhook, service: chat } }
```

Fix: choose another channel, or leave the alert to Prometheus; name the ``service`` of the channel.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.grafana.contact_points import is_known
from platc_compiler.lower.grafana_alerting import told
from platc_compiler.lower.kind import Context
from platc_compiler.lower.observability import evaluated_by

CODE = "PLT458"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each channel that Grafana does not have or does not reach."""
    spec = context.spec
    if spec.notifications is None or not any(
        evaluated_by(alert, spec) == "grafana" for alert in spec.alerts.values()
    ):
        return
    for name, receiver in told(spec.notifications).items():
        for kind, channel in receiver.channels.items():
            place = ("notifications", "receivers", name, kind)
            if not is_known(kind, channel):
                message = f"Grafana, which tells '{name}', cannot do so by this {kind}"
                hint = "choose another channel, or leave its alerts to Prometheus"
                yield error(CODE, message, place, hint, on_key=True)
            elif channel.service is None:
                message = f"Grafana, which tells '{name}', may not reach this {kind}"
                hint = "add service: NAME, an external service with its host"
                yield error(CODE, message, place, hint, on_key=True)
