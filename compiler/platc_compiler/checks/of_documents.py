"""What is asked of the Kubernetes objects themselves, after all patches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from platc_compiler.checks import (
    plt210_patch_not_counted,
    plt501_moving_tag,
    plt502_patch_gives_rights,
    plt701_invalid_object,
    plt702_refused_object,
    plt706_object_twice,
    plt707_too_large_object,
    plt716_statefulset_without_names,
)
from platc_compiler.diagnostics import Diagnostic
from platc_compiler.documents import Manifest
from platc_compiler.ir.platform import Platform

Check = Callable[[Sequence[Manifest], Platform], Iterator[Diagnostic]]

CHECKS: tuple[Check, ...] = (
    plt210_patch_not_counted.check,
    plt501_moving_tag.check_documents,
    plt502_patch_gives_rights.check,
    plt701_invalid_object.check,
    plt702_refused_object.check,
    plt706_object_twice.check_documents,
    plt707_too_large_object.check,
    plt716_statefulset_without_names.check,
)
