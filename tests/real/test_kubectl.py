"""What kubectl reads from a manifest is what was meant: no string becomes a number or a boolean."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from platc_compiler.source.emit import yaml_text
from platc_compiler.source.load import load
from tests.tools import ROOT, tool

pytestmark = pytest.mark.e2e

AWKWARD = [
    *(
        "y",
        "n",
        "yes",
        "No",
        "on",
        "OFF",
        "true",
        "~",
        "null",
        "1:30",
        "0x1F",
        "0o17",
        "017",
        "1_000",
    ),
    *(
        "1e3",
        "1.10",
        ".5",
        ".inf",
        "nan",
        "2024-01-01",
        "<<",
        "=",
        "-",
        "?",
        ": ",
        " #",
        "a: b",
        "a #b",
    ),
    *(
        "15s",
        "512Mi",
        "3.3.2",
        "{{ ds }}",
        "[x]",
        "{x}",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a",
        "'a",
        '"a',
    ),
    *(
        "a\n",
        "a\n\n",
        "\na",
        " a\nb",
        "a \nb",
        "a\tb",
        "a\r\nb",
        "\x85",
        "\u2028",
        "\ufeff",
        "",
        " ",
    ),
]


def read(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file or folder as kubectl understands them, without a server."""
    done = subprocess.run(
        [tool("kubectl"), "annotate", "--local", "-R", "-f", path, "-o", "json", "read-by=kubectl"],
        check=False,
        capture_output=True,
        text=True,
        env={"KUBECONFIG": "/dev/null", "HOME": str(path.parent)},
    )
    assert done.returncode == 0, done.stderr
    decoder, objects, position = json.JSONDecoder(), [], 0
    while position < len(done.stdout.rstrip()):
        found, position = decoder.raw_decode(done.stdout, position)
        position += len(done.stdout[position:]) - len(done.stdout[position:].lstrip())
        objects += found["items"] if found["kind"] == "List" else [found]
    return objects


def test_awkward_strings_stay_strings(tmp_path: Path) -> None:
    data = {f"key-{number}": text for number, text in enumerate(AWKWARD)}
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data}
    (tmp_path / "map.yaml").write_text(yaml_text(body), "utf-8", newline="")
    (found,) = read(tmp_path / "map.yaml")
    assert found["data"] == data


def test_every_manifest_of_the_reference_platform_is_read_as_written() -> None:
    folder = ROOT / "out/manifests"
    meant = {}
    for path in folder.rglob("*.yaml"):
        body = load(path.read_text("utf-8")).data
        metadata = body["metadata"]
        metadata.setdefault("annotations", {})["read-by"] = "kubectl"
        meant[body["kind"], metadata.get("namespace"), metadata["name"]] = body
    found = {
        (body["kind"], body["metadata"].get("namespace"), body["metadata"]["name"]): body
        for body in read(folder)
    }
    assert found == meant
