"""An included document is no object that platc can bring into the platform.

Why: what is applied must have a kind and a name. Namespaces are stated by platform.yaml alone, as
their policies and quotas follow from it. Pods without a controller are not started again, and no
budget counts them. Hooks of Helm for tests and for the removal of a release run at once when
kubectl applies them.

Bad:
```yaml
include:
  cache: { files: [vendor/cache.yaml] }
```
```yaml file=vendor/cache.yaml
apiVersion: v1
kind: Pod
metadata: { name: cache }
spec: { containers: [{ name: cache, image: "example.com/cache:1.0.0" }] }
```

Good:
```yaml
include:
  cache: { files: [vendor/cache.yaml] }
```
```yaml file=vendor/cache.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: cache }
spec:
  selector: { matchLabels: { app: cache } }
  template:
    metadata: { labels: { app: cache } }
    spec:
      containers:
        - name: cache
          image: example.com/cache:1.0.0
          resources: { requests: { memory: 64Mi, cpu: 50m }, limits: { memory: 64Mi, cpu: 100m } }
```

Fix: remove the object from the file, or write what the hint says. ``helm template --no-hooks``
leaves all hooks out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.include.entries import Entry
from platc_compiler.lower.kind import Context

CODE = "PLT126"
_WITHOUT_CONTROLLER = {
    "Pod": "make it a Deployment or a Job",
    "ReplicaSet": "make it a Deployment",
    "ReplicationController": "make it a Deployment",
}
_HOOK = "helm.sh/hook"
_NOT_AT_ONCE = frozenset(
    {"test", "test-success", "test-failure", "pre-delete", "post-delete", "pre-rollback",
     "post-rollback"}
)  # fmt: skip
"""Hooks that do not belong to an installation (helm.sh/docs/topics/charts_hooks)."""


def check_included(entries: Sequence[Entry], context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each document that cannot be applied as it is."""
    for entry in entries:
        for index, files in enumerate(entry.stated.files):
            for path, documents in files.items():
                for number, document in enumerate(documents):
                    if document is not None and not isinstance(document, Mapping):
                        place = (*entry.origin, "files", index, path, number)
                        yield error(CODE, "this is no Kubernetes object", place, "remove it")
        for found in entry.objects:
            yield from _of_object(found.body, found.origin, context)


def _of_object(body: Mapping[str, object], place: Origin, context: Context) -> Iterator[Diagnostic]:
    wanting = _wanting(body)
    if wanting:
        yield error(CODE, f"this is no Kubernetes object: {wanting}", place, _rendered(body))
        return
    kind, about = str(body["kind"]), body["metadata"]
    assert isinstance(about, Mapping)  # noqa: S101 - _wanting has seen it
    name, namespace = about["name"], about.get("namespace")
    if kind == "Namespace":
        hint = f"remove it, and declare it: namespaces: {{ {name}: }}"
        yield error(CODE, "namespaces are stated in platform.yaml alone", place, hint)
    elif kind in _WITHOUT_CONTROLLER and body["apiVersion"] in {"v1", "apps/v1"}:
        message = f"the {kind} '{name}' is not counted in the budget, and nothing restarts it"
        yield error(CODE, message, place, _WITHOUT_CONTROLLER[kind])
    if namespace == "":
        known = ", ".join(context.spec.namespaces)
        message = f"the {kind} '{name}' has no namespace, and there are several"
        hint = f"add 'namespace:' to include.{place[1]}, one of {known}"
        yield error(CODE, message, place, hint)
    elif isinstance(namespace, str) and namespace not in context.spec.namespaces:
        missing = f"declare it: namespaces: {{ {namespace}: }}"
        meant = did_you_mean(namespace, context.spec.namespaces, missing)
        message = f"the namespace '{namespace}' is none of the platform"
        yield error(CODE, message, (*place, "metadata", "namespace"), str(meant))
    notes = about.get("annotations")
    hooks = notes.get(_HOOK) if isinstance(notes, Mapping) else None
    late = sorted(set(str(hooks or "").replace(" ", "").split(",")) & _NOT_AT_ONCE)
    if late:
        message = f"the {kind} '{name}' is a hook of Helm ({late[0]}): kubectl would run it at once"
        where = (*place, "metadata", "annotations", _HOOK)
        yield error(CODE, message, where, "remove it, or render with helm template --no-hooks")


def _wanting(body: Mapping[str, object]) -> str:
    """Return what an object lacks to be one, empty if nothing."""
    for key in ("apiVersion", "kind"):
        if not isinstance(body.get(key), str):
            return f"it has no {key}"
    about = body.get("metadata")
    if not isinstance(about, Mapping) or not isinstance(about.get("name"), str):
        return "it has no metadata.name"
    if str(body["apiVersion"]).startswith("kustomize.config.k8s.io"):
        return "it is a description for Kustomize"
    return ""


def _rendered(body: Mapping[str, object]) -> str:
    if str(body.get("kind")) in {"Kustomization", "Component"} or "resources" in body:
        return "render it first: kustomize build FOLDER > FILE"
    if "apiVersion" in body and "name" in body and "kind" not in body:
        return "this is a chart: helm template NAME CHART > FILE"
    about = body.get("metadata")
    if isinstance(about, Mapping) and "generateName" in about:
        return "give it a name: with generateName, each apply makes another object"
    return "remove it, or name the files instead of the folder"
