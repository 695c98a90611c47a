"""What becomes of records that Elasticsearch refuses, by the rules of fluent-plugin-elasticsearch.

No Fluentd can be installed here, so that its rules are played over the configuration that platc
writes. They are those of ``out_elasticsearch.rb`` and ``elasticsearch_error_handler.rb``, versions
5.2.5, 5.4.4 and 6.0.0, and of fluentd 1.19.3's router:

- The output takes the id out of ``id_key``, then deletes ``remove_keys`` from the record itself.
- For each answer that is an error it makes the request once more, from what is left of the record.
  A record without an id is skipped there when the operation is ``create``: nobody is told.
- 400 goes to the label ``@ERROR``, or into the log without one.
- An error of ``unrecoverable_error_types`` gives up the whole request; all others are emitted anew
  under ``retry_tag``, or else under their tag, in the output's own label.
- A request that is refused whole is retried whole, with its chunk.

The real programs were run with this configuration as well (fluentd 1.19.3 and the plugin 6.0.0 out
of their sources, with a server that refuses once): they did the same.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tests.real.fluentd_config import Section

Record = dict[str, Any]
_TAG = "kubernetes.var.log.containers.web-0_shop_web-0.log"
_GIVEN_UP = '["out_of_memory_error", "es_rejected_execution_exception"]'
"""The plugin's default."""


@dataclass
class Fate:
    """Where a refused record goes."""

    output: str = ""
    """The id of the output that sends it again; empty for none."""
    id: str = ""
    """With which id."""
    counted: str = ""
    """The counter that it raised; empty for none."""
    passed: tuple[str, ...] = ()
    """The filters that it passes for a second time."""
    shown: bool = False
    """Whether it is written to the log."""


def fate(root: Section, label: Section, output: Section, record: Record, status: int) -> Fate:
    """Return what becomes of a record of an output that Elasticsearch has answered with STATUS."""
    left, first = _sent(output, deepcopy(record))
    again, identity = _sent(output, deepcopy(left))
    assert again == left, "a second try has another body"
    if identity is None and output.parameters["write_operation"] == "create":
        return Fate()
    assert identity == first, "a second try has another id"
    if status == 400:
        errors = next((s for s in root.sections if s.argument == "@ERROR"), None)
        return _routed(errors, "any.tag") if errors else Fate(shown=True)
    given_up = output.parameters.get(
        "unrecoverable_error_types", '["es_rejected_execution_exception"]'
    )
    assert json.loads(given_up) == [], "some refusals end the whole request"
    found = _routed(
        label, output.parameters.get("retry_tag", "kubernetes.var.log.containers.a.log")
    )
    return Fate(found.output, identity or "", found.counted, found.passed, found.shown)


def _sent(output: Section, record: Record) -> tuple[Record, str | None]:
    identity = record.get(output.parameters["id_key"])
    for key in filter(None, output.parameters.get("remove_keys", "").split(",")):
        record.pop(key, None)
    return record, identity


def _routed(label: Section, tag: str) -> Fate:
    found = Fate()
    passed = []
    for section in label.sections:
        if section.name not in {"filter", "match"} or not _matches(section.argument, tag):
            continue
        if section.name == "match":
            found.output = section.parameters["@id"] if section.type == "elasticsearch" else ""
            found.shown = section.type == "stdout"
            break
        if section.type == "prometheus":
            (metric,) = section.sections
            found.counted = metric.parameters["name"]
        else:
            passed.append(section.type)
    found.passed = tuple(passed)
    return found


def _matches(patterns: str, tag: str) -> bool:
    return any(re.fullmatch(_regular(pattern), tag) for pattern in patterns.split())


def _regular(pattern: str) -> str:
    """Return the pattern of a tag as a regular expression: ``a.**`` also matches ``a``."""
    text = re.escape(pattern).replace(r"\*\*", "\0").replace(r"\*", "[^.]+")
    return text.replace("\\.\0", r"(\..*)?").replace("\0", ".*")
