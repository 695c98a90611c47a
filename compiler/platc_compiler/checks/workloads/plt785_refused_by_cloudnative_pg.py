"""CloudNativePG refuses the name of a role, the image of a server, a setting, or a pooler's mode.

Why: the operator refuses a role that it keeps for itself, a pool of statements, and an image whose
tag does not begin with the version of PostgreSQL: by the tag it knows an upgrade. The images of its
project begin with PostgreSQL 14. Replicas and the archive need what some settings turn off, and the
memory that is requested must hold ``shared_buffers``. The operator reads a size without a unit as
megabytes, where PostgreSQL reads its pages, and wants ``min_wal_size`` below ``max_wal_size``.

Bad:
```yaml
secrets: { superuser: { keys: [username, password], type: kubernetes.io/basic-auth } }
services:
  db:
    kind: postgres
    provider: cloudnative-pg
    storage: 5Gi
    superuser_password: superuser/password
    roles: { streaming_replica: {} }
```

Good:
```yaml
secrets: { superuser: { keys: [username, password], type: kubernetes.io/basic-auth } }
services:
  db:
    kind: postgres
    provider: cloudnative-pg
    storage: 5Gi
    superuser_password: superuser/password
    roles: { replicator: {} }
```

Fix: choose another name, or an image with a tag such as ``18.6-system-trixie``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import Postgres
from platc_spec.quantities import human_bytes

CODE = "PLT785"
_KEPT = re.compile(r"streaming_replica|cnpg_.*")
"""``IsRoleReserved`` in pkg/postgres/roles.go, beside what PostgreSQL keeps for itself."""
_TAG = re.compile(r"[^@]*:\d+([.\-_][\w.\-]*)?(@.*)?")
"""``validateImageName`` in internal/webhook/v1/cluster_webhook.go of CloudNativePG 1.30."""
_OLDEST = 14


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each of them."""
    for name, service in context.of_kind(Postgres).items():
        if service.operated:
            yield from _of(name, service)
            yield from _of_the_log(name, service, context)


def _of(name: str, service: Postgres) -> Iterator[Diagnostic]:
    place = ("services", name)
    for role in filter(_KEPT.fullmatch, service.roles):
        message = f"CloudNativePG keeps the role '{role}' for itself"
        yield error(CODE, message, (*place, "roles", role), "choose another name", on_key=True)
    yield from _settings(name, service)
    if service.pooler is not None and service.pooler.pool_mode == "statement":
        message = "a Pooler of CloudNativePG has no pools of statements"
        yield error(CODE, message, (*place, "pooler", "pool_mode"), "write transaction")
    if service.image is None:
        if service.major < _OLDEST:
            message = f"CloudNativePG has no image of PostgreSQL {service.major}"
            hint = f"write version: {_OLDEST} or later, or name an image that has it: image:"
            yield error(CODE, message, (*place, "version"), hint)
    elif not _TAG.fullmatch(service.image):
        message = "by the tag of this image CloudNativePG cannot tell the version of PostgreSQL"
        yield error(CODE, message, (*place, "image"), "begin it with the version, such as 18.6-own")


def _settings(name: str, service: Postgres) -> Iterator[Diagnostic]:
    """Yield an error for each setting of ``validateConfiguration`` and ``validateResources``."""
    for key, value in service.config.items():
        place, setting = ("services", name, "config", key), key.lower()
        text = str(value).lower()
        if setting == "wal_level" and text == "minimal":
            message = "the archive and the replicas of CloudNativePG need more of the log"
            yield error(CODE, message, place, "write replica or logical, or remove it")
        elif setting == "wal_log_hints" and service.replicas and text in _OFF:
            message = "CloudNativePG rewinds instances, which needs wal_log_hints"
            yield error(CODE, message, place, "remove it", on_key=True)
        elif setting == "shared_buffers" and text.isdecimal():
            message = f"CloudNativePG reads '{text}' as megabytes, and PostgreSQL as pages of 8 kB"
            yield error(CODE, message, place, f"write the unit: {int(text) * 8}kB")
        elif setting == "shared_buffers":
            yield from _buffers(service, key, place)


_OFF = frozenset({"false", "off", "no", "0"})


def _buffers(service: Postgres, key: str, place: Origin) -> Iterator[Diagnostic]:
    from platc_compiler.lower.postgres.server import DEFAULT
    from platc_compiler.lower.resources import stated_resources
    from platc_compiler.settings.postgres import memory

    asked = stated_resources(service.resources, DEFAULT, ()).requests.memory
    amount = memory(service, key)
    if amount is not None and asked is not None and amount > asked:
        message = f"CloudNativePG takes no more of {key} than the memory that is requested"
        hint = f"at most {human_bytes(asked)}, or request more"
        yield error(CODE, message, place, hint)


def _of_the_log(name: str, service: Postgres, context: Context) -> Iterator[Diagnostic]:
    """Yield an error if the least size of the log is not below its greatest.

    A size that is not stated is platc's own. Source: ``validateWalSizeConfiguration``.
    """
    stated = {key.lower(): key for key in service.config}
    least, most = stated.get("min_wal_size"), stated.get("max_wal_size")
    if least is None and most is None:
        return
    from platc_compiler.lower.postgres.cloudnative.cluster import parameters
    from platc_compiler.lower.postgres.server import DEFAULT
    from platc_compiler.lower.resources import stated_resources
    from platc_compiler.settings.postgres import memory_of

    resources = stated_resources(service.resources, DEFAULT, ())
    told = parameters(service, resources, context.templates)
    low, high = (memory_of(service, each, told[each]) for each in ("min_wal_size", "max_wal_size"))
    if low is not None and high is not None and low >= high:
        message = (
            f"CloudNativePG takes no min_wal_size ({told['min_wal_size']}) that is not smaller"
        )
        place = ("services", name, "config", least or most or "")
        hint = "write a smaller one" if least else "write a greater one, or a smaller min_wal_size"
        yield error(CODE, f"{message} than max_wal_size ({told['max_wal_size']})", place, hint)
