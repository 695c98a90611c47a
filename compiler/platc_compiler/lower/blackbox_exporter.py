"""Lowering of ``blackbox_exporter``; a pass finds what it asks (``passes/probes.py``).

Source: CONFIGURATION.md and the Dockerfile of blackbox_exporter 0.28.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import Pods
from platc_compiler.ir.observability import Alert, Prober, RuleTest
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import ConfigFiles, Container, HttpGet, Mount, Pod, Port, Probe, Volume
from platc_compiler.ir.workloads import Config, Deployment, Scrape, Workload
from platc_compiler.lower.dependencies import dependency_links
from platc_compiler.lower.exporters import exporter
from platc_compiler.lower.go_memory import memory_limit
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.owner import Owner
from platc_compiler.lower.ports import exposure, port_offers, service_host
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_volumes import keys_of, secret_mounts, secret_volumes
from platc_compiler.merging import overlay
from platc_compiler.servers.secret_files import FOLDERS, secret_files
from platc_compiler.source.emit import yaml_text
from platc_compiler.templating.templates import Templates
from platc_spec.kinds import blackbox_exporter as spec

_DEFAULT = sized(memory=32, cpu=20, most_memory=64, most_cpu=200)
_PORT = Port("http", 9115)
_NOBODY = 65534
_FOLDER = "/etc/blackbox_exporter"


def offer(name: str, _service: spec.BlackboxExporter, namespace: str) -> Offering:
    """Offer the port at which probes are asked for."""
    pods = _pods(name, namespace)
    return Offering(port_offers(name, service_host(name, namespace), pods, (_PORT,)))


def _pods(name: str, namespace: str) -> Pods:
    return Pods(name, namespace, selector_labels("blackbox-exporter", name, "exporter"))


def lower(name: str, service: spec.BlackboxExporter, context: Context) -> Fragment:
    """Return the prober, and the alerts on what it finds."""
    namespace = context.namespace(service)
    prober = Prober(
        service=name, address=f"{service_host(name, namespace)}:{_PORT.number}",
        pods=_pods(name, namespace), interval=service.interval, without=(name, *service.without),
        addresses=tuple(map(str, service.addresses)), origin=service_origin(name),
    )  # fmt: skip
    workload = _workload(name, service, context)
    return Fragment(
        workloads=(workload,),
        links=dependency_links(
            service.depends_on, workload.endpoint, service_origin(name, "depends_on")
        ),
        exporters=(exporter("blackbox-exporter", name, service),),
        probers=(prober,),
        alerts=alerts(name),
    )


def configuration(config: Mapping[str, Any], templates: Templates) -> dict[str, Any]:
    """Return the whole configuration: a user's own one over the generated modules."""
    return overlay(templates.data("kinds/blackbox_exporter/blackbox.yaml.j2"), config)


def _workload(name: str, service: spec.BlackboxExporter, context: Context) -> Workload:
    place = service_origin(name)
    amounts = stated_resources(service.resources, _DEFAULT, service_origin(name, "resources"))
    keys = keys_of(
        (reference, (*place, "config", *path))
        for reference, path in secret_files(service.config, "blackbox_exporter")
    )
    container = Container(
        name="blackbox-exporter",
        image=service.image or f"quay.io/prometheus/blackbox-exporter:v{service.version}",
        args=(f"--config.file={_FOLDER}/blackbox.yml",), ports=(_PORT,), resources=amounts,
        env=memory_limit(amounts),
        mounts=(
            Mount("config", _FOLDER, read_only=True),
            *secret_mounts(keys, FOLDERS["blackbox_exporter"]),
        ),
        readiness=Probe(handler=HttpGet("/-/healthy", _PORT.number)),
        liveness=Probe(handler=HttpGet("/-/healthy", _PORT.number), period=20, failures=6),
        origin=place,
    )  # fmt: skip
    text = yaml_text(configuration(service.config, context.templates))
    return Workload(
        name=name, namespace=context.namespace(service), service=name, app="blackbox-exporter",
        component="exporter", version=service.version, controller=Deployment(),
        pod=Pod(
            containers=(container,), user=_NOBODY, group=_NOBODY,
            volumes=(Volume("config", ConfigFiles(f"{name}-config")), *secret_volumes(keys)),
        ),
        exposures=(exposure(name, (_PORT,)),),
        configs=(Config(f"{name}-config", (("blackbox.yml", text),)),),
        scrape=Scrape(port=_PORT.number), origin=place,
    )  # fmt: skip


def alerts(name: str) -> tuple[Alert, ...]:
    """Return the alerts on targets that do not answer, and on certificates that expire."""
    owner = Owner(name, service_origin(name))
    labels = '{job="probe-https",instance="https://shop.example.com",service="shop"}'
    answers, expiry = f"probe_success{labels}", f"probe_ssl_earliest_cert_expiry{labels}"
    day = 24 * 3600
    return (
        owner.alert(
            "ProbeFailed", "probe_success == 0", "critical",
            "{{ $labels.service }} does not answer at {{ $labels.instance }}",
            "A client that asks as Prometheus does ({{ $labels.job }}) has got no good answer for 3"
            " minutes: look at the pods, the Service, the ingress and the policies on the way.",
            RuleTest(((answers, "0"),), ((answers, "1"),)), minutes=3, liveness=True,
        ),
        owner.alert(
            "CertificateExpiresSoon",
            f"probe_ssl_earliest_cert_expiry - time() < {14 * day}", "warning",
            "The certificate of {{ $labels.instance }} expires soon",
            "It is valid for {{ $value | humanizeDuration }}: cert-manager renews a certificate 30"
            " days before, so its renewal fails, or nobody renews it.",
            RuleTest(((expiry, str(13 * day)),), ((expiry, str(40 * day)),)), minutes=30,
        ),
        owner.alert(
            "CertificateExpiresNow", f"probe_ssl_earliest_cert_expiry - time() < {2 * day}",
            "critical", "The certificate of {{ $labels.instance }} expires within two days",
            "It is valid for {{ $value | humanizeDuration }}; then no client will connect.",
            RuleTest(((expiry, str(day)),), ((expiry, str(40 * day)),)), minutes=30,
        ),
    )  # fmt: skip


BLACKBOX_EXPORTER = Kind("blackbox_exporter", spec.BlackboxExporter, lower, offer)
