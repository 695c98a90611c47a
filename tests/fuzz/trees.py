"""Platforms that resemble another: mostly such as the language accepts."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import msgspec

from tests.fuzz import hostile
from tests.fuzz.originals import Tree, by_keys, copied, encoded, keys, tiny

Path = tuple[Any, ...]
_NAMED = ("services", "alerts", "secrets", "pipelines", "namespaces", "panels", "slos", "env")
"""Collections of which each entry has a name that the user chooses."""
_NAMES = 2
"""Steps to a name that the user chooses, as in ``services.web``."""
_TINY = 0.9
"""The share of platforms that are quick to compile."""
_GENTLE = 0.8
"""The share of platforms that change as a user might change them."""


def paths(tree: object) -> list[Path]:
    """Return the paths of all values below the root."""
    found: list[Path] = []
    waiting: list[tuple[Path, object]] = [((), tree)]
    while waiting:
        path, value = waiting.pop()
        if path:
            found.append(path)
        waiting += [((*path, step), item) for step, item in _items(value)]
    return found


def _items(value: object) -> Iterator[tuple[Any, object]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def at(tree: Any, path: Path) -> Any:  # noqa: ANN401
    """Return the value at a path."""
    for step in path:
        tree = tree[step]
    return tree


def mutant(dice: Random) -> Tree:
    """Return a platform of the repository with a few changes; most are such as a user makes."""
    tree: Tree = msgspec.json.decode(dice.choice(tiny() if dice.random() < _TINY else encoded()))
    if dice.random() < _GENTLE:
        for _ in range(dice.choice((1, 1, 2, 3))):
            touch(dice, tree)
    else:
        for _ in range(dice.choice((1, 1, 2, 5))):
            change(dice, tree)
    return tree


def touch(dice: Random, tree: Tree) -> None:
    """Change a platform in one place, so that it most likely stays valid."""
    path = dice.choice(_inner(tree))
    above, step = at(tree, path[:-1]), path[-1]
    match dice.randrange(8):
        case 0:
            _in_a_text(dice, tree)
        case 1 if isinstance(step, str) and isinstance(above[step], dict):
            _graft(dice, path, above[step])
        case 2 if type(above[step]) is int:
            above[step] = max(1, above[step] + dice.choice((-1, 1, 1, 2, 100)))
        case 3 if isinstance(step, int):
            del above[step]
        case 4 if isinstance(above, dict):
            above[step] = above.pop(step)
        case _:
            above[step] = _alike(dice, path, above[step])


def _inner(tree: Tree) -> list[Path]:
    """Return the paths below the names of services, alerts and the like."""
    return [p for p in paths(tree) if len(p) > _NAMES and "namespace" not in p] or [("platform",)]


def change(dice: Random, tree: Tree) -> None:
    """Change a platform in one place, which need not be valid afterwards."""
    path = dice.choice(paths(tree) or [("platform",)])
    above, step = at(tree, path[:-1]), path[-1]
    value = above[step] if isinstance(above, list) else above.get(step)
    match dice.randrange(10):
        case 0 | 1 | 2:
            above[step] = _alike(dice, path, value)
        case 3 | 4:
            _graft(dice, path, value if isinstance(value, dict) else above)
        case 5:
            _another(dice, tree)
        case 6 if len(path) > 1:
            del above[step]
        case 7 if isinstance(value, str):
            above[step] = hostile.bent(dice, value, 2)
        case 8:
            above[step] = hostile.data(dice) if dice.random() < 0.4 else _scaled(dice, value)
        case _:
            _in_a_text(dice, tree)


def _alike(dice: Random, path: Path, value: Any) -> Any:  # noqa: ANN401
    """Return a value from below the same keys elsewhere, of the same type if there is one."""
    known = by_keys().get(keys(path), [value])
    same = [each for each in known if type(each) is type(value)]
    return copied(dice.choice(same or known))


def _graft(dice: Random, path: Path, into: Any) -> None:  # noqa: ANN401
    """Take an entry of a mapping that stands below the same keys elsewhere."""
    others = [each for each in by_keys().get(keys(path), ()) if isinstance(each, dict) and each]
    if others and isinstance(into, dict):
        name, value = dice.choice(list(dice.choice(others).items()))
        into[name] = copied(value)


def _another(dice: Random, tree: Tree) -> None:
    """Add an entry that stands in another platform, under a name of its own."""
    collection = dice.choice(_NAMED)
    services = tree.get("services")
    values = list(services.values()) if isinstance(services, dict) else []  # another change's work
    holder = dice.choice(values or [None]) if collection == "env" else tree
    known = [
        each
        for place, values in by_keys().items()
        if place[-1] == collection
        for each in values
        if isinstance(each, dict) and each
    ]
    if known and isinstance(holder, dict):
        name, value = dice.choice(list(dice.choice(known).items()))
        entries = holder.setdefault(collection, {})
        if isinstance(entries, dict):
            entries[f"{name}{dice.choice(('', '2', '-b', 'x'))}"] = copied(value)


def _scaled(dice: Random, value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, (int, float)):
        return dice.choice((value + 1, value - 1, value * 2, value * 1000, -value, str(value)))
    if isinstance(value, list):
        return value * dice.choice((0, 2, 3, 20))
    if isinstance(value, dict):
        return dict(list(value.items())[: dice.randint(0, len(value))])
    return [value] if value is not None else {}


def _in_a_text(dice: Random, tree: Tree) -> None:
    """Put a hostile text where any text may stand: a variable, a file, a summary."""
    free = [p for p in paths(tree) if any(k in p for k in ("env", "files", "args", "config"))]
    texts = [p for p in free or paths(tree) if isinstance(at(tree, p), str)]
    if texts:
        path = dice.choice(texts)
        at(tree, path[:-1])[path[-1]] = hostile.text(dice)


def swollen(dice: Random, most: int) -> Tree:
    """Return a platform of which one part stands many times, or refers to much that is missing."""
    tree: Tree = msgspec.json.decode(dice.choice(encoded()))
    many = int(10 ** dice.uniform(1, 4))
    path = dice.choice(paths(tree))
    above, step = at(tree, path[:-1]), path[-1]
    value = above[step]
    if isinstance(value, str) and dice.random() < 0.5:
        above[step] = hostile.long_text(dice, most)
    elif isinstance(above, dict):
        each = msgspec.json.encode(value)
        room = max(1, most // (len(each) + 12))
        for number in range(min(many, room)):
            above[f"{step}{number}"] = msgspec.json.decode(each)
    else:
        each = msgspec.json.encode(value)
        room = min(many, max(1, most // (len(each) + 12)))
        numbered = isinstance(value, str) and dice.random() < 0.7
        above += [f"{value}{n}" if numbered else msgspec.json.decode(each) for n in range(room)]
    return tree
