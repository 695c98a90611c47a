"""Text as it may reach a terminal or a log: what steers either is written out instead.

An escape sequence moves the cursor or renames the window, a line feed begins a line that looks like
platc's own, a mark of direction shows a text in another order than it has. GitHub's runner takes
``::name::`` at the beginning of a line, and ``##[name]`` anywhere in it, for a command to itself
(actions/runner, ``src/Runner.Common/ActionCommand.cs``).
"""

from __future__ import annotations

_COMMAND, _NO_COMMAND = "##[", r"#\x23["


def visible(text: str) -> str:
    r"""Return a text with everything written as an escape that is no printable character.

    >>> print(visible("red\x1b[31m and\nmore"))
    red\x1b[31m and\nmore
    """
    if not text.isprintable():
        text = "".join(char if char.isprintable() else _escape(char) for char in text)
    if text.lstrip().startswith("::"):
        text = text.replace("::", r"\x3a:", 1)
    return text.replace(_COMMAND, _NO_COMMAND)


def _escape(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")


def visible_line(line: str) -> str:
    """Return a line of a file of the same length, with one character in the place of another.

    What stands below a character of the line stays below it.
    """
    if not line.isprintable():
        line = "".join(char if char.isprintable() else " " for char in line)
    return line.replace(_COMMAND, "#·[")
