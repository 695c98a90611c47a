"""Templates of Alertmanager's messages: what Go refuses, and what fails when a message is sent.

The types of values are followed as far as they are known. Sources: template/template.go and
template/default.tmpl of prometheus/alertmanager 0.31.1; ``text/template`` of Go 1.26.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from platc_compiler.diagnostics.did_you_mean import closest_match
from platc_compiler.expressions.go_template_syntax import (
    Node,
    Operand,
    Pipeline,
    TemplateFault,
    parse,
)
from platc_compiler.expressions.go_templates import ALERTMANAGER

_FIELDS: Mapping[str, Mapping[str, str]] = {
    "Data": {
        "Receiver": "text", "Status": "text", "Alerts": "Alerts", "GroupLabels": "KV",
        "CommonLabels": "KV", "CommonAnnotations": "KV", "ExternalURL": "text",
    },
    "Alerts": {"Firing": "list of Alert", "Resolved": "list of Alert"},
    "list of Alert": {},
    "Alert": {
        "Status": "text", "Labels": "KV", "Annotations": "KV", "StartsAt": "", "EndsAt": "",
        "GeneratorURL": "text", "Fingerprint": "text",
    },
    "Pairs": {"Names": "list of text", "Values": "list of text", "String": "text"},
    "Pair": {"Name": "text", "Value": "text"},
    "list of text": {},
    "text": {},
}  # fmt: skip
"""The fields and methods of each type; an empty type is not followed."""
_OF_KV = {"SortedPairs": "Pairs", "Remove": "KV", "Names": "list of text", "Values": "list of text",
          "String": "text"}  # fmt: skip
"""The methods of a set of labels; any other name is that of a label, and its value is a text."""
_ITEMS = {
    "Alerts": "Alert",
    "list of Alert": "Alert",
    "Pairs": "Pair",
    "KV": "text",
    "list of text": "text",
}
_ARGUMENTS = {
    "toUpper": 1, "toLower": 1, "title": 1, "trimSpace": 1, "join": 2, "match": 2, "safeHtml": 1,
    "safeUrl": 1, "urlUnescape": 1, "reReplaceAll": 3, "date": 2, "tz": 2, "since": 1,
    "humanizeDuration": 1, "toJson": 1, "len": 1, "not": 1,
}  # fmt: skip
"""How many values a function takes."""
_RESULTS = {
    **dict.fromkeys(("toUpper", "toLower", "title", "trimSpace", "join", "reReplaceAll", "date",
                     "toJson", "printf", "print", "println", "urlquery"), "text"),
    "stringSlice": "list of text",
}  # fmt: skip
_DEFAULT_PARTS: Mapping[str, str] = {
    "slack": "title username fallback callbackid pretext titlelink iconemoji iconurl text footer",
    "pagerduty": "description client clientURL instances",
    "opsgenie": "message description source",
    "wechat": "message to_user to_party to_tag agent_id",
    "victorops": "state_message entity_display_name monitoring_tool",
    "pushover": "title message url",
    "sns": "subject message",
    "telegram": "message",
    "discord": "content title message",
    "webex": "message",
    "msteams": "summary title text",
    "msteamsv2": "title text",
    "jira": "summary description priority",
    "rocketchat": "title alias titlelink emoji iconurl text",
    "mattermost": "text",
    "email": "subject html",
}
DEFAULTS = frozenset(
    {f"{kind}.default.{part}" for kind, parts in _DEFAULT_PARTS.items() for part in parts.split()}
    | {"__alertmanager", "__alertmanagerURL", "__subject", "__description", "__text_alert_list",
       "__text_alert_list_markdown"}
)  # fmt: skip
"""The templates that Alertmanager has by itself."""


class Library(Struct, frozen=True):
    """The user's own templates."""

    defined: Mapping[str, tuple[Node, ...]] = {}
    """The body of each template that the files define, by its name."""


def library(texts: Mapping[str, str]) -> tuple[Library, dict[str, TemplateFault]]:
    """Return the templates of files, and why Go refuses a file, by its name."""
    defined: dict[str, tuple[Node, ...]] = {}
    refused: dict[str, TemplateFault] = {}
    for name, text in texts.items():
        try:
            nodes = parse(text, ALERTMANAGER)
        except TemplateFault as fault:
            refused[name] = fault
        else:
            defined[name] = nodes
            defined |= {node.name: node.body for node in _named(nodes)}
    found = Library(defined)
    for name, text in texts.items():
        if name not in refused:
            said = _of_file(parse(text, ALERTMANAGER), found)
            if said is not None:
                refused[name] = said
    return found, refused


def _of_file(nodes: tuple[Node, ...], found: Library) -> TemplateFault | None:
    """Return what would fail in the templates of a file, whatever value they are given."""
    for node in _named(nodes):
        # Alertmanager itself gives a default template the whole message.
        root = "Data" if node.name in DEFAULTS and ".default." in node.name else ""
        try:
            _Check(found, root).nodes(node.body, root)
        except TemplateFault as fault:
            return fault
    return None


def _named(nodes: tuple[Node, ...]) -> Iterator[Node]:
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node.kind in {"define", "block"}:
            yield node
        waiting += [*node.body, *node.otherwise]


def fault(text: str, own: Library) -> TemplateFault | None:
    """Return why a text of a receiver cannot be filled in, ``None`` if it can."""
    if "{{" not in text:
        return None
    try:
        nodes = parse(text, ALERTMANAGER)
        local = {node.name: node.body for node in _named(nodes)}
        _Check(Library({**own.defined, **local}), "Data").nodes(nodes, "Data")
    except TemplateFault as found:
        return found
    return None


_Calls: TypeAlias = frozenset[tuple[str, str]]


class _Check:
    """Follows the types of values through a template."""

    def __init__(self, own: Library, root: str, called: _Calls = frozenset()) -> None:
        self._own = own
        self._root = root
        self._called = called
        """The templates that are being followed, with the type of their value."""
        self._variables: dict[str, str] = {"$": root}

    def nodes(self, nodes: tuple[Node, ...], dot: str) -> None:
        """Judge the parts of a template.

        Raises:
            TemplateFault: one of them fails.
        """
        for node in nodes:
            kind = self._pipeline(node.pipeline, dot) if node.pipeline else ""
            if node.kind == "range" and node.pipeline is not None:
                self._declare_items(node.pipeline, kind)
            elif node.pipeline is not None:
                self._variables |= dict.fromkeys(node.pipeline.variables, kind)
            match node.kind:
                case "if":
                    self.nodes(node.body, dot)
                case "with":
                    self.nodes(node.body, kind)
                case "range":
                    self.nodes(node.body, _ITEMS.get(kind, ""))
                case "template" | "block":
                    self._call(node, kind)
            self.nodes(node.otherwise, dot)

    def _declare_items(self, pipeline: Pipeline, kind: str) -> None:
        *key, value = pipeline.variables or ("",)
        self._variables |= dict.fromkeys(key, "")
        self._variables[value] = _ITEMS.get(kind, "")

    def _call(self, node: Node, kind: str) -> None:
        body = self._own.defined.get(node.name)
        if body is None and node.name not in DEFAULTS:
            known = [*self._own.defined, *DEFAULTS]
            close = closest_match(node.name, known)
            hint = f", did you mean '{close}'?" if close else ": define it under templates"
            raise TemplateFault(f"no template '{node.name}' is defined{hint}", node.offset)
        call = (node.name, kind)
        if body is None or call in self._called or not kind:
            return
        inner = _Check(self._own, kind, self._called | {call})
        try:
            inner.nodes(body, kind)
        except TemplateFault as found:
            message = f"in the template '{node.name}': {found}"
            raise TemplateFault(message, node.offset) from None

    def _pipeline(self, pipeline: Pipeline, dot: str) -> str:
        """Return the type of a pipeline's value."""
        kind = ""
        for number, command in enumerate(pipeline.commands):
            kind = self._command(command, dot, piped=number > 0)
        return kind

    def _command(self, command: tuple[Operand, ...], dot: str, *, piped: bool) -> str:
        first = command[0]
        for operand in command[1:]:
            self._operand(operand, dot)
        if first.kind != "function":
            kind = self._operand(first, dot)
            if kind == "text" and len(command) > 1:
                raise TemplateFault("a text takes no values: write them after '|'", first.offset)
            return kind
        wanted = _ARGUMENTS.get(first.name)
        given = len(command) - 1 + piped
        if wanted is not None and given != wanted:
            message = f"'{first.name}' takes {wanted} value{'s' * (wanted > 1)}, not {given}"
            raise TemplateFault(message, first.offset)
        return _RESULTS.get(first.name, "")

    def _operand(self, operand: Operand, dot: str) -> str:
        match operand.kind:
            case "dot":
                kind = dot
            case "variable":
                kind = self._variables.get(operand.name, "")
            case "text":
                return "text"
            case "pipeline" if operand.inner is not None:
                kind = self._pipeline(operand.inner, dot)
            case "function":
                kind = self._command((operand,), dot, piped=False)
            case _:
                return ""
        for name in operand.fields:
            kind = _field(kind, name, operand.offset)
        return kind


def _field(kind: str, name: str, offset: int) -> str:
    """Return the type of a field; the empty type has any."""
    if kind == "KV":
        return _OF_KV.get(name, "text")
    fields = _FIELDS.get(kind)
    if fields is None:
        return ""
    if name in fields:
        return fields[name]
    close = closest_match(name, fields)
    where = {"Data": "here", "text": "in a text"}.get(kind, f"in '{kind}'")
    hint = f", did you mean '.{close}'?" if close else ""
    if not hint and kind == "Data":
        hint = f", did you mean '.CommonLabels.{name}'?"
    raise TemplateFault(f"there is no '.{name}' {where}{hint}", offset)
