"""How much heap the runtime of a container is told to use, and what it needs beside it.

Kinds that run a Java virtual machine state it (``Container.heap``). Of a user's own container it is
read out of what the JVM reads: its variables, the command line, and files of options. What a script
of the image works out itself is not seen.
Source: java(1) of JDK 17 and 21 on -Xmx, -XX:MaxRAMPercentage, JDK_JAVA_OPTIONS; src/hotspot/share/
runtime/arguments.cpp on the order of JAVA_TOOL_OPTIONS, the command line and _JAVA_OPTIONS.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Container, Heap
from platc_compiler.ir.workloads import Config

LEAST_BESIDE = 48 << 20
"""Bytes that a JVM needs beside its heap at the least: classes, compiled code, threads, the garbage
collector. Measured with JDK 17 and a heap of 64 MiB: com.sun.net.httpserver with 20 threads took 57
MiB more with the serial collector and 60 MiB with G1; OpenSearch 2.19.1 takes 242 MiB more."""
COMPRESSED_BELOW = 32 << 30
"""From a maximum heap of this size on, each reference takes 8 bytes instead of 4."""
WORTH_AGAIN = 48 << 30
"""From about this size on, a heap with long references holds more than one below the limit."""

_OPTION = re.compile(
    r"(?:^|[\s\"'=])(?:-Xmx|-XX:MaxHeapSize=)(\d{1,15})([kKmMgGtT]?)(?![\w.])"
    r"|(?:^|[\s\"'=])-XX:MaxRAMPercentage=(\d{1,3}(?:\.\d{1,6})?)(?![\w.])"
)
_UNITS = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}
_FIRST, _LAST = "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"
_FILE = re.compile(r"(?i)jvm|options$")


class Chosen(Struct, frozen=True, kw_only=True):
    """The heap that is chosen for a container."""

    name: str
    """Of the container, or of the task whose pod it is."""
    heap: Heap
    limit: int | None
    """The container's memory limit in bytes."""
    origin: Origin


def heaps(platform: Platform) -> Iterator[Chosen]:
    """Yield the heap of each container of which something says how large it may get."""
    for workload in platform.workloads:
        stated = any(container.heap for container in workload.pod.containers)
        for container in (*workload.pod.init, *workload.pod.containers):
            heap = heap_of(container, () if stated else workload.configs)
            if heap is not None:
                yield _chosen(container.name, container, heap, workload.origin)
    for pipeline in platform.pipelines:
        for task in pipeline.tasks:
            for container in task.pod.containers if task.pod else ():
                heap = heap_of(container)
                if heap is not None:
                    yield _chosen(task.name, container, heap, task.origin)


def _chosen(name: str, container: Container, heap: Heap, place: Origin) -> Chosen:
    resources = container.resources
    return Chosen(
        name=name, heap=heap, limit=resources.limits.memory, origin=resources.origin or place
    )  # fmt: skip


def heap_of(container: Container, configs: Iterable[Config] = ()) -> Heap | None:
    """Return the heap of a container, ``None`` when nothing says how large it may get.

    Args:
        container: the container.
        configs: the ConfigMaps of its workload.
    """
    if container.heap is not None:
        return container.heap
    size = None
    for text in _texts(container, configs):
        for option in _OPTION.finditer(text):
            size = _bytes(option, container.resources.limits.memory) or size
    return None if size is None else Heap(size=size, beside=LEAST_BESIDE)


def _bytes(option: re.Match[str], limit: int | None) -> int | None:
    number, unit, percentage = option.groups()
    if number is not None:
        return int(number) << _UNITS[unit.lower()]
    return int(limit * float(percentage) / 100) if limit is not None else None


def _texts(container: Container, configs: Iterable[Config]) -> Iterator[str]:
    """Yield what a JVM in the container reads, in its order: later options replace earlier ones."""
    variables = {e.name: e.value for e in container.env if isinstance(e.value, str)}
    yield variables.pop(_FIRST, "")
    last = variables.pop(_LAST, "")
    for config in configs:
        yield from (text for name, text in config.texts.items() if _FILE.search(name))
    yield from variables.values()
    yield from container.command
    yield from container.args
    yield last
