"""Write the settings of Elasticsearch, as the classes of some releases know and judge them.

The classes are those of the server alone: the settings of X-Pack and of other modules are not among
them.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from elasticsearch_classes import RELEASES, know
from table import Row, write

_TRIED = [
    "true",
    "5",
    "0.5",
    "5s",
    "5mb",
    "50%",
    "a,b",
    "least",
    "-1",
    "99999d",
    "9000pb",
    "most",
    "zzz",
]
_OF_THE_MACHINE = ("thread_pool.", "node.processors")
"""Settings whose greatest value is the number of processors."""
_LEAST = re.compile(r"must be (>=|>) \[?(?P<bound>-?[\w.]+)\]?")
_MOST = re.compile(r"must be <= \[?(?P<bound>-?[\w.]+)\]?")


def settings(release: str) -> dict[str, Row]:
    """Return what a release says of each setting."""
    found: dict[str, Row] = {}
    for line in know(release):
        name, shape, *tried = line.split("\t")
        if name.endswith(".") or "*" in name:
            found[name] = ("open",)
        else:
            row = _row(dict(zip([*_TRIED, "words"], tried, strict=True)), shape)
            found[name] = row[:3] if name.startswith(_OF_THE_MACHINE) else row
    return found


def _row(said: dict[str, str], shape: str) -> Row:
    """Return the type of a setting, by the values that are taken for it."""
    taken = {value for value, answer in said.items() if answer == "ok"}
    if shape or said["words"]:
        return (shape or "enum", "", "", "", said["words"])
    if taken == {"true"} and "only [true] or [false]" in said["zzz"]:
        return ("bool",)
    if any("watermark" in answer for answer in said.values()):
        # An amount or a share, judged together with the other two.
        return ("other",)
    return _measured(said, taken) or _number(said, taken) or ("text" if _all(taken) else "other",)


def _all(taken: set[str]) -> bool:
    return len(taken) >= len(_TRIED)


def _measured(said: dict[str, str], taken: set[str]) -> Row | None:
    """Return the type of a time or an amount, and its bounds."""
    if "as a time value" in said["zzz"]:
        return ("time", "", _bound(_LEAST, said["-1"]), _bound(_MOST, said["99999d"]))
    if "as a size in bytes" in said["zzz"]:
        limits = (_bound(_LEAST, said["-1"]), _bound(_MOST, said["9000pb"]))
        return ("memory" if "50%" in taken else "size", "", *limits)
    return None


def _number(said: dict[str, str], taken: set[str]) -> Row | None:
    """Return the type of a number, and its bounds."""
    if not taken or not taken <= {"5", "0.5", "least", "-1", "99999d", "most"}:
        return None
    bounds = (_bound(_LEAST, said["least"]), _bound(_MOST, said["most"]))
    return ("real" if "0.5" in taken or _reads("0.5", said) else "int", "", *bounds)


def _reads(value: str, said: dict[str, str]) -> bool:
    return "must be" in said[value]


def _bound(pattern: re.Pattern[str], answer: str) -> str:
    match = pattern.search(answer)
    return match["bound"] if match else ""


if __name__ == "__main__":
    write(
        "elasticsearch",
        "ClusterSettings of the server's own classes (Elastic License 2.0, SSPL or AGPL), written"
        " by tools/catalogues/elasticsearch.py",
        {release: settings(release) for release in RELEASES},
    )
