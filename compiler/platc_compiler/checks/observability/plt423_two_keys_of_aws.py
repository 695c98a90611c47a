"""Two receivers log in to Amazon SNS with different keys.

Alertmanager reads a key of AWS from no file: it is in the environment of its pod, which has one.

Why: the messages of one of the two receivers would be refused.

Bad:
```yaml
secrets: { aws: { namespace: shop, keys: [id, key, other] } }
services:
  sns: { kind: external, address: { host: sns.eu-west-1.amazonaws.com }, ports: { https: 443 } }
notifications:
  receivers:
    team:
      sns:
        service: sns
        region: eu-west-1
        topic_arn: "arn:aws:sns:eu-west-1:1:team"
        keys: { access_key: aws/id, secret_key: aws/key }
    boss:
      sns:
        service: sns
        region: eu-west-1
        topic_arn: "arn:aws:sns:eu-west-1:1:boss"
        keys: { access_key: aws/id, secret_key: aws/other }
```

Good:
```yaml
secrets: { aws: { namespace: shop, keys: [id, key] } }
services:
  sns: { kind: external, address: { host: sns.eu-west-1.amazonaws.com }, ports: { https: 443 } }
notifications:
  receivers:
    team:
      sns:
        service: sns
        region: eu-west-1
        topic_arn: "arn:aws:sns:eu-west-1:1:team"
        keys: { access_key: aws/id, secret_key: aws/key }
    boss:
      sns:
        service: sns
        region: eu-west-1
        topic_arn: "arn:aws:sns:eu-west-1:1:boss"
        keys: { access_key: aws/id, secret_key: aws/key }
```

Fix: give one key the right to publish to both topics, or take roles by ``role_arn``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.language.references import references
from platc_compiler.lower.kind import Context

CODE = "PLT423"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each key that differs from the first one."""
    first: dict[str, str] = {}
    notifications = context.spec.notifications
    for each in references(notifications) if notifications is not None else ():
        if "sns" in each.path and each.to == "secret":
            key = str(each.path[-1])
            known = first.setdefault(key, each.name)
            if known != each.name:
                message = f"the pod of Alertmanager has one '{key}' of AWS, and it is '{known}'"
                hint = f"write {known}"
                yield error(CODE, message, ("notifications", *each.path), hint)
