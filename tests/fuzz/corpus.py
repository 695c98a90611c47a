"""What was ever found, made as small as it could be: one JSON file each, with the reason."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from tests.fuzz.kind import Texts

FOLDER = Path(__file__).parent / "corpus"


class Found(Struct, forbid_unknown_fields=True):
    """An input that once broke a property."""

    kind: str
    what: str
    """What was wrong with the answer."""
    texts: Texts
    times: dict[str, tuple[str, int]] = {}
    """Words in the texts, each with what replaces it and how often: a long input in a short file.
    """

    def whole(self) -> Texts:
        """Return the input itself."""
        texts = self.texts
        for word, (unit, times) in self.times.items():
            texts = {name: text.replace(word, unit * times) for name, text in texts.items()}
        return texts


def files() -> list[Path]:
    """Return all files, sorted."""
    return sorted(FOLDER.glob("*.json"))


def read(file: Path) -> Found:
    """Return what a file describes."""
    return msgspec.json.decode(file.read_bytes(), type=Found)
