"""The order of tasks, in as few lines as possible."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from platc_compiler.targets.dags.code import bracketed
from platc_compiler.templating.templates import Raw

_INDENT = 4
_WIDTH = 88


class Order(Struct, frozen=True):
    """Statements that put tasks in their order."""

    lines: tuple[Raw, ...]
    chain: bool
    """Whether they call ``chain``."""


def order(after: Mapping[str, tuple[str, ...]], variables: Mapping[str, str]) -> Order:
    """Return the statements for tasks and those they come after; ``variables`` are their names.

    One line of tasks is ``a >> b >> c``, or a ``chain`` where that is too long; otherwise each task
    that comes after others has a line of its own.
    """
    line = _single_line(after)
    if line is not None:
        names = [variables[task] for task in line]
        joined = " >> ".join(names)
        if _INDENT + len(joined) <= _WIDTH:
            return Order((Raw(joined),), chain=False)
        return Order((bracketed("chain(", names, ")", _WIDTH, _INDENT),), chain=True)
    return Order(
        tuple(_statement([variables[t] for t in before], variables[task])
              for task, before in after.items() if before),
        chain=False,
    )  # fmt: skip


def _single_line(after: Mapping[str, tuple[str, ...]]) -> list[str] | None:
    """Return the tasks in order when each one follows exactly the one before it."""
    following = {before[0]: task for task, before in after.items() if len(before) == 1}
    first = [task for task, before in after.items() if not before]
    if len(first) != 1 or len(following) != len(after) - 1 or not following:
        return None
    line = first
    while line[-1] in following:
        line.append(following[line[-1]])
    return line


def _statement(before: list[str], task: str) -> Raw:
    if len(before) == 1:
        return Raw(f"{before[0]} >> {task}")
    column = _INDENT + len(f" >> {task}")
    return Raw(f"{bracketed('[', before, ']', column, _INDENT)} >> {task}")
