"""Of very many findings some are told, and that there are more."""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error, warning
from platc_compiler.diagnostics.many import MOST, at_most

MORE = "; what else is wrong is told when this is mended"


def found(*kinds: tuple[str, int]) -> Iterator[Diagnostic]:
    for kind, count in kinds:
        for number in range(count):
            make = error if kind == "error" else warning
            yield make("PLT101", f"{kind} {number}", (number,))


def test_as_many_as_are_allowed_are_told_as_they_are() -> None:
    assert list(at_most(found(("error", MOST)))) == list(found(("error", MOST)))
    assert list(at_most(found())) == []


def test_of_more_the_last_one_says_so_and_the_rest_is_not_looked_for() -> None:
    findings = found(("error", MOST + 10))
    told = list(at_most(findings))
    assert len(told) == MOST
    assert [each.message.removesuffix(MORE) for each in told] == [f"error {n}" for n in range(MOST)]
    assert told[-1].message.endswith(MORE)
    assert len(list(findings)) == 9


def test_an_error_after_many_warnings_is_told() -> None:
    told = list(at_most(found(("warning", MOST + 5), ("error", 3))))
    assert [each.message for each in told[MOST - 1 :]] == [f"warning {MOST - 1}{MORE}", "error 0"]
