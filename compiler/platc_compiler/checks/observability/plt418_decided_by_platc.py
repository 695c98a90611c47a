"""A key under ``config`` of Prometheus or Alertmanager has a word of its own in the language.

Why: platc writes the key from what the platform declares, and other parts follow it: the network
policies, the windows of rules, the tests. A value under ``config`` changes only the server.

Bad:
```yaml
services:
  alertmanager: { config: { route: { repeat_interval: 4h } } }
```

Good:
```yaml
notifications: { repeat_interval: 4h }
```

Fix: state it by the word that the message gives, and remove the key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_compiler.servers.own import Own, owns

CODE = "PLT418"

_SMTP = {
    "smtp_smarthost": "service",
    "smtp_from": "from",
    "smtp_auth_username": "username",
    "smtp_auth_password": "password",
    "smtp_auth_password_file": "password",
    "smtp_require_tls": "require_tls",
}
_DECIDED: Mapping[str, Mapping[tuple[str, ...], str]] = {
    "alertmanager": {
        **{("global", key): f"notifications.smtp.{word}" for key, word in _SMTP.items()},
        ("route", "receiver"): "notifications.routes.default",
        **{
            ("route", key): f"notifications.{key}"
            for key in ("group_by", "group_wait", "group_interval", "repeat_interval")
        },
        ("templates",): "notifications.templates",
    },
    "prometheus": {
        ("global", "scrape_interval"): "services.{service}.scrape_interval",
        ("global", "evaluation_interval"): "services.{service}.evaluation_interval",
        ("global", "external_labels"): "services.{service}.external_labels",
        ("storage", "tsdb", "retention"): "services.{service}.retention",
    },
}
"""The words of the language, by the paths of the keys."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such key."""
    for own in owns(context.spec):
        for path, word in _DECIDED.get(own.kind, {}).items():
            if _stands(path, own):
                stated = word.format(service=own.service)
                message = f"platc decides '{path[-1]}' from {stated}"
                hint = f"state it there, and remove it here: {stated}"
                yield error(CODE, message, (*own.place, *path), hint, on_key=True)


def _stands(path: tuple[str, ...], own: Own) -> bool:
    value: object = own.config
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return False
        value = value[key]
    return True
