"""A silence holds the Watchdog back, the alert that always fires.

Why: its absence tells people that alerting is broken. A silence makes it absent while all works, or
hides that it does not.

Bad:
```yaml
notifications:
  silences:
    move:
      matchers: ['severity=~".+"']
      start: 2027-01-09T22:00:00Z
      end: 2027-01-10T04:00:00Z
      comment: The cluster moves
```

Good:
```yaml
notifications:
  silences:
    move:
      matchers: ['severity=~".+"', 'alertname!="Watchdog"']
      start: 2027-01-09T22:00:00Z
      end: 2027-01-10T04:00:00Z
      comment: The cluster moves
```

Fix: add the matcher ``alertname!="Watchdog"``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform

CODE = "PLT452"
_WATCHDOG = "Watchdog"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each silence of a time that fits the Watchdog.

    One that comes again does not: its routes stand behind that of the Watchdog.
    """
    notifications = platform.spec.notifications
    if notifications is None or not notifications.silences:
        return
    from platc_compiler.monitoring.silences import fit, matchers_of
    from platc_compiler.servers.matchers import fault

    for alert in platform.alerts:
        if alert.name != _WATCHDOG:
            continue
        outer = dict(platform.monitors[0].external_labels)
        labels = {**outer, **dict(alert.labels), "severity": alert.severity, "alertname": _WATCHDOG}
        for name, silence in notifications.silences.items():
            if silence.during or any(map(fault, silence.matchers)):
                continue
            if fit(matchers_of(silence), labels):
                yield error(
                    CODE, f"this silence holds the {_WATCHDOG} back, which shows that alerts work",
                    ("notifications", "silences", name, "matchers"),
                    f"add the matcher 'alertname!=\"{_WATCHDOG}\"'", on_key=True,
                )  # fmt: skip
