"""Images of two registries are pulled under one name.

Why: ``images`` puts one registry in the place of several, where both images have the same path; one
of the several may be that registry itself, which ``keep`` names. It can hold one of the images
there, and the pods of the other run a program that is not theirs.

Bad:
```yaml
images: { registry: registry.example.com/mirror }
services:
  web: { image: "ghcr.io/shop/web:1.4.2" }
  other: { kind: workload, image: "quay.io/shop/web:1.0.0", ports: { http: 8080 } }
```

Good:
```yaml
images:
  registry: registry.example.com/mirror
  registries: { quay.io: registry.example.com/quay }
services:
  web: { image: "ghcr.io/shop/web:1.4.2" }
  other: { kind: workload, image: "quay.io/shop/web:1.0.0", ports: { http: 8080 } }
```

Fix: give one of the hosts a path of its own below ``images.registries``, and copy its images there.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Container, Pod

CODE = "PLT793"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each further host of which an image has the name of another's."""
    images = platform.spec.images
    if images is None:
        return
    from platc_compiler.lower.images import host_and_path

    first: dict[str, str] = {}
    told: set[tuple[str, str]] = set()
    for container, place in _containers(platform):
        host, _ = host_and_path(container.original or container.image)
        if not container.original and host not in images.keep:
            continue
        there = _repository(container.image)
        other = first.setdefault(there, host)
        if host == other or (there, host) in told:
            continue
        told.add((there, host))
        registry = there.partition("/")[0]
        message = f"images of '{other}' and of '{host}' are both pulled as '{there}'"
        moved = other if host in images.keep else host
        hint = f"give one a path of its own, such as registries: {{ {moved}: {registry}/{moved} }}"
        yield error(CODE, message, place, hint)


def _containers(platform: Platform) -> Iterator[tuple[Container, Origin]]:
    """Yield every container with its place."""
    for pod, origin in _pods(platform):
        for container in (*pod.init, *pod.containers):
            yield container, container.origin or origin


def _pods(platform: Platform) -> Iterator[tuple[Pod, Origin]]:
    yield from ((each.pod, each.origin) for each in platform.workloads)
    yield from ((each.worker, each.origin) for each in platform.runners)
    for pipeline in platform.pipelines:
        for task in pipeline.tasks:
            if task.pod is not None:
                yield task.pod, task.origin


def _repository(image: str) -> str:
    """Return the name of an image without its tag and digest."""
    head, slash, last = image.partition("@")[0].rpartition("/")
    return head + slash + last.partition(":")[0]
