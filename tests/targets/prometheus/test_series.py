"""promtool's notation of samples, as tests of alerts are made of it."""

from __future__ import annotations

import pytest

from platc_compiler.targets.prometheus.series import held, length


@pytest.mark.parametrize(
    ("values", "count"),
    [("1", 1), ("1 2 3", 3), ("1x4", 5), ("0+2x30", 31), ("0x10 1", 12), ("_x4 1", 5), ("-5x2", 3)],
)
def test_a_notation_stands_for_so_many_samples(values: str, count: int) -> None:
    assert length(values) == count


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("301", "301x7"),
        ("0x3 1", "0x3 1 1x1"),
        ("0+2x3", "0+2x3 6x2"),
        ("10-1.5x2", "10-1.5x2 7x3"),
        ("1e-5", "1e-5x7"),
        ("1x20", "1x20"),
    ],
)
def test_the_last_value_is_held_as_long_as_a_test_needs(values: str, expected: str) -> None:
    assert held(values, 7 if "x7" in expected else 6) == expected
