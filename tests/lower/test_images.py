"""Where images are pulled, beside how distribution/reference reads their names."""

from __future__ import annotations

import pytest

from platc_compiler.lower.images import host_and_path, pulled
from platc_spec.images import Images

MIRROR = Images.model_validate(
    {
        "registry": "registry.example.com/mirror",
        "registries": {"quay.io": "registry.example.com:5000/quay"},
        "keep": ["example.com"],
    }
)
DIGEST = f"sha256:{'0' * 64}"


@pytest.mark.parametrize(
    ("image", "host", "path"),
    [
        ("postgres:18", "docker.io", "library/postgres:18"),
        ("docker.io/postgres:18", "docker.io", "library/postgres:18"),
        ("index.docker.io/library/postgres", "docker.io", "library/postgres"),
        ("apache/airflow:3.3.2", "docker.io", "apache/airflow:3.3.2"),
        (f"postgres@{DIGEST}", "docker.io", f"library/postgres@{DIGEST}"),
        ("quay.io/prometheus/prometheus:v3", "quay.io", "prometheus/prometheus:v3"),
        ("localhost/web:1", "localhost", "web:1"),
        ("registry:5000/web:1", "registry:5000", "web:1"),
    ],
)
def test_a_name_says_its_host_or_means_docker_io(image: str, host: str, path: str) -> None:
    assert host_and_path(image) == (host, path)


@pytest.mark.parametrize(
    ("image", "there"),
    [
        ("postgres:18", "registry.example.com/mirror/library/postgres:18"),
        ("quay.io/a/b:1", "registry.example.com:5000/quay/a/b:1"),
        ("ghcr.io/a/b:1", "registry.example.com/mirror/a/b:1"),
        ("example.com/web:1", "example.com/web:1"),
        ("registry.example.com/mirror/a/b:1", "registry.example.com/mirror/a/b:1"),
    ],
)
def test_an_image_is_pulled_there_once(image: str, there: str) -> None:
    assert pulled(image, MIRROR) == there
    assert pulled(there, MIRROR) == there


def test_without_a_registry_of_all_the_other_hosts_stay() -> None:
    quay = Images.model_validate({"registries": {"quay.io": "registry.example.com/quay"}})
    assert pulled("postgres:18", quay) == "postgres:18"
    assert pulled("quay.io/a/b:1", quay) == "registry.example.com/quay/a/b:1"
