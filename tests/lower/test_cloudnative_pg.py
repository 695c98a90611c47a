"""A server of CloudNativePG beside the same declaration as a server of platc's own."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from platc_compiler.cli.sql import _texts as sql_texts
from platc_compiler.ir.workloads import Operator
from platc_compiler.lower.postgres.cloudnative.databases import object_name
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.settings.cloudnative_pg import FIXED
from platc_compiler.source.source import Source
from platc_compiler.templating.templates import Templates

PLATFORM = """
platform: shop
version: 1
cluster: { nodes: { main: { count: 3, memory: 8Gi, cpu: 4 } } }
namespaces: { data: {} }
secrets:
  superuser: { keys: [username, password], type: kubernetes.io/basic-auth }
  pg: { keys: [app, reports, replication] }
services:
  db:
    kind: postgres
    storage: 1Gi
    superuser_password: superuser/password
    roles:
      app: { password: pg/app, connections: 9 }
      reports: { password: pg/reports, member_of: [readers, { role: pg_monitor, set: false }] }
      readers: {}
    databases: { shop: { owner: app, schemas: { orders: { readers: [readers] } } } }
    MORE
"""
OWN, OPERATED = "provider: platc", "provider: cloudnative-pg"


def compiled(*more: str) -> Result:
    result = compile_platform(Source(PLATFORM.replace("MORE", "\n    ".join(more))))
    assert not result.failed, result.diagnostics
    return result


def cluster(*more: str) -> dict[str, Any]:
    text = compiled(OPERATED, *more).files["manifests/60-custom-resources/data/cluster-db.yaml"]
    spec: dict[str, Any] = yaml.safe_load(text)["spec"]
    return spec


def settings(*more: str) -> dict[str, str]:
    """Return the settings of postgresql.conf of a server of platc's own."""
    text = compiled(OWN, *more).files["manifests/30-config/data/configmap-db-config.yaml"]
    conf = yaml.safe_load(text)["data"]["postgresql.conf"]
    return {
        key: value.strip("'")
        for key, value in re.findall(r"^([A-Za-z_.]+) = (.*)$", conf, re.MULTILINE)
    }


def sql(result: Result) -> str:
    assert result.platform is not None
    (text,) = sql_texts({"db": result.platform.spec.services["db"]}, Templates())  # type: ignore[dict-item]
    return text


@pytest.mark.parametrize(
    "more",
    [
        (),
        ("config: { work_mem: 3MB, Max_Connections: 41, pgaudit.role: it's }",),
        ("audit: { by: server, classes: [ddl, write] }",),
        ("resources: { requests: { memory: 2Gi } }",),
        ("tls: { issuer: ours, min_version: TLSv1.3 }",),
    ],
)
def test_the_operator_gets_every_setting_of_platc_that_it_does_not_fix(
    more: tuple[str, ...],
) -> None:
    own = {key.lower(): value.replace("''", "'") for key, value in settings(*more).items()}
    told = cluster(*more)["postgresql"]["parameters"]
    assert told == {key: value for key, value in own.items() if key not in FIXED}
    assert len(told) > 15


def test_the_job_of_roles_and_rights_runs_the_same_sql() -> None:
    assert sql(compiled(OPERATED)) == sql(compiled(OWN))


def test_a_membership_with_options_is_not_revoked_by_the_operator() -> None:
    roles = {role["name"]: role for role in cluster()["managed"]["roles"]}
    assert roles["reports"]["inRoles"] == ["pg_monitor", "readers"]
    assert "passwordSecret" not in roles["reports"]
    assert roles["app"]["connectionLimit"] == 9
    assert roles["readers"] == {"name": "readers", "ensure": "present", "login": False}


def test_instances_are_counted_as_pods_of_the_budget() -> None:
    result = compiled(OPERATED, "replicas: { count: 2 }")
    assert result.platform is not None
    (pods,) = (w for w in result.platform.workloads if isinstance(w.controller, Operator))
    assert pods.controller == Operator(kind="Cluster", replicas=3)
    assert "| Cluster data/db | 3 |" in result.files["report/budget.md"]
    assert cluster("replicas: { count: 2 }")["instances"] == 3


def test_too_many_instances_are_refused_as_pods_that_fit_no_node() -> None:
    more = ("replicas: { count: 8 }", "resources: { requests: { memory: 5Gi } }")
    text = PLATFORM.replace("MORE", "\n    ".join((OPERATED, *more)))
    found = [
        each for each in compile_platform(Source(text)).diagnostics if each.severity == "error"
    ]
    assert found[0].code == "PLT201"
    assert any("Cluster" in str(note) for note in found[0].notes)


def test_a_single_instance_calls_no_other_and_holds_up_no_drain() -> None:
    report = compiled(OPERATED).files["report/network.md"]
    assert "| data/db | data/db |" not in report
    assert "| data/db-jobs | data/db |" not in report
    assert cluster()["enablePDB"] is False


def test_the_operator_comes_from_where_it_is_declared() -> None:
    stated = "operator: { namespace: operators, labels: { app: cnpg } }"
    text = compiled(OPERATED, stated).files[
        "manifests/10-policies/data/networkpolicy-allow-db.yaml"
    ]
    rules = yaml.safe_load(text)["spec"]["ingress"]
    assert rules[0]["from"] == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "operators"}},
            "podSelector": {"matchLabels": {"app": "cnpg"}},
        }
    ]
    assert rules[0]["ports"] == [{"protocol": "TCP", "port": 8000}]


def test_the_account_of_the_instances_has_no_other_pods() -> None:
    files = compiled(OPERATED).files
    job = next(text for path, text in files.items() if "job-db-bootstrap" in path)
    assert yaml.safe_load(job)["spec"]["template"]["spec"]["serviceAccountName"] == "db-jobs"
    assert "manifests/20-rbac/data/serviceaccount-db.yaml" not in files


def test_a_certificate_stands_for_the_services_of_the_operator() -> None:
    files = compiled(OPERATED, "tls: { issuer: ours }").files
    spec = yaml.safe_load(
        files["manifests/60-custom-resources/data/certificate-db-server-tls.yaml"]
    )["spec"]
    assert "db-rw.data.svc" in spec["dnsNames"]
    assert "db-ro" in spec["dnsNames"]
    assert "db" not in spec["dnsNames"]
    assert spec["secretTemplate"] == {"labels": {"cnpg.io/reload": ""}}
    told = cluster("tls: { issuer: ours }")
    assert told["certificates"] == {
        "serverTLSSecret": "db-server-tls", "serverCASecret": "db-server-tls"
    }  # fmt: skip
    assert told["postgresql"]["pg_hba"] == ["hostnossl all all all reject"]


def test_databases_become_objects_of_different_names() -> None:
    names = ["shop", "Shop", "SHOP", "_shop", "shop_", "web_shop", "web__shop", "Web_shop"]
    made = [object_name(name) for name in names]
    assert len({*made}) == len(names)
    assert made[0] == "shop"
    assert made[5] == "web-shop"
    assert all(re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", f"db-{each}") for each in made)
