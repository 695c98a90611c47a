"""What is asked before all else: without it, lowering would not come to an end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from platc_compiler.checks import plt106_cycle_of_tasks
from platc_compiler.diagnostics import Diagnostic
from platc_compiler.lower.kind import Context

Check = Callable[[Context], Iterator[Diagnostic]]

CHECKS: tuple[Check, ...] = (plt106_cycle_of_tasks.check,)
