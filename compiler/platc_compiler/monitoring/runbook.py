"""The page of alerts in the runbook: its headings, and the links to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from platc_compiler.ir.platform import Platform

PAGE = "runbook/ALERTS.md"
"""The page below ``out/``."""


def page_title(platform: str) -> str:
    """Return the title of the page for the platform of a name."""
    return f"Alerts of {platform}"


def is_wanted(platform: Platform) -> bool:
    """Return whether the platform has a page of alerts: it links to it, or an alert has steps."""
    spec = platform.spec
    linked = spec.monitoring is not None and spec.monitoring.runbook_url is not None
    return linked or any(alert.steps for alert in spec.alerts.values())


def anchors(platform: Platform) -> Mapping[str, str]:
    """Return the anchor of each alert's heading, by the name of the alert, in their order."""
    names = sorted({alert.name for alert in platform.alerts})
    return dict(zip(names, _anchors([page_title(platform.name), *names])[1:], strict=True))


def _anchors(headings: Iterable[str]) -> list[str]:
    """Return the anchors of headings: lower case, blanks as hyphens, without other signs.

    Source: lib/html/pipeline/toc_filter.rb of gjtorikian/html-pipeline, which GitHub uses: a
    heading whose anchor is taken gets a number.
    """
    taken: dict[str, int] = {}
    found = []
    for heading in headings:
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        number = taken.get(anchor, 0)
        taken[anchor] = number + 1
        found.append(f"{anchor}-{number}" if number else anchor)
    return found
