"""The Pooler: PgBouncer as the operator runs it, under the same word as platc's own.

The word is a part of the server in the language: so one declaration has one PgBouncer, whoever runs
it, and what depends on the port ``pooler`` needs no change. The operator makes the role and the
function by which PgBouncer looks up passwords, and serves its metrics.
Sources: docs/src/connection_pooling.md of CloudNativePG 1.30, pkg/specs/pgbouncer/deployments.go,
pkg/management/pgbouncer/config/config.go.
"""

from __future__ import annotations

from platc_compiler.ir.labels import Labels
from platc_compiler.ir.network import ApiServer, Edge, Link, Offer, Pods
from platc_compiler.ir.operated import Operated
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    Container,
    EmptyDir,
    Pod,
    Port,
    Probe,
    Resources,
    TcpSocket,
    Volume,
)
from platc_compiler.ir.sessions import Sessions
from platc_compiler.ir.workloads import Deployment, Scrape, Workload
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.pod_settings import pull_secrets, tolerations
from platc_compiler.lower.ports import exposure, port_offers, service_host
from platc_compiler.lower.postgres import pooler as own
from platc_compiler.lower.postgres.cloudnative.instances import API_PORT, bring
from platc_compiler.lower.postgres.cloudnative.names import (
    API,
    CLUSTER,
    ROLE,
    image_of,
    tolerated,
)
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.objects.pod_template import resources_data
from platc_spec import postgres_pooler as language
from platc_spec.kinds import postgres as spec

PORT, METRICS = Port(own.PORT.name, 5432), Port("metrics", 9127)
_USER, _GROUP = 998, 996
_DEFAULT = sized(memory=96, cpu=50, most_memory=256, most_cpu=1000)
"""The operator's own program runs beside PgBouncer in its container."""
_GRACE = 60
_OPERATORS = frozenset({"ignore_startup_parameters"})
"""Settings to which the operator adds its own value."""


def _labels(name: str) -> Labels:
    return (
        (CLUSTER, name), (ROLE, "pooler"), ("cnpg.io/poolerName", f"{name}-{own.COMPONENT}"),
    )  # fmt: skip


def pods(name: str, namespace: str) -> Pods:
    """Return the pods of the pooler of a server."""
    return Pods(f"{name}-{own.COMPONENT}", namespace, _labels(name))


def offers(name: str, service: spec.Postgres, namespace: str) -> tuple[Offer, ...]:
    """Return the port of the pooler, at the Service that has its name."""
    if service.pooler is None:
        return ()
    where = pods(name, namespace)
    return port_offers(name, service_host(where.name, namespace), where, (PORT,))


def pooler(name: str, service: spec.Postgres, context: Context) -> Fragment:
    """Return the Pooler, its pods, their connections and their sessions with the server."""
    stated = service.pooler
    if stated is None:
        return Fragment()
    place = service_origin(name, own.COMPONENT)
    resources = stated_resources(stated.resources, _DEFAULT, (*place, "resources"))
    workload = _workload(name, service, stated, context, resources)
    return Fragment(
        workloads=(workload,),
        operated=(_object(name, service, stated, context, resources),),
        links=(Link(workload.endpoint, name, "sql", place),),
        edges=(Edge(workload.endpoint, ApiServer(), API_PORT, "TCP", "API server", place),),
        sessions=(_sessions(name, service, stated, workload),),
        session_limits=(own.limit(name, stated),),
    )


def parameters(service: spec.Postgres, stated: language.Pooler) -> dict[str, str]:
    """Return the settings of PgBouncer, as far as the operator does not decide them."""
    ours = own.decided(stated)
    words = {key: ours[key] for key in ours if key in type(stated).model_fields} | {
        key: value
        for key, value in own.settings(service, stated).items()
        if key not in ours and key not in _OPERATORS and not key.startswith("server_tls")
    }
    words.pop("pool_mode")
    kept = {key: value for key, value in stated.config.items() if key in _OPERATORS}
    return {key: str(value) for key, value in sorted({**words, **kept}.items())}


def _surge(stated: language.Pooler) -> int:
    """Return how many pods more a roll-out has: a single pod is not taken away before."""
    return 1 if stated.replicas == 1 else 0


def _object(
    name: str,
    service: spec.Postgres,
    stated: language.Pooler,
    context: Context,
    resources: Resources,
) -> Operated:
    return Operated(
        api=API, kind="Pooler", service=name, app="postgres", name=f"{name}-{own.COMPONENT}",
        namespace=context.namespace(service), origin=service_origin(name, own.COMPONENT),
        spec=context.templates.data(
            "kinds/postgres/cloudnative/pooler.yaml.j2",
            cluster=name, service=service, stated=stated, surge=_surge(stated), grace=_GRACE,
            image=image_of(own.image(stated), context), parameters=parameters(service, stated),
            resources=resources_data(resources), selector=dict(_labels(name)),
            node_selector=dict(sorted(service.node_selector.items())),
            tolerations=tolerated(tolerations(service.tolerations)),
            pull_secrets=[each.secret for each in pull_secrets(name, context.spec)],
        ),
    )  # fmt: skip


def _workload(
    name: str,
    service: spec.Postgres,
    stated: language.Pooler,
    context: Context,
    resources: Resources,
) -> Workload:
    place = service_origin(name, own.COMPONENT)
    where = pods(name, context.namespace(service))
    container = Container(
        name="pgbouncer", image=own.image(stated), ports=(PORT, METRICS), resources=resources,
        readiness=Probe(handler=TcpSocket(PORT.number)), origin=place,
    )  # fmt: skip
    return Workload(
        name=where.name, namespace=where.namespace, service=name, app="postgresql",
        component=own.COMPONENT, version=stated.version,
        # The Deployment is the operator's, with the number of pods that the Pooler states.
        controller=Deployment(replicas=stated.replicas, surge=_surge(stated), alone=True),
        pod=Pod(
            init=(bring(resources, place),), containers=(container,), user=_USER, group=_GROUP,
            fs_group=_GROUP, grace=_GRACE, security="restricted",
            volumes=(Volume("scratch-data", EmptyDir(size=0)),),
        ),
        exposures=(exposure(where.name, (PORT,)),),
        scrape=Scrape(port=METRICS.number, job=where.name), selected_by=where.labels,
        origin=place,
    )  # fmt: skip


def _sessions(
    name: str, service: spec.Postgres, stated: language.Pooler, workload: Workload
) -> Sessions:
    """Return the full pools. The one for passwords is as large as any other of the operator's."""
    total, roles = own.full_pools(service, stated)
    lookup = stated.default_pool_size + stated.reserve_pool_size - own.LOOKUP_POOL
    return Sessions(
        source=workload.endpoint, service=name, port="sql", each=total + lookup,
        roles=tuple(sorted(each for each in roles.items() if each[0] != stated.role)),
        why="full pools", origin=workload.origin,
    )  # fmt: skip
