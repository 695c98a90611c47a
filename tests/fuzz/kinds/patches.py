"""JSON patches and merge patches over what small platforms become."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import msgspec

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.load import load
from platc_compiler.source.source import Source
from tests.fuzz import hostile, judge
from tests.fuzz.kind import Kind, Texts
from tests.fuzz.kinds.platforms import answer
from tests.fuzz.originals import Tree, copied
from tests.fuzz.trees import at, paths
from tests.tools import ROOT

_OPERATIONS = ("add", "replace", "remove", "copy", "move", "test")
_PLATFORMS = ("external", "workload", "postgres", "panels")


@cache
def _objects(name: str) -> tuple[Tree, tuple[Tree, ...]]:
    """Return a platform and the objects that it becomes."""
    text = (ROOT / f"tests/golden/platforms/{name}.yaml").read_text("utf-8")
    files = compile_platform(Source(text)).files
    manifests = [load(body).data for path, body in files.items() if path.startswith("manifests/")]
    return load(text).data, tuple(each for each in manifests if "kind" in each)


def _make(dice: Random) -> Texts:
    tree, objects = _objects(dice.choice(_PLATFORMS))
    patches = [_patch(dice, dice.choice(objects)) for _ in range(dice.choice((1, 1, 2, 4)))]
    return {judge.PLATFORM: yaml_text({**copied(tree), "patches": patches})}


def _patch(dice: Random, body: Tree) -> Tree:
    target = {"kind": body["kind"], "name": body["metadata"]["name"]}
    if "namespace" in body["metadata"]:
        target["namespace"] = body["metadata"]["namespace"]
    if dice.random() < 0.03:
        target["name"] = hostile.text(dice, 2)
    if dice.random() < 0.4:
        return {"target": target, "merge": _merged(dice, body)}
    many = dice.choice((1, 1, 2, 3, 30)) if dice.random() < 0.98 else 2_000
    return {"target": target, "json": [_operation(dice, body) for _ in range(many)]}


def _merged(dice: Random, body: Tree) -> Tree:
    """Return a part of an object with other values at its ends."""
    path = dice.choice(paths(body))
    keys = [step for step in path if isinstance(step, str)]
    value: Any = hostile.data(dice)
    if dice.random() < 0.03:
        value = (
            {hostile.text(dice, 1): value for _ in range(100)}
            if dice.random() < 0.5
            else "é" * 200_000
        )
    for key in reversed(keys[: dice.randint(1, len(keys))]):
        value = {key: value, **({hostile.text(dice, 1): None} if dice.random() < 0.1 else {})}
    for _ in range(dice.choice((0, 0, 0, 5, 60))):
        value = {dice.choice(keys): value}
    return value  # type: ignore[no-any-return]


def _operation(dice: Random, body: Tree) -> Tree:
    places = paths(body)
    made = {"op": dice.choice(_OPERATIONS), "path": _pointer(dice, dice.choice(places))}
    if made["op"] in {"copy", "move"}:
        made["from"] = _pointer(dice, dice.choice(places))
    else:
        other = msgspec.json.decode(msgspec.json.encode(at(body, dice.choice(places))))
        made["value"] = other if dice.random() < 0.5 else hostile.data(dice)
    return made


def _pointer(dice: Random, path: tuple[Any, ...]) -> str:
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in path]
    match dice.randrange(12):
        case 0:
            steps.append(
                dice.choice(("-", "0", "x", "~", "é", "", "99999999999", hostile.text(dice, 1)))
            )
        case 1:
            steps = steps[: dice.randint(0, len(steps))]
    return "".join(f"/{step}" for step in steps)


PATCHES = Kind("patches", 10, _make, answer)
