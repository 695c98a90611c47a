from __future__ import annotations

import pytest

from platc_compiler.source.load import NotYaml, UnknownTag, Unreadable, load
from platc_compiler.source.written import Mapping, Scalar, Sequence, documents


def test_scalars_stay_as_written_and_everything_knows_its_line() -> None:
    text = "a: 0123\nb:\n  - 'null'\n  - !!binary QQ==\n---\n~\n"
    entries = {
        "a": Scalar("0123", 1),
        "b": Sequence((Scalar("null", 3, quoted=True), Scalar("QQ==", 4, binary=True)), 3),
    }
    first, second = documents(text)
    assert first == Mapping(entries, 1)
    assert isinstance(second, Scalar)
    assert second.null


@pytest.mark.parametrize("text", ["a: &x b", "a: *x", "&x a: b", "- &x [1]", "a: &x\n  b: c"])
def test_anchors_and_aliases_are_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="anchors and aliases are not read here"):
        documents(text)


@pytest.mark.parametrize("text", ["a: !x b", "!!int 5: b", "!!binary QQ==: b", "a: !x [b]"])
def test_other_tags_are_refused_even_at_a_key(text: str) -> None:
    for read in (documents, load):
        with pytest.raises(UnknownTag):
            read(text)


def test_what_the_parser_refuses_is_told_apart() -> None:
    with pytest.raises(NotYaml):
        documents("a: [")


def test_an_anchor_does_not_live_on_in_the_next_document() -> None:
    with pytest.raises(Unreadable, match="more than one document"):
        load("a: &x 1\n---\nb: *x\n")
