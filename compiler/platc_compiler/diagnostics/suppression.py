"""``# platc: allow PLT501 because …`` on a line silences one warning of that line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from platc_compiler.diagnostics import Located
from platc_compiler.diagnostics.masking import without_comment

_ALLOW = re.compile(
    r"#\s*platc:\s*(?P<verb>\w*)\s*(?P<code>PLT\d{3})?\s*(?:because\s+(?P<why>\S.*))?"
)
_ENVIRONMENTS = re.compile(r"""["']?environments["']?\s*:""")
_NAME = re.compile(r"""(?P<indent> +)["']?(?P<name>[^\s#"'][^:"']*)["']?\s*:""")


def suppress(
    found: Iterable[Located], lines: Sequence[str], file: str, environment: str | None = None
) -> Iterator[Located]:
    """Yield the diagnostics that no comment silences.

    Each comment that silences nothing, gives no reason, or would silence an error is a warning. One
    that silences nothing is told where its line counts: below ``environments.NAME`` with this
    environment, elsewhere without any.
    """
    allowed = {
        (number, match["code"]): match
        for number, line in enumerate(lines, start=1)
        if "platc:" in line and (match := _ALLOW.search(line))
    }
    told = list(found)
    used: set[tuple[int, str | None]] = set()
    for diagnostic in told:
        here = diagnostic.file == file
        match = allowed.get((diagnostic.line, diagnostic.code)) if here else None
        if match is not None and _can_be_allowed(diagnostic) and not _malformed(match):
            used.add((diagnostic.line, diagnostic.code))
        else:
            yield diagnostic
    every = [each for each in told if not _can_be_allowed(each)]
    errors = {(each.line, each.code) for each in every if each.file == file}
    for (number, code), match in allowed.items():
        if (number, code) in used:
            continue
        refused = (number, code) in errors
        # After an error later checks have not run: a comment for one of them may be in place.
        idle = bool(every) or number not in _counting(lines, environment)
        if idle and not _malformed(match) and not refused:
            continue
        complaint = _malformed(match) or _unused(match, refused=refused)
        source = without_comment(lines[number - 1])
        yield Located(
            "PLT009", "warning", complaint, "remove it", (), file, number, match.start() + 1,
            number, max(match.end(), match.start() + 1) + 1, "", source,
        )  # fmt: skip


def _counting(lines: Sequence[str], environment: str | None) -> set[int]:
    """Return the numbers of the lines that count with an environment alone, or without any."""
    head = next((n for n, line in enumerate(lines, 1) if _ENVIRONMENTS.match(line)), None)
    numbers = set(range(1, len(lines) + 1))
    if head is None:
        return numbers if environment is None else set()
    found: dict[str, set[int]] = {}
    width = 0
    name = ""
    for number, line in enumerate(lines[head:], start=head + 1):
        if line[:1] not in (" ", "#", "", "\n", "\r"):
            break
        key = _NAME.match(line)
        if key is not None and len(key["indent"]) == (width := width or len(key["indent"])):
            name = key["name"]
        found.setdefault(name, set()).add(number)
    if environment is not None:
        return found.get(environment, set())
    return numbers - {head}.union(*found.values())


def _can_be_allowed(diagnostic: Located) -> bool:
    return diagnostic.severity != "error" or diagnostic.consent


def _malformed(match: re.Match[str]) -> str:
    """Return what is wrong with a comment by itself, empty if nothing is."""
    if match["verb"] != "allow" or not match["code"]:
        return "not understood; it is written '# platc: allow PLT501 because REASON'"
    if not match["why"]:
        return f"{match['code']} is allowed without a reason; add 'because REASON'"
    return ""


def _unused(match: re.Match[str], *, refused: bool) -> str:
    if refused:
        return f"{match['code']} is an error, and cannot be allowed"
    return f"{match['code']} is allowed here, but no such warning is given on this line"
