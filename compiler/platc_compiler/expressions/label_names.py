"""Sets of label names: a finite set, or all names but a finite set.

What the series of an expression may have is often known by what they lack: after ``without (pod)``
a result has no ``pod``, and of its other labels nothing may be known.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class LabelNames(Struct, frozen=True):
    """A set of label names."""

    listed: frozenset[str] = frozenset()
    inverted: bool = False
    """The set has all names but those that are listed."""

    def __contains__(self, name: str) -> bool:
        """Return whether the set has a name."""
        return (name in self.listed) != self.inverted

    def __or__(self, other: LabelNames) -> LabelNames:
        """Return the names of either set."""
        match self.inverted, other.inverted:
            case False, False:
                return LabelNames(self.listed | other.listed)
            case True, True:
                return LabelNames(self.listed & other.listed, inverted=True)
            case True, False:
                return LabelNames(self.listed - other.listed, inverted=True)
        return LabelNames(other.listed - self.listed, inverted=True)

    def __and__(self, other: LabelNames) -> LabelNames:
        """Return the names of both sets."""
        return ~(~self | ~other)

    def __invert__(self) -> LabelNames:
        """Return the names that the set does not have."""
        return LabelNames(self.listed, inverted=not self.inverted)

    def with_(self, names: Iterable[str]) -> LabelNames:
        """Return the set with further names."""
        return self | LabelNames(frozenset(names))

    def without(self, names: Iterable[str]) -> LabelNames:
        """Return the set without some names."""
        return self & LabelNames(frozenset(names), inverted=True)


ALL = LabelNames(inverted=True)
NONE = LabelNames()
