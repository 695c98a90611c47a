"""The name of a Job follows what its pod runs, and nothing else."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import yaml

from platc_compiler.diagnostics.rendering import as_text
from platc_compiler.objects.digests import data_digest
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT

TEXT = (ROOT / "platform.yaml").read_text("utf-8")


def objects(text: str) -> list[dict[str, Any]]:
    """Return the Kubernetes objects of a platform."""
    result = compile_platform(Source(text))
    assert not result.failed, as_text(result.diagnostics)
    files = result.files.items()
    return [yaml.safe_load(text) for path, text in files if path.startswith("manifests/")]


@cache
def jobs(text: str) -> set[str]:
    """Return the names of the Jobs of a platform."""
    return {each["metadata"]["name"] for each in objects(text) if each["kind"] == "Job"}


def mounted(template: dict[str, Any], maps: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return the texts that a pod template mounts from ConfigMaps, by ConfigMap and key."""
    spec = template["spec"]
    volumes = {v["name"]: v["configMap"]["name"] for v in spec["volumes"] if "configMap" in v}
    mounts = [
        mount
        for container in (*spec.get("initContainers", ()), *spec["containers"])
        for mount in container["volumeMounts"]
        if mount["name"] in volumes
    ]
    return {
        f"{volumes[mount['name']]}/{key}": text
        for mount in mounts
        for key, text in maps[volumes[mount["name"]]].items()
        if mount.get("subPath") in {None, key}
    }


def test_the_name_is_the_digest_of_the_template_and_of_the_files_that_it_mounts() -> None:
    every = objects(TEXT)
    maps = {each["metadata"]["name"]: each["data"] for each in every if each["kind"] == "ConfigMap"}
    found = [each for each in every if each["kind"] == "Job"]
    assert len(found) == 4
    for job in found:
        template = job["spec"]["template"]
        # The checksum of a ConfigMap follows from the files.
        template["metadata"].pop("annotations", None)
        digest = data_digest([template, mounted(template, maps)])
        assert job["metadata"]["name"].endswith(f"-{digest}")


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("version: 3.3.2", "version: 3.3.1", "airflow-migration"),
        ("readers: [reporting_app]", "readers: []", "postgres-bootstrap"),
        ("platform: ecommerce", "platform: trade", "elasticsearch-setup"),
    ],
)
def test_another_pod_is_another_job(old: str, new: str, changed: str) -> None:
    assert old in TEXT
    before, after = jobs(TEXT), jobs(TEXT.replace(old, new, 1))
    assert any(name.startswith(changed) for name in before - after)


def test_another_text_of_a_mounted_file_is_another_job() -> None:
    assert "worker_timeout: 120" in TEXT
    (before,) = jobs(TEXT) - jobs(TEXT.replace("worker_timeout: 120", "worker_timeout: 121"))
    assert before.startswith("airflow-migration-")


def test_another_size_of_another_pod_is_the_same_job() -> None:
    kibana = "encryption_key: kibana/encryption_key\n    resources: { requests: { memory: 5"
    assert kibana in TEXT
    assert jobs(TEXT.replace(kibana, kibana.removesuffix("5") + "4")) == jobs(TEXT)


PATCHED = """
patches:
  - target: { kind: Job, name: NAME }
    json:
    - { op: add, path: /spec/template/spec/containers/0/env/-, value: { name: A, value: VALUE } }
"""


def patched(name: str, value: str) -> str:
    return TEXT + PATCHED.replace("NAME", name).replace("VALUE", value)


def named(names: set[str], name: str) -> str:
    (found,) = [each for each in names if each.startswith(f"{name}-")]
    return found


def test_a_patch_of_what_a_job_runs_makes_another_job() -> None:
    generated = named(jobs(TEXT), "airflow-migration")
    one, two = jobs(patched("airflow-migration", "b")), jobs(patched("airflow-migration", "c"))
    names = {named(each, "airflow-migration") for each in (jobs(TEXT), one, two)}
    assert len(names) == 3
    assert jobs(patched(generated, "b")) == one
    # The others run what they ran.
    assert len(one & jobs(TEXT)) == len(one) - 1


def test_a_patch_of_a_text_that_a_job_mounts_makes_another_job() -> None:
    patch = "target: { kind: ConfigMap, name: postgres-bootstrap }, merge: { data: { hosts: x } }"
    (before,) = jobs(TEXT) - jobs(f"{TEXT}\npatches: [{{ {patch} }}]")
    assert before.startswith("postgres-bootstrap-")


def test_a_patch_beside_what_a_job_runs_leaves_its_name() -> None:
    merge = "{ metadata: { annotations: { example.com/a: b } }, spec: { backoffLimit: 9 } }"
    target = "target: { kind: Job, name: airflow-migration }"
    assert jobs(f"{TEXT}\npatches: [{{ {target}, merge: {merge} }}]") == jobs(TEXT)


def test_the_runbook_names_a_patched_job_as_it_is_called() -> None:
    text = patched("postgres-bootstrap", "b")
    result = compile_platform(Source(text))
    book = result.files["runbook/RECOVERY.md"]
    assert named(jobs(text), "postgres-bootstrap") in book
    assert named(jobs(TEXT), "postgres-bootstrap") not in book
