"""The embedded schemas beside kubeconform, and beside what they are made from."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from platc_compiler.admission.pack import FOLDER, Pack, load, supported_versions
from platc_compiler.admission.validation import faults
from tests.admission.objects import (
    CONFIG_MAP,
    DEPLOYMENT,
    EVERY,
    SCHEDULE,
    SEALED,
    Object,
    changed,
)
from tests.admission.objects import (
    Path as ObjectPath,
)
from tests.real.kubeconform import examined, kubeconform, verdicts
from tests.tools import ROOT

WEB = ("spec", "template", "spec", "containers", 0)


def write(folder: Path, documents: list[Object]) -> Path:
    """Write documents one to a file, named by position; as JSON, which has one reading only."""
    folder.mkdir()
    for position, document in enumerate(documents):
        (folder / f"{position:05}.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


@pytest.mark.parametrize("version", supported_versions())
def test_kubeconform_accepts_one_object_of_each_kind(version: str, tmp_path: Path) -> None:
    kubeconform(write(tmp_path / "objects", list(EVERY)), version)


@pytest.mark.parametrize(
    ("document", "path", "name"),
    [
        (DEPLOYMENT, (*WEB, "imagePulPolicy"), "imagePulPolicy"),
        (SCHEDULE, ("spec", "template", "includedNamespace"), "includedNamespace"),
        (SEALED, ("spec", "encryptData"), "encryptData"),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_kubeconform_refuses_an_unknown_field(
    document: Object, path: ObjectPath, name: str, tmp_path: Path
) -> None:
    folder = write(tmp_path / "objects", [changed(document, path, "x"), CONFIG_MAP])
    with pytest.raises(AssertionError, match=rf"00000\.json: .*{name}"):
        kubeconform(folder)


def test_an_object_without_schema_is_not_passed_over(tmp_path: Path) -> None:
    unknown = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "a"}}
    with pytest.raises(AssertionError, match="could not find schema"):
        kubeconform(write(tmp_path / "objects", [unknown]))


def test_an_empty_folder_proves_nothing(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="0 documents examined of 0"):
        kubeconform(write(tmp_path / "objects", []))


def mutations() -> Iterator[tuple[Object, ObjectPath, object]]:
    """Yield changes at every place of every object: types, unknown and missing fields."""
    for document in EVERY:
        for path, value in places(document):
            if path[0] in {"apiVersion", "kind"}:
                continue
            yield document, path, ...
            yield document, path, {"surely": "unknown"}
            yield document, path, [] if not isinstance(value, list) else "text"
            yield document, path, "text" if not isinstance(value, str) else 7
            yield document, path, True
            yield document, path, 1.5


def places(value: object, path: ObjectPath = ()) -> Iterator[tuple[ObjectPath, object]]:
    if path:
        yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from places(inner, (*path, position))


def disagreements(documents: list[Object], pack: Pack, folder: Path) -> list[str]:
    """Return what kubeconform and `faults` judge differently, and what the refusing one says."""
    refused: dict[int, list[str]] = {}
    for fault in faults(documents, "1.37"):
        refused.setdefault(fault.index, []).append(fault.message)
    found = examined(write(folder, documents), pack, "1.37")
    assert len(found) == len(documents) > 1000
    return [
        f"{documents[position]['kind']}: {refused.get(position, each.lines)}"
        for each in found
        for position in [int(Path(each.file).stem)]
        if (each.status != "statusValid") != (position in refused)
    ]


def test_kubeconform_and_our_faults_agree_on_every_mutation(tmp_path: Path) -> None:
    documents = [changed(*each) for each in mutations()]
    assert disagreements(documents, load("1.37"), tmp_path / "objects") == []


def test_what_is_embedded_refuses_what_upstreams_schemas_refuse(tmp_path: Path) -> None:
    pack = upstream()
    documents = [changed(*each) for each in mutations() if key_of(each[0]) in pack.kinds]
    found = disagreements(documents, pack, tmp_path / "objects")
    # Ours know the grammar of quantities too.
    assert [each for each in found if "must be a quantity" not in each] == []


def key_of(document: Object) -> str:
    return f"{document['apiVersion']}/{document['kind']}"


def upstream() -> Pack:
    """Return the strict schemas of Kubernetes 1.37 as kubernetes-validate carries them."""
    source = resources.files("kubernetes_validate").joinpath(
        "kubernetes-json-schema", "v1.37.0-local-strict", "_definitions.json"
    )
    definitions = json.loads(source.read_text(encoding="utf-8"))["$defs"]
    ours = load("1.37").kinds
    return Pack({key: name for key, name in ours.items() if name in definitions}, definitions)


def test_the_embedded_schemas_are_what_their_generator_writes(tmp_path: Path) -> None:
    generator = ROOT / "tools" / "schemas" / "pack.py"
    subprocess.run([sys.executable, generator, "--output", tmp_path], check=True)
    written = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert written == {file.name: file.read_bytes() for file in FOLDER.glob("*.json")}


def test_the_embedded_schemas_stay_small() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 500_000


def test_verdicts_tell_files_and_faults_apart(tmp_path: Path) -> None:
    faulty = changed(DEPLOYMENT, ("spec", "replicas"), "three")
    first, second = sorted(
        verdicts(write(tmp_path / "objects", [CONFIG_MAP, faulty])), key=lambda each: each.file
    )
    assert (first.file, first.status, first.lines) == ("00000.json", "statusValid", ())
    assert (second.file, second.status) == ("00001.json", "statusInvalid")
    assert "/spec/replicas" in second.lines[0]
