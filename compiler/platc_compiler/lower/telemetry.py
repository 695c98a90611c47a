"""The variables by which OpenTelemetry's libraries find the collector that a service depends on.

Sources: opentelemetry.io/docs/specs/otel: "Environment Variable Specification" and "OpenTelemetry
Protocol Exporter" of the specification, and its semantic conventions of ``service.*``. The exporter
``prometheus`` makes the label ``job`` of ``service.namespace`` and ``service.name``, and
``instance`` of ``service.instance.id``; without the latter, the pods of a service would overwrite
each other's series.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from platc_compiler.ir.network import Offer
from platc_compiler.ir.observability import Alert, RuleTest
from platc_compiler.ir.pods import Env, FieldRef
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.facts import Telemetry
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.owner import Owner
from platc_spec.service import Service

ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES"
_NAME = "OTEL_SERVICE_NAME"
_OTHERWISE = frozenset({"OTEL_SDK_DISABLED", "OTEL_METRICS_EXPORTER"})
_POD = "POD_NAME"
_SIGNALS = ("metrics", "logs", "traces")


def with_telemetry(
    stated: tuple[Env, ...], name: str, service: Service, context: Context
) -> tuple[Env, ...]:
    """Return the variables of a container, with those for the first collector of ``depends_on``.

    Stated variables stay as they are. Attributes that are not stated are added to the stated ones.
    """
    found = tuple(_variables(name, service, context))
    names = {variable.name for variable in stated}
    own = tuple(variable for variable in found if variable.name not in names)
    added = {variable.name: variable.value for variable in found}
    return (*own, *(_completed(each, added) for each in stated))


def _completed(stated: Env, found: Mapping[str, object]) -> Env:
    ours = found.get(stated.name)
    if stated.name != ATTRIBUTES or not isinstance(ours, str) or not isinstance(stated.value, str):
        return stated
    known = {pair.partition("=")[0].strip() for pair in stated.value.split(",")}
    lacking = [pair for pair in ours.split(",") if pair.partition("=")[0] not in known]
    return Env(stated.name, ",".join([*lacking, stated.value]))


def _calls_itself(env: Mapping[str, str]) -> bool:
    return any(f"service.{each}=" in env.get(ATTRIBUTES, "") for each in ("name", "namespace"))


def _collector(service: Service, context: Context) -> tuple[str, Telemetry, Offer] | None:
    """Return the first collector of ``depends_on``, and the port that is meant."""
    for dependency in service.depends_on:
        telemetry = context.offering(dependency).telemetry
        if telemetry is not None:
            offer = context.offer(dependency)
            if offer.port in telemetry.protocols:
                return split_dependency(dependency)[0], telemetry, offer
    return None


def _variables(name: str, service: Service, context: Context) -> Iterator[Env]:
    found = _collector(service, context)
    if found is None:
        return
    _, telemetry, offer = found
    yield Env("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://{offer.address}")
    yield Env("OTEL_EXPORTER_OTLP_PROTOCOL", telemetry.protocols[offer.port])
    for signal in _SIGNALS:
        # Libraries send all three by default, and would log that nobody takes them.
        if signal not in telemetry.signals:
            yield Env(f"OTEL_{signal.upper()}_EXPORTER", "none")
    yield Env(_NAME, name)
    yield Env(_POD, FieldRef("metadata.name"))
    namespace = context.namespace(service)
    yield Env(ATTRIBUTES, f"service.namespace={namespace},service.instance.id=$({_POD})")


def telemetry_alerts(
    name: str, service: Service, env: Mapping[str, str], context: Context
) -> tuple[Alert, ...]:
    """Return the alert on a service whose metrics the collector has lost sight of.

    Nothing scrapes such a program, so ``up`` says nothing of it. The collector forgets a series
    after 5 minutes (``metric_expiration``). There is no alert where ``env`` says that the program
    calls itself otherwise, or sends nothing.
    """
    found = _collector(service, context)
    if found is None or not _OTHERWISE.isdisjoint(env) or _calls_itself(env):
        return ()
    collector, telemetry, _ = found
    job = f"{context.namespace(service)}/{env.get(_NAME, name)}"
    series = f'{telemetry.prefix}target_info{{exported_job="{job}"}}'
    up = f'up{{job="{collector}"}}'
    title = "".join(part.capitalize() for part in name.split("-"))
    alert = Owner("telemetry", service_origin(name), name).alert(
        f"{title}PushesNoMetrics", f"absent({series}) and on () max({up}) == 1", "warning",
        f"{name} sends no metrics to {collector}",
        f"{collector} has had nothing of {name} for a quarter of an hour: it does not run, sends no"
        " metrics, or cannot reach the collector.",
        RuleTest(((up, "1"),), ((up, "1"), (series, "1"))), minutes=10, liveness=True,
    )  # fmt: skip
    return (alert,)
