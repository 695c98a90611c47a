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
from tests.tools import ROOT

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
    assert "db-pooler" not in spec["dnsNames"]
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


STORE = "objects: { kind: external, address: { host: s3.HOST }, ports: { https: 443 } }"
BACKUP = 'backup: { schedule: "30 1 * * 1-5", to: objects, bucket: "s3://copies/pg", MORE }'
KEYS = "credentials: { access_key_id: pg/app, secret_access_key: pg/reports }"


def backed_up(more: str, host: str = "example.com", tail: str = "") -> Result:
    text = PLATFORM.replace("MORE", f"{OPERATED}\n    {BACKUP.replace('MORE', more)}")
    text = text.replace("services:\n", f"services:\n  {STORE.replace('HOST', host)}\n")
    result = compile_platform(Source(text + tail))
    assert not result.failed, result.diagnostics
    return result


def spec_of(result: Result, file: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        result.files[f"manifests/60-custom-resources/data/{file}.yaml"]
    )["spec"]
    return found


def test_the_schedule_of_the_operator_begins_with_seconds() -> None:
    assert spec_of(backed_up(KEYS), "scheduledbackup-db")["schedule"] == "0 30 1 * * 1-5"


@pytest.mark.parametrize(("keep", "days"), [("14d", "14d"), ("97h", "5d")])
def test_copies_are_kept_for_whole_days_and_never_shorter_than_stated(keep: str, days: str) -> None:
    result = backed_up(f"{KEYS}, keep: {keep}")
    assert spec_of(result, "cluster-db")["backup"]["retentionPolicy"] == days


def test_a_server_in_the_cloud_reaches_its_role_and_so_does_the_job_that_restores() -> None:
    result = backed_up("keep: 7d", "eu-central-1.amazonaws.com")
    store = spec_of(result, "cluster-db")["backup"]["barmanObjectStore"]
    assert store["s3Credentials"] == {"inheritFromIAMRole": True}
    assert "endpointURL" not in store
    assert "env" not in spec_of(result, "cluster-db")
    rows = result.files["report/network.md"].splitlines()
    assert sorted(row.split(" | ")[0] for row in rows if "cloud credentials" in row) == [
        "| data/db", "| data/db-jobs",
    ]  # fmt: skip


def test_the_log_bounds_what_can_be_lost() -> None:
    objective = "recovery: { rto: 4h, rpo: 4m, procedures: {} }\n"
    told = backed_up(KEYS, tail=objective).diagnostics
    assert [each.path for each in told if each.code == "PLT601"] == [
        "services.db.backup.point_in_time.every"
    ]
    told = backed_up(f"{KEYS}, point_in_time: {{ every: 2m }}", tail=objective).diagnostics
    assert not [each for each in told if each.code == "PLT601"]


def test_the_patch_of_the_runbook_makes_a_cluster_that_begins_with_the_copies() -> None:
    steps = "recovery: { rto: 4h, rpo: 4h, procedures: { Lost: { steps: [{ restore: db }] } } }\n"
    page = backed_up(KEYS, tail=steps).files["runbook/RECOVERY.md"]
    patch = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert patch is not None
    told = patch[1].replace("TO", "2026-01-31T23:59:00Z").replace("AFTER", "again")
    spec = spec_of(backed_up(KEYS, tail=steps + told), "cluster-db")
    assert spec["bootstrap"].keys() == {"recovery"}
    (source,) = spec["externalClusters"]
    assert source["name"] == spec["bootstrap"]["recovery"]["source"]
    kept = spec["backup"]["barmanObjectStore"]
    assert (source["barmanObjectStore"].pop("serverName"), kept.pop("serverName")) == (
        "db", "db-again",
    )  # fmt: skip
    assert source["barmanObjectStore"] == kept


def test_the_pools_of_the_operator_have_one_for_passwords_that_is_as_large_as_others() -> None:
    result = compiled(OPERATED, "pooler: { default_pool_size: 3, replicas: 2 }")
    assert result.platform is not None
    (sessions,) = result.platform.sessions
    # app owns the database, reports reads in it: a pool of each, and one of the lookup.
    assert sessions.each == 9
    assert dict(sessions.roles) == {"app": 3, "reports": 3}


def test_a_single_pooler_is_replaced_by_a_second_pod_that_the_budget_counts() -> None:
    result = compiled(OPERATED, "pooler: { default_pool_size: 2 }")
    strategy = spec_of(result, "pooler-db-pooler")["deploymentStrategy"]
    assert strategy["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert "| Deployment data/db-pooler | 2 |" in result.files["report/budget.md"]


def test_services_of_the_pooler_reach_no_instance_of_the_server() -> None:
    web = "  web: { kind: workload, image: 'example.com/web:1', depends_on: ['db:pooler'] }\n"
    text = PLATFORM.replace("MORE", f"{OPERATED}\n    pooler: {{ default_pool_size: 2 }}") + web
    result = compile_platform(Source(text))
    report = result.files["report/network.md"]
    assert "| data/web | data/db-pooler | TCP 5432 | depends_on |" in report
    assert "| data/web | data/db |" not in report


@pytest.mark.parametrize(
    "name",
    ["keycloak", "grafana-database", "airflow-3"],
)
def test_services_with_tables_in_it_reach_the_instance_that_writes(name: str) -> None:
    stated = yaml.safe_load((ROOT / f"tests/golden/platforms/{name}.yaml").read_text("utf-8"))
    database = stated["services"]["postgres"]
    where = {"namespace": database["namespace"]} if "namespace" in database else {}
    stated["secrets"]["su"] = {
        "keys": ["username", "password"], "type": "kubernetes.io/basic-auth", **where
    }  # fmt: skip
    database.pop("version", None)
    database |= {"provider": "cloudnative-pg", "superuser_password": "su/password"}
    result = compile_platform(Source(yaml.safe_dump(stated)))
    assert not result.failed, result.diagnostics
    clients = [
        text
        for path, text in result.files.items()
        if path.startswith(("manifests/30-", "manifests/50-")) and "postgres" not in path
    ]
    assert any("postgres-rw." in text for text in clients)
    assert not any(re.search(r"postgres\.[a-z]+\.svc", text) for text in clients)


def test_an_operator_in_a_namespace_of_the_platform_may_call_the_instances() -> None:
    text = PLATFORM.replace("MORE", f"namespace: data\n    {OPERATED}")
    text = text.replace("namespaces: { data: {} }", "namespaces: { data: {}, cnpg-system: {} }")
    text = text.replace("basic-auth }", "basic-auth, namespace: data }")
    text = text.replace("replication] }", "replication], namespace: data }")
    result = compile_platform(Source(text))
    assert not result.failed, result.diagnostics
    policy = result.files[
        "manifests/10-policies/cnpg-system/networkpolicy-allow-cloudnative-pg.yaml"
    ]
    rules = yaml.safe_load(policy)["spec"]["egress"]
    assert [{"protocol": "TCP", "port": 8000}] in [rule["ports"] for rule in rules]


def test_the_certificate_of_the_server_stands_for_its_pooler_too() -> None:
    files = compiled(OPERATED, "tls: { issuer: ours }", "pooler: { default_pool_size: 2 }").files
    path = "manifests/60-custom-resources/data/certificate-db-server-tls.yaml"
    names = yaml.safe_load(files[path])["spec"]["dnsNames"]
    assert {"db-pooler", "db-pooler.data", "db-pooler.data.svc"} <= {*names}


def test_the_operator_reads_the_key_of_a_declared_certificate() -> None:
    text = PLATFORM.replace("MORE", f"{OPERATED}\n    tls: {{ secret_name: cert }}").replace(
        "  pg: {", "  cert: { keys: [ca.crt, tls.crt, tls.key], type: kubernetes.io/tls }\n  pg: {"
    )
    result = compile_platform(Source(text))
    assert not result.failed, result.diagnostics
    assert not [each for each in result.diagnostics if "tls.key" in each.message]


def test_objects_of_the_operator_pull_with_the_secrets_of_the_platform() -> None:
    text = PLATFORM.replace(
        "MORE", f"{OPERATED}\n    pooler: {{ default_pool_size: 2 }}\n    pull_secrets: [own]"
    ).replace(
        "  pg: {",
        "  own: { keys: [.dockerconfigjson], type: kubernetes.io/dockerconfigjson }\n"
        "  all: { keys: [.dockerconfigjson], type: kubernetes.io/dockerconfigjson }\n  pg: {",
    )
    result = compile_platform(Source(f"{text}images: {{ pull_secrets: [all] }}\n"))
    assert not result.failed, result.diagnostics
    wanted = [{"name": "own"}, {"name": "all"}]
    assert spec_of(result, "cluster-db")["imagePullSecrets"] == wanted
    pods = spec_of(result, "pooler-db-pooler")["template"]["spec"]
    assert pods["imagePullSecrets"] == wanted


def test_a_pooler_may_be_patched_because_the_operator_adds_what_its_template_lacks() -> None:
    patch = """
patches:
  - target: { kind: Pooler, name: db-pooler }
    merge: { spec: { template: { spec: { terminationGracePeriodSeconds: 90 } } } }
"""
    text = PLATFORM.replace("MORE", f"{OPERATED}\n    pooler: {{ default_pool_size: 2 }}")
    result = compile_platform(Source(text + patch))
    assert not result.failed, result.diagnostics
    assert not {each.code for each in result.diagnostics} & {"PLT210", "PLT502"}
