"""PostgreSQL's settings: ``pg_settings`` of the servers of each major version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.settings.catalogue import Catalogue, Setting, catalogue
from platc_compiler.settings.postgres_values import amount, judge
from platc_compiler.settings.program import Decided, Program, Stated, Verdict, Weight
from platc_spec.kinds.postgres import Postgres

_FOLDERS = "remove it: the paths in the container are platc's"
_ARCHIVED = "remove it: backup.point_in_time archives the log"


def _archives(service: Postgres) -> bool:
    return service.archive is not None


_DECIDED = {
    "listen_addresses": Decided("remove it: depends_on of the others says who may connect", ("*",)),
    "port": Decided("remove it: the port is 5432", ("5432",)),
    "unix_socket_directories": Decided(_FOLDERS, ("/var/run/postgresql",)),
    "data_directory": Decided(_FOLDERS),
    "config_file": Decided(_FOLDERS, ("/etc/postgresql/postgresql.conf",)),
    "hba_file": Decided(_FOLDERS, ("/etc/postgresql/pg_hba.conf",)),
    "archive_mode": Decided(_ARCHIVED, ("on",), when=_archives),
    "archive_command": Decided(_ARCHIVED, when=_archives),
    "archive_library": Decided(_ARCHIVED, when=_archives),
    "archive_timeout": Decided("write backup.point_in_time.every", when=_archives),
    "wal_level": Decided(_ARCHIVED, ("replica", "logical"), when=_archives),
    "password_encryption": Decided(
        "remove it: pg_hba.conf asks for scram-sha-256", ("scram-sha-256",)
    ),
}
_IN_PLACE = {
    "wal_keep_segments": "write wal_keep_size, an amount: a segment was 16MB",
    "checkpoint_segments": "write max_wal_size, an amount",
    "force_parallel_mode": "write debug_parallel_query",
    "unix_socket_directory": "remove it: the paths in the container are platc's",
    "default_with_oids": "remove it: there are no OIDs of rows any more",
    "lc_collate": "remove it: it is chosen when a database is created",
    "lc_ctype": "remove it: it is chosen when a database is created",
}
"""What to write instead of settings that are gone (appendix O and the release notes)."""


def text(value: object) -> str:
    """Return a value as platc writes it into postgresql.conf."""
    return ("off", "on")[value] if isinstance(value, bool) else str(value)


def _version(service: Postgres, _services: Mapping[str, Any]) -> str:
    return str(service.major)


def _stated(name: str, service: Postgres) -> Iterator[Stated]:
    for key, value in service.config.items():
        yield Stated(key, text(value), ("services", name, "config", key))
    for settings, path in service.session_settings():
        for key, value in settings.items():
            items = value if isinstance(value, list) else [value]
            yield Stated(key, ", ".join(map(text, items)), ("services", name, *path, key))


def _unknown(
    catalogue: Catalogue, near: tuple[int, ...], stated: Stated, version: str
) -> Verdict | None:
    """Return why a server has no such setting; it takes each name of a module that it lacks."""
    name = stated.name.lower()
    module, dot, _ = name.partition(".")
    known = {each.lower() for each in catalogue.names(near)}
    if dot and not any(each.startswith(f"{module}.") for each in known):
        return None
    message = f"PostgreSQL {version} has no setting '{stated.name}'"
    severity: Weight = "warning" if dot else "error"
    if name in _IN_PLACE:
        return Verdict(message, _IN_PLACE[name])
    if catalogue.lines(name):
        first, last = catalogue.span(name)
        if last is not None and int(last) < int(version):
            return Verdict(message, f"remove it: it was there until {last}", severity)
        return Verdict(message, f"remove it, or write version: {first} or later", severity)
    return Verdict(message, did_you_mean(stated.name, known, "remove it"), severity)


def _judge(setting: Setting, value: str) -> str:
    if setting.type == "fixed":
        return "it cannot be set"
    return judge(setting, value)


PROGRAM = Program(
    title="PostgreSQL", version=_version, stated=_stated, decided=_DECIDED, data="postgres",
    unknown=_unknown, judge=_judge,
)  # fmt: skip


def stated_text(service: Postgres, key: str) -> str:
    """Return a stated setting as platc writes it."""
    return text(service.config[key])


def memory(service: Postgres, key: str) -> int | None:
    """Return a stated amount in bytes, ``None`` if it is none or not known."""
    return memory_of(service, key, service.config[key])


def memory_of(service: Postgres, key: str, value: object) -> int | None:
    """Return an amount that is stated for a setting somewhere else than under ``config``."""
    known = catalogue("postgres")
    found = known.find(key, known.near(str(service.major)))
    return amount(found[0], text(value)) if found else None


def modules(service: Postgres) -> tuple[str, ...]:
    """Return the modules in the image that platc chooses, none where they are not known.

    CloudNativePG's images have more than the official one (README of cloudnative-pg/
    postgres-containers, Standard Images).
    """
    known = catalogue("postgres").lists.get(f"modules-{service.major}", ())
    return (*known, "pg_failover_slots", "pgaudit") if known and service.operated else known
