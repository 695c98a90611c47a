"""``spark``: the executors that a task of Spark starts as further pods."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from platc_spec.base import Cpu, Memory, Model, Text
from platc_spec.quantities import human_bytes

LEAST_HEAP = 480 << 20
"""The smallest heap that Spark starts with, in bytes.

Source: ``getMaxMemory`` in UnifiedMemoryManager.scala of Spark 3.5 and 4.3 refuses less than 450
MiB of ``Runtime.maxMemory``, which the serial collector reports as a thirtieth less than -Xmx."""

_SETTING = re.compile(r"spark\.[A-Za-z0-9_.-]+")

DECIDED = frozenset(
    {
        "spark.blockManager.port", "spark.driver.blockManager.port", "spark.driver.host",
        "spark.driver.memory", "spark.driver.memoryOverhead", "spark.driver.port",
        "spark.dynamicAllocation.enabled", "spark.executor.cores", "spark.executor.instances",
        "spark.executor.memory", "spark.executor.memoryOverhead",
        "spark.executor.memoryOverheadFactor", "spark.executor.pyspark.memory",
        "spark.kubernetes.authenticate.executor.serviceAccountName",
        "spark.kubernetes.container.image",
        "spark.kubernetes.driver.ownPersistentVolumeClaim", "spark.kubernetes.driver.pod.name",
        "spark.kubernetes.driver.reusePersistentVolumeClaim",
        "spark.kubernetes.driver.service.deleteOnTermination",
        "spark.kubernetes.executor.container.image",
        "spark.kubernetes.executor.deleteOnTermination",
        "spark.kubernetes.executor.disableConfigMap", "spark.kubernetes.executor.limit.cores",
        "spark.kubernetes.executor.podTemplateContainerName",
        "spark.kubernetes.executor.podTemplateFile", "spark.kubernetes.executor.request.cores",
        "spark.kubernetes.memoryOverheadFactor", "spark.kubernetes.namespace", "spark.master",
        "spark.memory.offHeap.enabled", "spark.memory.offHeap.size", "spark.submit.deployMode",
    }
)  # fmt: skip
"""Settings that follow from other keys, or that would start pods of another size or number."""


def _heap(size: int) -> int:
    if size < LEAST_HEAP:
        raise ValueError(
            f"{human_bytes(size)} is too small for Spark: write {LEAST_HEAP >> 20}Mi or more"
        )
    return size


Heap = Annotated[Memory, AfterValidator(_heap)]


def _setting(name: str) -> str:
    if not _SETTING.fullmatch(name):
        raise ValueError(f"{name!r} is no setting: write one such as spark.sql.shuffle.partitions")
    return name


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("a setting is one line of characters that can be shown")
    return value


Setting = Annotated[str, Field(max_length=256), AfterValidator(_setting)]
Value = Annotated[Text, Field(max_length=4096), AfterValidator(_one_line)]


class Spark(Model):
    """A program of Spark 3.4 or later: its driver runs in the pod of the task (client mode)."""

    executors: Annotated[int, Field(ge=1, le=100, strict=True)]
    """How many executors it starts, each a pod of its own."""
    memory: Heap
    """The heap of each executor (``spark.executor.memory``)."""
    overhead: Memory | None = None
    """The memory of each executor outside of its heap (``spark.executor.memoryOverhead``); default:
    a tenth of its heap, two fifths with ``language: python``, and 384Mi at least."""
    cores: Annotated[int, Field(ge=1, le=256, strict=True)] = 1
    """How many tasks an executor works on at once (``spark.executor.cores``); its CPU limit."""
    cpu: Annotated[Cpu, Field(ge=1)] | None = None
    """The CPU request of each executor; default: ``cores``."""
    language: Literal["jvm", "python"] = "jvm"
    """What the program is written in: processes of Python need memory outside of the heap."""
    config: dict[Setting, Value] = {}
    """Further settings of ``spark-defaults.conf``, such as ``spark.sql.shuffle.partitions``."""

    @model_validator(mode="after")
    def _own_keys(self) -> Self:
        taken = sorted(DECIDED & self.config.keys())
        if taken:
            raise ValueError(
                f"config: {taken[0]} follows from other keys of spark and of the task: remove it"
            )
        return self
