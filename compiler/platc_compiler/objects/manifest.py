"""The output of a target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from platc_compiler.diagnostics import Origin


class Manifest(Struct, frozen=True):
    """A Kubernetes object, and its origin in platform.yaml."""

    folder: str
    """The folder below ``manifests/``; their order is the order of application."""
    body: dict[str, Any]
    origin: Origin
    released: bool = False
    """Whether clusters have acted on what it holds: a build is compared with an earlier one, even
    if the API server lets everything of its kind change."""

    @property
    def kind(self) -> str:
        """The object's kind."""
        return str(self.body["kind"])

    @property
    def name(self) -> str:
        """The object's name."""
        return str(self.body["metadata"]["name"])

    @property
    def namespace(self) -> str | None:
        """The object's namespace, ``None`` if it has none."""
        namespace = self.body["metadata"].get("namespace")
        return None if namespace is None else str(namespace)

    @property
    def path(self) -> str:
        """The file below ``out/``, one object each."""
        place = f"{self.namespace}/" if self.namespace else ""
        return f"manifests/{self.folder}/{place}{self.kind.lower()}-{self.name}.yaml"


class File(Struct, frozen=True):
    """A file that is not a Kubernetes object."""

    path: str
    """Below ``out/`` or ``dags/``, such as ``prometheus/prometheus.yml``."""
    text: str
    folder: Literal["out", "dags"] = "out"


Artefacts: TypeAlias = Mapping[str, str]
"""Files below ``out/`` by their paths."""

NAMESPACES = "00-namespaces"
DEFINITIONS = "05-definitions"
"""CustomResourceDefinitions: the API server must know a kind before its objects."""
POLICIES = "10-policies"
RBAC = "20-rbac"
CONFIG = "30-config"
SECRETS = "35-secrets"
"""Objects that others read: a pod that restarts for a new value must find it."""
STORAGE = "40-storage"
WORKLOADS = "50-workloads"
CUSTOM = "60-custom-resources"
"""Objects of a CustomResourceDefinition that somebody else installs."""
