"""The report on the quality of a day's data."""

from __future__ import annotations

import logging
from typing import Any

log = logging.getLogger(__name__)


def generate(**context: Any) -> str:  # noqa: ANN401 - Airflow's context is open
    """Report on the data of the run's day, and return the line that was logged.

    Airflow calls it with the context of the task; ``ds`` is the day, as YYYY-MM-DD.
    """
    line = f"Generating quality report for {context['ds']}"
    log.info("%s", line)
    return line
