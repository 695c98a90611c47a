"""Write the pack of JSON Schemas that platc validates emitted objects against.

Three sources, all pinned here and all Apache-2.0:

* the PyPI package kubernetes-validate, a development dependency, which carries the schemas derived
  from the OpenAPI description of each Kubernetes minor version;
* the CustomResourceDefinitions inside Go modules, fetched with `go mod download` and compared with
  the module sums written below;
* the CustomResourceDefinitions of releases that no Go module serves, out of a folder that
  `--definitions` names, compared with the checksums written below. Without the folder, what an
  earlier pack holds of them is kept.

The result is four sorts of file: definitions that are the same in every minor version, the
definitions and kinds of one minor version, the custom resources of most platforms, and one file for
each API group that few platforms use, which a build reads only if it has such an object. They hold
no prose, so that all of one version is parsed in about a millisecond.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import importlib.resources
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Schema = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
"""The repository."""

KUBERNETES_VALIDATE = "1.37.0"
MINORS = ("1.34", "1.35", "1.36", "1.37")
"""Minor versions that `cluster.kubernetes` may name: what upstream supports beside the newest."""

KINDS = (
    ("v1", "ConfigMap"),
    ("v1", "Endpoints"),
    ("v1", "LimitRange"),
    ("v1", "Namespace"),
    ("v1", "PersistentVolume"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "Pod"),
    ("v1", "ResourceQuota"),
    ("v1", "Secret"),
    ("v1", "Service"),
    ("v1", "ServiceAccount"),
    ("apps/v1", "DaemonSet"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "ReplicaSet"),
    ("apps/v1", "StatefulSet"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("batch/v1", "CronJob"),
    ("batch/v1", "Job"),
    ("discovery.k8s.io/v1", "EndpointSlice"),
    ("networking.k8s.io/v1", "Ingress"),
    ("networking.k8s.io/v1", "IngressClass"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("node.k8s.io/v1", "RuntimeClass"),
    ("policy/v1", "PodDisruptionBudget"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("rbac.authorization.k8s.io/v1", "Role"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    ("scheduling.k8s.io/v1", "PriorityClass"),
    ("storage.k8s.io/v1", "StorageClass"),
)

OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
QUANTITY = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?$"
"""The grammar that k8s.io/apimachinery/pkg/api/resource describes above its type Quantity."""

REPLACED: Mapping[str, Schema] = {
    # Upstream's `oneOf` gives two messages for one fault, and none that a person can use.
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {
        "title": "a quantity such as 500m, 2 or 1.5Gi",
        "type": ["string", "number"],
        "pattern": QUANTITY,
    },
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {
        "type": ["string", "integer"],
        "minimum": -(2**31),
        "maximum": 2**31 - 1,
    },
}
RANGES: Mapping[str, tuple[int, int]] = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}
KEPT = frozenset(
    {
        "$ref",
        "additionalProperties",
        "enum",
        "items",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "pattern",
        "properties",
        "required",
        "type",
    }
)
DROPPED = frozenset({"default", "description", "format", "nullable"})
"""Keywords that say nothing about validity, or that are translated into others."""


@dataclass(frozen=True)
class Module:
    """A Go module, its `h1:` sum, and the CustomResourceDefinitions wanted out of it."""

    path: str
    version: str
    sum: str
    files: tuple[str, ...]
    apart: bool = False
    """Whether its kinds are in a file of their own."""


MODULES = (
    Module(
        "github.com/vmware-tanzu/velero",
        "v1.18.3",
        "h1:9uwN5yxTWQl9PsF5ljX4xiG+7VIq3I9mxOQ0DyyZ31A=",
        (
            "config/crd/v1/bases/velero.io_backups.yaml",
            "config/crd/v1/bases/velero.io_backupstoragelocations.yaml",
            "config/crd/v1/bases/velero.io_restores.yaml",
            "config/crd/v1/bases/velero.io_schedules.yaml",
            "config/crd/v1/bases/velero.io_volumesnapshotlocations.yaml",
        ),
    ),
    Module(
        "github.com/bitnami-labs/sealed-secrets",
        "v0.40.0",
        "h1:rvCP35JL8ZV5LNA2SrwNR6iLyoM3ulrSFWN0lBtYEYI=",
        ("helm/sealed-secrets/crds/bitnami.com_sealedsecrets.yaml",),
    ),
    Module(
        "github.com/kubernetes-csi/external-snapshotter/client/v8",
        "v8.7.0",
        "h1:HVaSUeRRHPu49aSiL8eXOjS9Re9G6pM0NzdTGI7mM14=",
        (
            "config/crd/snapshot.storage.k8s.io_volumesnapshotclasses.yaml",
            "config/crd/snapshot.storage.k8s.io_volumesnapshotcontents.yaml",
            "config/crd/snapshot.storage.k8s.io_volumesnapshots.yaml",
        ),
    ),
    Module(
        "github.com/kedacore/keda/v2",
        "v2.21.0",
        "h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=",
        ("config/crd/bases/keda.sh_scaledobjects.yaml",),
        apart=True,
    ),
    Module(
        "sigs.k8s.io/gateway-api",
        "v1.6.3",
        "h1:lKpJa5bGlraC/QeACvCpsHLdmO6y0iKfzVl6gzaFEYc=",
        (
            "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml",
            "config/crd/standard/gateway.networking.k8s.io_listenersets.yaml",
        ),
        apart=True,
    ),
    Module(
        "github.com/cert-manager/cert-manager",
        "v1.21.2",
        "h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=",
        ("deploy/crds/cert-manager.io_certificates.yaml",),
        apart=True,
    ),
    Module(
        "github.com/external-secrets/external-secrets",
        "v0.16.2",
        "h1:iNY+gIgSyL5higXTfnz+hdPCaiB/43UiHLqE7HBpj68=",
        ("config/crds/bases/external-secrets.io_externalsecrets.yaml",),
        apart=True,
    ),
)


@dataclass(frozen=True)
class Release:
    """A release of CustomResourceDefinitions, with the SHA-256 of each file that is wanted."""

    source: str
    """The repository, the commit and the folder of the files."""
    version: str
    group: str
    files: Mapping[str, str]


RELEASES = (
    Release(
        "github.com/cloudnative-pg/cloudnative-pg at a95a534db, config/crd/bases",
        "v1.30.0",
        "postgresql.cnpg.io",
        {
            "postgresql.cnpg.io_clusters.yaml": (
                "6c9d24b55dcaee1e525e507c35fbc07ae1d2e31f8fbbb85dc015d1f98a537059"
            ),
            "postgresql.cnpg.io_databases.yaml": (
                "53f7dfca6d23eb70246f41f1e7db596f8782341cd4fffb6ad990107cc8a588e7"
            ),
            "postgresql.cnpg.io_poolers.yaml": (
                "9e0dad05355f72dceb154a12b43ebe8a410d470133ad228bf711c1fdee221124"
            ),
            "postgresql.cnpg.io_scheduledbackups.yaml": (
                "1dffb969a92ed6b09abe59d9c848ff97c6646c7824e75f8e0b8379df8473a145"
            ),
        },
    ),
)

DATA = ROOT / "compiler" / "platc_compiler" / "admission" / "data"
"""The embedded pack."""


def main() -> None:
    """Write the pack into the folder given, removing files of an earlier one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("-o", "--output", type=Path, default=DATA, help="folder to write into")
    parser.add_argument("--definitions", type=Path, help="folder with the files of the releases")
    arguments = parser.parse_args()
    output: Path = arguments.output
    output.mkdir(parents=True, exist_ok=True)
    content = pack(arguments.definitions)
    for stale in output.glob("*.json"):
        stale.unlink()
    for name, part in content.items():
        text = json.dumps(part, separators=(",", ":"), sort_keys=True)
        (output / name).write_text(text + "\n", encoding="utf-8")


def pack(definitions: Path | None = None) -> dict[str, Schema]:
    """Return the content of every file of the pack by file name.

    Args:
        definitions: the folder with the files of the releases; ``None`` to keep those of before.
    """
    versions = {minor: core(minor) for minor in MINORS}
    shared = identical([each for _, each in versions.values()])
    files: dict[str, Schema] = {
        **custom(),
        **released(definitions),
        "kubernetes.json": {"definitions": shared, "kinds": {}},
    }
    for minor, (kinds, every) in versions.items():
        own = {name: schema for name, schema in every.items() if name not in shared}
        files[f"kubernetes-{minor}.json"] = {"definitions": own, "kinds": kinds}
    return files


def identical(versions: list[dict[str, Schema]]) -> dict[str, Schema]:
    """Return the definitions that every version has and has alike."""
    first, *rest = versions
    return {
        name: schema
        for name, schema in first.items()
        if all(name in other and other[name] == schema for other in rest)
    }


def core(minor: str) -> tuple[dict[str, str], dict[str, Schema]]:
    """Return (kinds, definitions) of one minor version; kinds are keyed `apiVersion/kind`."""
    found = importlib.metadata.version("kubernetes-validate")
    if found != KUBERNETES_VALIDATE:
        sys.exit(f"kubernetes-validate is {found}, the pack is made from {KUBERNETES_VALIDATE}")
    source = importlib.resources.files("kubernetes_validate").joinpath(
        "kubernetes-json-schema", f"v{minor}.0-local-strict", "_definitions.json"
    )
    upstream: dict[str, Schema] = json.loads(source.read_text(encoding="utf-8"))["$defs"]
    roots = {key: name for name, schema in upstream.items() for key in keys(schema)}
    kinds = {f"{api}/{kind}": roots[f"{api}/{kind}"] for api, kind in KINDS}
    definitions: dict[str, Schema] = {}
    waiting = [OBJECT_META, *kinds.values()]
    while waiting:
        name = waiting.pop()
        if name not in definitions:
            definitions[name] = dict(REPLACED.get(name) or translated(upstream[name]))
            waiting += references(definitions[name])
    for schema in definitions.values():
        forbid_null_items(schema, definitions)
    return kinds, definitions


def forbid_null_items(schema: Schema, definitions: Mapping[str, Schema]) -> None:
    """Make lists refuse null, which an object may hold instead of a field but no list as an item.

    The API server reads a null field as absent; a null item it refuses or takes for an empty one.
    """
    for child in schema.get("properties", {}).values():
        forbid_null_items(child, definitions)
    items = schema.get("items")
    if items:
        target = definitions[items["$ref"].rpartition("/")[2]] if "$ref" in items else items
        types = target.get("type", "object")
        items["type"] = types if isinstance(types, str) else [t for t in types if t != "null"]
        forbid_null_items(items, definitions)


def keys(schema: Schema) -> Iterator[str]:
    """Yield `apiVersion/kind` for a definition that is the schema of one kind alone."""
    served = schema.get("x-kubernetes-group-version-kind", ())
    if len(served) == 1:
        (gvk,) = served
        yield "/".join(part for part in (gvk["group"], gvk["version"], gvk["kind"]) if part)


def references(schema: Any) -> Iterator[str]:  # noqa: ANN401  any JSON value
    """Yield the name of each definition that a translated schema refers to."""
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].rpartition("/")[2]
        for value in schema.values():
            yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


Finish = Callable[[Schema, Schema], Schema]
"""What is done to a translated schema, given also its source, once its children are translated."""


def unchanged(result: Schema, _: Schema) -> Schema:
    """Return the schema as it is: upstream's own definitions are strict already."""
    return result


def translated(schema: Schema, finish: Finish = unchanged) -> Schema:
    """Return a schema reduced to the keywords that decide validity, integers with their range."""
    unknown = {key for key in schema if not key.startswith("x-kubernetes-")} - KEPT - DROPPED
    if schema.get("x-kubernetes-int-or-string"):
        unknown.discard("anyOf")
    if unknown:
        sys.exit(f"a schema uses {sorted(unknown)}, of which the pack knows nothing")
    result = {key: value for key, value in schema.items() if key in KEPT}
    if "properties" in result:
        fields: dict[str, Schema] = result["properties"]
        result["properties"] = {name: translated(value, finish) for name, value in fields.items()}
    for key in ("items", "additionalProperties"):
        if isinstance(result.get(key), dict):
            result[key] = translated(result[key], finish)
    if schema.get("format") in RANGES and "minimum" not in schema:
        result["minimum"], result["maximum"] = RANGES[schema["format"]]
    return finish(result, schema)


def custom() -> dict[str, Schema]:
    """Return the files of the custom resources, alike for every minor version."""
    files: dict[str, Schema] = {}
    for module in MODULES:
        folder = downloaded(module)
        for file in module.files:
            crd = yaml.safe_load((folder / file).read_text(encoding="utf-8"))
            name = f"custom-{crd['spec']['group']}.json" if module.apart else "custom.json"
            add(crd, files.setdefault(name, {"definitions": {}, "kinds": {}}))
    return files


def released(folder: Path | None) -> dict[str, Schema]:
    """Return the files of the releases: out of a folder, or else as an earlier pack has them."""
    files: dict[str, Schema] = {}
    for release in RELEASES:
        name = f"custom-{release.group}.json"
        if folder is None:
            files[name] = json.loads((DATA / name).read_text(encoding="utf-8"))
            continue
        files[name] = {"definitions": {}, "kinds": {}}
        for file, wanted in release.files.items():
            content = (folder / file).read_bytes()
            found = hashlib.sha256(content).hexdigest()
            if found != wanted:
                sys.exit(f"{file} of {release.version} has the checksum {found}, not {wanted}")
            add(yaml.safe_load(content), files[name])
    return files


def add(crd: Schema, into: Schema) -> None:
    """Add the kind of a CustomResourceDefinition to a file of the pack."""
    group, kind = crd["spec"]["group"], crd["spec"]["names"]["kind"]
    # Others are older names of the same, which platc writes no more.
    (version,) = (each for each in crd["spec"]["versions"] if each["storage"])
    api_version, name = f"{group}/{version['name']}", f"{group}.{kind}"
    into["kinds"][f"{api_version}/{kind}"] = name
    schema = version["schema"]["openAPIV3Schema"]
    into["definitions"][name] = resource(schema, api_version, kind)


def downloaded(module: Module) -> Path:
    """Return the folder of a Go module in the module cache, its sum compared."""
    go = shutil.which("go") or ROOT / ".tools" / "go" / "bin" / "go"
    command = [go, "mod", "download", "-json", f"{module.path}@{module.version}"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(answer.stdout)
    if found["Sum"] != module.sum:
        sys.exit(f"{module.path}@{module.version} has the sum {found['Sum']}, not {module.sum}")
    return Path(found["Dir"])


def resource(schema: Schema, api_version: str, kind: str) -> Schema:
    """Return the strict schema of a custom resource, with the metadata that every object has."""
    strict = translated(schema, structural)
    strict["properties"] |= {
        "apiVersion": {"type": "string", "enum": [api_version]},
        "kind": {"type": "string", "enum": [kind]},
        "metadata": {"$ref": f"#/$defs/{OBJECT_META}"},
    }
    return strict


def structural(result: Schema, source: Schema) -> Schema:
    """Give a part of a structural schema the meaning that the API server gives it.

    Fields that the server would prune are refused; `nullable` and `x-kubernetes-int-or-string`
    become types. CEL rules (`x-kubernetes-validations`) are left out: nothing here evaluates them.
    """
    is_open = source.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in source
    if source.get("type") == "object" and not is_open:
        result.setdefault("properties", {})
        result["additionalProperties"] = False
    if source.get("x-kubernetes-int-or-string"):
        result["type"] = ["integer", "string"]
    if source.get("nullable"):
        result["type"] = [source["type"], "null"]
        if "enum" in result:
            result["enum"] = [*result["enum"], None]
    return result


if __name__ == "__main__":
    main()
