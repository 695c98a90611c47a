"""A silence fits no alert, or its matchers are none.

Why: nobody would notice before the planned work, when the alerts arrive all the same.

Bad:
```yaml
notifications:
  silences:
    move:
      matchers: ['alertname="WebDwon"']
      start: 2027-01-09T22:00:00Z
      end: 2027-01-10T04:00:00Z
      comment: The shop moves
```

Good:
```yaml
notifications:
  silences:
    move:
      matchers: ['alertname="WebDown"']
      start: 2027-01-09T22:00:00Z
      end: 2027-01-10T04:00:00Z
      comment: The shop moves
```

Fix: name an alert, a severity, a service or a label that an alert of the platform has. Alertmanager
refuses matchers all of which fit a label that is not there. Alerts that Grafana evaluates never
reach Alertmanager, and no silence holds for them: leave them to Prometheus.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from platc_compiler.diagnostics import Diagnostic, Edit, Hint, Origin, error, warning
from platc_compiler.diagnostics.did_you_mean import closest_match
from platc_compiler.ir.observability import Alert
from platc_compiler.ir.platform import Platform

CODE = "PLT453"
_Matcher = tuple[str, str, str]


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for matchers that Alertmanager refuses, a warning for those of no alert."""
    notifications = platform.spec.notifications
    if notifications is None or not notifications.silences:
        return
    from platc_compiler.expressions.results import matches
    from platc_compiler.monitoring.silences import matchers_of
    from platc_compiler.servers.matchers import fault

    for name, silence in notifications.silences.items():
        place: Origin = ("notifications", "silences", name, "matchers")
        faults = [(index, fault(text)) for index, text in enumerate(silence.matchers)]
        for index, said in faults:
            if said:
                hint = 'write it as service="web"'
                yield error(CODE, f"Alertmanager refuses this: {said}", (*place, index), hint)
        alerts = [each for each in platform.alerts if not each.by_grafana]
        if any(said for _, said in faults) or not platform.alerts:
            continue
        matchers = matchers_of(silence)
        if all(matches(operator, value, "") for _, operator, value in matchers):
            message = "each of these fits an alert without the label, and Alertmanager refuses that"
            yield error(CODE, message, place, 'add one such as severity=~".+"', on_key=True)
        elif not any(_may_fit(matchers, alert, platform) for alert in alerts):
            message = "no alert that Alertmanager gets has labels that all of these fit"
            number, instead = _meant(matchers, platform)
            at = place if number is None else (*place, number)
            yield warning(CODE, message, at, instead, on_key=number is None)


def _meant(matchers: list[_Matcher], platform: Platform) -> tuple[int | None, Hint | str]:
    """Return the position of a matcher with a misspelt alert, and what to write instead."""
    for alert in platform.alerts:
        if alert.by_grafana and _may_fit(matchers, alert, platform):
            return None, f"leave '{alert.name}' to Prometheus: Grafana evaluates it, and sends it"
    for index, (label, operator, value) in enumerate(matchers):
        if label == "alertname" and operator == "=":
            close = closest_match(value, {alert.name for alert in platform.alerts})
            if close is not None:
                return index, Hint(f"did you mean '{close}'?", Edit("word", close, value))
    return None, "out/prometheus/rules has the alerts and their labels"


def _may_fit(matchers: list[_Matcher], alert: Alert, platform: Platform) -> bool:
    """Return whether an alert may have labels that fit; what its series have is not looked at."""
    from platc_compiler.expressions.results import matches

    known = _known(alert, platform)
    for label, operator, value in matchers:
        if label in known:
            if not matches(operator, value, known[label]):
                return False
        elif label == "service" and operator in {"=", "=~"}:
            names = ("", *platform.spec.services)
            if not any(matches(operator, value, each) for each in names):
                return False
    return True


def _known(alert: Alert, platform: Platform) -> Mapping[str, str]:
    """Return the labels of an alert whose values do not depend on the series."""
    own = {name: text for name, text in alert.labels if "{{" not in text}
    service = {"service": alert.service} if alert.service else {}
    outer = dict(platform.monitors[0].external_labels) if platform.monitors else {}
    return {**outer, **own, **service, "severity": alert.severity, "alertname": alert.name}
