"""What a misspelt name stands for, among few names and among many."""

from __future__ import annotations

import difflib

import pytest

from platc_compiler.diagnostics.did_you_mean import closest_match, did_you_mean

MANY = [f"service-{number}" for number in range(20_000)] + ["billing-database", "Prometheus"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("biling-database", "billing-database"),
        ("billing-databse", "billing-database"),
        ("illing-database", "billing-database"),
        ("billing-databas", "billing-database"),
        ("billing_database", "billing-database"),
        ("billing-databaes", "billing-database"),
        ("prometeus", "Prometheus"),
        ("zzzzzz", None),
    ],
)
def test_a_slip_of_the_pen_is_found_among_few_and_many(word: str, meant: str | None) -> None:
    assert closest_match(word, MANY) == meant
    assert closest_match(word, MANY[-2:]) == meant


def test_a_word_is_compared_with_few_names_however_many_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[int] = []
    real = difflib.get_close_matches

    def counted(word: str, names: list[str], **how: float) -> list[str]:
        compared.append(len(names))
        return real(word, names, **how)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(difflib, "get_close_matches", counted)
    for number in range(50):
        closest_match(f"servce-{number * 399}", MANY)
    assert max(compared) <= 32


def test_a_choice_that_cannot_be_meant_is_not_named() -> None:
    assert closest_match("HOST", ["HOSTS", "PORT"], but="HOSTS") is None


def test_all_of_a_few_names_are_named_where_none_is_near() -> None:
    assert did_you_mean("zzz", ["b", "a", "b"]).text == "known: a, b"
    assert did_you_mean("zzz", ["a"], "declare it").text == "declare it"
    assert not did_you_mean("zzz", MANY)
