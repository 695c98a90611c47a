"""Write the settings of parts of Kibana, as the schemas in its sources have them.

``python tools/catalogues/kibana.py RELEASE PART=FILE.ts…``, such as ``server=…/http_config.ts`` and
``elasticsearch=…/elasticsearch_config.ts``. Read is the first ``schema.object`` of each file: the
names of its keys, and which of them are switches or one of a few words. A schema that stands in
another file, or whose keys are the user's own, is ``open``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from table import write

_TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|\"(?:\\.|[^\"\\])*\"|\w+|[(){}\[\]:,]",
    re.DOTALL,
)
_OPENING, _CLOSING = "({[", ")}]"
_PLAIN = frozenset({"boolean", "byteSize", "duration", "number", "string", "uri", "ip"})
_WRAPPERS = frozenset({"maybe", "nullable", "schema"})


def keys(tokens: list[str], prefix: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each key of the object that begins at the first brace, with what stands behind it."""
    at = tokens.index("{") + 1
    while tokens[at] != "}":
        key, start = tokens[at], at + 2
        at, depth = start, 0
        while depth or tokens[at] not in {",", "}"}:
            depth += (tokens[at] in _OPENING) - (tokens[at] in _CLOSING)
            at += 1
        yield f"{prefix}.{key}", tokens[start:at]
        at += tokens[at] == ","


def settings(tokens: list[str], prefix: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the settings of an object, with their types."""
    for name, schema in keys(tokens, prefix):
        words = [each for each in schema if re.fullmatch(r"\w+", each)]
        kind = next((each for each in words if each not in _WRAPPERS), "")
        choices = [each[1:-1] for each in schema if each.startswith("'")]
        if kind == "object":
            yield from settings(schema[schema.index("object") :], name)
        elif choices and set(words) <= {"schema", "oneOf", "literal", "null"}:
            yield name, ("enum", "", "", "", "|".join(choices))
        elif kind in _PLAIN:
            yield name, ("bool" if kind == "boolean" else "text",)
        else:
            yield name, ("open",)


def main() -> None:
    """Write the catalogue."""
    release, *parts = sys.argv[1:]
    known: dict[str, tuple[str, ...]] = {}
    for part in parts:
        name, _, path = part.partition("=")
        text = Path(path).read_text(encoding="utf-8")
        tokens = [t for t in _TOKEN.findall(text[text.index("schema.object(") :]) if t[:2] != "//"]
        known |= dict(settings([t for t in tokens if t[:2] != "/*"], name))
    write(
        "kibana",
        "of the schemas server, elasticsearch and csp in Kibana's core (AGPL) on the way to 9.5,"
        " written by tools/catalogues/kibana.py",
        {release: known},
    )


if __name__ == "__main__":
    main()
