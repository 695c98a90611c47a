"""The alerts on an Elasticsearch, from what its exporter serves."""

from __future__ import annotations

from platc_compiler.ir.observability import Alert, RuleTest
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.owner import Owner

_HIGH, _FLOOD = 0.10, 0.05
"""Shares of the volume that are free: new shards go elsewhere, and writes are refused
(``cluster.routing.allocation.disk.watermark.high`` and ``flood_stage``, with their defaults)."""
_HEAP = 0.9


def alerts(name: str) -> tuple[Alert, ...]:
    """Return the alerts of one Elasticsearch."""
    owner = Owner(name, service_origin(name, "exporter"), service=name)
    return (
        _down(owner),
        _red(owner),
        *_disk(owner),
        _heap(owner),
        _rejected(owner),
        _breaker(owner),
    )


def _down(owner: Owner) -> Alert:
    up = owner.series("elasticsearch_clusterinfo_up")
    return owner.alert(
        f"{owner.title}Down", f"{up} == 0", "critical", f"{owner.service} does not answer",
        "The exporter has had no answer for 5 minutes: logs wait in the buffers of those who send"
        " them. The log of its pod says why.",
        RuleTest(((up, "0"),), ((up, "1"),)), minutes=5, liveness=True,
    )  # fmt: skip


def _red(owner: Owner) -> Alert:
    red = owner.series("elasticsearch_cluster_health_status", color="red")
    return owner.alert(
        f"{owner.title}Red", f"{red} == 1", "critical",
        f"Indices of {owner.service} cannot be read",
        "A primary shard has no node for 5 minutes. GET _cluster/allocation/explain says why; most"
        " often the volume is full or damaged.",
        RuleTest(((red, "1"),), ((red, "0"),)), minutes=5,
    )  # fmt: skip


def _disk(owner: Owner) -> tuple[Alert, Alert]:
    free = owner.series("elasticsearch_filesystem_data_available_bytes")
    size = owner.series("elasticsearch_filesystem_data_size_bytes")
    share = f"{free} / {size}"
    return (
        owner.alert(
            f"{owner.title}DiskNearlyFull", f"{share} < {_HIGH} > {_FLOOD}", "warning",
            f"The volume of {owner.service} is nearly full",
            "{{ $value | humanizePercentage }} is free: it makes no new index. Lower logs.keep, or"
            " raise storage.",
            RuleTest(((free, "9"), (size, "100")), ((free, "11"), (size, "100"))), minutes=10,
        ),
        owner.alert(
            f"{owner.title}DiskFull", f"{share} <= {_FLOOD}", "critical",
            f"{owner.service} refuses to write",
            "{{ $value | humanizePercentage }} of its volume is free: its indices are read-only."
            " Delete old indices, or enlarge the volume.",
            RuleTest(((free, "5"), (size, "100")), ((free, "6"), (size, "100"))), minutes=1,
        ),
    )  # fmt: skip


def _heap(owner: Owner) -> Alert:
    used = owner.series("elasticsearch_jvm_memory_used_bytes", area="heap")
    most = owner.series("elasticsearch_jvm_memory_max_bytes", area="heap")
    return owner.alert(
        f"{owner.title}HeapNearlyFull", f"{used} / {most} > {_HEAP}", "warning",
        f"{owner.service} has hardly any heap left",
        "{{ $value | humanizePercentage }} has been in use for 15 minutes: it collects garbage"
        " instead of answering. Raise its memory.",
        RuleTest(((used, "91"), (most, "100")), ((used, "90"), (most, "100"))), minutes=15,
    )  # fmt: skip


def _rejected(owner: Owner) -> Alert:
    count = owner.series("elasticsearch_thread_pool_rejected_count", type="write")
    return owner.alert(
        f"{owner.title}RefusesWrites", f"increase({count}[10m]) > 0", "warning",
        f"{owner.service} refuses writes",
        '{{ printf "%.0f" $value }} writes in 10 minutes found its queue full: who sends them tries'
        " again, and loses them when its buffer is full too.",
        RuleTest(((count, "0+1x60"),), ((count, "7x60"),)), minutes=5,
    )  # fmt: skip


def _breaker(owner: Owner) -> Alert:
    tripped = owner.series("elasticsearch_breakers_tripped")
    one = owner.series("elasticsearch_breakers_tripped", breaker="parent")
    return owner.alert(
        f"{owner.title}BreakerTrips", f"increase({tripped}[10m]) > 0", "warning",
        f"{owner.service} refuses requests to save its memory",
        "The breaker {{ $labels.breaker }} has refused requests: their answers are too large, or"
        " its memory is too small.",
        RuleTest(((one, "0+1x60"),), ((one, "7x60"),)), minutes=5,
    )  # fmt: skip
