"""A value is to be generated that somebody else issues.

Why: no server accepts a random webhook URL, access key, SSH key or certificate. The platform would
look complete: ``platc seal --check`` would report no fault.

Bad:
```yaml
secrets: { slack: { keys: [webhook_url], generate: { webhook_url: password } } }
notifications:
  receivers: { chat: { slack: { channel: "#alerts", webhook: slack/webhook_url } } }
```

Good:
```yaml
secrets: { slack: { keys: [webhook_url] } }
notifications:
  receivers: { chat: { slack: { channel: "#alerts", webhook: slack/webhook_url } } }
services:
  slack: { kind: external, address: { host: hooks.slack.com }, ports: { https: 443 } }
  alertmanager: { depends_on: [slack] }
```

Fix: remove the key from ``generate``, and give its value to ``platc seal --from-file``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_compiler.seal.declarations import known_values

CODE = "PLT119"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each generated value that somebody else issues."""
    secrets = context.spec.secrets
    if not any(secret.generate for secret in secrets.values()):
        return
    for (name, key), known in known_values(context.spec, context.references).items():
        if known.issuer and key in secrets[name].generate:
            message = f"'{key}' of '{name}' is generated, but {known.issuer} issues it"
            hint = "remove it, and give the value to platc seal --from-file"
            yield error(CODE, message, ("secrets", name, "generate", key), hint, on_key=True)
