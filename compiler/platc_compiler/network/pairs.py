"""An address in two values: ``DB_HOST: postgres`` beside ``DB_PORT: "5433"``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from platc_compiler.diagnostics import Origin
from platc_compiler.network.statements import Statement

_HOST = re.compile(
    r"(.{0,200}?)(?:host(?:_?name)?|addr(?:ess)?|server|endpoint)s?+", re.IGNORECASE | re.DOTALL
)
"""A key that ends in a word for a host; the key of the port begins as it does."""
_OPTIONS = {"-h": ("-p", "-P"), "-H": ("-p", "-P")}
"""Options of command lines: psql and redis-cli say -p, mysql -P."""


class Pairs:
    """The values that are ports, by where they stand and what their keys begin with."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._ports: dict[tuple[Origin, str], Statement] = {}
        for statement in statements:
            key = statement.key.lower()
            if (key.endswith("port") or statement.key in {"-p", "-P"}) and _number(statement):
                self._ports[_beside(statement.path), key] = statement

    def port_of(self, host: Statement) -> Statement | None:
        """Return the value that is the port of the host that another value is, if there is one."""
        if not self._ports:
            return None
        beside = _beside(host.path)
        for option in _OPTIONS.get(host.key, ()):
            if (beside, option.lower()) in self._ports:
                return self._ports[beside, option.lower()]
        match = _HOST.fullmatch(host.key)
        return self._ports.get((beside, f"{match[1].lower()}port")) if match else None


def port_number(statement: Statement) -> int:
    """Return the port that a value is."""
    return int(statement.text)


def _number(statement: Statement) -> bool:
    text = statement.text
    return text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) < 1 << 16  # noqa: PLR2004 - 65535


def _beside(path: Origin) -> Origin:
    """Return where the values beside one stand; a variable may be ``{name: …, value: …}``."""
    return path[:-2] if path[-1] == "value" and isinstance(path[-2], int) else path[:-1]
