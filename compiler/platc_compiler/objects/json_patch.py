"""JSON Patch (RFC 6902) over plain data, with JSON Pointer (RFC 6901)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any, TypeAlias

from msgspec import Struct

Json: TypeAlias = Any
"""Dictionaries with string keys, lists, strings, numbers, booleans and None."""

_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
_MISSING = object()
_LONGEST = 60
LARGEST = 3 << 19
"""Characters of keys and texts, and values, of an object with all that is added to it: the API
server takes requests of 1.5 MiB (etcd's --max-request-bytes)."""
MOST_VALUES = 1_000_000
"""Values that all JSON patches of a platform may copy and look through: about two seconds."""
DEEPEST = 64
"""Levels of nesting at most, as of platform.yaml itself."""


class PatchError(Exception):
    """An operation that cannot be applied: the message is the reason, ``index`` its position."""

    def __init__(self, message: str, index: int = 0) -> None:
        super().__init__(message)
        self.index = index


class Operation(Struct, frozen=True):
    """One operation; ``source`` is the member ``from`` of ``move`` and ``copy``."""

    op: str
    path: str
    value: Json = _MISSING
    source: str | None = None


class Room:
    """How many values patches may copy and look through yet."""

    def __init__(self) -> None:
        self._left = MOST_VALUES

    @property
    def full(self) -> bool:
        """Whether more was wanted than there was."""
        return self._left < 0

    def take(self, values: int) -> None:
        """Count values.

        Raises:
            PatchError: there have been too many.
        """
        self._left -= values
        if self._left < 0:
            message = f"all JSON patches together copy more than {MOST_VALUES} values"
            raise PatchError(message)


def apply(document: Json, operations: Iterable[Operation], room: Room | None = None) -> Json:
    """Return ``document`` after all operations; the argument is not changed.

    Args:
        document: plain data.
        operations: in their order.
        room: what other patches have left of it.

    Raises:
        PatchError: an operation cannot be done, a ``test`` fails, the document would become too
            large or too deep, or there is no room left.
    """
    room = room or Room()
    size, _, values = _measured(document)
    room.take(values)
    result = deepcopy(document)
    for index, operation in enumerate(operations):
        try:
            size = _with_added(size, result, operation, room)
            result = _OPERATIONS[operation.op](result, operation)
        except PatchError as fault:
            raise PatchError(str(fault), index) from None
    return result


def _with_added(before: int, document: Json, operation: Operation, room: Room) -> int:
    """Return the size of a document with all that was ever added to it.

    Raises:
        PatchError: the document would become too large, or too deep, or there is no room.
    """
    if operation.op in {"copy", "move"} and operation.source is not None:
        size, depth, values = _measured(_get(document, operation.source))
    else:
        size, depth, values = _measured(operation.value)
    room.take(values)
    if operation.path.count("/") + depth > DEEPEST:
        raise PatchError(f"the object would nest deeper than {DEEPEST} levels")
    after = before if operation.op in {"move", "remove", "test"} else before + size
    if after > LARGEST:
        raise PatchError("the object would become larger than 1.5 MiB")
    return after


def _measured(value: Json) -> tuple[int, int, int]:
    """Return the size of a value, how many levels it has, and how many values it is made of."""
    size, deepest, values, waiting = 0, 0, 0, [(value, 0)]
    while waiting:
        part, depth = waiting.pop()
        size, deepest, values = size + 1, max(deepest, depth), values + 1
        if isinstance(part, str):
            size += len(part)
        elif isinstance(part, Mapping):
            size += sum(map(len, part))
            waiting += [(item, depth + 1) for item in part.values()]
        elif isinstance(part, list):
            waiting += [(item, depth + 1) for item in part]
    return size, deepest, values


def parse_pointer(pointer: str) -> tuple[str, ...]:
    """Return the steps of a JSON Pointer.

    Raises:
        PatchError: it is not empty and does not begin with ``/``, or a ``~`` is not escaped.
    """
    if pointer and not pointer.startswith("/"):
        raise PatchError(f"the path '{pointer}' does not begin with '/'")
    if re.search(r"~(?![01])", pointer):
        raise PatchError(f"in the path '{pointer}', '~' is written '~0' and a '/' in a key '~1'")
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def equal(one: Json, other: Json) -> bool:
    """Return whether two values are equal in JSON: 1 and 1.0 are, 1 and true are not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return bool(one == other)


def _get(document: Json, pointer: str) -> Json:
    for depth, step in enumerate(steps := parse_pointer(pointer)):
        document = _child(document, step, "/".join(("", *steps[: depth + 1])))
    return document


def _child(parent: Json, step: str, path: str) -> Json:
    if isinstance(parent, dict) and step in parent:
        return parent[step]
    if isinstance(parent, list):
        return parent[_position(parent, step, path, len(parent) - 1)]
    raise PatchError(f"there is nothing at '{path}'")


def _position(items: list[Json], step: str, path: str, last: int) -> int:
    if not _INDEX.fullmatch(step):
        raise PatchError(f"'{step}' in '{path}' is no position in a list")
    if int(step) > last:
        raise PatchError(f"the list has no position {step} for '{path}', only {len(items)} items")
    return int(step)


def _parent(document: Json, pointer: str) -> tuple[Json, str]:
    head, _, _ = pointer.rpartition("/")
    return _get(document, head), parse_pointer(pointer)[-1]


def _add(document: Json, pointer: str, value: Json) -> Json:
    if not parse_pointer(pointer):
        return value
    parent, step = _parent(document, pointer)
    if isinstance(parent, list):
        position = len(parent) if step == "-" else _position(parent, step, pointer, len(parent))
        parent.insert(position, value)
    elif isinstance(parent, dict):
        parent[step] = value
    else:
        raise PatchError(f"'{pointer}' is below a value that is neither a mapping nor a list")
    return document


def _remove(document: Json, pointer: str) -> Json:
    _get(document, pointer)
    if not parse_pointer(pointer):
        return None
    parent, step = _parent(document, pointer)
    del parent[int(step) if isinstance(parent, list) else step]
    return document


def _value(operation: Operation) -> Json:
    if operation.value is _MISSING:
        raise PatchError(f"'{operation.op}' needs a value")
    return deepcopy(operation.value)


def _source(operation: Operation) -> str:
    if operation.source is None:
        raise PatchError(f"'{operation.op}' needs 'from'")
    return operation.source


def _shown(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _do_add(document: Json, operation: Operation) -> Json:
    return _add(document, operation.path, _value(operation))


def _do_remove(document: Json, operation: Operation) -> Json:
    return _remove(document, operation.path)


def _do_replace(document: Json, operation: Operation) -> Json:
    return _add(_remove(document, operation.path), operation.path, _value(operation))


def _do_move(document: Json, operation: Operation) -> Json:
    source = _source(operation)
    if operation.path.startswith(f"{source}/"):
        raise PatchError(f"'{source}' cannot be moved into itself")
    value = _get(document, source)
    return _add(_remove(document, source), operation.path, value)


def _do_copy(document: Json, operation: Operation) -> Json:
    return _add(document, operation.path, deepcopy(_get(document, _source(operation))))


def _do_test(document: Json, operation: Operation) -> Json:
    found, wanted = _get(document, operation.path), _value(operation)
    if not equal(found, wanted):
        raise PatchError(f"'{operation.path}' is {_shown(found)}, not {_shown(wanted)}")
    return document


_OPERATIONS: Mapping[str, Callable[[Json, Operation], Json]] = {
    "add": _do_add,
    "remove": _do_remove,
    "replace": _do_replace,
    "move": _do_move,
    "copy": _do_copy,
    "test": _do_test,
}
