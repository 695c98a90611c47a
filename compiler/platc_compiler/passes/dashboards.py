"""Dashboards in the pods of Grafana.

Each dashboard has a ConfigMap of its own, because one ConfigMap of all would soon be too large. It
is mounted in the folder where Grafana looks for the dashboards of its audience.
"""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.ir.dashboards import Dashboard, DashboardServer
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import ConfigFiles, Mount, Volume
from platc_compiler.ir.workloads import Artefact, Config, Workload


def dashboards(platform: Platform) -> Platform:
    """Mount the dashboards into the workload that shows them."""
    servers = {server.workload: server for server in platform.dashboard_servers}
    workloads = tuple(
        _with_dashboards(workload, servers[workload.name], platform.dashboards)
        if workload.name in servers and workload.service == servers[workload.name].service
        else workload
        for workload in platform.workloads
    )
    return replace(platform, workloads=workloads)


def _with_dashboards(
    workload: Workload, server: DashboardServer, boards: tuple[Dashboard, ...]
) -> Workload:
    boards = tuple(sorted(boards, key=lambda board: board.name))
    first, *others = workload.pod.containers
    mounts = tuple(
        Mount(f"board-{b.name}", f"{server.folder}/{b.directory}/{b.name}", read_only=True)
        for b in boards
    )
    pod = replace(
        workload.pod,
        containers=(replace(first, mounts=(*first.mounts, *mounts)), *others),
        volumes=(
            *workload.pod.volumes,
            *(Volume(f"board-{b.name}", ConfigFiles(_config(workload, b))) for b in boards),
        ),
    )
    configs = tuple(
        Config(
            _config(workload, b),
            ((f"{b.name}.json", Artefact(f"grafana/dashboards/{b.name}.json")),),
            # Grafana reads changes itself, twice a minute.
            reloads=True,
        )
        for b in boards
    )
    return replace(workload, pod=pod, configs=(*workload.configs, *configs))


def _config(workload: Workload, board: Dashboard) -> str:
    return f"{workload.name}-dashboard-{board.name}"
