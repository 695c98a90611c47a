"""What the sources of exporters say of their metrics: Go code, and tables of documentation.

Go code is searched for the calls that make metrics, with the constants of the same files. It need
not compile, and a call whose name is computed is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import yaml
from tools.catalogue import Metric

_CONSTANT = re.compile(
    r'^\s*(?:const\s+|var\s+)?(\w+)\s*(?:string\s*)?:?=\s*"([^"]+)"', re.MULTILINE
)
_MADE = re.compile(r"\bNew(Counter|Gauge|Histogram|Summary|TimingHistogram)(Vec)?(?:Func)?\(")
_NAME = re.compile(r"\b(Namespace|Subsystem|Name):\s*([\w.]+|\"[^\"]*\")")
_LABELS = re.compile(r"\[\]string\{([^}]*)\}")
_QUALIFIED = re.compile(
    r"NewDesc\(\s*(?:\w+\.)?BuildFQName\(([^()]*)\),\s*(?:\"(?:[^\"\\]|\\.)*\"|[^,]+),\s*"
    r"(\[\]string\{[^}]*\}|nil|[\w.]+)"
)
_NAMED = re.compile(
    r'NewDesc\(\s*"?(\w+)"?,\s*"(?:[^"\\]|\\.)*",\s*(\[\]string\{[^}]*\}|nil|labels)'
)
_IN_CADVISOR = re.compile(
    r'name:\s*"((?:container|machine)_\w+)".*?valueType:\s*prometheus\.(\w+)Value(.*?)getValues',
    re.DOTALL,
)
_OF_CONTAINERS = ("container", "id", "image", "name", "namespace", "pod")
_ROW = re.compile(r"^\|\s*(kube_\w+)\s*\|")
_IN_TABLES = re.compile(r"`(\w+)`=")
_COMMON = re.compile(r"DefaultLabels\s*= \[\]string\{([^}]*)\}")
_KEYS = re.compile(r"(?i:labelkeys)\s*:?=?\s*(?:append\([^,]*,\s*)?\[\]string\{([^}]*)\}")


def go_files(folder: Path, *patterns: str) -> list[str]:
    """Return the text of Go files, without those of tests."""
    found = (path for pattern in patterns for path in sorted(folder.glob(pattern)))
    return [
        path.read_text(encoding="utf-8")
        for path in found
        if path.suffix == ".go" and not path.name.endswith("_test.go")
    ]


def in_go(texts: Sequence[str]) -> dict[str, Metric]:
    """Return the metrics that Go code makes with the client library or Kubernetes' own."""
    shared = {name: value for text in texts for name, value in _CONSTANT.findall(text)}
    found: dict[str, Metric] = {}
    for text in texts:
        known = {**shared, **dict(_CONSTANT.findall(text))}
        for kind, name, labels in (*_made(text, known), *_described(text, known)):
            found.setdefault(name, Metric(kind)).series.add(frozenset(labels))
    return found


def _made(text: str, known: dict[str, str]) -> Iterator[tuple[str, str, list[str]]]:
    for match in _MADE.finditer(text):
        call = _arguments(text, match.end())
        parts = dict(_NAME.findall(call))
        words = [
            _word(parts[key], known) for key in ("Namespace", "Subsystem", "Name") if key in parts
        ]
        labels = _LABELS.findall(call) if match[2] else []
        names = [_word(each, known) for each in _split(labels[-1])] if labels else []
        if "Name" in parts and all(words) and all(names):
            kind = match[1].removeprefix("Timing").lower()
            yield kind, "_".join(each for each in words if each != "-"), names


def _described(text: str, known: dict[str, str]) -> Iterator[tuple[str, str, list[str]]]:
    described = [(_split(each), stated) for each, stated in _QUALIFIED.findall(text)]
    described += [([each], stated) for each, stated in _NAMED.findall(text)]
    for parts, stated in described:
        words = [_word(each, known) for each in parts]
        names = [_word(each, known) for each in _split(stated[9:-1])] if stated[:2] == "[]" else []
        if all(words) and all(names) and (stated == "nil" or names):
            yield "gauge", "_".join(each for each in words if each != "-"), names


def _word(text: str, known: dict[str, str]) -> str:
    """Return a constant's value: empty if it is not known, ``-`` if it is an empty text."""
    if text.startswith('"'):
        return text.strip('"') or "-"
    return known.get(text.rpartition(".")[2], "")


def _split(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _arguments(text: str, start: int) -> str:
    depth = 1
    for at in range(start, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if not depth:
            return text[start:at]
    return ""


def in_cadvisor(texts: Sequence[str]) -> dict[str, Metric]:
    """Return the metrics of cAdvisor as the kubelet serves them.

    The cgroups above the pods have no pod, no namespace and no container: these labels are
    optional. Of machine metrics the kubelet's labels are those of the machine.
    """
    found = {}
    known = {name: value for text in texts for name, value in _CONSTANT.findall(text)}
    for text in texts:
        for name, kind, between in _IN_CADVISOR.findall(text):
            stated = [each for labels in _LABELS.findall(between) for each in _split(labels)]
            further = [_word(each, known) for each in stated]
            if name.startswith("machine_"):
                machine = ("boot_id", "machine_id", "system_uuid")
                found[name] = Metric(kind.lower(), {*machine, *further})
            else:
                found[name] = Metric(kind.lower(), {*_OF_CONTAINERS, *further}, {"id", *further})
        for name, stated in _NAMED.findall(text):
            if stated == "labels":
                found[name] = Metric("gauge", _OF_CONTAINERS, {"id"})
    return found


def in_tables(text: str, labelled: Iterable[str], instance: str) -> dict[str, Metric]:
    """Return the metrics of a table of kube-state-metrics' documentation that platc's flags bring.

    The labels of objects are exported for the kinds in ``labelled`` alone, and of them ``instance``
    alone; annotations, and what is served only on request, are not exported.
    """
    found = {}
    for line in text.splitlines():
        if _ROW.match(line) is None:
            continue
        name, kind, *cells = (each.strip() for each in re.split(r"(?<!\\)\|", line)[1:-1])
        listed = next((cell for cell in cells if "`=" in cell), "")
        labels = {each for each in _IN_TABLES.findall(listed) if not each.startswith("label_")}
        if name.endswith("_annotations") or cells[-1] == "Opt-in":
            continue
        if name.endswith("_labels"):
            if name.removeprefix("kube_").removesuffix("_labels") not in labelled:
                continue
            labels.add(instance)
        found[name] = Metric(kind.lower(), labels)
    return found


def in_generators(text: str) -> dict[str, set[str]]:
    """Return the labels that the Go code of kube-state-metrics gives to the series of a metric.

    The documentation leaves some out; code that computes labels is not understood here.
    """
    common = common_labels(text)
    found: dict[str, set[str]] = {}
    for block in text.split("NewFamilyGenerator")[1:]:
        name = re.search(r'"(kube_\w+)"', block)
        keys = {each.strip('"') for keys in _KEYS.findall(block) for each in _split(keys)}
        if name is not None:
            found[name[1]] = common | {each for each in keys if each.isidentifier()}
    return found


def common_labels(text: str) -> set[str]:
    """Return the labels that every metric of a kind of objects has."""
    return {each.strip('"') for each in _split("".join(_COMMON.findall(text)))}


def in_queries(text: str, prefix: str) -> dict[str, Metric]:
    """Return the metrics of queries in the notation of postgres_exporter, as YAML.

    Args:
        text: the queries by name, each with its columns and their use.
        prefix: what stands before the name of a query in the name of a metric.
    """
    found: dict[str, Metric] = {}
    for key, query in yaml.safe_load(text).items():
        columns = {
            name: stated["usage"] for each in query["metrics"] for name, stated in each.items()
        }
        labels = [name for name, usage in columns.items() if usage == "LABEL"]
        for name, usage in columns.items():
            if usage in {"COUNTER", "GAUGE"}:
                metric = f"{prefix}_{query.get('name', key)}_{name}"
                found.setdefault(metric, Metric(usage.lower())).series.add(frozenset(labels))
    return found
