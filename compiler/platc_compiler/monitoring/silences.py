"""The matchers of planned silences, and the alerts that they fit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from platc_compiler.expressions.results import matches
from platc_compiler.servers.matchers import parsed

if TYPE_CHECKING:
    from platc_spec.observability import Notifications
    from platc_spec.silences import Silence

Matcher = tuple[str, str, str]
"""A label, an operator and a value."""
_NAME = "alertname"
_ESCALATED = "escalated"
"""The label that keeps the name of an alert on the one that escalates it."""


def matchers_of(silence: Silence) -> list[Matcher]:
    """Return the matchers of a silence."""
    return [each for text in silence.matchers for each in parsed(text)]


def groups(silence: Silence, notifications: Notifications) -> Iterator[list[Matcher]]:
    """Yield the groups of matchers that together fit the alerts and their escalations.

    The alert that escalates another has its labels, but another name: a matcher of the name looks
    at the label that has kept it.
    """
    own = matchers_of(silence)
    if not notifications.escalation or all(label != _NAME for label, _, _ in own):
        yield own
        return
    yield [*own, (_ESCALATED, "=", "")]
    renamed = ((_ESCALATED if label == _NAME else label, *rest) for label, *rest in own)
    yield [*((label, operator, value) for label, operator, value in renamed),
           (_ESCALATED, "!=", "")]  # fmt: skip


def written(matchers: Iterable[Matcher]) -> list[str]:
    """Return matchers in the words of Alertmanager."""
    return [
        f"{label}{operator}{json.dumps(value, ensure_ascii=False)}"
        for label, operator, value in matchers
    ]


def fit(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Return whether matchers fit an alert with exactly these labels."""
    return all(
        matches(operator, value, labels.get(label, "")) for label, operator, value in matchers
    )


def coming_again(notifications: Notifications) -> list[Silence]:
    """Return the silences that hold whenever a time interval comes, by name."""
    return [silence for _, silence in sorted(notifications.silences.items()) if silence.during]
