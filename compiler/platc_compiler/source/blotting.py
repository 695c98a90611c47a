"""The lines of a text as they may be shown: dots replace credentials.

A line keeps its length, so that the carets below it fit. Text that can be read as YAML is judged as
data, by ``diagnostics.credential_places``. Text after a fault cannot be read: it is judged by its
words, and rather too much of it is hidden than too little.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, starmap

from msgspec import Struct

from platc_compiler.diagnostics import Origin, Span
from platc_compiler.diagnostics.credential_places import Finding, in_platform, label
from platc_compiler.diagnostics.credentials import Stretch, in_text, names_credential
from platc_compiler.diagnostics.masking import Mask, dotted
from platc_compiler.source.load import BREAK, Builder, Scalar, Unreadable, fed

_Part = tuple[int, int, int]
"""A part of a line: its number, the first column, and the one after the last."""


class Blotted(Struct):
    """A text that may be shown, and the places of its keys and values."""

    lines: list[str]
    """All lines; ``masking.without_comment`` removes the credentials in the comment of a line."""
    places: dict[Origin, tuple[Span, Span]]
    """The spans of key and value by path."""
    mask: Mask
    """Removes the credentials of the text from messages about it."""


def blotted(text: str, hidden: Iterable[Origin] = ()) -> Blotted:
    """Return a text without its credentials; the values at the paths ``hidden`` count as
    credentials.
    """
    text = text.removeprefix("\ufeff")
    lines = BREAK.split(text)
    places: dict[Origin, tuple[Span, Span]] = {}
    scalars: list[Scalar] = []
    builder = Builder(places, scalars=scalars)
    fault = None
    try:
        fed(builder, text)
    except Unreadable as unreadable:
        # The text before a fault has places too.
        fault = unreadable
    data, open_ones = builder.so_far()
    found = [*in_platform(data), *_of_duplicates(builder)]
    secret = _blot_values(lines, found, scalars, places)
    secret += _blot_hidden(lines, frozenset(hidden), scalars)
    if fault is not None:
        _blot_rest(lines, fault, any(starmap(_awaits_credential, open_ones)))
    public = _public(scalars, {text for _, text in secret}) if secret else frozenset()
    return Blotted(lines, places, Mask(secret, public))


def blotted_text(text: str) -> Blotted:
    """Return a text that is not YAML, such as a template; everything that looks like a credential
    is hidden.
    """
    lines = BREAK.split(text.removeprefix("\ufeff"))
    _dot(lines, _looking_like(lines, 0, len(lines) - 1))
    return Blotted(lines, {}, Mask((), frozenset()))


def _of_duplicates(builder: Builder) -> Iterator[Finding]:
    """Yield the credentials below duplicate keys, each as if it were the only one."""
    twice = {path for path, _ in builder.duplicates}
    for scalar in builder.scalars or () if twice else ():
        path = scalar.path
        if any(path[:length] in twice for length in range(1, len(path) + 1)):
            alone = scalar.value
            for step in reversed(path):
                alone = [alone] if isinstance(step, int) else {step: alone}
            yield from in_platform(alone)


def _public(scalars: Iterable[Scalar], secret: set[str]) -> frozenset[str]:
    """Return the words of a text that are also used for something else than a credential."""
    words: set[str | int] = set()
    for scalar in scalars:
        words.update(scalar.path)
    values = {scalar.value for scalar in scalars if isinstance(scalar.value, str)}
    return frozenset({*map(str, words), *(values - secret)})


def _blot_values(
    lines: list[str],
    found: Iterable[Finding],
    scalars: Iterable[Scalar],
    places: dict[Origin, tuple[Span, Span]],
) -> list[tuple[Origin, str]]:
    """Hide the findings in the lines, and return each with its path."""
    by_path: dict[Origin, list[Scalar]] = {}
    by_identity: dict[int, list[Scalar]] = {}
    for scalar in scalars:
        by_path.setdefault(scalar.path, []).append(scalar)
        if isinstance(scalar.value, str):
            by_identity.setdefault(id(scalar.value), []).append(scalar)
    secret: list[tuple[Origin, str]] = []
    parts: list[_Part] = []
    for finding in found:
        secret += [
            (finding.path, finding.text[stretch.start : stretch.end])
            for stretch in finding.stretches
        ]
        if finding.on_key:
            spans = {places[finding.path][0]} if finding.path in places else set()
        else:
            # An alias has the place of its anchor, whose line contains the value itself.
            same = by_identity.get(id(finding.value), [])
            spans = {scalar.span for scalar in (*by_path.get(finding.path, ()), *same)}
        for span in spans:
            parts += _blot(lines, span, finding.text, finding.stretches)
    _dot(lines, parts)
    return secret


def _blot_hidden(
    lines: list[str], hidden: frozenset[Origin], scalars: Iterable[Scalar]
) -> list[tuple[Origin, str]]:
    secret: list[tuple[Origin, str]] = []
    parts: list[_Part] = []
    for scalar in scalars:
        path = scalar.path
        # An item of a list of keys is a name, which is not secret; what cannot be one may be.
        listed = len(path) > 1 and path[-2] == "keys" and isinstance(path[-1], int)
        name = listed and _KEY.fullmatch(str(scalar.value)) is not None
        if not name and any(path[:length] in hidden for length in range(len(path) + 1)):
            text = str(scalar.value)
            parts += _blot(lines, scalar.span, text, (Stretch(0, len(text), certain=True),))
            secret.append((path, text))
    _dot(lines, parts)
    return secret


def _blot(lines: list[str], span: Span, text: str, stretches: Iterable[Stretch]) -> Iterator[_Part]:
    """Yield the parts of a value with this span to hide; the whole value if they are not found."""
    first, last = span.line, min(span.end_line, len(lines) - 1)
    if first == last:
        place = lines[first].find(text, span.column, span.end_column) if text else -1
        for stretch in stretches if place >= 0 else ():
            yield first, place + stretch.start, place + stretch.end
        if place < 0:
            yield first, span.column, span.end_column
        return
    pieces = [
        piece for s in stretches for piece in BREAK.split(text[s.start : s.end]) if piece.strip()
    ]
    written = [
        (number, span.column if number == first else 0,
         span.end_column if number == span.end_line else len(lines[number]))
        for number in range(first, last + 1)
    ]  # fmt: skip
    for piece in pieces:
        places = [(n, lines[n].find(piece, start, end)) for n, start, end in written]
        standing = [(n, place) for n, place in places if place >= 0]
        yield from ((number, place, place + len(piece)) for number, place in standing)
        if not standing:
            yield from written
            return


def _dot(lines: list[str], parts: Iterable[_Part]) -> None:
    """Replace parts of lines by dots; white space stays.

    Each line is written once, because a long one may have thousands of parts.
    """
    by_line: dict[int, list[tuple[int, int]]] = {}
    for number, start, end in parts:
        by_line.setdefault(number, []).append((start, end))
    for number, stretches in by_line.items():
        line, pieces, done = lines[number], [], 0
        for start, end in sorted(stretches):
            first = max(start, done)
            if end > first:
                pieces += [line[done:first], dotted(line[first:end], 0, end - first)]
                done = min(end, len(line))
        lines[number] = "".join((*pieces, line[done:]))


_NAME = r"[\w.-]+"
_KEY = re.compile(r"[-._a-zA-Z0-9]+")
"""A key of a Secret, as Kubernetes takes it."""


def _awaits_credential(key: str, collection: object) -> bool:
    """Return whether the text before the next value of an open collection makes it a credential."""
    if isinstance(collection, list):
        return bool(collection) and names_credential(str(collection[-1]).lstrip("-"))
    called = label(collection) if isinstance(collection, dict) else ""
    return names_credential(key) or names_credential(called)


_TOKEN = re.compile(r"[^\s\"'{}\[\],]{8,}")
"""A word that may be a credential, if it has a letter and a digit: the text ends before this is
known."""
_LETTER, _DIGIT = re.compile(r"[A-Za-z]"), re.compile(r"[0-9]")


def _blot_rest(lines: list[str], fault: Unreadable, inside: bool) -> None:  # noqa: FBT001
    """Hide the text between the end of the readable part and the line of a fault.

    Args:
        lines: of the text; they are changed.
        fault: what ended the reading.
        inside: whether a credential was about to come there.
    """
    start, column = fault.read_to.line, fault.read_to.column
    last = min(max(start, fault.span.end_line), len(lines) - 1)
    _dot(lines, _looking_like(lines, start, last))
    quote, deeper_than = "", -1
    for number in range(start, last + 1):
        line = lines[number]
        begin = column if number == start else 0
        indent = len(line) - len(line.lstrip())
        named = _behind_a_name(line, begin)
        if named is not None and not quote:
            _dot(lines, [(number, named, len(line))])
            deeper_than = indent
            quote = next((q for q in "\"'" if line.count(q, named) % 2), "")
        elif inside or quote or (0 <= deeper_than < indent):
            _dot(lines, [(number, begin, len(line))])
            quote = "" if quote and quote in line else quote
        elif line.strip():
            deeper_than = -1
        tokens = [
            (number, *match.span())
            for match in _TOKEN.finditer(lines[number], begin)
            if _LETTER.search(match[0]) and _DIGIT.search(match[0])
        ]
        _dot(lines, tokens)


def _behind_a_name(line: str, column: int) -> int | None:
    """Return the position of the value behind the first name of a credential."""
    for match in re.compile(_NAME).finditer(line, column):
        if names_credential(match[0]):
            separator = re.compile(r"[\"']?[ \t]*(?:=>|[:=,])?[ \t]*").match(line, match.end())
            return separator.end() if separator else match.end()
    return None


def _looking_like(lines: list[str], start: int, last: int) -> list[_Part]:
    """Return the parts of lines that look like credentials on their own."""
    parts: list[_Part] = []
    shown = lines[start : last + 1]
    offsets = list(accumulate((len(line) + 1 for line in shown), initial=0))
    for stretch in in_text("\n".join(shown)):
        number = bisect_right(offsets, stretch.start) - 1
        while number < len(shown) and offsets[number] < stretch.end:
            offset, length = offsets[number], len(shown[number])
            first, end = max(0, stretch.start - offset), min(length, stretch.end - offset)
            if first < end:
                parts.append((start + number, first, end))
            number += 1
    return parts
