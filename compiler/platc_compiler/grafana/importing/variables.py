"""Variables, annotations and links of a dashboard in the words of the language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.grafana.importing.losses import Losses
from platc_compiler.grafana.whole import Json, part, parts, query_text, source_type, variables_of

_HIDDEN = 2
_COMMON = frozenset(
    """name label type hide query current options refresh sort skipUrlSync definition datasource
    regex multi includeAll allValue description queryValue allowCustomValue
    regexApplyTo""".split()  # noqa: SIM905 - reads better
)
COLOUR = (
    r"((super-light|light|semi-dark|dark)-)?(red|orange|yellow|green|blue|purple)"
    r"|text|transparent|#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?"
)
"""The colours that the language has."""
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LENGTH = re.compile(r"(\d+(ms|s|m|h|d|w|y))+")
_PLAIN_VARIABLE = re.compile(r"^(?:\$(\w+)|\$\{(\w+)\}|\[\[(\w+)\]\])$")


def said_variables(model: Json, types: Mapping[str, str], lost: Losses) -> dict[str, Any]:
    """Return the variables by name."""
    found = {}
    for variable in variables_of(model):
        name, kind = str(variable.get("name")), str(variable.get("type"))
        said = _variable(variable, kind, types)
        if said is None or not _IDENTIFIER.fullmatch(name):
            lost.add(f"variables of type '{kind}'")
            continue
        lost.keys(variable, _COMMON, "a variable")
        if variable.get("label"):
            said["label"] = variable["label"]
        if variable.get("hide") == _HIDDEN and kind != "constant":
            said["hidden"] = True
        found[name] = said
    return found


def _variable(variable: Json, kind: str, types: Mapping[str, str]) -> dict[str, Any] | None:
    """Return a variable in the language, ``None`` when it has no words for it."""
    text = query_text(variable)
    if kind in {"textbox", "constant"}:
        return {"text" if kind == "textbox" else "constant": text}
    many = {
        word: variable[key]
        for key, word in (("multi", "multi"), ("includeAll", "all"), ("allValue", "all_value"))
        if variable.get(key)
    }
    match kind:
        case "query":
            asked = source_type(variable.get("datasource"), types)
            regex = {"regex": variable["regex"]} if variable.get("regex") else {}
            said = {"query": text, **source(variable, types), **regex, **many}
            return said if text and asked in {"", "prometheus"} else None
        case "custom":
            choices = _choices(text)
            return {"values": choices, **many} if choices else None
        case "datasource" if text in {"prometheus", "elasticsearch"}:
            return {"datasources": text, **many}
        case "interval" if not variable.get("auto"):
            lengths = [each.strip() for each in text.split(",")]
            return {"intervals": lengths} if all(map(_LENGTH.fullmatch, lengths)) else None
    return None


def _choices(text: str) -> list[str] | dict[str, str]:
    """Return the values of a custom variable: at commas, and after a colon between spaces."""
    pairs = [each.replace("\\,", ",").strip() for each in re.split(r"(?<!\\),", text)]
    split = [pair.partition(" : ") for pair in pairs if pair]
    if any(colon for _, colon, _ in split):
        return {shown.strip(): (value or shown).strip() for shown, _, value in split}
    return [shown for shown, _, _ in split]


def source(part: Json, types: Mapping[str, str]) -> dict[str, str]:
    """Return the data source where a variable chooses it; otherwise it is the default."""
    reference = part.get("datasource")
    uid = reference.get("uid") if isinstance(reference, dict) else reference
    found = _PLAIN_VARIABLE.match(uid) if isinstance(uid, str) else None
    name = next((group for group in found.groups() if group), "") if found else ""
    return {"datasource": f"${name}"} if name in types and not name.startswith("DS_") else {}


def said_annotations(model: Json, types: Mapping[str, str], lost: Losses) -> dict[str, Any]:
    """Return the annotations by name, without the one that Grafana itself has."""
    found = {}
    for annotation in parts(part(model.get("annotations")).get("list")):
        if annotation.get("builtIn"):
            continue
        expr = annotation.get("expr") or part(annotation.get("target")).get("expr")
        if not isinstance(expr, str) or not expr:
            lost.add("annotations that ask no Prometheus")
            continue
        said: dict[str, Any] = {"expr": expr, **source(annotation, types)}
        if re.fullmatch(COLOUR, str(annotation.get("iconColor"))):
            said["color"] = annotation["iconColor"]
        words = (("titleFormat", "title"), ("textFormat", "text"))
        said |= {word: annotation[key] for key, word in words if annotation.get(key)}
        if annotation.get("enable") is False:
            said["enabled"] = False
        lost.keys(annotation, _OF_ANNOTATION, "an annotation")
        found[str(annotation.get("name"))] = said
    return found


_OF_ANNOTATION = frozenset(
    """name expr target datasource titleFormat textFormat enable hide iconColor type showIn
    step""".split()  # noqa: SIM905 - reads better
)


def said_links(stated: object, lost: Losses) -> list[dict[str, Any]]:
    """Return links to addresses; links to all dashboards of a tag have no words."""
    return list(_links(stated, lost))


def _links(stated: object, lost: Losses) -> Iterator[dict[str, Any]]:
    for link in parts(stated):
        url = link.get("url")
        if link.get("type", "link") != "link" or not isinstance(url, str) or not url:
            lost.add("links to the dashboards of a tag")
        elif not re.fullmatch(r"(https?://|/|\$\{)\S*", url):
            lost.add("links to an address without a beginning")
        else:
            yield {
                "title": str(link.get("title") or url), "url": url,
                **({"new_tab": True} if link.get("targetBlank") else {}),
                **({} if link.get("keepTime") else {"keep_time": False}),
                **({} if link.get("includeVars") else {"keep_variables": False}),
            }  # fmt: skip
