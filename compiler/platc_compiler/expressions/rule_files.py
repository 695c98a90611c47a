"""Rule files of Prometheus, in the words of platform.yaml.

Source: prometheus.io/docs/prometheus/latest/configuration/recording_rules, and the kind
PrometheusRule of the Prometheus Operator, whose ``spec`` is a rule file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml
from msgspec import Struct

_Rule = dict[str, Any]
_SEVERITIES = ("critical", "warning", "info")
_MEANT = {
    **dict.fromkeys(("page", "crit", "error", "fatal", "emergency", "disaster", "high", "p1"),
                    "critical"),
    **dict.fromkeys(("warn", "major", "minor", "medium", "average", "ticket", "p2"), "warning"),
    **dict.fromkeys(("none", "notice", "information", "informational", "low", "debug", "p3"),
                    "info"),
}  # fmt: skip
"""Words of others for severities."""
_OF_ALERTS = frozenset({"alert", "expr", "for", "keep_firing_for", "labels", "annotations"})
_OF_RECORDINGS = frozenset({"record", "expr", "labels"})
_OF_GROUPS = frozenset({"name", "rules"})
_DEEPEST = 20


class NotRulesError(ValueError):
    """A text that holds no rules; the message states the reason."""


class Imported(Struct, frozen=True):
    """Rules in the words of platform.yaml."""

    alerts: dict[str, _Rule]
    recordings: list[_Rule]
    notes: tuple[str, ...]
    """What the language cannot say, a sentence each."""


def rules_in(text: str) -> Iterator[_Rule]:
    """Yield the rules of a text in their order; what stands beside them in a group is under
    ``group``.

    Raises:
        NotRulesError: the text is no YAML, or holds no rules.
    """
    try:
        # Every scalar is a text, as for Prometheus: no is a label's value, 1:30 is no number.
        documents = [each for each in yaml.load_all(text, yaml.CBaseLoader) if each]
    except (yaml.YAMLError, RecursionError) as fault:
        said = "it nests too deeply" if isinstance(fault, RecursionError) else _place(fault)
        raise NotRulesError(f"it is not YAML: {said}") from None
    groups = [group for document in documents for group in _groups(document)]
    if not groups:
        raise NotRulesError("it has neither groups: nor an object of kind PrometheusRule")
    for group in groups:
        rules = group.get("rules") if isinstance(group, Mapping) else None
        if not isinstance(rules, list) or not all(isinstance(rule, Mapping) for rule in rules):
            raise NotRulesError("a group needs its rules:, a list")
        beside = {key: value for key, value in group.items() if key != "rules"}
        yield from ({**rule, "group": beside} for rule in rules)


def _place(fault: Exception) -> str:
    mark = getattr(fault, "problem_mark", None)
    problem = getattr(fault, "problem", None) or "it cannot be read"
    return f"line {mark.line + 1}: {problem}" if mark is not None else problem


def _groups(document: object, depth: int = 0) -> Iterator[Any]:
    """Yield the groups of a rule file, of a PrometheusRule, or of a list of these."""
    if not isinstance(document, Mapping) or depth > _DEEPEST:
        return
    found = document.get("groups")
    if isinstance(found, list):
        yield from found
    elif str(document.get("kind", "")).endswith("List") and isinstance(document.get("items"), list):
        for item in document["items"]:
            yield from _groups(item, depth + 1)
    elif document.get("kind") == "PrometheusRule":
        yield from _groups(document.get("spec"), depth + 1)


def imported(rules: Iterable[_Rule]) -> Imported:
    """Return rules in the words of platform.yaml.

    An alert whose name is taken gets another key and keeps its name under ``alertname``.
    """
    alerts: dict[str, _Rule] = {}
    recordings: list[_Rule] = []
    notes: dict[str, None] = {}
    for rule in rules:
        found: list[str] = []
        if isinstance(rule.get("alert"), str) and isinstance(rule.get("expr"), str):
            name = str(rule["alert"])
            alert = _alert(rule, found)
            key = _key(name, alert["severity"], alerts)
            alerts[key] = {"alertname": name, **alert} if key != name else alert
        elif isinstance(rule.get("record"), str) and isinstance(rule.get("expr"), str):
            name = str(rule["record"])
            recordings.append(_recording(rule, found))
        else:
            name = f"a rule of the group '{rule['group'].get('name', '')}'"
            found.append("needs alert: or record:, and expr:")
        notes.update(dict.fromkeys(f"{name}: {each}" for each in found))
        notes.update(dict.fromkeys(_of_group(rule["group"])))
    return Imported(alerts, recordings, tuple(notes))


def _of_group(group: Mapping[str, Any]) -> Iterator[str]:
    for key in group.keys() - _OF_GROUPS:
        yield f"the group '{group.get('name', '')}': {key}: {group[key]} is left out"


def _recording(rule: _Rule, notes: list[str]) -> _Rule:
    notes += [f"{key}: is left out" for key in rule.keys() - _OF_RECORDINGS - {"group"}]
    found: _Rule = {"record": rule["record"], "expr": rule["expr"].strip()}
    labels = _texts(rule.get("labels"), notes)
    return {**found, "labels": labels} if labels else found


def _alert(rule: _Rule, notes: list[str]) -> _Rule:
    notes += [f"{key}: is left out" for key in rule.keys() - _OF_ALERTS - {"group"}]
    labels, annotations = _texts(rule.get("labels"), notes), _texts(rule.get("annotations"), notes)
    severity = _severity(labels.pop("severity", ""), notes)
    message = annotations.pop("message", "")
    summary = annotations.pop("summary", "") or message or annotations.pop("title", "")
    description = annotations.pop("description", "") or (message if message != summary else "")
    found: _Rule = {"expr": rule["expr"].strip()}
    for key in ("for", "keep_firing_for"):
        if str(rule.get(key, "0")).strip("0smhdwy") != "":
            found[key] = rule[key]
    found |= {"severity": severity, "summary": summary.strip() or rule["alert"]}
    further = {"description": description.strip(), "labels": labels, "annotations": annotations}
    return found | {key: value for key, value in further.items() if value}


def _severity(stated: str, notes: list[str]) -> str:
    if stated in _SEVERITIES:
        return stated
    meant = _MEANT.get(stated.lower(), stated.lower() if stated.lower() in _SEVERITIES else "")
    if not stated:
        notes.append("it has no severity: warning is written")
    elif meant:
        notes.append(f"the severity '{stated}' becomes {meant}")
    else:
        notes.append(f"the severity '{stated}' is not known: warning is written")
    return meant or "warning"


def _texts(stated: object, notes: list[str]) -> dict[str, str]:
    """Return labels or annotations; a name that platform.yaml does not accept is left out."""
    found = {}
    for key, value in stated.items() if isinstance(stated, Mapping) else ():
        if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", key) and isinstance(value, str):
            found[key] = value
        else:
            notes.append(f"'{key}' is left out")
    return found


def _key(name: str, severity: str, taken: Mapping[str, _Rule]) -> str:
    """Return a key that is not taken: the name, with the severity or a number where needed."""
    plain = re.sub(r"[^A-Za-z0-9_]", "_", name)
    plain = plain if re.match(r"[A-Za-z_]", plain) else f"_{plain}"
    numbered = (f"{plain}{number}" for number in range(2, len(taken) + 3))
    candidates = (plain, f"{plain}{severity.capitalize()}", *numbered)
    return next(each for each in candidates if each not in taken)
