"""A hint that is followed mends the fault, and brings no other.

Every change that platc would make itself is made, alone or with those of the same code, in every
case file and in every bad example of a docstring.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from msgspec.structs import replace

from platc_compiler.checks import stages
from platc_compiler.checks.pages import Fence, documented, parse
from platc_compiler.diagnostics import Located
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.edits import applied
from platc_compiler.source.source import Source
from tests.checks.examples import source
from tests.checks.test_cases import CASES, fences_of_case

_LATER = {
    f"PLT{name.partition('.plt')[2][:3]}"
    for name in (
        *stages.LANGUAGE,
        *stages.INCLUDED,
        *stages.PLATFORM,
        *stages.OBJECTS,
        *stages.NETWORK,
    )
    if name not in (*stages.PARTS, *stages.INCLUDED_PARTS)
}
"""Codes of checks that run only when nothing else is wrong: an error hides their faults."""


def _examples() -> Iterator[tuple[str, tuple[Fence, ...]]]:
    for path in CASES:
        yield path.stem, fences_of_case(path)
    for module in documented():
        yield module.CODE, parse(module).bad


def _faults(of: Source) -> list[Located]:
    return list(compile_platform(of).diagnostics)


def _keys(found: Iterable[Located]) -> set[tuple[str, str, str]]:
    return {(each.code, each.path, each.message) for each in found}


EXAMPLES = list(_examples())


@pytest.mark.parametrize("fences", [f for _, f in EXAMPLES], ids=[name for name, _ in EXAMPLES])
def test_a_change_mends_its_fault_and_brings_no_other(fences: tuple[Fence, ...]) -> None:
    faulty = source(fences)
    before = _faults(faulty)
    assert [(found.code, found.hint) for found in before if _lacks_its_change(found)] == []
    for found in before:
        if found.fix is not None:
            # A request and a limit that lack their units only fit when both have them.
            alike = [d for d in before if d.code == found.code and d.fix is not None]
            fresh = _fresh(faulty, before, [found])
            assert fresh == [] or _fresh(faulty, before, alike) == [], found.fix


def _fresh(faulty: Source, before: list[Located], mended: list[Located]) -> list[Located]:
    """Return the faults that changes bring about; the changes mend their own."""
    changes = [each.fix for each in mended if each.fix is not None]
    after = _faults(replace(faulty, text=applied(faulty.text, changes)))
    assert _keys(mended).isdisjoint(_keys(after)), changes
    hidden = _LATER if any(d.severity == "error" for d in before) else set[str]()
    fresh = [d for d in after if (d.code, d.path, d.message) not in _keys(before)]
    return [d for d in fresh if d.code not in hidden]


_INSIDE_TEXTS = {
    "PLT013", "PLT120", "PLT121", "PLT129", "PLT401", "PLT402", "PLT408", "PLT413", "PLT425",
    "PLT426", "PLT435", "PLT444", "PLT701", "PLT704", "PLT730",
}  # fmt: skip
"""Codes whose word stands inside an expression, in parts, or in another file."""


def _lacks_its_change(found: Located) -> bool:
    """Whether a hint names another word, and no change that ``--fix`` could make."""
    return (
        found.hint.startswith("did you mean")
        and found.fix is None
        # A credential is the user's to write, no key is written twice, and a patch is a text.
        and not found.path.startswith("patches")
        # --fix writes platform.yaml alone, and no included object.
        and found.file == "platform.yaml"
        and "•" not in found.source
        and found.code not in {*_INSIDE_TEXTS, "PLT416"}
    )
