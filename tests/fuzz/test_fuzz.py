"""Inputs made by chance, in processes of their own: `make fuzz` tries as many as are wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.fuzz import corpus, judge, originals
from tests.fuzz.campaign import chunks, run, shares
from tests.fuzz.kind import Broken, Kind, dice
from tests.fuzz.kinds import KINDS
from tests.fuzz.worker import tried

FEW, MANY = 300, 20_000
SEED = 2026
"""Of the inputs of `make test`, which are the same in every run, and of the campaigns."""


@pytest.mark.parametrize("file", corpus.files(), ids=lambda file: file.stem)
def test_what_was_found_once_is_not_found_again(file: Path) -> None:
    found = corpus.read(file)
    outcome, _ = tried(KINDS[found.kind], found.whole())
    assert not outcome.startswith("!"), outcome


@pytest.mark.parametrize("name", KINDS)
def test_some_inputs_are_answered_or_refused(name: str) -> None:
    found = run(SEED, iter([(name, range(shares(FEW, list(KINDS))[name] + 5))]))
    assert found[name].findings == []
    assert found[name].tried == shares(FEW, list(KINDS))[name] + 5


@pytest.mark.e2e
def test_many_inputs_are_answered_or_refused() -> None:
    found = run(SEED + 1, chunks(MANY, list(KINDS), MANY, 0))
    assert [finding for figures in found.values() for finding in figures.findings] == []


def test_an_input_is_made_of_its_seed_kind_and_number_alone() -> None:
    kind = KINDS["platforms"]
    assert kind.make(dice(1, "platforms", 7)) == kind.make(dice(1, "platforms", 7))
    assert kind.make(dice(1, "platforms", 7)) != kind.make(dice(1, "platforms", 8))


def test_most_platforms_reach_rendering() -> None:
    """The share of platforms that the language accepts is what makes a campaign worth its time."""
    kind = KINDS["platforms"]
    outcomes = [tried(kind, kind.make(dice(SEED, kind.name, n)))[0] for n in range(60)]
    assert sum(outcome.startswith("rendered") for outcome in outcomes) > 24


@pytest.mark.parametrize("text", [each.decode() for each in originals.tiny()[::9]])
def test_what_platforms_are_made_of_is_valid(text: str) -> None:
    assert not compile_platform(Source(text)).failed


def test_a_property_that_does_not_hold_is_a_finding() -> None:
    found = compile_platform(Source("platform: [")).diagnostics
    judge.diagnostics(found, {judge.PLATFORM: "platform: ["})
    with pytest.raises(Broken, match="a file that is not there"):
        judge.diagnostics(found, {})
    with pytest.raises(Broken, match="a planted credential is shown"):
        judge.diagnostics(found, {judge.PLATFORM: "platform: ["}, [found[0].message])
    kind = Kind("broken", 1, lambda _: {}, lambda texts: texts["missing"])
    assert tried(kind, {})[0].startswith("!KeyError: 'missing' at ")
