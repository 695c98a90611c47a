"""Random texts for single values: platc and the real program accept the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from platc_compiler.servers.scalars import SCALARS
from platc_compiler.servers.schema import schema
from platc_compiler.servers.shape import Judge
from tests.servers.verdicts import verdicts

_ROUTE = {"receiver": "a"}
_PIECES: dict[str, tuple[str, ...]] = {
    "regexp": (
        "a", "b", "z", "0", "9", "(", ")", "[", "]", "{", "}", "*", "+", "?", "|", "^", "$",
        ".", "\\", "-", ":", ",", "=", "<", ">", "!", " ", "1", "(?", "(?:", "(?i)", "(?P<",
        "{2}", "{2,3}", "{1001}", r"\d", r"\pL", r"\p{Greek}", r"\1", r"\Q", r"\E", "[a-z]",
        "[^", "[:alpha:]", r"\x41", r"\x{10FFFF}", r"\8", "é", r"\z", "(?<n>",
    ),
    "matcher": (
        "a", "b", " ", "=", "!", "~", ",", "{", "}", '"', "'", "\\", "`", "(", '="', '"', "=~",
        "!~", "!=", "a", "ö", r"\n", r"\x", '\\"', "|",
    ),
    "model.Duration": (
        "1", "30", "s", "m", "h", "d", "w", "y", "ms", "0", "-", ".", " ", "99999999999",
    ),
    "config.duration": (
        "1", "30", "s", "m", "h", "d", "ms", "us", "ns", "0", "-", "+", ".", " ",
        "9999999999999999999",
    ),
    "config.URL": (
        "http", "https", "ftp", ":", "//", "/", "?", "#", "@", "a", "b.example", "[", "]",
        "::1", ":80", "%41", "%", "%zz", " ", "é", "\\", "<", "user:pw", "^", "|", '"',
    ),
    "common.URL": (
        "http", ":", "//", "/", "?", "#", "@", "a", "[::1]", ":80", ":x", "%41", "%", " ", ".",
        "*",
    ),
    "config.HostPort": (
        "a", "b.example", ":", "25", "[", "]", "::1", "[::1]", "x", " ",
    ),
    "timeinterval.WeekdayRange": (
        "monday", "sunday", "friday", "Saturday", ":", "-", "x", " ",
    ),
    "timeinterval.DayOfMonthRange": (
        "1", "5", "31", "32", "-1", "-3", "0", ":", "+", "x", " ",
    ),
    "timeinterval.YearRange": (
        "2024", "2026", ":", "-", "0", "x", "+",
    ),
    "units.Base2Bytes": (
        "1", "10", ".5", "0", "KB", "MiB", "GB", "B", "kB", "-", "+", " ", "x",
    ),
    "relabel.Regexp": (
        "a", "b", "(", ")", "[", "]", "*", "+", "?", "|", ".", "\\", "1", "{", "2", "}", r"\d",
        "(?i)", "x)(y", "(?P<n>a)", "{2,1}",
    ),
}  # fmt: skip


def _alertmanager(**more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"route": _ROUTE, "receivers": [{"name": "a"}], **more}


def _interval(key: str) -> Callable[[str], dict[str, Any]]:
    def config(text: str) -> dict[str, Any]:
        named = {"name": "n", "time_intervals": [{key: [text]}]}
        return _alertmanager(time_intervals=[named])

    return config


def _job(**more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"scrape_configs": [{"job_name": "a", **more}]}


_CONFIGS: dict[str, tuple[str, Callable[[str], dict[str, Any]]]] = {
    "regexp": (
        "alertmanager",
        lambda text: _alertmanager(inhibit_rules=[{"source_match_re": {"a": text}}]),
    ),
    "matcher": (
        "alertmanager",
        lambda text: _alertmanager(inhibit_rules=[{"source_matchers": [text]}]),
    ),
    "model.Duration": (
        "alertmanager", lambda text: _alertmanager(**{"global": {"resolve_timeout": text}}),
    ),
    "config.duration": (
        "alertmanager",
        lambda text: {
            "route": _ROUTE,
            "receivers": [
                {"name": "a", "pushover_configs": [{"token": "t", "user_key": "u", "retry": text}]}
            ],
        },
    ),
    "config.URL": (
        "alertmanager", lambda text: _alertmanager(**{"global": {"pagerduty_url": text}}),
    ),
    "common.URL": (
        "alertmanager",
        lambda text: _alertmanager(**{"global": {"http_config": {"proxy_url": text}}}),
    ),
    "config.HostPort": (
        "alertmanager", lambda text: _alertmanager(**{"global": {"smtp_smarthost": text}}),
    ),
    "timeinterval.WeekdayRange": ("alertmanager", _interval("weekdays")),
    "timeinterval.DayOfMonthRange": ("alertmanager", _interval("days_of_month")),
    "timeinterval.YearRange": ("alertmanager", _interval("years")),
    "units.Base2Bytes": ("prometheus", lambda text: _job(body_size_limit=text)),
    "relabel.Regexp": (
        "prometheus",
        lambda text: _job(relabel_configs=[{"regex": text, "target_label": "a"}]),
    ),
}  # fmt: skip
_COUNT = 150
_BEGINNINGS = {"config.URL": ("", "http://", "https://a"), "timeinterval.YearRange": ("", "2024:")}
"""Half of the texts of a demanding type are begun for it."""


@pytest.mark.parametrize("kind", sorted(_PIECES))
def test_texts_of_a_type(kind: str, tmp_path: Path) -> None:
    random = Random(kind)  # noqa: S311 - no secret
    texts = {
        random.choice(_BEGINNINGS.get(kind, ("",)))
        + "".join(random.choices(_PIECES[kind], k=random.randint(0, 7)))
        for _ in range(_COUNT)
    }
    server, config = _CONFIGS[kind]
    ordered = dict(enumerate(sorted(texts)))
    said = verdicts(server, {str(n): config(text) for n, text in ordered.items()}, tmp_path)
    wrong = [
        f"{text!r}: {server} says {said[str(n)] or 'nothing'}, platc {SCALARS[kind](text)[0]!r}"
        for n, text in ordered.items()
        if bool(said[str(n)]) != bool(SCALARS[kind](text)[0])
    ]
    assert not wrong, "\n".join(wrong)
    assert any(said.values())
    assert not all(said.values())


def test_another_version_is_judged_by_types_alone() -> None:
    judge = Judge(schema("alertmanager"), {}, exact=False)
    config = {"new": 1, "global": {"resolve_timeout": "soon", "smtp_require_tls": "yes"}}
    paths = [fault.path for fault in judge.faults(config, "config.Config", ())]
    assert paths == [("global", "smtp_require_tls")]
