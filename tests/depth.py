"""How many examples tests of properties take: few in ``make test``, ten times as many in depth."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

DEEP = "PLATC_DEEP"
"""The environment variable that ``make deep`` sets."""
FACTOR = 10 if os.environ.get(DEEP) else 1


def examples(count: int) -> settings:
    """Return settings for so many examples in ``make test``, on a machine that may be busy."""
    return settings(
        max_examples=count * FACTOR,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
