"""The values with which prometheus-adapter answers the queries of autoscalers.

The adapter is installed by somebody else, with its Helm chart: the file holds the chart's values
``prometheus`` and ``rules.external``. A rule lists the series that exist by ``seriesQuery``, and
gives its metric a value by ``metricsQuery``, which may use any series. ``up`` is always there, so
the metric has a value although nothing has been counted yet. ``namespaced: false`` leaves the query
as it is. Source: docs/externalmetrics.md of kubernetes-sigs/prometheus-adapter.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import Query
from platc_compiler.objects.manifest import Artefacts, File
from platc_compiler.source.emit import yaml_text
from platc_compiler.templating.templates import Templates


def prometheus_adapter(
    platform: Platform, templates: Templates, _artefacts: Artefacts
) -> Iterator[File]:
    """Yield the values of the chart, if an autoscaler asks the adapter."""
    queries = [each for each in _queries(platform) if each.source == "prometheus-adapter"]
    if queries:
        server, _, port = queries[0].server.rpartition(":")
        number, slash, path = port.partition("/")
        body = templates.data(
            "prometheus-adapter/values.yaml.j2",
            queries=queries, url=server, port=int(number), path=slash + path,
        )  # fmt: skip
        yield File("prometheus-adapter/values.yaml", yaml_text(body))


def _queries(platform: Platform) -> Iterator[Query]:
    for workload in platform.workloads:
        if workload.scaling is not None and workload.scaling.query is not None:
            yield workload.scaling.query
