"""Names of jobs that are applied with everything else.

A Job is immutable: its name ends in a digest of all that it is, so that applying the same platform
again changes nothing, and another one makes another job. Old ones delete themselves.
"""

from __future__ import annotations

import hashlib

from msgspec.structs import replace

from platc_compiler.ir.workloads import Workload


def named(job: Workload, platform: str) -> Workload:
    """Return the job with a digest of itself at the end of its name."""
    digest = hashlib.sha256(repr((platform, job)).encode()).hexdigest()[:8]
    return replace(job, name=f"{job.name}-{digest}")
