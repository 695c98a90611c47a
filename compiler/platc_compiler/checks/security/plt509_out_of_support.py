"""A version is out of support upstream.

Why: upstream no longer fixes its faults, and security holes are among them. The dates are those
known when this version of platc was made: a build does not read the clock.

Bad:
```yaml
cluster: { kubernetes: "1.34" }
```

Good:
```yaml
cluster: { kubernetes: "1.37" }
```

Fix: plan the upgrade; until then say why it must wait: ``# platc: allow PLT509 because REASON``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform

CODE = "PLT509"


class _End(Struct, frozen=True):
    """When the versions below a version went out of support, except those of earlier rows."""

    below: tuple[int, ...]
    ended: date
    instead: str
    """The oldest version that was supported when this table was made."""


_ENDS: dict[str, tuple[_End, ...]] = {
    # https://kubernetes.io/releases/patch-releases/: a minor is maintained for 14 months.
    "kubernetes": (
        _End((1, 33), date(2026, 2, 28), "1.35"),
        _End((1, 34), date(2026, 6, 28), "1.35"),
        _End((1, 35), date(2026, 10, 27), "1.35"),
    ),
    # https://github.com/apache/airflow#version-life-cycle
    "airflow": (_End((2,), date(2021, 6, 17), "3"), _End((3,), date(2026, 4, 22), "3")),
    # https://www.postgresql.org/support/versioning/
    "postgres": (
        _End((13,), date(2024, 11, 14), "15"),
        _End((14,), date(2025, 11, 13), "15"),
        _End((15,), date(2026, 11, 12), "15"),
    ),
    # https://prometheus.io/docs/introduction/release-cycle/
    "prometheus": (_End((3,), date(2025, 7, 31), "3"),),
}
_TITLES = {
    "kubernetes": "Kubernetes",
    "airflow": "Airflow",
    "postgres": "PostgreSQL",
    "prometheus": "Prometheus",
}


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for the cluster and for each service that runs such a version."""
    spec = platform.spec
    yield from _of("kubernetes", spec.cluster.kubernetes, ("cluster", "kubernetes"))
    for name, service in spec.services.items():
        version = getattr(service, "version", None)
        if isinstance(version, str):
            yield from _of(service.kind, version, ("services", name, "version"))


def _of(kind: str, version: str, place: tuple[str, ...]) -> Iterator[Diagnostic]:
    numbers = tuple(int(part) for part in re.findall(r"\d+", version))
    for end in _ENDS.get(kind, ()):
        if numbers < end.below:
            message = f"{_TITLES[kind]} {version} is out of support since {end.ended.isoformat()}"
            yield warning(CODE, message, place, f"use {end.instead} or later")
            return
