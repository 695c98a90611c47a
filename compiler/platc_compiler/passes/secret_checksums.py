"""Checksums of sealed values on every pod that uses them."""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.ir.platform import Platform
from platc_compiler.objects.secret_checksums import ciphertexts, with_secret_checksum


def secret_checksums(platform: Platform) -> Platform:
    """Annotate the pods of workloads, and the pods in which orchestrators run tasks."""
    known = ciphertexts(platform.sealed)
    return replace(
        platform,
        workloads=tuple(
            replace(each, pod=with_secret_checksum(each.pod, each.namespace, known))
            for each in platform.workloads
        ),
        runners=tuple(
            replace(each, worker=with_secret_checksum(each.worker, each.namespace, known))
            for each in platform.runners
        ),
    )
