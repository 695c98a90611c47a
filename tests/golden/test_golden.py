"""What platforms become, part by part: a case pins what is of one kind, shape or target alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from platc_compiler.lower.kinds import KINDS
from tests.golden.compare import assert_golden
from tests.golden.pins import CASES, FOLDER, LINE, PLATFORMS, case, compiled, head, pinned


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_pinned_stays(path: Path) -> None:
    stated = case(path)
    assert_golden(path, f"{head(path)}{LINE}{pinned(stated, compiled(stated.platform).files)}")


def test_every_kind_has_a_case() -> None:
    named = {path.stem for path in (FOLDER / "cases/kinds").iterdir()}
    missing = [kind for kind in KINDS if not any(name.startswith(kind) for name in named)]
    assert not missing, f"no case in tests/golden/cases/kinds for {missing}"


def test_every_platform_has_a_case() -> None:
    assert PLATFORMS.keys() == {case(path).platform for path in CASES}
