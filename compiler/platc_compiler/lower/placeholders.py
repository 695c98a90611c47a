"""``${services.NAME.host}`` and the like: what a service has for others, without repeated names.

They are filled in before the checks, so that every check judges the text that a program gets. The
value of a secret is never known: a password becomes a reference to the key of its secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from msgspec import Struct, field

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.ir.network import Offer
from platc_compiler.ir.platform import Database
from platc_compiler.language.placeholders import MARK
from platc_compiler.language.references import references
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.kind import Offering
from platc_spec.platform import Spec

UNKNOWN, NO_EDGE = "PLT129", "PLT320"
_PLACEHOLDER = re.compile(r"(\$?)\$\{services\.(?:([^{}\s]{0,300})\})?")
"""A beginning alone is matched too: its second group is ``None``."""
_WHERE_ELSE = "give it a variable of env, and write $(NAME) here; not in files: read it from there"
_FILLED = frozenset({"args", "command", "env", "files"})
"""Keys below which placeholders are filled in, of services, their containers, and tasks."""
_PARTS = ("address", "databases", "host", "namespace", "port", "ports", "url")
_OF_A_DATABASE = ("name", "password", "url", "user")


class _Wrong(NamedTuple):
    """Why a placeholder cannot be filled in."""

    message: str
    hint: str


class _Owner(NamedTuple):
    """Who has the texts: a service or a task."""

    place: Origin
    name: str
    """The service's own name; empty for a task."""


class Filled(Struct):
    """The data with all placeholders filled in, and what is wrong."""

    data: dict[str, Any]
    faults: list[Diagnostic] = field(default_factory=list)


def filled(data: Mapping[str, Any], spec: Spec, offerings: Mapping[str, Offering]) -> Filled:
    """Return the data with its placeholders filled in.

    Args:
        data: what platform.yaml says.
        spec: the same, validated.
        offerings: what each service has for others.
    """
    work = _Work(spec, offerings)
    result = dict(data)
    for group, inner in (("services", None), ("pipelines", "tasks")):
        entries = data.get(group)
        if isinstance(entries, Mapping):
            result[group] = {
                name: work.entry(entry, (group, name), inner) for name, entry in entries.items()
            }
    return Filled(result, work.faults)


class _Work:
    def __init__(self, spec: Spec, offerings: Mapping[str, Offering]) -> None:
        self._spec, self._offerings = spec, offerings
        self.faults: list[Diagnostic] = []
        self._edges: dict[Origin, list[str]] = {}
        for reference in references(spec):
            if reference.to in {"service", "dependency"}:
                self._known(reference.path, reference.name)
            elif reference.to == "database":
                self._known(reference.path, reference.name.partition("/")[0])

    def _known(self, path: Origin, dependency: str) -> None:
        for length in (2, 4):
            self._edges.setdefault(path[:length], []).append(dependency)

    def entry(self, entry: object, place: Origin, inner: str | None) -> object:
        """Return a service, or a pipeline with its tasks, filled in."""
        if not isinstance(entry, Mapping):
            return entry
        if inner is None:
            owner = _Owner(place, str(place[1]))
            return {key: self._below(value, (*place, key), owner) for key, value in entry.items()}
        tasks = entry.get(inner)
        if not isinstance(tasks, Mapping):
            return entry
        done = {
            name: self._below(task, (*place, inner, name), _Owner((*place, inner, name), ""))
            for name, task in tasks.items()
        }
        return {**entry, inner: done}

    def _below(self, value: object, place: Origin, owner: _Owner) -> object:
        """Return a part with the texts below the keys filled in that take placeholders."""
        if place[-1] in _FILLED:
            return self._texts(value, place, owner, str(place[-1]))
        if isinstance(value, Mapping):
            return {k: self._below(each, (*place, k), owner) for k, each in value.items()}
        if isinstance(value, list):
            return [self._below(each, (*place, n), owner) for n, each in enumerate(value)]
        return value

    def _texts(self, value: object, place: Origin, owner: _Owner, where: str) -> object:
        if isinstance(value, str):
            return self._text(value, place, owner, where) if MARK in value else value
        if isinstance(value, Mapping):
            return {k: self._texts(e, (*place, k), owner, where) for k, e in value.items()}
        if isinstance(value, list):
            return [self._texts(e, (*place, n), owner, where) for n, e in enumerate(value)]
        return value

    def _text(self, text: str, place: Origin, owner: _Owner, where: str) -> str:
        whole = where == "env" and _PLACEHOLDER.fullmatch(text) is not None

        def instead(match: re.Match[str]) -> str:
            if match[1]:
                # Kubernetes itself replaces $$ in variables and arguments.
                return match[0][1:] if where == "files" else match[0]
            if match[2] is None:
                unfinished = f"'{MARK}' begins a reference, and what follows is none"
                hint = f"write {MARK}NAME.host}}, or $$ for the dollar itself"
                self.faults.append(error(UNKNOWN, unfinished, place, hint))
                return ""
            found = self._value(match[2].split("."), owner, whole=whole)
            if isinstance(found, str):
                return found
            code = NO_EDGE if found.hint.startswith("add depends_on") else UNKNOWN
            self.faults.append(error(code, found.message, place, found.hint))
            return ""

        return _PLACEHOLDER.sub(instead, text)

    def _value(self, steps: list[str], owner: _Owner, *, whole: bool) -> str | _Wrong:
        name, *rest = steps
        if name not in self._offerings:
            hint = did_you_mean(name, self._offerings, "declare it under services:")
            return _Wrong(f"'{name}' is no service", str(hint))
        found: str | _Wrong
        match rest:
            case ["namespace"]:
                found = self._spec.namespace_of(self._spec.services[name])
            case ["databases", *inner]:
                found = self._of_database(name, inner, owner, whole=whole)
            case ["ports", port]:
                found = self._of_port(name, port, owner)
            case ["address" | "host" | "port" | "url" as part]:
                found = self._of_service(name, part, owner)
            case []:
                found = _Wrong(f"which part of '{name}' is meant?", f"write {MARK}{name}.host}}")
            case _:
                known = did_you_mean(rest[0], _PARTS, f"it has {', '.join(_PARTS)}")
                found = _Wrong(f"a service has no '{'.'.join(rest)}'", str(known))
        return found

    def _of_service(self, name: str, part: str, owner: _Owner) -> str | _Wrong:
        offers = self._offerings[name].ports
        if not offers:
            return _Wrong(f"'{name}' has no port", "state its ports:")
        offer = self._chosen(name, offers, owner)
        missing = self._without_edge(offer, owner)
        if missing:
            return missing
        return {
            "address": offer.address,
            "host": offer.host,
            "port": str(offer.public or offer.number),
            "url": f"http://{offer.address}{self._offerings[name].path}",
        }[part]

    def _chosen(self, name: str, offers: tuple[Offer, ...], owner: _Owner) -> Offer:
        """Return the port that is meant: the one that is depended on, otherwise the first."""
        wanted = {
            port
            for each in self._edges.get(owner.place, ())
            for service, port in (split_dependency(each),)
            if service == name and port is not None
        }
        own = [offer for offer in offers if offer.port in wanted]
        return own[0] if len(own) == 1 else offers[0]

    def _of_port(self, name: str, port: str, owner: _Owner) -> str | _Wrong:
        offers = self._offerings[name].ports
        found = next((offer for offer in offers if offer.port == port), None)
        if found is None:
            known = [offer.port for offer in offers]
            hint = did_you_mean(port, known, f"it has {', '.join(known) or 'none'}")
            return _Wrong(f"'{name}' has no port '{port}'", str(hint))
        return self._without_edge(found, owner) or str(found.public or found.number)

    def _of_database(
        self, name: str, steps: list[str], owner: _Owner, *, whole: bool
    ) -> str | _Wrong:
        databases = {each.name: each for each in self._offerings[name].databases}
        if not steps or steps[0] not in databases:
            what = steps[0] if steps else ""
            hint = did_you_mean(what, databases, f"it has {', '.join(databases) or 'none'}")
            return _Wrong(f"'{name}' has no database '{what}'", str(hint))
        database, part = databases[steps[0]], ".".join(steps[1:])
        if part not in _OF_A_DATABASE:
            hint = did_you_mean(part, _OF_A_DATABASE, f"it has {', '.join(_OF_A_DATABASE)}")
            return _Wrong(f"a database has no '{part}'", str(hint))
        offer = self._chosen(name, self._offerings[name].ports, owner)
        missing = self._without_edge(offer, owner)
        if missing:
            return missing
        if part == "password":
            return self._password(database, whole=whole)
        if part == "url":
            return f"postgresql://{quote(database.owner, safe='')}@{offer.address}/{database.name}"
        return database.name if part == "name" else database.owner

    def _password(self, database: Database, *, whole: bool) -> str | _Wrong:
        if database.password is None:
            message = f"the role '{database.owner}' has no password"
            return _Wrong(message, f"state it: roles: {{ {database.owner}: {{ password: … }} }}")
        if not whole:
            message = "a password is filled in only as a whole value of env"
            return _Wrong(message, _WHERE_ELSE)
        secret, key = database.password
        return f"${{{secret}/{key}}}"

    def _without_edge(self, offer: Offer, owner: _Owner) -> _Wrong | None:
        """Return what is wrong if the owner may not connect to a port."""
        if offer.service == owner.name:
            return None
        offers = self._offerings[offer.service].ports
        for each in self._edges.get(owner.place, ()):
            service, port = split_dependency(each)
            first = offers[0].port if offers else ""
            if service == offer.service and (port or first) == offer.port:
                return None
        wanted = offer.service if len(offers) == 1 else f"{offer.service}:{offer.port}"
        what = f"'{owner.name}'" if owner.name else "the task"
        message = f"{what} names '{offer.service}', and may not connect to it"
        return _Wrong(message, f"add depends_on: [{', '.join([*self._stated(owner), wanted])}]")

    def _stated(self, owner: _Owner) -> tuple[str, ...]:
        part: Any = self._spec
        for step in owner.place:
            part = part[step] if isinstance(part, Mapping) else getattr(part, str(step))
        found: tuple[str, ...] = part.depends_on
        return found
