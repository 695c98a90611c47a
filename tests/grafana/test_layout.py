"""Panels on Grafana's grid."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.grafana.layout import COLUMNS, Place, layout
from platc_compiler.ir.dashboards import Panel

PANELS = st.lists(
    st.builds(
        Panel,
        title=st.just("x"),
        type=st.sampled_from(["stat", "timeseries", "table", "text"]),
        width=st.none() | st.integers(1, 24),
        height=st.none() | st.integers(2, 40),
    )
)


def test_a_panel_stands_where_it_says_and_the_next_below() -> None:
    own = Panel(title="x", type="stat", width=6, height=4, at=(18, 2))
    flowing = Panel(title="x", type="stat", width=6, height=4)
    assert list(layout([flowing, own, flowing, flowing], top=10)) == [
        Place(0, 10, 6, 4), Place(18, 12, 6, 4), Place(0, 16, 6, 4), Place(6, 16, 6, 4),
    ]  # fmt: skip


@given(PANELS)
def test_no_two_panels_overlap_and_none_leaves_the_grid(panels: list[Panel]) -> None:
    places = list(layout(panels))
    assert all(place.x >= 0 and place.x + place.w <= COLUMNS for place in places)
    for one, other in combinations(places, 2):
        beside = one.x + one.w <= other.x or other.x + other.w <= one.x
        below = one.y + one.h <= other.y or other.y + other.h <= one.y
        assert beside or below
        assert not one.overlaps(other)
