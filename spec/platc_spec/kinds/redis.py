"""``redis``: a cache or a small store of keys in memory, Valkey or Redis."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from platc_spec.base import Config, Memory, Model, OwnPassword, Resources, Version
from platc_spec.service import Deployed

_SETTING = re.compile(r"[a-z][a-z0-9-]*")
Eviction = Literal[
    "allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "volatile-lfu",
    "volatile-random", "volatile-ttl", "noeviction",
]  # fmt: skip
"""Which keys go when the memory for data is full: of all, or of those that expire."""


class RedisExporter(Model):
    """The exporter of its metrics, beside it in its pod."""

    version: Version = "1.88.0"
    """The version of redis_exporter."""
    image: str | None = None
    """Its image, with its tag; default: that of its author."""
    resources: Resources = Resources()
    """Requests and limits of its container."""


class Redis(Deployed):
    """One server that speaks the protocol of Redis: Valkey, or Redis itself."""

    kind: Literal["redis"]
    program: Literal["valkey", "redis"] = "valkey"
    """Which program runs. Both read the same configuration."""
    version: Version = "9.0.4"
    """The version of the program."""
    password: OwnPassword
    """The password of the user ``default``; the server keeps only its SHA-256."""
    persistence: Literal["none", "rdb", "aof"] = "none"
    """What survives a restart: nothing, a snapshot every few minutes, or each write within a
    second."""
    storage: Memory | None = None
    """The volume, with ``persistence: rdb`` or ``aof``: at least twice ``maxmemory``."""
    storage_class: str | None = None
    """Its StorageClass; default: the cluster's default."""
    maxmemory: Memory | None = None
    """The memory for data; default: three quarters of the memory limit, or half of it with
    persistence, as the process that writes a snapshot may need as much again for what changes."""
    eviction: Eviction | None = None
    """Which keys go when ``maxmemory`` is reached; default: ``allkeys-lru``, or ``noeviction`` with
    persistence."""
    max_clients: Annotated[int, Field(ge=1, le=60_000, strict=True)] = 1000
    """How many clients it accepts at once."""
    resources: Resources = Resources()
    """Requests and limits."""
    exporter: RedisExporter = RedisExporter()
    """The exporter of its metrics."""
    config: Config = {}
    """Further settings, by their names in valkey.conf or redis.conf."""

    @property
    def policy(self) -> str:
        """The policy of eviction."""
        return self.eviction or ("allkeys-lru" if self.persistence == "none" else "noeviction")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.persistence == "none" and self.storage is not None:
            raise ValueError("a volume holds nothing without persistence: write rdb or aof")
        if self.persistence != "none" and self.storage is None:
            raise ValueError(f"persistence: {self.persistence} needs a volume: state storage")
        words = {"maxmemory-policy": "eviction", "maxclients": "max_clients"}
        decided = {
            "port", "bind", "dir", "aclfile", "requirepass", "user", "save", "appendonly",
            "protected-mode", "daemonize", "maxmemory",
        }  # fmt: skip
        for name, value in self.config.items():
            if name in words:
                raise ValueError(f"config.{name}: write it as {words[name]}")
            if name in decided:
                raise ValueError(f"config.{name}: platc decides it; remove it")
            if not _SETTING.fullmatch(name) or not isinstance(value, (str, int, float)):
                raise ValueError(f"config.{name}: write a setting with a text or a number")
            if not str(value).isprintable() or not str(value):
                raise ValueError(f"config.{name}: a value stands on one line")
        return self
