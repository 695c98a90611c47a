"""Files of Kubernetes objects that ``include`` names.

Before anything is validated, each entry becomes a service of the kind ``include``, and the
documents of its files take the place of their names. So everything that is true of services
(references, ports, connections) is true of what is included.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, Origin, error, has_error, warning
from platc_compiler.source.beside import Beside, named_text
from platc_compiler.source.load import Unreadable

CODE = "PLT125"
KIND = "include"
ENDINGS = (".yaml", ".yml", ".json")
MOST_FILES = 1_000
"""Files of an entry at most."""
MOST_OBJECTS = 5_000
"""Objects of all entries at most."""
LARGEST = 16 << 20
"""Bytes of all files at most."""


def with_included(
    data: dict[str, Any], beside: Beside
) -> tuple[dict[str, Any], tuple[Diagnostic, ...]]:
    """Return the data with the entries of ``include`` as services, and what is wrong."""
    stated = data.get(KIND)
    if not isinstance(stated, Mapping) or not stated:
        return data, _as_a_kind(data)
    services = data.get("services") or {}
    if not isinstance(services, Mapping):
        return data, ()
    reader = _Reader(beside)
    faults: list[Diagnostic] = [*_as_a_kind(data)]
    entries: dict[str, Any] = {}
    for name, entry in stated.items():
        if name in services:
            hint = "others name both in depends_on: give one of them another name"
            message = f"'{name}' is the name of a service too"
            faults.append(error(CODE, message, (KIND, name), hint, on_key=True))
        elif isinstance(entry, Mapping):
            entries[name] = {"kind": KIND, **entry, **reader.files(name, entry.get("files"))}
        else:
            entries[name] = {"kind": KIND} if entry is None else entry
    rest = {key: value for key, value in data.items() if key != KIND}
    return {**rest, "services": {**services, **entries}}, (*faults, *reader.faults)


def _as_a_kind(data: Mapping[str, Any]) -> tuple[Diagnostic, ...]:
    services = data.get("services")
    return tuple(
        error(
            CODE, "objects of one's own are no service", ("services", name, "kind"),
            f"write the entry below include: instead, as include.{name}",
        )
        for name, service in (services.items() if isinstance(services, Mapping) else ())
        if isinstance(service, Mapping) and service.get("kind") == KIND
    )  # fmt: skip


def without_allowed(
    found: tuple[Diagnostic, ...], services: Mapping[str, Any]
) -> tuple[Diagnostic, ...]:
    """Return the diagnostics without the warnings that an entry allows for its objects by code.

    A code that allows nothing is a warning itself, unless an error has kept checks from running.
    """
    codes = {
        (name, code): reason
        for name, entry in services.items()
        if isinstance(entry, Mapping) and entry.get("kind") == KIND
        for code, reason in _mapping(entry.get("allow")).items()
        if str(code).startswith("PLT")
    }
    used: set[tuple[object, object]] = set()
    told = []
    for each in found:
        key = (each.path[1] if len(each.path) > 1 and each.path[0] == "services" else "", each.code)
        if (each.severity != "error" or each.consent) and key in codes:
            used.add(key)
        else:
            told.append(each)
    for name, code in codes.keys() - used if not has_error(found) else ():
        message = f"{code} is allowed here, but no such warning is given for '{name}'"
        place = ("services", name, "allow", code)
        told.append(warning("PLT009", message, place, "remove it", on_key=True))
    return tuple(told)


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


class _FaultyError(Exception):
    def __init__(self, found: Diagnostic) -> None:
        super().__init__(found.message)
        self.found = found


class _Reader(Struct):
    """Reads the files of all entries, within the limits of all together."""

    beside: Beside
    faults: list[Diagnostic] = []
    objects: int = 0
    size: int = 0

    def files(self, entry: str, stated: object) -> dict[str, Any]:
        """Return the documents of the files of an entry, by file, in the place of each name.

        A fault of the type is left to the validation.
        """
        if not isinstance(stated, (list, tuple)):
            return {} if stated is None else {"files": stated}
        found: list[Any] = []
        number = 0
        for index, named in enumerate(stated):
            place: Origin = ("services", entry, "files", index)
            if not isinstance(named, str):
                found.append(named)
                self.faults.append(error(CODE, "a file is named by its path", place))
                continue
            read: dict[str, Any] = {}
            try:
                paths = self._paths(named, place)
                number += len(paths)
                if number <= MOST_FILES:
                    read = {path: self._documents(path, place) for path in paths}
            except _FaultyError as fault:
                self.faults.append(fault.found)
            if number > MOST_FILES:
                message = f"'{entry}' has more than {MOST_FILES} files"
                self.faults.append(error(CODE, message, place, "include fewer"))
            found.append(read)
        return {"files": found}

    def _paths(self, named: str, place: Origin) -> tuple[str, ...]:
        path = named.rstrip("/")
        try:
            if not named.endswith("/") and named_text(self.beside, path) is not None:
                return (path,)
            found = self.beside.paths(path, "") if path else ()
        except Unreadable as fault:
            raise self._unreadable(fault, path, place) from None
        except (OSError, ValueError):
            found = ()
        objects = tuple(each for each in found if each.endswith(ENDINGS))
        if objects:
            return objects
        if found:
            message = f"no file below '{named}' ends in yaml, yml or json"
            raise _FaultyError(error(CODE, message, place))
        message = f"there is no file and no folder '{named}' beside platform.yaml"
        hint = "it is relative to the folder of platform.yaml, and cannot be outside of it"
        raise _FaultyError(error(CODE, message, place, hint))

    def _documents(self, path: str, place: Origin) -> tuple[Any, ...]:
        from platc_compiler.source.included import documents

        try:
            text = named_text(self.beside, path) or ""
            read, twice = documents(text)
        except Unreadable as fault:
            raise self._unreadable(fault, path, place) from None
        self.size += len(text.encode())
        if self.size > LARGEST:
            message = f"included files have more than {LARGEST >> 20} MiB together"
            raise _FaultyError(error(CODE, message, place, "include fewer"))
        self.objects += sum(each is not None for each in read)
        if self.objects > MOST_OBJECTS:
            message = f"more than {MOST_OBJECTS} objects are included"
            raise _FaultyError(error(CODE, message, place, "include fewer"))
        if twice:
            message = f"{path}: the key '{twice[0][-1]}' stands twice in one mapping"
            raise _FaultyError(error(CODE, message, place, "remove one of the two"))
        if not any(each is not None for each in read):
            raise _FaultyError(error(CODE, f"{path} holds no object", place, "remove it"))
        return tuple(read)

    def _unreadable(self, fault: Unreadable, path: str, place: Origin) -> _FaultyError:
        message = fault.message if path in fault.message else f"{path}: {fault.message}"
        hint = fault.hint
        if "{{" in hint or "emplate" in hint:
            hint = "render the chart first: helm template NAME CHART > FILE"
        found = error(CODE, message, place, hint)
        # A link that leads out of the folder has no line that may be shown.
        here = fault.file is None
        return _FaultyError(replace(found, span=fault.span, file=path) if here else found)
