"""Templates in the texts and labels of alerts: what Prometheus refuses when it loads them, and what
fails when it fills them in, so that the text is an error message.

The types of values are followed as far as they are known. Sources: template/template.go and
rules/alerting.go of prometheus/prometheus 3; ``text/template`` of Go 1.26.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.expressions.go_template_syntax import (
    Node,
    Operand,
    Pipeline,
    TemplateFault,
    parse,
)
from platc_compiler.expressions.go_templates import PROMETHEUS

_DECLARED = (
    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}"
    "{{$externalURL := .ExternalURL}}{{$value := .Value}}"
)
"""What Prometheus puts before the text of an alert (``rules/alerting.go``, ``defs``)."""
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "an alert": {
        "Labels": "labels", "ExternalLabels": "labels", "ExternalURL": "a text",
        "Value": "a number",
    },
    "a sample": {"Labels": "labels", "Value": "a number"},
    "a list of samples": {}, "a text": {}, "a number": {},
}  # fmt: skip
"""The fields of each type; labels have any. A type that is not listed is not followed."""
_TEXT, _SAMPLE, _SAMPLES, _ANY = "a text", "a sample", "a list of samples", ""
_PARAMETERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        """safeHtml title toUpper toLower graphLink tableLink stripPort stripDomain urlQueryEscape
        query parseDuration""".split(),  # noqa: SIM905 - reads better
        (_TEXT,),
    ),
    **dict.fromkeys(
        """humanize humanize1024 humanizeDuration humanizePercentage humanizeTimestamp toTime
        toDuration""".split(),  # noqa: SIM905
        (_ANY,),
    ),
    "reReplaceAll": (_TEXT, _TEXT, _TEXT), "match": (_TEXT, _TEXT),
    "first": (_SAMPLES,), "value": (_SAMPLE,), "strvalue": (_SAMPLE,), "label": (_TEXT, _SAMPLE),
    "sortByLabel": (_TEXT, _SAMPLES), "now": (), "pathPrefix": (), "externalURL": (),
}  # fmt: skip
_RESULTS: Mapping[str, str] = {
    **dict.fromkeys(
        """title toUpper toLower graphLink tableLink stripPort stripDomain urlQueryEscape
        reReplaceAll label strvalue humanize humanize1024 humanizeDuration humanizePercentage
        pathPrefix externalURL print printf println""".split(),  # noqa: SIM905
        _TEXT,
    ),
    "query": _SAMPLES, "sortByLabel": _SAMPLES, "first": _SAMPLE, "value": "a number",
    "now": "a number", "parseDuration": "a number",
}  # fmt: skip
_ITEMS = {_SAMPLES: _SAMPLE, "labels": _TEXT}


class Found(Struct, frozen=True):
    """What a template uses, beside what is wrong with it."""

    queries: tuple[str, ...] = ()
    """The expressions that it asks Prometheus for, as far as they are written out."""
    foreign: tuple[str, ...] = ()
    """What of it Grafana does not have: external labels and URL as values, and queries."""


def examined(text: str) -> Found:
    """Return what the text of an alert uses.

    Raises:
        TemplateFault: Prometheus refuses it, or it fails whenever it is filled in.
    """
    if "{{" not in text:
        return Found()
    try:
        nodes = parse(_DECLARED + text, PROMETHEUS)
        check = _Check(frozenset(node.name for node in _all(nodes) if node.kind in _NAMED))
        check.nodes(nodes, "an alert", {"$": "an alert"})
    except TemplateFault as fault:
        raise TemplateFault(str(fault), max(0, fault.offset - len(_DECLARED))) from None
    return Found(tuple(check.queries), tuple(check.foreign))


_NAMED = frozenset({"define", "block"})
_EXTERNAL = frozenset({"$externalLabels", "$externalURL"})


def _all(nodes: tuple[Node, ...]) -> Iterator[Node]:
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [*node.body, *node.otherwise]


class _Check:
    """Follows types through a template."""

    def __init__(self, defined: frozenset[str]) -> None:
        self._defined = defined
        self.queries: list[str] = []
        self.foreign: list[str] = []

    def nodes(self, nodes: tuple[Node, ...], dot: str, variables: dict[str, str]) -> None:
        """Examine nodes with the type of ``.`` and those of the variables.

        Raises:
            TemplateFault: one of them fails whatever the values are.
        """
        for node in nodes:
            self._node(node, dot, variables)

    def _node(self, node: Node, dot: str, variables: dict[str, str]) -> None:
        if node.kind == "define":
            # Nobody knows with which value it is called.
            self.nodes(node.body, _ANY, {"$": _ANY})
            return
        result = self._pipeline(node.pipeline, dot, variables) if node.pipeline else _ANY
        if node.kind == "template" and node.name not in self._defined:
            raise TemplateFault(f"no template '{node.name}' is defined here", node.offset)
        if node.kind == "block":
            self.nodes(node.body, result, {"$": result})
            return
        inner = dict(variables)
        names = node.pipeline.variables if node.pipeline else ()
        if node.kind == "range":
            item = self._item(result, node)
            inner |= dict(zip(names, (_ANY, item) if len(names) > 1 else (item,), strict=False))
            self.nodes(node.body, item, inner)
        elif node.kind in {"if", "with"}:
            inner |= dict.fromkeys(names, result)
            self.nodes(node.body, result if node.kind == "with" else dot, inner)
        else:
            variables |= dict.fromkeys(names, result)
        self.nodes(node.otherwise, dot, dict(variables))

    def _item(self, result: str, node: Node) -> str:
        if result in {_TEXT, "a number", _SAMPLE, "an alert"}:
            raise TemplateFault(f"'range' over {result}", node.offset)
        return _ITEMS.get(result, _ANY)

    def _pipeline(self, pipeline: Pipeline, dot: str, variables: dict[str, str]) -> str:
        result: str | None = None
        for command in pipeline.commands:
            result = self._command(command, dot, variables, result)
        return result or _ANY

    def _command(
        self, command: tuple[Operand, ...], dot: str, variables: dict[str, str], last: str | None
    ) -> str:
        first, *rest = command
        types = [self._operand(operand, dot, variables) for operand in rest]
        given = types if last is None else [*types, last]
        if first.kind != "function" or first.fields:
            result = self._operand(first, dot, variables)
            if given and first.kind != "function":
                raise TemplateFault("a value is no function, it takes no argument", first.offset)
            return result
        self._call(first, rest, given)
        return _RESULTS.get(first.name, _ANY)

    def _call(self, function: Operand, rest: list[Operand], given: list[str]) -> None:
        wanted = _PARAMETERS.get(function.name)
        if wanted is None:
            return
        if function.name == "query":
            self.foreign.append("query")
        if len(given) != len(wanted):
            values = f"{len(wanted)} value{'s' if len(wanted) != 1 else ''}"
            message = f"'{function.name}' takes {values}, not {len(given)}"
            raise TemplateFault(message, function.offset)
        for stated, kind in zip(given, wanted, strict=True):
            if kind and stated and stated != kind:
                message = f"'{function.name}' takes {kind}, not {stated}"
                raise TemplateFault(message, function.offset)
        if function.name == "query" and rest and rest[0].kind == "text":
            self.queries.append(rest[0].name)

    def _operand(self, operand: Operand, dot: str, variables: dict[str, str]) -> str:
        """Return the type of a value, empty if it is not known."""
        match operand.kind:
            case "dot":
                kind = dot
                self._field_of_prometheus(kind, operand)
            case "variable":
                kind = variables.get(operand.name, _ANY)
                if operand.name in _EXTERNAL:
                    self.foreign.append(operand.name)
                self._field_of_prometheus(kind, operand)
            case "text":
                return _TEXT
            case "literal":
                number = operand.name not in {"true", "false", "nil"}
                return "a number" if number else _ANY
            case "pipeline":
                kind = self._pipeline(operand.inner, dot, variables) if operand.inner else _ANY
            case _:
                self._call(operand, [], [])
                kind = _RESULTS.get(operand.name, _ANY)
        return _through(kind, operand)

    def _field_of_prometheus(self, kind: str, operand: Operand) -> None:
        first = operand.fields[0] if operand.fields else ""
        # What stands before the text declares variables by such fields.
        if kind == "an alert" and first.startswith("External") and operand.offset >= len(_DECLARED):
            self.foreign.append(f".{first}")


def _through(kind: str, operand: Operand) -> str:
    """Return the type of a field of a value."""
    for name in operand.fields:
        if kind == "labels":
            kind = _TEXT
        elif kind in _FIELDS:
            fields = _FIELDS[kind]
            if name not in fields:
                hint = did_you_mean(name, fields)
                message = f"{kind} has no field '{name}'" + (f": {hint}" if hint else "")
                raise TemplateFault(message, operand.offset)
            kind = fields[name]
        else:
            return _ANY
    return kind
