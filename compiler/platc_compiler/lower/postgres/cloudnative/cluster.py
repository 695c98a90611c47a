"""The Cluster: what the operator is to run, and the roles that it keeps.

Source: api/v1/cluster_types.go of CloudNativePG 1.30, and what its webhook refuses
(internal/webhook/v1/cluster_webhook.go).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.ir.operated import Operated
from platc_compiler.ir.pods import Resources
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.pod_settings import pull_secrets, tolerations
from platc_compiler.lower.postgres.cloudnative.backup import environment, store
from platc_compiler.lower.postgres.cloudnative.instances import SCRATCH, shared
from platc_compiler.lower.postgres.cloudnative.names import API, count, image_of, tolerated
from platc_compiler.lower.postgres.names import image
from platc_compiler.lower.postgres.passwords import basic_auth
from platc_compiler.lower.postgres.preload import SETTING as LIBRARIES
from platc_compiler.lower.postgres.preload import with_modules
from platc_compiler.lower.postgres.server import config_files
from platc_compiler.lower.postgres.tls import secret_name
from platc_compiler.objects.pod_template import resources_data
from platc_compiler.settings.cloudnative_pg import FIXED
from platc_compiler.templating.templates import Templates
from platc_spec.kinds import postgres as spec
from platc_spec.postgres_replicas import Replicas
from platc_spec.secret_references import parse_reference
from platc_spec.secrets import Secret


def cluster(name: str, service: spec.Postgres, resources: Resources, context: Context) -> Operated:
    """Return the Cluster."""
    return Operated(
        api=API, kind="Cluster", name=name, namespace=context.namespace(service), service=name,
        app="postgres", data=True,
        spec=context.templates.data(
            "kinds/postgres/cloudnative/cluster.yaml.j2",
            service=service, instances=count(service), image=image_of(image(service), context),
            superuser=parse_reference(service.superuser_password).secret,
            resources=resources_data(resources), shared=shared(resources), scratch=SCRATCH,
            parameters=parameters(service, resources, context.templates),
            libraries=libraries(service), roles=list(_roles(service, context.spec.secrets)),
            certificate=secret_name(name, service) if service.tls else None,
            node_selector=dict(sorted(service.node_selector.items())),
            tolerations=tolerated(tolerations(service.tolerations)),
            pull_secrets=[each.secret for each in pull_secrets(name, context.spec)],
            annotations=dict(sorted(service.service_account.annotations.items())),
            store=store(service, context), environment=environment(service, context),
        ),
        origin=service_origin(name),
    )  # fmt: skip


def parameters(
    service: spec.Postgres, resources: Resources, templates: Templates
) -> dict[str, str]:
    """Return what platc's own postgresql.conf says, without what the operator decides."""
    conf = dict(config_files(service, resources, templates))["postgresql.conf"]
    stated = _settings(conf)
    if service.replicas is not None:
        stated |= _of_replicas(service.replicas)
    return {key: value for key, value in sorted(stated.items()) if key not in FIXED}


def _settings(conf: str) -> dict[str, str]:
    """Return the settings of a postgresql.conf that platc wrote; the last one of a name counts."""
    pairs = (line.split(" = ", 1) for line in conf.splitlines() if " = " in line[:64])
    return {key.lower(): _unquoted(value) for key, value in pairs if not key.startswith("#")}


def _unquoted(value: str) -> str:
    if not value.startswith("'"):
        return value
    return value[1:-1].replace("''", "'").replace("\\\\", "\\")


def _of_replicas(stated: Replicas) -> dict[str, str]:
    """Return the settings that platc writes for replicas: here every instance has them."""
    delay = int(stated.max_standby_streaming_delay.total_seconds())
    return {
        "hot_standby_feedback": "on" if stated.hot_standby_feedback else "off",
        "max_standby_streaming_delay": f"{delay}s",
    }


def libraries(service: spec.Postgres) -> list[str]:
    """Return the modules that the server loads at its start, in the order of their statement."""
    stated = next((v for k, v in with_modules(service).items() if k.lower() == LIBRARIES), "")
    return [each.strip("\"' ") for each in str(stated).split(",") if each.strip("\"' ")]


def _roles(service: spec.Postgres, secrets: Mapping[str, Secret]) -> Iterator[dict[str, Any]]:
    """Yield the declared roles.

    The operator takes passwords only out of Secrets of the type basic-auth: others are set by the
    job that also gives the rights. A membership that is missing here would be revoked.
    """
    for name, role in sorted(service.roles.items()):
        found: dict[str, Any] = {"name": name, "ensure": "present"}
        found["login"] = role.password is not None
        if role.replication:
            found["replication"] = True
        if role.connections >= 0:
            found["connectionLimit"] = role.connections
        if role.memberships:
            found["inRoles"] = sorted(each.role for each in role.memberships)
        if role.password is not None and (secret := basic_auth(role.password, secrets)):
            found["passwordSecret"] = {"name": secret}
        yield found
