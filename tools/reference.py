"""Write docs/reference: a page for each key at the top of platform.yaml and for each kind.

Run it by ``make reference``. Examples are taken from the platforms of this repository where they
use a key, and made of the key's type elsewhere.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from platc_compiler.language.json_schema import json_schema
from platc_compiler.language.reference import NAME, Key, Reference
from platc_compiler.lower.kinds import models
from platc_compiler.source.emit import flow
from platc_compiler.source.load import load

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
PLATFORMS = (ROOT / "platform.yaml", *sorted(ROOT.glob("examples/*/platform.yaml")))
_LONGEST = 60
"""Characters of an example at most: a longer one does not fit into a column."""


def pages() -> Mapping[str, str]:
    """Return the text of each page by the name of its file."""
    reference = Reference(json_schema(models()))
    real = _real_examples(reference)
    texts = {"README.md": _index(reference)}
    for key in reference.top():
        if key.path != ("services",):
            texts[f"{key.text}.md"] = _page(key.text, key.meaning, [key], reference, real)
    for kind in reference.kinds:
        keys = list(reference.of_kind(kind))
        texts[f"kind-{kind}.md"] = _page(
            f"kind: {kind}", reference.title(kind), keys, reference, real
        )
    return texts


def _index(reference: Reference) -> str:
    lines = [
        "# Reference",
        "",
        "Every key of platform.yaml with its type, default, example and meaning. `make reference`",
        "writes these pages from the models, and `platc explain KEY` shows the same. `NAME` is a",
        "name that you choose. [language.md](../language.md) introduces the language.",
        "",
    ]
    for key in reference.top():
        if key.path == ("services",):
            lines.append("- `services`: the services, by name; a page for each `kind`:")
            lines += [f"  - [{k}](kind-{k}.md): {reference.title(k)}" for k in reference.kinds]
        else:
            lines.append(f"- [{key.text}]({key.text}.md): {key.meaning}")
    return "\n".join(lines) + "\n"


def _page(
    title: str, meaning: str, keys: list[Key], reference: Reference, real: Mapping[str, str]
) -> str:
    lines = [f"# {title}", "", meaning, "", *_table(keys, real)]
    below = [key for key in keys if reference.below(key)]
    while below:
        key = below.pop(0)
        inner = list(reference.below(key))
        shown = ".".join(inner[0].path[:-1])
        lines += ["", f"## {shown}", "", key.meaning, "", *_table(inner, real)]
        below = [each for each in inner if reference.below(each)] + below
    return "\n".join(lines) + "\n"


def _table(keys: list[Key], real: Mapping[str, str]) -> Iterator[str]:
    yield "| Key | Type | Default | Example | Meaning |"
    yield "| --- | --- | --- | --- | --- |"
    for key in keys:
        default = "required" if key.required else f"`{key.default}`" if key.default else ""
        example = real.get(key.text, key.example)
        cells = (f"`{key.path[-1]}`", key.type, default, f"`{example}`", key.meaning)
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _real_examples(reference: Reference) -> Mapping[str, str]:
    """Return a short example of each key that a platform of this repository uses."""
    found: dict[str, str] = {}
    for path in PLATFORMS:
        data = load(path.read_text(encoding="utf-8")).data
        for key in reference.top():
            if key.path == ("services",):
                for service in data["services"].values():
                    kind = service["kind"]
                    if kind in reference.kinds:
                        _collect(reference.of_kind(kind), service, reference, found)
            elif key.text in data:
                _collect([key], data, reference, found)
    return found


def _collect(
    keys: Iterable[Key],
    value: Mapping[str, Any],
    reference: Reference,
    found: dict[str, str],
) -> None:
    for key in keys:
        if key.path[-1] not in value:
            continue
        stated = value[key.path[-1]]
        example = f"{key.path[-1]}: {flow(stated)}"
        if len(example) <= _LONGEST and "`" not in example:
            found.setdefault(key.text, example)
        inner = reference.below(key)
        if inner:
            named = NAME in inner[0].path[len(key.path) :]
            for entry in _entries(stated, named=named):
                _collect(inner, entry, reference, found)


def _entries(value: Any, *, named: bool) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401
    """Yield the mappings that a value consists of: itself, its items, or its entries."""
    several = value if isinstance(value, list) else value.values() if named else [value]
    for each in several:
        if isinstance(each, list):
            yield from (item for item in each if isinstance(item, Mapping))
        elif isinstance(each, Mapping):
            yield each


def main() -> None:
    """Write the pages, and remove those of keys that are gone."""
    FOLDER.mkdir(exist_ok=True)
    texts = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in texts:
            old.unlink()
    for name, text in texts.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(texts)} pages in {FOLDER.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
