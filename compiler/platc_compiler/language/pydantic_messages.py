"""Pydantic's errors as messages of the language: the expected value, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from platc_compiler.diagnostics import Edit, Hint
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.source.emit import flow

_WANTED = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "date_from_datetime_parsing": "a date such as 2024-01-31",
    "date_type": "a date such as 2024-01-31",
    "dict_type": "a mapping",
    "float_parsing": "a number",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_type": "a mapping",
    "string_type": "a text",
    "time_delta_type": "a time such as 5m",
    "tuple_type": "a list",
}
"""The expected type of a value, by Pydantic's type of error."""

_LONGEST = 60


class Said(Struct, frozen=True):
    """What is said of a value."""

    message: str
    hint: str | Hint = ""


def _instead(text: str, value: Any) -> Hint:  # noqa: ANN401
    """Return a hint that names a value which is right whatever was meant."""
    return Hint(text, Edit("replace", flow(value)))


def is_mismatch(kind: str) -> bool:
    """Return whether an error states only that the value has another type."""
    return kind in _WANTED


def mismatch(kinds: list[str], value: object, example: str = "") -> Said:
    """Return what is said of a value that has none of the expected types."""
    wanted = list(dict.fromkeys(_WANTED[kind] for kind in kinds))
    message = f"this should be {' or '.join(wanted)}, not {shown(value)}"
    if value is None:
        return Said(message, _instead_of_nothing(kinds))
    if isinstance(value, list):
        return Said(message, _by_name(value) if {"dict_type", "model_type"} & set(kinds) else "")
    if isinstance(value, Mapping):
        return Said(message, _with_dashes(value) if "a list" in wanted else "")
    if not isinstance(value, (str, bool, int, float)):
        return Said(message)
    return Said(message, _instead_of_scalar(wanted, value, example))


def _instead_of_scalar(wanted: list[str], value: str | float, example: str) -> str | Hint:
    if wanted == ["a text"]:
        return _quotes(value, example) if not isinstance(value, str) else ""
    if {"a number", "a whole number"} & set(wanted) and _is_number(value):
        return _instead("remove the quotes", int(value))
    return _as_list(value) if "a list" in wanted and not isinstance(value, bool) else ""


def _as_list(value: object) -> str | Hint:
    """Return how a text of several words, as a shell takes it, is written as a list."""
    import shlex

    try:
        words = shlex.split(str(value)) if isinstance(value, str) else [str(value)]
    except ValueError:
        words = [str(value)]
    text = flow(words or [""])
    if len(text) > 4 * _LONGEST:
        return "write a list of its words"
    return _instead(f"write a list: {text}", words)


def _with_dashes(value: Mapping[str, object]) -> str:
    """Return the notation of a mapping where a list is expected; its values are not shown."""
    names = [str(name) for name in value]
    if not names:
        return "write []"
    if all(each is None or each == {} for each in value.values()):
        return f"write a list: {flow(names)}"
    return f"write a list, with a dash before each of its entries: - {names[0]}: …"


def _by_name(value: list[object]) -> str | Hint:
    """Return the notation of a list where a mapping is expected."""
    if value and all(isinstance(item, str) for item in value):
        texts = [str(item) for item in value]
        if all("=" in text for text in texts):
            # What stands behind the sign may be a credential.
            names = ", ".join(f"{text.partition('=')[0]}: VALUE" for text in texts)
            meant = dict(text.split("=", 1) for text in texts)
            return _instead(f"write a mapping: {{ {names} }}", meant)
        return f"write a mapping: {flow({text: {} for text in texts})}"
    named = [item.get("name") for item in value if isinstance(item, Mapping)]
    if value and len(named) == len(value) and all(isinstance(name, str) for name in named):
        names = ", ".join(f"{name}: …" for name in named)
        return f"write a mapping, with the name before the colon: {{ {names} }}"
    return "write a mapping: a name and a colon for each"


def _quotes(value: object, example: str) -> str | Hint:
    """Return the notation of a number where a string is expected."""
    if example.endswith("%") and not isinstance(value, bool):
        return _instead(f'write "{value}%"', f"{value}%")
    if isinstance(value, float):
        return "put it in quotes: a number with a point may lose a digit, as 1.10 is 1.1"
    hint = "put it in quotes"
    return hint if isinstance(value, bool) else _instead(hint, str(value))


def _is_number(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]{1,18}", value) is not None


def _instead_of_nothing(kinds: list[str]) -> str | Hint:
    if "dict_type" in kinds:
        return _instead("write {} or remove it", {})
    if {"list_type", "tuple_type"} & set(kinds):
        return _instead("write [] or remove it", [])
    return "fill it in or remove it"


def not_here(word: str) -> str:
    """Return the message for a key that other YAML languages have; empty for any other key."""
    if word == "<<":
        return "merge keys are not known here: write the keys out (an alias for a whole value is)"
    if word.startswith("x-"):
        return "keys of your own stand at the top of the file: anchors there, aliases here"
    return ""


def sentence(kind: str, message: str, context: Mapping[str, Any], value: object) -> Said:
    """Return what is said of any other finding."""
    if isinstance(value, str) and "{{" in value and kind in _FORMAL:
        said = _sentence(kind, message, context, value)
        return Said(said.message, "write the value: there is no templating here")
    return _sentence(kind, message, context, value)


_FORMAL = frozenset({"string_pattern_mismatch", "value_error"})
"""Findings that a text is of the wrong form."""


def _sentence(kind: str, message: str, context: Mapping[str, Any], value: object) -> Said:
    if kind in {"literal_error", "enum"}:
        return _choice(str(context.get("expected", "")), value)
    if kind == "string_pattern_mismatch":
        return _other_form(str(context["pattern"]), value)
    if kind in {"string_too_long", "too_long"}:
        long = f"this is too long: {len(str(value))} characters"
        many = f"these are too many: {context.get('actual_length')}"
        return Said(many if kind == "too_long" else long, f"at most {context['max_length']}")
    if kind in _LIMITS:
        words, name = _LIMITS[kind]
        return Said(f"{shown(value)} is out of range: it is {words} {context[name]}")
    instead = getattr(context.get("error"), "instead", "")
    hint = _instead(f"write {instead}", instead) if instead else ""
    return Said("this must not be empty" if kind == "too_short" else _plain(message), hint)


def _other_form(pattern: str, value: object) -> Said:
    message = f"{shown(value)} is not of the form that is wanted"
    if pattern == _HTTP_PATH and str(value).startswith(("http://", "https://")):
        path = _path(str(value))
        return Said(message, _instead(f"write the path alone: {path}", path))
    return Said(message, _FORMS.get(pattern, f"it matches {pattern}"))


def _path(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "/"
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


_HTTP_PATH = r"^/[^\s\x00-\x1f]*$"
_FORMS = {
    _HTTP_PATH: "write a path such as /health",
    r"^/[^:\x00-\x1f]+$": "write an absolute path, without a colon",
    r"^/[^:\x00-\x1f]*$": "write an absolute path, without a colon",
    r"^([#@].+|[CDGUW][A-Z0-9]{8,})$": (
        "write a channel such as #alerts, in quotes, or its id, such as C0123ABCD"
    ),
    r"^[A-Za-z0-9][A-Za-z0-9._-]*\.tmpl$": "write a name of a file such as shop.tmpl",
    r"^(team|teams|user|escalation|schedule|.*\{\{.*)$": (
        "write team, teams, user, escalation or schedule"
    ),
    r"^https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/?=&%+-]*)?$": (
        "write a URL such as https://api.example.com/, without user and password"
    ),
    r"^[^@\s]+@[^@\s]+$": "write an address such as team@example.com",
    r"^1\.[0-9]{2}$": 'write a minor version such as "1.37"',
    r"^[0-9]{1,2}(\.[0-9]{1,4})?%$": "write a share such as 99.9%",
    r"^[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_]*$": "write package.module:function",
    r"^[0-9A-Za-z][0-9A-Za-z._+-]*$": "write a version such as 3.3.2",
    r"^[a-z][-a-z0-9]*/[A-Za-z_][A-Za-z0-9_]*$": "write service/database",
    r"^[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?"
    r"(\.[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?)*$": "write a name such as db.example.com",
    r"^https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?$": (
        "write a URL such as https://monitoring.example.com/prometheus"
    ),
    r"^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?$": (
        "write a URL without a query, such as https://example.com/airflow"
    ),
    r"^https?://": "begin with http:// or https://",
    r"^https?://([A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$": (
        "write a URL without a user and a path, such as https://s3.example.com"
    ),
    r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$": "write a name such as eu-central-1",
    r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_.=/-]*[A-Za-z0-9_.=-])?$": "write s3://bucket/folder",
    r"^[A-Za-z0-9][A-Za-z0-9:/_.-]*$": "write the id of a key, its ARN, or alias/NAME",
    r"^[a-z0-9]([-_a-z0-9]*[a-z0-9])?([./][a-z0-9]([-_a-z0-9]*[a-z0-9])?)*$": (
        "write a name such as net.ipv4.ip_local_port_range"
    ),
    r"^[0-9]+([._][0-9]+)*$": "write a version such as 2.1",
    r"^[A-Z][A-Z_]{2,40}$": "write a capability without CAP_, such as NET_BIND_SERVICE",
    r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$": "write an id such as grafana",
    r"^[A-Za-z0-9][A-Za-z0-9_:.-]*$": "write a role such as admin",
    r"^[^/\\\x00-\x1f]+(/[^/\\\x00-\x1f]+)*$": (
        "write a folder beside platform.yaml, such as migrations/shop"
    ),
    r"^[a-z0-9][a-z0-9._-]{0,62}$": "write a name in small letters, such as admin",
    r"^(cluster_rights|host_ipc|host_network|host_path|host_pid|host_port|privileged|webhooks"
    r"|PLT\d{3})$": ("write a right such as host_network, or the code of a check such as PLT526"),
    r"^[^\n]*$": "write one line, without a line feed",
    r"^(https?://|ssh://|[A-Za-z0-9_.-]+@)[A-Za-z0-9_.-]": (
        "write a URL such as https://example.com/dags.git"
    ),
    r"^([A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*)?$": (
        "write a path such as airflow/dags, without / before or after"
    ),
    r"^[a-z_][a-z0-9_.-]*$": "write a name in lower-case letters, digits, '_', '.' and '-'",
    r"^[89]\.[0-9]{1,3}\.[0-9]{1,3}$": "write a whole version such as 9.1.2",
    r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$": "write a name such as log_writer, in lower-case letters",
    r"^(((super-light|light|semi-dark|dark)-)?(red|orange|yellow|green|blue|purple)"
    r"|text|transparent|#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?)$": (
        "write red, orange, yellow, green, blue or purple, dark-red and the like, or #RRGGBB"
    ),
    r"^(/[A-Za-z0-9._~-]+)*/?$": "write a path such as /prometheus",
    r"^(\$[A-Za-z_][A-Za-z0-9_]*|[a-z]([-a-z0-9]*[a-z0-9])?)$": (
        "write the name of a data source, or $name of a variable that chooses one"
    ),
    r"^(https?://|/|\$\{)\S*$": "write an address such as https://example.com/handbook",
    r"^[0-9]+(\.[0-9]+)?%$": "write a number, or a share of the scale such as 80%",
    r"^[A-Za-z0-9]+( [A-Za-z0-9]+)*$": "write a title of letters, digits and spaces",
    r"^[A-Za-z0-9_@.-]+$": "write the name of a field such as @timestamp",
    r"^[^/\\\x00-\x1f]+(/[^/\\\x00-\x1f]+)*\.json$": (
        "write the path of a file below the folder of platform.yaml, such as dashboards/web.json"
    ),
    r"^[^\s,#\\/?\"<>|$]+$": "write an index or a pattern such as logs-*",
    r"^[^\s:$]+$": "write a name without spaces, ':' and '$'",
}
"""What to write instead, by the pattern in the language's models."""

_LIMITS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}


def _choice(expected: str, value: object) -> Said:
    choices = [part.strip("' ") for part in expected.replace(" or ", ", ").split(",")]
    written = ", ".join(choices)
    if len(choices) == 1:
        only: Any = int(written) if written.isdecimal() else written
        message = f"{shown(value)} is not allowed here"
        return Said(message, _instead(f"write {written}", only))
    hint = did_you_mean(str(value), choices, "write one")
    return Said(f"{shown(value)} is not one of {written}", hint)


def _plain(message: str) -> str:
    text = message.removeprefix("Value error, ")
    text = text[:1].lower() + text[1:]
    return text.replace("input should be", "this should be").replace("string", "text")


def shown(value: object, *, quoted: bool = True) -> str:
    """Return a value as a message names it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    text = repr(value) if isinstance(value, str) and quoted else str(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
