"""Checks of single values that many rules share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from platc_compiler.admission.rules import names
from platc_compiler.admission.rules.names import Check
from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.wording import hint, shown

LARGEST_PORT = 65535


def named(node: Node, check: Check) -> Iterator[Finding]:
    """Yield the fault that `check` finds in a text, if there is a text."""
    text = node.text
    if text is not None and (problem := check(text)):
        yield node.wrong(f"{shown(text)} {problem}")


def required_name(node: Node, check: Check) -> Iterator[Finding]:
    """Yield a fault if a text is missing or empty, or the fault that `check` finds in it."""
    if node.text is None:
        yield node.wrong("must not be empty")
    else:
        yield from named(node, check)


def one_of(node: Node, choices: Collection[str]) -> Iterator[Finding]:
    """Yield a fault if a text is not one of the choices; name the most similar choice."""
    text = node.value
    if isinstance(text, str) and text not in choices:
        wanted = ", ".join(map(shown, choices))
        several = "one of " if len(choices) > 1 else ""
        yield node.wrong(f"must be {several}{wanted}, is {shown(text)}{hint(text, choices)}")


def required_one_of(node: Node, choices: Collection[str]) -> Iterator[Finding]:
    """Yield a fault if a text is missing or not one of the choices."""
    if not node.is_set:
        yield node.wrong("must not be missing")
    yield from one_of(node, choices)


def port(node: Node) -> Iterator[Finding]:
    """Yield a fault if a port is neither a number from 1 to 65535 nor a port name."""
    if node.number is not None and not 1 <= node.number <= LARGEST_PORT:
        yield node.wrong(f"must be a port from 1 to {LARGEST_PORT}, is {node.number}")
    elif node.value == "":
        yield node.wrong("must be a port's number or name, is empty")
    else:
        yield from named(node, names.port_name)


def at_least(node: Node, smallest: int) -> Iterator[Finding]:
    """Yield a fault if an integer is below the minimum."""
    if node.number is not None and node.number < smallest:
        yield node.wrong(f"must be at least {smallest}, is {node.number}")


def between(node: Node, smallest: int, largest: int) -> Iterator[Finding]:
    """Yield a fault if an integer is outside a range."""
    if node.number is not None and not smallest <= node.number <= largest:
        yield node.wrong(f"must be from {smallest} to {largest}, is {node.number}")


def duplicates(nodes: Iterable[Node], what: str) -> Iterator[Finding]:
    """Yield each value that an earlier node has too; absent values are ignored."""
    seen: set[object] = set()
    for node in nodes:
        if isinstance(node.value, str | int):
            if node.value in seen:
                yield node.wrong(f"{what} {shown(node.value)} is there twice")
            seen.add(node.value)


def percent(node: Node) -> int | None:
    """Return the number before a `%`, None if the value is not a percentage."""
    text = node.text or ""
    digits = text.removesuffix("%")
    return int(digits) if text.endswith("%") and digits.isascii() and digits.isdigit() else None


def count_or_percent(node: Node, *, most: int | None = None) -> Iterator[Finding]:
    """Yield a fault if a value is neither a count of at least 0 nor a percentage.

    `most` is the largest percentage. Source: pkg/apis/apps/validation, ValidatePositiveIntOrPercent
    and IsNotMoreThan100Percent.
    """
    share = percent(node)
    if isinstance(node.value, str) and share is None:
        yield node.wrong(f"must be a number or a percentage such as 25%, is {shown(node.value)}")
    if share is not None and most is not None and share > most:
        yield node.wrong(f"must be at most {most}%, is {share}%")
    yield from at_least(node, 0)
