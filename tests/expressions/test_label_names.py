"""Sets of label names, against sets of a small universe."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.expressions.label_names import LabelNames

UNIVERSE = "abcd"
names = st.builds(LabelNames, st.frozensets(st.sampled_from("abc")), st.booleans())


def of(found: LabelNames) -> set[str]:
    return {name for name in UNIVERSE if name in found}


@given(names, names)
def test_operations_are_those_of_sets(one: LabelNames, other: LabelNames) -> None:
    assert of(one | other) == of(one) | of(other)
    assert of(one & other) == of(one) & of(other)
    assert of(~one) == set(UNIVERSE) - of(one)
    assert of(one.without("a")) == of(one) - {"a"}
    assert of(one.with_("d")) == of(one) | {"d"}
