"""Passes: each adds information to the platform, in the order of the tuple."""

from __future__ import annotations

from collections.abc import Callable

from platc_compiler.ir.platform import Platform
from platc_compiler.passes.absence import absence
from platc_compiler.passes.alert_services import alert_services
from platc_compiler.passes.answerable import answerable
from platc_compiler.passes.dashboards import dashboards
from platc_compiler.passes.declared_edges import declared_edges
from platc_compiler.passes.derived_edges import derived_edges
from platc_compiler.passes.discovery_rights import discovery_rights
from platc_compiler.passes.keep_lists import keep_lists
from platc_compiler.passes.migrated import migrated
from platc_compiler.passes.neighbours import neighbours
from platc_compiler.passes.ordering import ordering
from platc_compiler.passes.pod_security import pod_security
from platc_compiler.passes.probes import probes
from platc_compiler.passes.quotas import quotas
from platc_compiler.passes.recordings import recordings
from platc_compiler.passes.runbook_links import runbook_links
from platc_compiler.passes.scrapes import scrapes
from platc_compiler.passes.secret_checksums import secret_checksums
from platc_compiler.passes.series_limits import series_limits
from platc_compiler.passes.shared_volumes import shared_volumes
from platc_compiler.passes.slow_starts import slow_starts
from platc_compiler.passes.standard_dashboards import standard_dashboards
from platc_compiler.passes.surges import surges
from platc_compiler.passes.volume_stats import volume_stats

Pass = Callable[[Platform], Platform]

PASSES: tuple[Pass, ...] = (
    probes,
    scrapes,
    discovery_rights,
    absence,
    volume_stats,
    standard_dashboards,
    recordings,
    answerable,
    alert_services,
    runbook_links,
    keep_lists,
    series_limits,
    dashboards,
    declared_edges,
    migrated,
    derived_edges,
    slow_starts,
    pod_security,
    neighbours,
    shared_volumes,
    surges,
    quotas,
    secret_checksums,
    ordering,
)


def run(platform: Platform) -> Platform:
    """Return the platform after all passes."""
    for step in PASSES:
        platform = step(platform)
    return platform
