"""Single values of the servers' configuration, by the Go types that read them.

Each function takes the text of a value, and returns why Go refuses it, empty if it does not, and
what to write instead. Sources: ``UnmarshalYAML`` of each type, at the pinned versions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.servers import durations, matchers, re2, time_intervals, urls

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)
_BYTES = re.compile(
    r"[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[KMGTPE]iB|B))+|[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)[KMGTPE]?B)+|[-+]?0",
    re.ASCII,
)
_HIDDEN = "<secret>"

Said = tuple[str, str]
"""Why a text is refused, and what to write."""
_FINE: Said = ("", "")


def _said(why: str, hint: str = "") -> Said:
    return (why, hint) if why else _FINE


def _prometheus_duration(text: str) -> Said:
    if durations.prometheus_duration(text) is not None:
        return _FINE
    hint = f"write {text}s or {text}m" if text.isdecimal() else "write one such as 30s, 5m, 1d12h"
    return f"'{text}' is no duration", hint


def _go_duration(text: str) -> Said:
    if durations.go_duration(text) is not None:
        return _FINE
    hint = "write one such as 30s, 5m, 1h30m: Go has no unit above the hour"
    return f"'{text}' is no duration", hint


def _web_url(text: str) -> Said:
    why = urls.web_fault(text)
    return _said(f"this URL is refused: {why}" if why else "", "write https://HOST/…")


def _secret_url(text: str) -> Said:
    return _FINE if text == _HIDDEN else _web_url(text)


def _template_url(text: str) -> Said:
    return _FINE if not text or "{{" in text else _secret_url(text)


def _any_url(text: str) -> Said:
    why = urls.parsed(text).fault
    return _said(f"this URL is refused: {why}" if why else "")


def _host_port(text: str) -> Said:
    why = urls.host_port_fault(text) if text else ""
    return _said(f"'{text}' is refused: {why}" if why else "")


def _regexp(text: str) -> Said:
    why = re2.anchored_fault(text)
    return _said(f"the regular expression is refused: {why}" if why else "")


def _free_regexp(text: str) -> Said:
    why = re2.fault(text)
    return _said(f"the regular expression is refused: {why}" if why else "")


def _relabel_regexp(text: str) -> Said:
    why = re2.fault(f"^(?s:{text})$")
    return _said(f"the regular expression is refused: {why}" if why else "")


def _matcher(text: str) -> Said:
    why = matchers.fault(text)
    return _said(f"'{text}' is refused: {why}" if why else "", 'write label="value"')


def _size(text: str) -> Said:
    if _BYTES.fullmatch(text):
        return _FINE
    hint = f"write {text}B or {text}MB" if text.isdecimal() else "write one such as 512MB or 10GiB"
    return f"'{text}' is no size", hint


def _label(text: str) -> Said:
    return _said("" if text else "the name of a label is empty", "write its name")


def _choice(*choices: str, lower: bool = False) -> Callable[[str], Said]:
    def check(text: str) -> Said:
        if (text.lower() if lower else text) in choices:
            return _FINE
        hint = did_you_mean(text, choices, f"write {' or '.join(choices)}")
        return f"'{text}' is not one of {', '.join(choices)}", hint.text

    return check


ACTIONS = (
    "replace", "keep", "drop", "keepequal", "dropequal", "hashmod", "labelmap", "labeldrop",
    "labelkeep", "lowercase", "uppercase",
)  # fmt: skip

SCALARS: Mapping[str, Callable[[str], Said]] = {
    "string": lambda _: _FINE,
    "common.Secret": lambda _: _FINE,
    "config.Secret": lambda _: _FINE,
    "common.TLSVersion": _choice("TLS10", "TLS11", "TLS12", "TLS13"),
    "common.URL": _any_url,
    "config.URL": _web_url,
    "config.SecretURL": _secret_url,
    "config.SecretTemplateURL": _template_url,
    "config.HostPort": _host_port,
    "config.Regexp": _free_regexp,
    "config.TracingClientType": _choice("http", "grpc"),
    "config.AlertmanagerAPIVersion": _choice("v2"),
    "config.duration": _go_duration,
    "matcher": _matcher,
    "regexp": _regexp,
    "model.Duration": _prometheus_duration,
    "model.LabelName": _label,
    "model.ValidationScheme": _choice("", "utf8", "legacy"),
    "kubernetes.Role": _choice("pod", "service", "endpoints", "endpointslice", "node", "ingress"),
    "relabel.Action": _choice(*ACTIONS, lower=True),
    "relabel.Regexp": _relabel_regexp,
    "timeinterval.DayOfMonthRange": time_intervals.days_of_month,
    "timeinterval.Location": time_intervals.location,
    "timeinterval.MonthRange": time_intervals.months,
    "timeinterval.WeekdayRange": time_intervals.weekdays,
    "timeinterval.YearRange": time_intervals.years,
    "units.Base2Bytes": _size,
}
"""The types that read a text, or the text of any other single value."""


def is_label(text: str) -> bool:
    """Return whether a text is a name of a label without UTF-8 (``model.LabelNameRE``)."""
    return _LABEL.fullmatch(text) is not None
