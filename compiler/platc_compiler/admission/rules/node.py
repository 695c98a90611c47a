"""A value inside an emitted object, and its path.

Rules also read objects that the schemas refuse, so nothing here raises. A value that is missing,
null or of another type than a rule expects counts as absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from platc_compiler.admission.fault import Path

Finding = tuple[Path, str]
"""The path in an object, and the fault."""


class Node(Struct, gc=False):
    """A JSON value and its path; the value is None where the path leads nowhere."""

    value: Any
    above: Node | None = None
    keys: Path = ()
    """The step from the parent node; a path is built only for a fault."""

    @property
    def path(self) -> Path:
        """The path from the object to the value."""
        return (*self.above.path, *self.keys) if self.above is not None else self.keys

    def at(self, *keys: str) -> Node:
        """Return the value at a path of keys below this one."""
        value = self.value
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return Node(value, self, keys)

    def items(self) -> Iterator[Node]:
        """Yield the items of a list."""
        if isinstance(self.value, list):
            for position, item in enumerate(self.value):
                yield Node(item, self, (position,))

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Yield the keys and values of a mapping."""
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                yield key, Node(value, self, (key,))

    def each(self, *keys: str) -> Iterator[Node]:
        """Yield the items of the list at a path of keys below this one."""
        return self.at(*keys).items()

    @property
    def text(self) -> str | None:
        """The value if it is a non-empty string; the API treats an empty one as not set."""
        return self.value if isinstance(self.value, str) and self.value else None

    @property
    def number(self) -> int | None:
        """The value if it is an integer."""
        is_number = isinstance(self.value, int) and not isinstance(self.value, bool)
        return self.value if is_number else None

    @property
    def texts(self) -> list[str]:
        """The items of a list that are strings."""
        return [item for item in self.value if isinstance(item, str)] if self.is_list else []

    @property
    def strings(self) -> dict[str, str]:
        """The entries of a mapping whose values are strings, such as labels."""
        return {key: node.value for key, node in self.entries() if isinstance(node.value, str)}

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return isinstance(self.value, list)

    @property
    def is_set(self) -> bool:
        """Whether the value exists."""
        return self.value is not None

    def wrong(self, message: str) -> Finding:
        """Return a finding at this value."""
        return self.path, message


Rule = Callable[[Node], Iterator[Finding]]
"""A rule: yields what the API server would refuse in an object, or in a part of one."""
