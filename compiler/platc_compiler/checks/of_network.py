"""What is asked of the network that the Kubernetes objects make, after all patches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from platc_compiler.checks import plt301_policies_not_as_declared
from platc_compiler.diagnostics import Diagnostic
from platc_compiler.documents import Manifest
from platc_compiler.ir.platform import Platform

Check = Callable[[Sequence[Manifest], Platform], Iterator[Diagnostic]]

CHECKS: tuple[Check, ...] = (plt301_policies_not_as_declared.check,)
