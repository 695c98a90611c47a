"""Credentials taken out of a text that is shown: a message, a hint, a note, a path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from platc_compiler.diagnostics import Origin
from platc_compiler.diagnostics.credentials import by_form, in_text

DOT = "•"
INSTEAD = DOT * 6
"""What stands in a sentence for a credential of any length."""
_INDEXED = 4
"""Characters by which a credential is found in a text; shorter ones count near their place, and
such of letters alone only where a text quotes them: ``a`` is a word of most messages."""
_CUT_SHORT = 12
"""So many first characters of a longer credential are known for its beginning."""
_BOUNDED = 8
"""A shorter credential counts where it is a word of its own."""
_PART = r"(?=[^\s:/@=,;&?]*[^\s:/@=,;&?A-Za-z-])[^\s:/@=,;&?]{8,}"
"""A part of a credential that is no word of a language."""
_NAMES = re.compile(r"\$\{[\w./-]{1,320}\}|\$\([\w./-]{1,320}\)")
"""A reference to a secret, or to a variable: where a value comes from, and no part of it."""
_LONGEST = 4096
"""Parts of credentials longer than this are not looked for, only their beginnings."""


class Mask:
    """What must not be shown of one platform."""

    def __init__(self, found: Iterable[tuple[Origin, str]], public: frozenset[str]) -> None:
        self._public = public
        """Words that stand in the text as something else: of them only those nearby are hidden."""
        self._by_beginning: dict[str, dict[str, None]] = {}
        self._short: dict[Origin, set[str]] = {}
        self._parents: dict[str, set[Origin]] = {}
        for path, secret in found:
            for form in _forms(secret):
                self._parents.setdefault(form, set()).add(path[:-1])
                if len(form) >= _INDEXED:
                    self._by_beginning.setdefault(form[:_INDEXED], {})[form] = None
                elif form:
                    self._short.setdefault(path[:-1], set()).add(form)

    def masked(self, text: str, path: Origin) -> str:
        """Return a text about the value at ``path`` without any credential."""
        above = [path[:length] for length in range(len(path) + 1)]
        if self._by_beginning:
            text = "".join(self._without_known(text, frozenset(above)))
        for parent in above:
            for secret in self._short.get(parent, ()):
                text = re.sub(_short(secret), INSTEAD, text)
        return masked(text)

    def _without_known(self, text: str, above: frozenset[Origin]) -> Iterator[str]:
        place = kept = 0
        while place < len(text):
            known = self._by_beginning.get(text[place : place + _INDEXED], ())
            length = max((self._length(form, text, place, above) for form in known), default=0)
            if length:
                yield text[kept:place] + INSTEAD
                kept = place = place + length
            else:
                place += 1
        yield text[kept:]

    def _length(self, form: str, text: str, place: int, above: frozenset[Origin]) -> int:
        """Return how much of a text from a place on is this credential or its beginning."""
        if form in self._public and self._parents[form].isdisjoint(above):
            return 0
        if text.startswith(form, place):
            end = place + len(form)
            alone = not (text[place - 1 : place].isalnum() or text[end : end + 1].isalnum())
            return len(form) if alone or len(form) >= _BOUNDED else 0
        length = 0
        while form[length : length + 1] == text[place + length : place + length + 1] != "":
            length += 1
        return length if length >= _CUT_SHORT else 0


def _short(secret: str) -> str:
    """Return the pattern of a short credential in a sentence."""
    written = re.escape(secret)
    if secret.isalpha():
        return rf"(?<=['\"=]){written}(?=['\"\s,;}}\]]|$)|(?<=: ){written}(?=\s*[,}}\]]|$)"
    return rf"(?<![\w{DOT}]){written}(?![\w{DOT}])"


def _forms(secret: str) -> Iterator[str]:
    """Yield a credential as it is, as Python and JSON write it, and its longer parts."""
    yield secret
    if len(secret) <= _LONGEST:
        yield repr(secret)[1:-1]
        yield json.dumps(secret)[1:-1]
        yield json.dumps(secret, ensure_ascii=False)[1:-1]
        yield from re.findall(_PART, _NAMES.sub(" ", secret) if "$" in secret else secret)


def without_comment(line: str) -> str:
    """Return a line of YAML without the credentials behind a ``#``, in a comment or in a text.

    It keeps its length.
    """
    begin = re.search(r"(?:^|\s)#", line) if "#" in line else None
    if begin is None:
        return line
    for stretch in in_text(line[begin.end() :]):
        line = dotted(line, begin.end() + stretch.start, begin.end() + stretch.end)
    return line


def dotted(line: str, start: int, end: int) -> str:
    """Return a line with dots in the place of a part of it; white space stays."""
    dots = re.sub(r"\S", DOT, line[start:end])
    return f"{line[:start]}{dots}{line[end:]}"


def masked(text: str) -> str:
    """Return a sentence without what looks like a credential by its form alone."""
    for stretch in reversed(by_form(text)):
        text = f"{text[: stretch.start]}{INSTEAD}{text[stretch.end :]}"
    return text
