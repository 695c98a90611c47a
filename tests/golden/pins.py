"""Cases that pin parts of what a platform becomes.

A case is a file: YAML that names a platform and the parts of its output, the line ``-- pinned --``,
and the output. A part is a file below ``out/`` or ``dags/`` by a pattern of its path, with what of
it is pinned: ``whole``, or pointers into the object (RFC 6901, and in them ``*`` is every item or
key, ``a,b`` several keys), or ``pod``, which stands for what a kind states about its own pod.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct, convert

from platc_compiler.diagnostics import rendering as render
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.beside import Folder
from platc_compiler.source.source import Source
from platc_compiler.templating.templates import Templates
from tests.tools import ROOT

FOLDER = ROOT / "tests/golden"
CASES = sorted((FOLDER / "cases").rglob("*.txt"))
PLATFORMS = {path.stem: path for path in sorted((FOLDER / "platforms").glob("*.yaml"))}
LINE = "-- pinned --\n"
_DIGEST = re.compile(r"(?<=config-checksum: )'?\w+'?|(?<=-)[0-9a-f]{8}\b")
"""What follows from the configuration of a pod: left out, or each setting changed many cases."""

_CONTAINER = (
    "name,image,restartPolicy,command,args,workingDir,lifecycle,resources",
    "env/*/name,value,valueFrom",
    "ports/*/name,containerPort,protocol",
    "securityContext/capabilities/add",
    "securityContext/readOnlyRootFilesystem,runAsUser",
    "startupProbe,readinessProbe,livenessProbe/exec,httpGet,tcpSocket",
    "startupProbe,readinessProbe,livenessProbe/periodSeconds,timeoutSeconds,failureThreshold",
    "startupProbe,readinessProbe,livenessProbe/initialDelaySeconds",
    "volumeMounts/*/name,mountPath,subPath,readOnly,mountPropagation",
)
_POD = (
    "serviceAccountName,automountServiceAccountToken,hostNetwork,hostPID,restartPolicy,volumes",
    "terminationGracePeriodSeconds,nodeSelector,tolerations",
    "securityContext/runAsUser,runAsGroup,fsGroup",
    *(f"initContainers,containers/*/{part}" for part in _CONTAINER),
)
_TEMPLATES = {"CronJob": "/spec/jobTemplate/spec/template/spec/", "Pod": "/spec/"}


class _Dumper(yaml.SafeDumper):
    """Writes a mapping or list of scalars on one line, so that a volume or a port is one."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 - the signature of PyYAML
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        style = "|" if "\n" in data else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style)


_Dumper.add_representer(str, _Dumper.represent_str)

Tree = dict[str, "Tree"]
"""What is selected below a key; all of it where nothing stands here."""


class Case(Struct, frozen=True, forbid_unknown_fields=True):
    """What of which platform is pinned."""

    platform: str
    pins: Mapping[str, str | list[str]]


def head(path: Path) -> str:
    """Return what stands above the output in a case."""
    return path.read_text("utf-8").partition(LINE)[0]


def case(path: Path) -> Case:
    """Return the case that a file states."""
    return convert(yaml.safe_load(head(path)), Case)


class Compiled(Struct, frozen=True):
    """What a platform becomes, and the templates that were of use."""

    files: Mapping[str, str]
    """Every file below ``out/`` by its path, and each DAG below ``dags/``."""
    templates: frozenset[str]


@cache
def compiled(platform: str) -> Compiled:
    """Compile one of the platforms, once for all of its cases."""
    path = PLATFORMS[platform]
    templates = Templates()
    shown = path.relative_to(ROOT).as_posix()
    source = Source(path.read_text("utf-8"), shown, beside=Folder(path.parent))
    result = compile_platform(source, templates)
    assert not result.failed, render.as_text(result.diagnostics)
    dags = {f"dags/{name}": text for name, text in result.dags.items()}
    return Compiled({**result.files, **dags}, frozenset(templates.used))


def pinned(stated: Case, written: Mapping[str, str]) -> str:
    """Return the parts that a case pins, each below its path."""
    parts = []
    for pattern, wanted in stated.pins.items():
        found = [path for path in sorted(written) if fnmatchcase(path, pattern)]
        assert found, f"nothing that is written matches {pattern}"
        parts += [f"=== {path}\n{_part(written[path], wanted)}" for path in found]
    return _DIGEST.sub("DIGEST", "".join(parts))


def _part(text: str, wanted: str | list[str]) -> str:
    if wanted == "whole":
        return text
    document = yaml.load(text, Loader=yaml.CSafeLoader)
    pointers = [wanted] if isinstance(wanted, str) else wanted
    chosen: Tree = {}
    for pointer in pointers:
        if pointer == "pod":
            start = _TEMPLATES.get(document["kind"], "/spec/template/spec/")
            for part in _POD:
                _add(chosen, start + part)
        else:
            one: Tree = {}
            _add(one, pointer)
            assert _selected(document, one), f"{pointer} leads to nothing"
            _add(chosen, pointer)
    return yaml.dump(
        _selected(document, chosen), Dumper=_Dumper, sort_keys=False, allow_unicode=True,
        default_flow_style=None, width=120,
    )  # fmt: skip


def _add(tree: Tree, pointer: str) -> None:
    trees = [tree]
    for step in pointer.split("/")[1:]:
        keys = [key.replace("~1", "/").replace("~0", "~") for key in step.split(",")]
        trees = [each.setdefault(key, {}) for each in trees for key in keys]


def _selected(value: Any, tree: Tree) -> Any:  # noqa: ANN401
    """Return the selected part of a value, without what nothing is selected of."""
    if not tree:
        return value
    if isinstance(value, dict):
        return dict(_parts(value.items(), tree))
    return [part for _, part in _parts(enumerate(value), tree)] if isinstance(value, list) else None


def _parts(items: Iterable[tuple[Any, Any]], tree: Tree) -> Iterator[tuple[Any, Any]]:
    for key, value in items:
        below = tree.get(str(key), tree.get("*"))
        part = None if below is None else _selected(value, below)
        if below is not None and (part or not below):
            yield key, part
