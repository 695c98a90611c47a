"""A dashboard as a picture (SVG): its panels where Grafana puts them, without values.

It shows people who have no Grafana at hand what is on a dashboard: headings, kinds of panels,
legends and units. What a panel draws is a sketch of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from platc_compiler.grafana.layout import COLUMNS, ROW_HEIGHT, Place, layout
from platc_compiler.ir.dashboards import Dashboard, Panel

_COLUMN, _LINE, _EDGE, _HEAD = 46, 28, 16, 84
"""The width of a column, the height of a line, the margin and the height of the head, in pixels."""
_PAGE, _BOX, _FRAME, _TEXT, _FAINT = "#f4f5f5", "#ffffff", "#c7d0d9", "#24292e", "#6e7681"
_COLOURS = ("#3274d9", "#56a64b", "#e0b400", "#e02f44")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_LABEL = re.compile(r"\{\{(\w+)\}\}")
_WAVE = (0.55, 0.42, 0.5, 0.3, 0.38, 0.22, 0.34, 0.26, 0.44, 0.36)
_BARS = (0.82, 0.64, 0.47, 0.3)
_LETTER = 7.0
"""The average width of a letter of 12 pixels."""


def picture(board: Dashboard) -> str:
    """Return the SVG document of a dashboard."""
    parts: list[str] = []
    top = 0
    for panel, place in zip(board.panels, layout(board.panels), strict=True):
        parts += _panel(panel, place)
        top = max(top, place.y + place.h)
    for row in board.rows:
        parts.append(_row(row.title, top, row.repeat))
        top += ROW_HEIGHT
        for panel, place in zip(row.panels, layout(row.panels, top), strict=True):
            parts += _panel(panel, place)
            top = max(top, place.y + place.h)
    width, height = COLUMNS * _COLUMN + 2 * _EDGE, _HEAD + top * _LINE + _EDGE
    head = (
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">'
        ),
        f"<title>{escape(board.title)}</title>",
        f'<rect width="{width}" height="{height}" fill="{_PAGE}"/>',
        _text(_EDGE, 30, f"{board.folder} / {board.title}", size=18),
        *_chips(board),
    )
    return "\n".join([*head, *parts, "</svg>", ""])


def _chips(board: Dashboard) -> Iterator[str]:
    """Yield the variables, annotations and links above the panels."""
    words = [v.label or v.name for v in board.variables if not v.hidden]
    marks = [annotation.name for annotation in board.annotations]
    links = [link.title for link in board.links]
    x = float(_EDGE)
    for word, sign in (
        *((word, "▾") for word in words), *((word, "◆") for word in marks),
        *((word, "↗") for word in links),
    ):  # fmt: skip
        text = f"{word} {sign}"
        width = len(text) * _LETTER + 18
        yield (
            f'<rect x="{x:g}" y="44" width="{width:g}" height="24" rx="3" fill="{_BOX}" '
            f'stroke="{_FRAME}"/>'
        )
        yield _text(x + 9, 60, text)
        x += width + 8


def _row(title: str, top: int, repeat: str | None) -> str:
    words = f"{title}  (once for each value of ${repeat})" if repeat else title
    return _text(_EDGE, _HEAD + top * _LINE + 19, f"▾ {words}", size=13)


def _panel(panel: Panel, place: Place) -> Iterator[str]:
    x, y = _EDGE + place.x * _COLUMN + 3, _HEAD + place.y * _LINE + 3
    w, h = place.w * _COLUMN - 6, place.h * _LINE - 6
    room = int((w - 20) / _LETTER)
    unit = f" [{panel.unit}]" if panel.unit else ""
    yield f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="3" fill="{_BOX}" stroke="{_FRAME}"/>'
    yield _text(x + 10, y + 18, _cut(panel.title + unit, room))
    if panel.type == "text":
        lines = [_LINK.sub(r"\1", line) for line in (panel.text or "").splitlines()]
        for number, line in enumerate(lines[: (h - 30) // 18]):
            yield _text(x + 10, y + 40 + number * 18, _cut(line, room))
        return
    legends = _legends(panel)
    below = 18 if legends else 0
    yield from _sketch(panel, x + 10, y + 28, w - 20, h - 36 - below)
    if legends:
        yield _text(x + 10, y + h - 8, _cut(", ".join(legends), room), faint=True)


def _legends(panel: Panel) -> Sequence[str]:
    found = (_LABEL.sub(r"\1", query.legend) for query in panel.queries if query.legend)
    return list(dict.fromkeys(found))


def _sketch(panel: Panel, x: int, y: int, w: int, h: int) -> Iterator[str]:
    match panel.type:
        case "stat":
            middle = y + h / 2 + 10
            yield _text(x + w / 2, middle, "–", size=30, anchor="middle", colour=_COLOURS[1])
        case "gauge":
            r = min(w / 2, h) - 6
            left, bottom = x + w / 2 - r, y + h - 2
            arc = f"M {left:g} {bottom:g} a {r:g} {r:g} 0 0 1 {2 * r:g} 0"
            yield f'<path d="{arc}" fill="none" stroke="{_FRAME}" stroke-width="9"/>'
            part = f"M {left:g} {bottom:g} a {r:g} {r:g} 0 0 1 {r:g} {-r:g}"
            yield f'<path d="{part}" fill="none" stroke="{_COLOURS[1]}" stroke-width="9"/>'
        case "bargauge" | "piechart":
            step = h / len(_BARS)
            for number, share in enumerate(_BARS):
                yield _rect(x, y + number * step, w * share, step * 0.6, _COLOURS[1])
        case "table":
            for number in range(max(2, int(h // 20))):
                yield _line(x, y + number * 20, w)
        case "heatmap":
            yield from _squares(x, y, w, h)
        case "state-timeline":
            for number in range(max(2, int(h // 22))):
                cut = w * (0.3 + 0.13 * (number % 4))
                yield _rect(x, y + number * 22, cut, 14, _COLOURS[1])
                yield _rect(x + cut + 2, y + number * 22, w - cut - 2, 14, _COLOURS[1])
        case _:
            yield from _curves(panel, x, y, w, h)


def _curves(panel: Panel, x: int, y: int, w: int, h: int) -> Iterator[str]:
    yield _line(x, y + h, w)
    for number in range(min(len(_COLOURS), max(1, len(panel.queries)))):
        shift = 0.12 * number
        heights = [*_WAVE[number:], *_WAVE[:number]]
        points = " ".join(
            f"{x + w * index / (len(_WAVE) - 1):.0f},{y + h * (1 - 0.8 * (1 - share) + shift):.0f}"
            for index, share in enumerate(heights)
        )
        yield (
            f'<polyline points="{points}" fill="none" stroke="{_COLOURS[number]}" '
            'stroke-width="1.5"/>'
        )


def _squares(x: int, y: int, w: int, h: int) -> Iterator[str]:
    wide, high = 24, 5
    for column in range(wide):
        for line in range(high):
            strength = _WAVE[(column * 3 + line * 2) % len(_WAVE)]
            yield (
                f'<rect x="{x + w * column / wide:.1f}" y="{y + h * line / high:.1f}" '
                f'width="{w / wide - 1:.1f}" height="{h / high - 1:.1f}" fill="{_COLOURS[0]}" '
                f'fill-opacity="{strength:g}"/>'
            )


def _rect(x: float, y: float, w: float, h: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="{colour}"/>'


def _line(x: float, y: float, w: float) -> str:
    return f'<path d="M {x:g} {y:g} h {w:g}" stroke="{_FRAME}"/>'


def _text(  # noqa: PLR0913 - each is a property of the text
    x: float, y: float, text: str, *, size: int = 12, anchor: str = "start", colour: str = _TEXT,
    faint: bool = False,
) -> str:  # fmt: skip
    fill = _FAINT if faint else colour
    more = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{fill}"{more}>{escape(text)}</text>'


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: max(1, room - 1)]}…"
