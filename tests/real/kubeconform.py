"""The real kubeconform, given platc's embedded schemas and no network.

Schemas are laid out one file to a kind, each complete in itself: kubeconform resolves a reference
to another document, and the `$id` of upstream's files, by fetching it.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from platc_compiler.admission.pack import Pack, load
from tests.tools import tool

Schema = Mapping[str, Any]

LOCATION = "{{.Group}}/{{.ResourceAPIVersion}}/{{.ResourceKind}}.json"
"""Where kubeconform looks for the schema of a kind; the group of `v1` itself is `v1`."""


@dataclass(frozen=True)
class Verdict:
    """What kubeconform says of one document.

    Attributes:
        file: the file that holds it, relative to the folder examined.
        status: `statusValid`, `statusInvalid`, `statusError` or `statusSkipped`.
        lines: one line to each fault.
    """

    file: str
    status: str
    lines: tuple[str, ...]


def kubeconform(folder: Path, version: str = "1.37") -> None:
    """Assert that every document below a folder is valid and that none was passed over.

    Raises:
        AssertionError: with a line for each document that is not valid.
    """
    found = verdicts(folder, version)
    bad = [each for each in found if each.status != "statusValid"]
    lines = [f"{each.file}: {line}" for each in bad for line in each.lines or (each.status,)]
    assert not lines, "\n".join(lines)
    count = sum(1 for _ in _documents(folder))
    assert len(found) == count > 0, f"{len(found)} documents examined of {count} in {folder}"


def verdicts(folder: Path, version: str = "1.37") -> list[Verdict]:
    """Return what kubeconform says of each document below a folder, by our schemas."""
    return _examined(folder, Path(_laid_out(version).name), version)


def examined(folder: Path, pack: Pack, version: str) -> list[Verdict]:
    """Return what kubeconform says of each document below a folder, by the schemas given."""
    with tempfile.TemporaryDirectory() as schemas:
        lay_out(Path(schemas), pack)
        return _examined(folder, Path(schemas), version)


@cache
def _laid_out(version: str) -> tempfile.TemporaryDirectory[str]:
    # It takes as long as judging a platform, and is removed when the tests end.
    schemas = tempfile.TemporaryDirectory()
    lay_out(Path(schemas.name), load(version))
    return schemas


def _examined(folder: Path, schemas: Path, version: str) -> list[Verdict]:
    command: list[str | Path] = [tool("kubeconform"), "-strict", "-verbose", "-output", "json"]
    command += ["-summary", "-kubernetes-version", f"{version}.0"]
    command += ["-schema-location", f"{schemas}/{LOCATION}", folder]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.stdout, answer.stderr
    output = json.loads(answer.stdout)
    found = [_verdict(resource, folder) for resource in output["resources"]]
    assert sum(output["summary"].values()) == len(found), answer.stdout
    return found


def _verdict(resource: Mapping[str, Any], folder: Path) -> Verdict:
    errors = resource.get("validationErrors") or []
    lines = tuple(f"{error['path']}: {error['msg']}" for error in errors)
    if not lines and resource["msg"]:
        lines = (resource["msg"],)
    file = str(Path(resource["filename"]).relative_to(folder))
    return Verdict(file, resource["status"], lines)


def lay_out(folder: Path, pack: Pack) -> None:
    """Write the schema of each kind where `LOCATION` has it."""
    for key, name in pack.kinds.items():
        api_version, _, kind = key.rpartition("/")
        group, _, version = api_version.rpartition("/")
        file = folder / (group or version) / version / f"{kind.lower()}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        schema = _inlined(pack.definitions[name], pack.definitions)
        text = json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
        file.write_text(text, encoding="utf-8")


def _inlined(schema: Any, definitions: Mapping[str, Schema]) -> Any:  # noqa: ANN401
    # Behind a reference kubeconform says only that validation failed, not what and where.
    if isinstance(schema, list):
        return [_inlined(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("$ref"), str):
        target = definitions[schema["$ref"].rpartition("/")[2]]
        return _inlined({**target, **{k: v for k, v in schema.items() if k != "$ref"}}, definitions)
    return {key: _inlined(value, definitions) for key, value in schema.items()}


def _documents(folder: Path) -> Iterator[object]:
    for file in sorted(folder.rglob("*")):
        if file.suffix in {".yaml", ".yml", ".json"}:
            for document in yaml.safe_load_all(file.read_text(encoding="utf-8")):
                if document is not None:
                    yield document
