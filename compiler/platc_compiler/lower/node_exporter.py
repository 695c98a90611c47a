"""Lowering of ``node_exporter``."""

from __future__ import annotations

from platc_compiler.ir.network import Nodes
from platc_compiler.ir.observability import Alert, RuleTest
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    Container,
    HostPath,
    HttpGet,
    Mount,
    Pod,
    Port,
    Probe,
    TcpSocket,
    Volume,
)
from platc_compiler.ir.taints import EVERYTHING
from platc_compiler.ir.workloads import DaemonSet, Scrape, Workload
from platc_compiler.lower.exporters import exporter
from platc_compiler.lower.go_memory import memory_limit
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.owner import Owner
from platc_compiler.lower.ports import port_offers
from platc_compiler.lower.resources import sized, stated_resources
from platc_spec.kinds import node_exporter as spec

_DEFAULT = sized(memory=32, cpu=20, most_memory=64, most_cpu=200)
_PORT = Port("metrics", 9100)
_NOBODY = 65534
_OF_PODS = r"^/(dev|proc|sys|run/(containerd|credentials)/.+|var/lib/(containerd|kubelet)/.+)($|/)"
"""Mounts of pods; the kubelet has metrics of them."""


def offer(name: str, _service: spec.NodeExporter, _namespace: str) -> Offering:
    """Offer the exporter's port, on the nodes' own addresses."""
    return Offering(port_offers(name, name, Nodes(), (_PORT,)))


def lower(name: str, service: spec.NodeExporter, context: Context) -> Fragment:
    """Return a pod on every node, and alerts on the nodes' memory, disks and CPU."""
    place = service_origin(name)
    amounts = stated_resources(service.resources, _DEFAULT, service_origin(name, "resources"))
    container = Container(
        name="node-exporter",
        image=service.image or f"quay.io/prometheus/node-exporter:v{service.version}",
        args=(
            "--path.procfs=/host/proc",
            "--path.sysfs=/host/sys",
            "--path.rootfs=/host/root",
            f"--collector.filesystem.mount-points-exclude={_OF_PODS}",
            "--no-collector.wifi",
        ),
        ports=(_PORT,), resources=amounts, env=memory_limit(amounts),
        mounts=(
            Mount("proc", "/host/proc", read_only=True),
            Mount("sys", "/host/sys", read_only=True),
            # It must also see disks that are mounted later, and must not block an unmount.
            Mount("root", "/host/root", read_only=True, propagation="HostToContainer"),
        ),
        readiness=Probe(handler=HttpGet("/", _PORT.number)),
        liveness=Probe(handler=TcpSocket(_PORT.number), failures=6), origin=place,
    )  # fmt: skip
    pod = Pod(
        containers=(container,), user=_NOBODY, group=_NOBODY, host_network=True, host_pid=True,
        volumes=(
            Volume("proc", HostPath("/proc")), Volume("sys", HostPath("/sys")),
            Volume("root", HostPath("/")),
        ),
        tolerations=(EVERYTHING,),
    )  # fmt: skip
    workload = Workload(
        name=name, namespace=context.namespace(service), service=name, app="node-exporter",
        component="exporter", version=service.version, controller=DaemonSet(), pod=pod,
        scrape=Scrape(port=_PORT.number, foreign=True), origin=place,
    )  # fmt: skip
    return Fragment(
        workloads=(workload,),
        exporters=(exporter("node-exporter", name, service),),
        alerts=_alerts(Owner("nodes", place)),
    )


def _alerts(owner: Owner) -> tuple[Alert, ...]:
    node = '{instance="node-1"}'
    free, total = f"node_memory_MemAvailable_bytes{node}", f"node_memory_MemTotal_bytes{node}"
    disk = '{instance="node-1",mountpoint="/",fstype="ext4"}'
    available, size = f"node_filesystem_avail_bytes{disk}", f"node_filesystem_size_bytes{disk}"
    idle = 'node_cpu_seconds_total{instance="node-1",cpu="0",mode="idle"}'
    usage = '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))'
    real = '{fstype!~"tmpfs|overlay|squashfs|ramfs"}'
    return (
        owner.alert(
            "NodeMemoryNearlyFull",
            "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.10", "critical",
            "{{ $labels.instance }} is nearly out of memory",
            "Only {{ $value | humanizePercentage }} of its memory is left: pods will be evicted.",
            RuleTest(((free, "9"), (total, "100")), ((free, "10"), (total, "100"))), minutes=5,
        ),
        owner.alert(
            "NodeDiskNearlyFull",
            f"node_filesystem_avail_bytes{real} / node_filesystem_size_bytes{real} < 0.10",
            "critical", "{{ $labels.mountpoint }} of {{ $labels.instance }} is nearly full",
            "Only {{ $value | humanizePercentage }} of it is free: the kubelet will evict pods.",
            RuleTest(((available, "9"), (size, "100")), ((available, "10"), (size, "100"))),
            minutes=15,
        ),
        owner.alert(
            "NodeCpuSaturated", f"{usage} > 0.9", "warning",
            "{{ $labels.instance }} has no CPU left",
            "{{ $value | humanizePercentage }} of its CPU has been in use for 15 minutes.",
            RuleTest(((idle, "0+3x60"),), ((idle, "0+12x60"),)), minutes=15,
        ),
    )  # fmt: skip


NODE_EXPORTER = Kind("node_exporter", spec.NodeExporter, lower, offer)
