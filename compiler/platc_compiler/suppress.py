"""``# platc: allow PLT512 because …`` on a line silences one warning of that line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from platc_compiler.diagnostics import Located

_ALLOW = re.compile(
    r"#\s*platc:\s*(?P<verb>\w*)\s*(?P<code>PLT\d{3})?\s*(?:because\s+(?P<why>\S.*))?"
)


def suppress(found: Iterable[Located], lines: Sequence[str], file: str) -> Iterator[Located]:
    """Yield the diagnostics that no comment silences.

    Each comment that silences nothing, gives no reason, or would silence an error is a warning.
    """
    allowed = {
        (number, match["code"]): match
        for number, line in enumerate(lines, start=1)
        if "platc:" in line and (match := _ALLOW.search(line))
    }
    used: set[tuple[int, str | None]] = set()
    for diagnostic in found:
        match = allowed.get((diagnostic.line, diagnostic.code))
        if (
            match is None
            or diagnostic.severity == "error"
            or match["verb"] != "allow"
            or not match["why"]
        ):
            yield diagnostic
        else:
            used.add((diagnostic.line, diagnostic.code))
    for (number, code), match in allowed.items():
        if (number, code) not in used:
            line = lines[number - 1]
            yield Located(
                "PLT009", "warning", _complaint(match), "remove it", (), file,
                number, match.start() + 1, number, max(match.end(), match.start() + 1) + 1, "", line,
            )  # fmt: skip


def _complaint(match: re.Match[str]) -> str:
    if match["verb"] != "allow" or not match["code"]:
        return "not understood; it is written '# platc: allow PLT512 because REASON'"
    if not match["why"]:
        return f"{match['code']} is allowed without a reason; add 'because REASON'"
    return f"{match['code']} is allowed here, but no such warning is given on this line"
