"""How many sessions the server accepts of its users, and what its own jobs keep.

Source: chapter Connections and Authentication of PostgreSQL's manual: ``max_connections``,
``superuser_reserved_connections`` and, since 16, ``reserved_connections``. A user's session is
refused when only these are left, whoever has the others. Those of replicas are not among them.
"""

from __future__ import annotations

from platc_compiler.ir.sessions import SessionLimit
from platc_compiler.lower.origins import service_origin
from platc_spec.kinds import postgres as spec

DEFAULT = 100
_FOR_SUPERUSERS, _FOR_OTHERS = "superuser_reserved_connections", "reserved_connections"
_HAS_BOTH = 16


def session_limit(name: str, service: spec.Postgres) -> SessionLimit:
    """Return the limit of the server itself."""
    most = _number(service, spec.CONNECTIONS, DEFAULT)
    kept = _number(service, _FOR_SUPERUSERS, 3)
    if service.major >= _HAS_BOTH:
        kept += _number(service, _FOR_OTHERS, 0)
    place = ("config", spec.CONNECTIONS) if spec.CONNECTIONS in service.config else ()
    return SessionLimit(
        service=name, port="sql", most=max(0, most - kept), strict=service.pooler is not None,
        why=f"{spec.CONNECTIONS} {most}, of which {kept} are reserved",
        roles=tuple(
            (key, role.connections, service_origin(name, "roles", key, "connections"))
            for key, role in service.roles.items()
            if role.connections >= 0
        ),
        origin=service_origin(name, *place),
    )  # fmt: skip


def _number(service: spec.Postgres, setting: str, default: int) -> int:
    text = str(service.config.get(setting, default))
    return int(text) if text.isdecimal() else default
