"""Checks: one module per code, its docstring the code's only documentation.

A module holds ``CODE`` and ``check``; codes that loading and validation emit by themselves have a
module without ``check``, for their documentation. Groups by the first digit: 0 syntax,
1 references, 2 budget, 3 network, 4 observability, 5 security, 6 recovery, 7 workloads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import ModuleType

from platc_compiler.checks import (
    plt001_unreadable,
    plt002_duplicate_key,
    plt003_nesting,
    plt004_unknown_key,
    plt005_invalid_value,
    plt006_missing_key,
    plt007_unknown_kind,
    plt009_allowance,
    plt010_template,
    plt012_sealed_file,
    plt101_unknown_service,
    plt102_unknown_secret,
    plt103_secret_elsewhere,
    plt104_namespace,
    plt105_unknown_task,
    plt106_cycle_of_tasks,
    plt107_unknown_environment,
    plt108_metric_of_unknown_component,
    plt109_unused_secret,
    plt110_unknown_port,
    plt111_unknown_database,
    plt112_task_without_work,
    plt113_service_without_port,
    plt114_secret_inside_text,
    plt201_memory_over_budget,
    plt202_cpu_over_budget,
    plt203_disk_or_pods_over_budget,
    plt204_overcommit,
    plt205_no_placement,
    plt206_pod_too_large,
    plt207_unbounded_container,
    plt208_request_over_limit,
    plt209_external_not_counted,
    plt501_moving_tag,
    plt502_patch_gives_rights,
    plt503_literal_credential,
    plt504_security_off,
    plt505_unsealed_secret,
    plt506_reserved_namespace,
    plt507_pod_security_too_strict,
    plt508_pod_security_too_lax,
    plt509_out_of_support,
    plt701_invalid_object,
    plt702_refused_object,
    plt703_unknown_kubernetes,
    plt704_patch_matches_nothing,
    plt705_patch_fails,
    plt706_object_twice,
    plt707_too_large_object,
    plt708_same_probes,
)
from platc_compiler.diagnostics import Diagnostic
from platc_compiler.ir.platform import Platform
from platc_compiler.lower.kind import Context
from platc_compiler.targets.documents import Manifest

References = Callable[[Context], Iterator[Diagnostic]]
Check = Callable[[Platform], Iterator[Diagnostic]]
DocumentCheck = Callable[[Sequence[Manifest], Platform], Iterator[Diagnostic]]

REFERENCES: tuple[References, ...] = (
    plt101_unknown_service.check,
    plt102_unknown_secret.check,
    plt104_namespace.check,
    plt105_unknown_task.check,
    plt106_cycle_of_tasks.check,
    plt108_metric_of_unknown_component.check,
    plt110_unknown_port.check,
    plt111_unknown_database.check,
    plt112_task_without_work.check,
    plt113_service_without_port.check,
    plt114_secret_inside_text.check,
    plt503_literal_credential.check,
    plt506_reserved_namespace.check,
    plt703_unknown_kubernetes.check,
)
"""What is asked of the language's view, before lowering relies on it."""

CHECKS: tuple[Check, ...] = (
    plt103_secret_elsewhere.check,
    plt109_unused_secret.check,
    plt201_memory_over_budget.check,
    plt202_cpu_over_budget.check,
    plt203_disk_or_pods_over_budget.check,
    plt204_overcommit.check,
    plt205_no_placement.check,
    plt206_pod_too_large.check,
    plt207_unbounded_container.check,
    plt208_request_over_limit.check,
    plt209_external_not_counted.check,
    plt501_moving_tag.check,
    plt504_security_off.check,
    plt505_unsealed_secret.check,
    plt507_pod_security_too_strict.check,
    plt508_pod_security_too_lax.check,
    plt509_out_of_support.check,
    plt708_same_probes.check,
)
"""What is asked of the whole platform."""

DOCUMENT_CHECKS: tuple[DocumentCheck, ...] = (
    plt502_patch_gives_rights.check,
    plt701_invalid_object.check,
    plt702_refused_object.check,
    plt706_object_twice.check,
    plt707_too_large_object.check,
)
"""What is asked of the Kubernetes objects, after all patches."""

DOCUMENTED: tuple[ModuleType, ...] = (
    plt001_unreadable,
    plt002_duplicate_key,
    plt003_nesting,
    plt004_unknown_key,
    plt005_invalid_value,
    plt006_missing_key,
    plt007_unknown_kind,
    plt009_allowance,
    plt010_template,
    plt012_sealed_file,
    plt101_unknown_service,
    plt102_unknown_secret,
    plt103_secret_elsewhere,
    plt104_namespace,
    plt105_unknown_task,
    plt106_cycle_of_tasks,
    plt107_unknown_environment,
    plt108_metric_of_unknown_component,
    plt109_unused_secret,
    plt110_unknown_port,
    plt111_unknown_database,
    plt112_task_without_work,
    plt113_service_without_port,
    plt114_secret_inside_text,
    plt201_memory_over_budget,
    plt202_cpu_over_budget,
    plt203_disk_or_pods_over_budget,
    plt204_overcommit,
    plt205_no_placement,
    plt206_pod_too_large,
    plt207_unbounded_container,
    plt208_request_over_limit,
    plt209_external_not_counted,
    plt501_moving_tag,
    plt502_patch_gives_rights,
    plt503_literal_credential,
    plt504_security_off,
    plt505_unsealed_secret,
    plt506_reserved_namespace,
    plt507_pod_security_too_strict,
    plt508_pod_security_too_lax,
    plt509_out_of_support,
    plt701_invalid_object,
    plt702_refused_object,
    plt703_unknown_kubernetes,
    plt704_patch_matches_nothing,
    plt705_patch_fails,
    plt706_object_twice,
    plt707_too_large_object,
    plt708_same_probes,
)
"""Every module of a code, in the order of the codes."""
