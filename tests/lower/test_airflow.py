"""What a service of kind ``airflow`` becomes, beyond what the golden cases show."""

from __future__ import annotations

import configparser
import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from platc_compiler.ir.pods import SecretFiles
from platc_compiler.lower.airflow.git_sync import address
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.source import Source
from tests.real.airflow_pods import PLATFORM

Change = Callable[[dict[str, Any]], object]


def compiled(*changes: Change, environment: str | None = None) -> Result:
    """Compile the platform of the real tests with changes to its service ``airflow``."""
    data = yaml.safe_load(PLATFORM.read_text(encoding="utf-8"))
    for change in changes:
        change(data["services"]["airflow"])
    return compile_platform(Source(json.dumps(data, default=str), environment=environment))


def platform(*changes: Change, environment: str | None = None) -> Any:  # noqa: ANN401
    result = compiled(*changes, environment=environment)
    assert result.platform is not None, [d.message for d in result.diagnostics]
    return result.platform


def setting(result: Result, name: str = "airflow.cfg") -> configparser.RawConfigParser:
    path = "manifests/30-config/airflow/configmap-airflow-config.yaml"
    parser = configparser.RawConfigParser()
    parser.read_string(yaml.safe_load(result.files[path])["data"][name])
    return parser


def without(key: str) -> Change:
    return lambda service: service.pop(key)


@pytest.mark.parametrize(
    ("repo", "expected"),
    [
        ("https://git.example.com/dags.git", ("git.example.com", 443)),
        ("https://git.example.com:8443/dags.git", ("git.example.com", 8443)),
        ("http://git.example.com/dags.git", ("git.example.com", 80)),
        ("ssh://git@git.example.com:2222/dags.git", ("git.example.com", 2222)),
        ("git@git.example.com:team/dags.git", ("git.example.com", 22)),
    ],
)
def test_the_way_to_a_repository_is_read_from_its_address(
    repo: str, expected: tuple[str, int]
) -> None:
    assert address(repo) == expected


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.update(version="2.6.1"), "platc knows Airflow 2.7 to 2.11 and 3.2 onwards"),
        (lambda s: s.update(version="3.1.8"), "platc knows Airflow 2.7 to 2.11 and 3.2 onwards"),
        (lambda s: s["keys"].pop("jwt"), "keys.jwt is missing"),
        (lambda s: s.update(webserver={}), "there is no webserver in Airflow 3: write api_server"),
        (
            lambda s: s.update(version="2.7.3", api_server={}),
            "there is no API server in Airflow 2: write webserver",
        ),
        (
            lambda s: s.update(version="2.7.3", dag_processor={}),
            "there is no dag_processor in Airflow 2",
        ),
        (lambda s: s["dags"]["git"].pop("username"), "username and password of a repository"),
        (lambda s: s.pop("logs"), "logs_login is of no use without logs"),
    ],
)
def test_what_a_generation_lacks_is_refused_with_what_it_has_instead(
    change: Change, message: str
) -> None:
    result = compiled(change)
    assert result.failed
    assert any(message in diagnostic.message for diagnostic in result.diagnostics)


def test_null_removes_a_setting_and_a_list_is_written_as_json() -> None:
    def change(service: dict[str, Any]) -> None:
        service["config"]["core"] = {"parallelism": None, "plugins_folder": "/x"}
        service["config"]["dag_processor"] = {"dag_bundle_config_list": [{"name": "a"}]}

    cfg = setting(compiled(change))
    assert not cfg.has_option("core", "parallelism")
    assert cfg["core"]["plugins_folder"] == "/x"
    assert cfg["dag_processor"]["dag_bundle_config_list"] == '[{"name": "a"}]'


def test_an_image_by_digest_is_left_to_the_pod_template() -> None:
    image = "registry.example.com:5000/airflow@sha256:" + "0" * 64
    result = compiled(lambda service: service.update(image=image))
    assert not setting(result).has_option("kubernetes_executor", "worker_container_tag")
    template = yaml.safe_load(result.files["pod-templates/airflow.yaml"])
    assert template["spec"]["containers"][0]["image"] == image


def test_an_image_of_a_registry_with_a_port_is_split_at_its_tag() -> None:
    image = "registry.example.com:5000/team/airflow:3.3.2-dags"
    cfg = setting(compiled(lambda service: service.update(image=image)))["kubernetes_executor"]
    assert cfg["worker_container_repository"] == "registry.example.com:5000/team/airflow"
    assert cfg["worker_container_tag"] == "3.3.2-dags"


def test_tasks_of_airflow_3_reach_no_database_and_hold_no_key() -> None:
    found = platform()
    worker = found.runners[0].worker
    secrets = {v.source.secret for v in worker.volumes if isinstance(v.source, SecretFiles)}
    assert secrets == {"git", "smtp"}
    reached = {
        edge.target.name
        for edge in found.edges
        if getattr(edge.source, "labels", ()) == found.runners[0].worker_labels
    }
    assert "airflow-api-server" in reached
    assert "postgres" not in reached


def test_a_backend_of_secrets_of_the_users_own_is_left_to_know_the_mail_server() -> None:
    backend = "airflow.providers.hashicorp.secrets.vault.VaultBackend"
    found = platform(lambda service: service["config"].update(secrets={"backend": backend}))
    container = found.runners[0].worker.containers[0]
    assert "AIRFLOW__SECRETS__BACKEND" not in {variable.name for variable in container.env}
    assert "/opt/airflow/lib/mail_connection.py" not in {mount.path for mount in container.mounts}


def test_a_path_of_the_users_own_comes_before_that_of_the_mail_connection() -> None:
    own = {"worker": {"env": {"PYTHONPATH": "/opt/shop"}}}
    container = platform(lambda service: service.update(own)).runners[0].worker.containers[0]
    paths = [variable.value for variable in container.env if variable.name == "PYTHONPATH"]
    assert paths == ["/opt/shop:/opt/airflow/lib"]


def test_tasks_of_airflow_2_reach_the_database() -> None:
    found = platform(environment="second")
    reached = {
        edge.target.name
        for edge in found.edges
        if getattr(edge.source, "labels", ()) == found.runners[0].worker_labels
    }
    assert "postgres" in reached


def test_a_triggerer_without_replicas_is_left_out_everywhere() -> None:
    found = platform(lambda service: service.update(triggerer={"replicas": 0}))
    assert "airflow-triggerer" not in {workload.name for workload in found.workloads}
    assert "airflow-triggerer" not in {getattr(edge.source, "name", "") for edge in found.edges}
    assert "AirflowTriggererDown" not in {alert.name for alert in found.alerts}


def test_tasks_may_start_pods_only_where_they_do() -> None:
    def rules(*changes: Change) -> dict[str, list[str]]:
        rights = [r for r in platform(*changes).rights if r.account == "airflow-worker"]
        return {
            rule.resources[0]: list(rule.verbs) for right in rights for rule in right.rules
        }  # fmt: skip

    assert rules(lambda service: service.update(worker={"starts_pods": False})) == {}
    assert "create" in rules()["pods"]
    assert "pods/exec" not in rules()
    assert "pods/exec" in rules(lambda service: service.update(worker={"reads_xcom": True}))


@pytest.mark.parametrize("environment", [None, "second"])
def test_readiness_and_liveness_ask_different_questions(environment: str | None) -> None:
    for workload in platform(environment=environment).workloads:
        if workload.service == "airflow" and workload.component in {
            "scheduler",
            "dag-processor",
            "triggerer",
        }:
            (container,) = workload.pod.containers
            assert container.liveness.handler.command[:2] == ("python", "/opt/airflow/alive.py")
            assert container.readiness.handler != container.liveness.handler
            assert container.liveness.timeout > 6 + 15


def test_without_git_the_dags_are_those_of_the_image() -> None:
    result = compiled(without("dags"))
    assert setting(result)["core"]["dags_folder"] == "/opt/airflow/dags"
    template = yaml.safe_load(result.files["pod-templates/airflow.yaml"])
    assert "initContainers" not in template["spec"]
    mounts = template["spec"]["containers"][0]["volumeMounts"]
    assert "/opt/airflow/dags" not in {mount["mountPath"] for mount in mounts}


def peers(found: Any, source: str) -> set[tuple[str, int]]:  # noqa: ANN401
    return {
        (getattr(edge.target, "name", ""), edge.port)
        for edge in found.edges
        if getattr(edge.source, "name", "") == source
    }


@pytest.mark.parametrize(
    ("environment", "front"), [(None, "airflow-api-server"), ("second", "airflow-webserver")]
)
def test_the_user_interface_reaches_the_logs_of_deferred_and_of_finished_tasks(
    environment: str | None, front: str
) -> None:
    found = platform(environment=environment)
    assert {("airflow-triggerer", 8794), ("elasticsearch", 9200)} <= peers(found, front)


def test_the_triggerer_of_airflow_3_stores_its_logs() -> None:
    found = platform()
    assert ("elasticsearch", 9200) in peers(found, "airflow-triggerer")
    (triggerer,) = [w for w in found.workloads if w.name == "airflow-triggerer"]
    names = {variable.name for variable in triggerer.pod.containers[0].env}
    assert "AIRFLOW__ELASTICSEARCH__HOST" in names
    assert triggerer.exposures == ()


def test_a_port_of_the_users_own_for_logs_is_followed() -> None:
    change = {"logging": {"trigger_log_server_port": 9999}}
    found = platform(lambda service: service["config"].update(change))
    assert ("airflow-triggerer", 9999) in peers(found, "airflow-api-server")


def test_a_name_that_the_pod_cannot_find_out_is_not_asked_for() -> None:
    own = {"core": {"hostname_callable": "shop.names.of_this_host"}}
    result = compiled(lambda service: service["config"].update(own))
    path = "manifests/30-config/airflow/configmap-airflow-config.yaml"
    script = yaml.safe_load(result.files[path])["data"]["alive.py"]
    assert "hostname" not in script
    triggerer = result.files["manifests/50-workloads/airflow/deployment-airflow-triggerer.yaml"]
    assert "HOSTNAME_CALLABLE" not in triggerer


@pytest.mark.parametrize(
    ("version", "waits"), [("2.7.3", False), ("2.8.0", True), ("2.11.0", True), ("3.3.2", True)]
)
def test_a_full_quota_is_waited_for(version: str, waits: bool) -> None:  # noqa: FBT001 - a case
    environment = None if version.startswith("3") else "second"
    data = yaml.safe_load(PLATFORM.read_text(encoding="utf-8"))
    if environment:
        data["environments"][environment]["services"]["airflow"]["version"] = version
    result = compile_platform(Source(json.dumps(data, default=str), environment=environment))
    options = setting(result)["kubernetes_executor"]
    # 2.7 has no such option and always waits.
    assert options.get("task_publish_max_retries") == ("-1" if waits else None)


def test_nothing_runs_under_another_group_than_that_of_the_image() -> None:
    found = platform()
    pods = [w.pod for w in found.workloads if w.service == "airflow" and w.component != "statsd"]
    assert {(pod.user, pod.group) for pod in (*pods, found.runners[0].worker)} == {(50_000, 0)}


@pytest.mark.parametrize("url", ["https://x.example/a%20b", "https://x.example/a?b", "x.example"])
def test_an_address_below_which_airflow_does_not_find_itself_is_refused(url: str) -> None:
    assert compiled(lambda service: service.update(url=url)).failed
