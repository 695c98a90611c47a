"""What several services share: ``extends`` takes over a profile, ``env_from`` a file or a secret.

Both are filled in before anything is validated, so that a service is judged as a whole. A fault in
what was taken over is told at its own line, with a note that names the service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, Hint, Mention, Origin, error, warning
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.language.pydantic_messages import mismatch, shown
from platc_compiler.merging import merge
from platc_compiler.source.beside import Beside, named_text
from platc_compiler.source.load import MOST_NODES, Unreadable

PROFILE, UNUSED, FROM, LARGE = "PLT769", "PLT770", "PLT771", "PLT003"
_MOST_PROFILES = 50
"""Profiles of one service, each as often as it is taken over: each is merged over the others."""
_KEYS = ("extends", "env_from")
_NO_PARTS = frozenset({"config", "env", "files", "labels", "node_selector", "secret_files"})
"""Keys of services below which there are texts of programs, and no parts of the service."""


class Reused(Struct):
    """The data with everything filled in that services share."""

    data: dict[str, Any]
    aliases: dict[Origin, Origin] = field(default_factory=dict)
    """Where values stand that a service has taken over, by their paths in the service."""
    faults: list[Diagnostic] = field(default_factory=list)
    whole: bool = True
    """False if services take over too much: then nothing is judged but that."""

    def take(self, base: object, own: Origin, place: Origin) -> None:
        """Note where the values of a profile stand; ``own`` is their path in the service."""
        self.aliases[own] = place
        if isinstance(base, Mapping):
            for key, value in base.items():
                if value is not None:
                    self.take(value, (*own, key), (*place, key))

    def drop(self, over: object, before: object, own: Origin) -> None:
        """Forget the values that ``over`` replaces; ``before`` is what stood at ``own``."""
        self.aliases.pop(own, None)
        below = before if isinstance(before, Mapping) else {}
        if isinstance(over, Mapping):
            for key, value in over.items():
                self.drop(value, below.get(key), (*own, key))
        else:
            for key, value in below.items():
                self.drop(None, value, (*own, key))


def is_used(data: Mapping[str, Any]) -> bool:
    """Return whether something is shared."""
    services = data.get("services")
    every = services.values() if isinstance(services, Mapping) else ()
    included = data.get("include")
    entries = included.values() if isinstance(included, Mapping) else ()
    return "profiles" in data or any(
        _shares(each) for each in (*every, *entries) if isinstance(each, Mapping)
    )


def _shares(part: Mapping[str, Any]) -> bool:
    return any(key in part for key in _KEYS) or any(
        _shares(below)
        for key, below in part.items()
        if isinstance(below, Mapping) and key not in _NO_PARTS
    )


def with_shared(data: dict[str, Any], beside: Beside) -> Reused:
    """Return the data with profiles, files and secrets filled in."""
    profiles, services = data.get("profiles", {}), data.get("services")
    result = Reused(dict(data))
    if not isinstance(profiles, Mapping) or not isinstance(services, Mapping):
        return result
    result.data.pop("profiles", None)
    work = _Work(profiles, data.get("secrets"), beside, result)
    included = data.get("include")
    try:
        done = {name: work.service(name, service) for name, service in services.items()}
        if isinstance(included, Mapping):
            result.data["include"] = {k: work.service(k, entry) for k, entry in included.items()}
    except _TooMuchError as fault:
        return Reused(
            {}, faults=[error(LARGE, fault.message, fault.place, fault.hint)], whole=False
        )
    result.data["services"] = done
    for name in profiles:
        if name not in work.used:
            place = ("profiles", name)
            message = f"no service extends the profile '{name}'"
            result.faults.append(
                warning(UNUSED, message, place, f"remove it, or write extends: {name}", on_key=True)
            )
    return result


class _Work:
    def __init__(
        self, profiles: Mapping[str, Any], secrets: object, beside: Beside, result: Reused
    ) -> None:
        self._profiles, self._beside, self._result = profiles, beside, result
        self._secrets = secrets if isinstance(secrets, Mapping) else {}
        self._left = MOST_NODES
        self._told: set[Origin] = set()
        self.used: set[str] = set()

    def service(self, name: str, stated: object) -> object:
        """Return a service with what it takes over."""
        if not isinstance(stated, Mapping):
            return stated
        place: Origin = ("services", name)
        merged: dict[str, Any] = {}
        for number, profile in enumerate(self._order(stated, place, ()), start=1):
            if number > _MOST_PROFILES:
                message = f"'{name}' takes over more than {_MOST_PROFILES} profiles"
                hint = "a profile counts as often as others extend it"
                raise _TooMuchError(message, (*place, "extends"), hint)
            base = {k: v for k, v in self._profiles[profile].items() if k != "extends"}
            self._count(base, (*place, "extends"))
            self._result.drop(base, merged, place)
            self._result.take(base, place, ("profiles", profile))
            merged = merge(merged, base)
        own = {key: value for key, value in stated.items() if key != "extends"}
        if merged:
            self._result.drop(own, merged, place)
            merged = merge(merged, own)
        else:
            merged = own
        return self._below(merged, place)

    def _below(self, part: Mapping[str, Any], place: Origin) -> dict[str, Any]:
        """Return a service, or a part of it, with the variables of every ``env_from`` in it."""
        done = {
            key: self._below(value, (*place, key))
            if isinstance(value, Mapping) and key not in _NO_PARTS
            else value
            for key, value in part.items()
        }
        return self._with_variables(done, place) if "env_from" in done else done

    def _order(
        self, stated: Mapping[str, Any], place: Origin, above: tuple[str, ...]
    ) -> Iterator[str]:
        """Yield the profiles, those that a profile extends before it."""
        if len(above) > _MOST_PROFILES:
            message = f"more than {_MOST_PROFILES} profiles extend each other in a row"
            raise _TooMuchError(message, (*place, "extends"), "put what they state into fewer")
        extends = stated.get("extends")
        several = extends if isinstance(extends, list) else [] if extends is None else [extends]
        for index, name in enumerate(several):
            at = (*place, "extends", index) if several is extends else (*place, "extends")
            profile = self._profiles.get(name) if isinstance(name, str) else None
            if name in above:
                way = " → ".join((*above, name))
                self._tell(f"the profiles form a cycle: {way}", at)
            elif not isinstance(name, str):
                write = "write the name of a profile, or a list of names"
                self._tell(f"{shown(name)} is no name of a profile", at, write)
            elif name in self._profiles and not isinstance(profile, Mapping):
                self._misshapen(name)
            elif profile is None:
                known = ", ".join(self._profiles) or "none"
                hint = did_you_mean(str(name), self._profiles, f"declared below profiles: {known}")
                self._tell(f"unknown profile '{name}'", at, hint)
            else:
                self.used.add(name)
                yield from self._order(profile, ("profiles", name), (*above, name))
                yield name

    def _tell(self, message: str, at: Origin, hint: Hint | str = "") -> None:
        """Tell once what is wrong at a place, however many services take it over."""
        if at not in self._told:
            self._told.add(at)
            self._result.faults.append(error(PROFILE, message, at, hint))

    def _misshapen(self, name: str) -> None:
        """Tell once that a profile is no mapping."""
        if name not in self.used:
            self.used.add(name)
            said = mismatch(["dict_type"], self._profiles[name])
            self._result.faults.append(error("PLT005", said.message, ("profiles", name), said.hint))

    def _count(self, value: object, at: Origin) -> None:
        """Count the values that a service takes over: a profile, each time that it is used."""
        waiting = [value]
        while waiting:
            self._left -= 1
            if self._left < 0:
                message = f"more than {MOST_NODES} values are taken over"
                hint = "each counts as often as a service takes it over"
                raise _TooMuchError(message, at, hint)
            each = waiting.pop()
            waiting += each.values() if isinstance(each, Mapping) else ()
            waiting += each if isinstance(each, list) else ()

    def _with_variables(self, service: dict[str, Any], place: Origin) -> dict[str, Any]:
        """Return a service whose ``env`` holds what ``env_from`` names; its own values win."""
        rest = {key: value for key, value in service.items() if key != "env_from"}
        own = rest.get("env") or {}
        if not isinstance(own, Mapping):
            return rest
        found: dict[str, Any] = {}
        stated = service["env_from"]
        for index, source in enumerate(stated if isinstance(stated, list) else [stated]):
            at = (*place, "env_from", index) if isinstance(stated, list) else (*place, "env_from")
            try:
                taken = self._variables(source)
            except _FaultyError as fault:
                self._result.faults.append(error(FROM, fault.message, at, fault.hint))
                continue
            self._count(taken, at)
            for name in taken.keys() - own.keys():
                self._result.aliases[*place, "env", name] = at
            found |= taken
        return {**rest, "env": {**found, **own}}

    def _variables(self, source: object) -> dict[str, Any]:
        if not isinstance(source, Mapping) or not source.keys() <= {"file", "secret", "prefix"}:
            raise _FaultyError(_SHAPE, _WRITE)
        prefix = source.get("prefix", "")
        if not isinstance(prefix, str):
            raise _FaultyError(_SHAPE, _WRITE)
        file, secret = source.get("file"), source.get("secret")
        if isinstance(file, str) and secret is None:
            return {f"{prefix}{name}": value for name, value in self._of_file(file)}
        if isinstance(secret, str) and file is None:
            return {f"{prefix}{key}": f"${{{secret}/{key}}}" for key in self._keys(secret)}
        raise _FaultyError(_SHAPE, _WRITE)

    def _keys(self, secret: str) -> list[str]:
        declared = self._secrets.get(secret)
        if not isinstance(declared, Mapping):
            hint = did_you_mean(secret, self._secrets, "declare it under secrets:")
            raise _FaultyError(f"unknown secret '{secret}'", str(hint))
        keys = declared.get("keys")
        return [str(key) for key in keys] if isinstance(keys, list) else []

    def _of_file(self, path: str) -> Iterator[tuple[str, str]]:
        try:
            text = named_text(self._beside, path)
        except Unreadable as fault:
            raise _FaultyError(f"{path}: {fault.message}", fault.hint) from None
        if text is None:
            raise _FaultyError(f"there is no file '{path}' beside platform.yaml")
        for number, line in enumerate(text.splitlines(), start=1):
            stripped = line.strip()
            if not stripped or stripped.startswith("#"):
                continue
            name, equals, value = stripped.removeprefix("export ").partition("=")
            if not equals:
                raise _FaultyError(f"{path}, line {number}: no NAME=VALUE")
            yield name.strip(), _unquoted(value.strip())


_SHAPE = "a source of variables is a file or a secret"
_WRITE = "write { file: PATH } or { secret: NAME, prefix: DB_ }"


class _FaultyError(Exception):
    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class _TooMuchError(Exception):
    """Services take over more than is worked on."""

    def __init__(self, message: str, place: Origin, hint: str) -> None:
        super().__init__(message)
        self.message, self.place, self.hint = message, place, hint


_QUOTED = 2


def _unquoted(value: str) -> str:
    """Return a value without the quotes around it, as Docker Compose reads an env file."""
    if len(value) >= _QUOTED and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value.partition(" #")[0].rstrip()


def told_where_written(found: Diagnostic, aliases: Mapping[Origin, Origin]) -> Diagnostic:
    """Return a diagnostic on what a service has taken over, at the place where it is written."""
    path = found.path
    written = _written(path, aliases)
    if written == path:
        return found
    user = Mention(f"'{path[1]}' takes it over", path[:2])
    fix = found.fix
    if fix is not None:
        fix = replace(fix, path=_written(fix.path, aliases))
    return replace(found, path=written, notes=(*found.notes, user), fix=fix)


def _written(path: Origin, aliases: Mapping[Origin, Origin]) -> Origin:
    for length in range(len(path), 2, -1):
        place = aliases.get(path[:length])
        if place is not None:
            # A variable of a file or a secret has no place of its own below env_from.
            return place if "env_from" in place else (*place, *path[length:])
    return path
