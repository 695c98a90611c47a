"""An image has no tag, or the tag ``latest``.

Why: the running program then depends on the time when a node last pulled the image. Two replicas
can differ, a restart can be an upgrade, and a roll-back is impossible.

Bad:
```yaml
services:
  web: { image: "example.com/shop/web:latest" }
```

Good:
```yaml
services:
  web: { image: "example.com/shop/web:1.4.2" }
```

Fix: name a version that does not move, or a digest (``@sha256:…``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platc_compiler.checks.patched import mappings, patched_pods
from platc_compiler.diagnostics import Diagnostic, Origin, warning
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Container, Pod
from platc_compiler.objects.manifest import Manifest

CODE = "PLT501"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each image whose content may change under the same name."""
    told: set[tuple[str, Origin]] = set()
    for container in _containers(platform):
        image, place = container.image, (*container.origin, "image")
        if _moves(image) and (image, place) not in told:
            told.add((image, place))
            yield _moving(image, place)


def check_objects(manifests: Sequence[Manifest], platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each such image that a patch adds."""
    for pod in patched_pods(manifests, platform):
        own = {c.image for c in (*pod.workload.pod.init, *pod.workload.pod.containers)}
        containers = (*mappings(pod.spec, "initContainers"), *mappings(pod.spec, "containers"))
        for image in dict.fromkeys(str(c["image"]) for c in containers if "image" in c):
            if image not in own and _moves(image):
                yield _moving(image, pod.place)


def _moving(image: str, place: Origin) -> Diagnostic:
    what = "the tag 'latest' moves" if image.endswith(":latest") else "no tag"
    return warning(CODE, f"the image '{image}' is not pinned: {what}", place, "name a version")


def _containers(platform: Platform) -> Iterator[Container]:
    pods: list[Pod] = [workload.pod for workload in platform.workloads]
    pods += [runner.worker for runner in platform.runners]
    pods += [
        task.pod
        for pipeline in platform.pipelines
        for task in pipeline.tasks
        if task.pod is not None
    ]
    for pod in pods:
        yield from (*pod.init, *pod.containers)


def _moves(image: str) -> bool:
    tag = image.rpartition("/")[2].partition(":")[2]
    return "@" not in image and tag in {"", "latest"}
