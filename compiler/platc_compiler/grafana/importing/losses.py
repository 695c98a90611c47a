"""What a dashboard says that the language cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct, field


class Losses(Struct, frozen=True):
    """Features that are lost, each with the number of its uses."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, feature: str) -> None:
        """Count one use of a feature."""
        self.counts[feature] += 1

    def keys(self, stated: Mapping[str, object], known: Iterable[str], of: str) -> None:
        """Count every key that has a value and that is not known."""
        for key in sorted(stated.keys() - set(known)):
            if stated[key] not in (None, "", False, [], {}):
                self.add(f"'{key}' of {of}")

    def lines(self) -> list[str]:
        """Return the features, the most frequent first."""
        return [
            f"{feature} ({count} times)" if count > 1 else feature
            for feature, count in sorted(self.counts.items(), key=lambda each: (-each[1], each[0]))
        ]
