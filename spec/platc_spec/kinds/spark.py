"""``spark``: a standalone cluster of Spark, one master and its workers."""

from typing import Annotated, Literal

from pydantic import Field

from platc_spec.base import Config, Env, Memory, Model, Resources, Version
from platc_spec.service import Component, Deployed


class SparkWorkers(Component):
    """The workers, each a pod that starts executors in itself."""

    cores: Annotated[int, Field(ge=1, le=256, strict=True)] = 1
    """How many tasks run in a pod at the same time (``--cores``)."""
    memory: Memory | None = None
    """The heap that the executors of a pod can share (``--memory``); default: what the memory limit
    leaves beside the worker's own process and the memory outside of an executor's heap."""
    scratch: Annotated[Memory, Field(ge=1 << 20)] | None = None
    """How much the executors of a pod may write while they shuffle and sort; default: 1Gi, or half
    of a smaller limit of its ephemeral storage. The default limit is 1Gi more than ``scratch``."""


class SparkMaster(Model):
    """The master, which gives workers to applications."""

    resources: Resources = Resources()
    """Requests and limits."""


class SparkCluster(Deployed):
    """A standalone cluster. A ``workload`` that depends on it may be a driver: executors connect
    back to it, at the ports that spark-defaults.conf of the cluster names.
    """

    kind: Literal["spark"]
    version: Version = "4.3.0"
    """The version of Spark, 4.0 or later; drivers must have the same."""
    master: SparkMaster = SparkMaster()
    """The master."""
    workers: SparkWorkers = SparkWorkers()
    """The workers."""
    env: Env = {}
    """Further environment variables of master and workers."""
    config: Config = {}
    """Settings of spark-defaults.conf, merged over the generated ones."""
