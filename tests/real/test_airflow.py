"""What platc generates for Airflow meets the real one, in both generations."""

from __future__ import annotations

import configparser
import contextlib
import ipaddress
import json
import re
import socket
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from tools import airflow_options

from tests.real.airflow_pods import (
    ENVIRONMENTS,
    HOME,
    SECRETS,
    Generated,
    ask,
    generate,
    lay_out,
    on_file,
    run,
    run_with_database,
    running,
    status,
    wait_until,
)
from tests.real.postgres_server import SUPERUSER_PASSWORD, Server, free_port, server

pytestmark = pytest.mark.e2e

BATCH = "daily_batch_processing"
LINE = [
    "data_quality_validation", "spark_batch_processing", "dbt_transformations",
    "lambda_reconciliation", "generate_quality_report",
]  # fmt: skip


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def generated(request: pytest.FixtureRequest) -> Generated:
    return generate(request.param)


@pytest.fixture(scope="module")
def home(generated: Generated, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("airflow") / generated.version
    lay_out(generated, home)
    return home


@pytest.fixture(scope="module")
def loaded(generated: Generated, home: Path) -> dict[str, Any]:
    return dict(ask(generated, home, "dags", "dags/repo/dags"))


@pytest.fixture(scope="module")
def options(generated: Generated, home: Path) -> dict[str, Any]:
    return dict(ask(generated, home, "options"))


def test_dags_load_without_errors_or_deprecations(loaded: dict[str, Any]) -> None:
    assert loaded["errors"] == {}
    assert loaded["warnings"] == []
    assert sorted(loaded["dags"]) == ["alone", BATCH, "every_option"]


def test_the_batch_pipeline_is_what_was_declared(
    generated: Generated, loaded: dict[str, Any]
) -> None:
    dag = loaded["dags"][BATCH]
    tasks = dag["tasks"]
    assert list(tasks) == LINE
    assert [tasks[name]["after"] for name in LINE] == [[], *([name] for name in LINE[:-1])]
    assert dag["start"] == "2024-01-01T00:00:00+00:00"
    daily = "0 0 * * *" if generated.version.startswith("3") else "@daily"
    assert (dag["schedule"], dag["catchup"], dag["runs"]) == (daily, False, 1)
    assert dag["tags"] == ["batch", "daily", "ecommerce"]
    first = tasks[LINE[0]]
    assert first["env"] == {
        "EXECUTION_DATE": "{{ ds }}", "S3_BUCKET": "data-lake", "QUALITY_THRESHOLD": "0.95",
    }  # fmt: skip
    assert first["resources"]["requests"]["memory"] == "512Mi"
    assert first["resources"]["limits"]["cpu"] == "1"
    assert all(tasks[name]["retries"] == 2 for name in LINE)
    assert all(tasks[name]["execution_timeout"] == "2:00:00" for name in LINE)
    assert all(tasks[name]["owner"] == "data-engineering" for name in LINE)
    assert tasks[LINE[-1]]["function"] == "reports.quality"


def test_the_driver_of_spark_knows_its_own_pod_and_may_start_others(loaded: dict[str, Any]) -> None:
    spark = loaded["dags"][BATCH]["tasks"]["spark_batch_processing"]
    assert spark["fields"] == {
        "SPARK_DRIVER_HOST": "status.podIP", "SPARK_DRIVER_POD": "metadata.name",
    }  # fmt: skip
    assert spark["env"]["SPARK_CONF_DIR"] == "/etc/spark"
    assert spark["service_account_name"] == "airflow-spark"
    settings = "daily-batch-processing.spark-batch-processing-spark"
    assert spark["pod"]["volumes"] == {"scratch": "512Mi", "spark-settings": settings}
    assert spark["pod"]["mounts"]["/etc/spark"] is None
    others = [t for name, t in loaded["dags"][BATCH]["tasks"].items() if t["image"] and t != spark]
    assert {task["service_account_name"] for task in others} == {"airflow-task"}
    assert not any(task["fields"] for task in others)


@pytest.fixture(scope="module")
def known(generated: Generated, home: Path) -> dict[str, dict[str, Any]]:
    """What Airflow's own parser writes of each DAG into its database."""
    run_with_database(generated, home, "airflow", "db", "migrate")
    run_with_database(generated, home, "airflow", "dags", "reserialize")
    with contextlib.closing(sqlite3.connect(home / "airflow.db")) as database:
        database.row_factory = sqlite3.Row
        return {row["dag_id"]: dict(row) for row in database.execute("select * from dag")}


def test_a_pipeline_waits_to_be_unpaused_unless_it_is_to_run_at_once(
    loaded: dict[str, Any], known: dict[str, dict[str, Any]]
) -> None:
    paused = {name: dag["paused"] for name, dag in loaded["dags"].items()}
    assert paused == {"alone": True, BATCH: True, "every_option": False}
    assert {name: bool(dag["is_paused"]) for name, dag in known.items()} == paused


def test_a_run_is_of_the_interval_that_has_ended(known: dict[str, dict[str, Any]]) -> None:
    """``ds`` is the date of the logical date, which is ``next_dagrun`` for the next run."""
    dag = known["every_option"]
    first = [dag[name] for name in (
        "next_dagrun", "next_dagrun_data_interval_start", "next_dagrun_data_interval_end",
        "next_dagrun_create_after",
    )]  # fmt: skip
    begins, ends = "2025-06-30 04:15:00.000000", "2025-07-01 04:15:00.000000"
    assert first == [begins, begins, ends, ends]


def test_a_pod_runs_as_its_own_user_and_writes_where_its_image_does(loaded: dict[str, Any]) -> None:
    tasks = loaded["dags"]["every_option"]["tasks"]
    assert tasks["chain"]["pod"] == {
        "ids": [65532] * 3,
        "root": False,
        "volumes": {"scratch": "512Mi"},
        "mounts": {"/tmp": None},  # noqa: S108 - in a pod
    }
    own = tasks["import"]
    state = "var/lib/a-program/with/a/rather/long/path/of/its/own/for/state"
    assert own["pod"] == {
        "ids": [185] * 3,
        "root": False,
        "volumes": {"scratch": "2Gi"},
        "mounts": {
            "/tmp": "tmp",  # noqa: S108 - in a pod
            "/opt/spark/work-dir": "opt/spark/work-dir",
            f"/{state}": state,
        },
    }
    assert own["resources"]["limits"]["ephemeral-storage"] == "2560Mi"


def test_every_option_of_a_pipeline_reaches_airflow(
    generated: Generated, loaded: dict[str, Any]
) -> None:
    dag = loaded["dags"]["every_option"]
    tasks = dag["tasks"]
    assert dag["description"].startswith('Says "all" that\'s possible: C:\\temp, ünïcode')
    assert (dag["schedule"], dag["catchup"], dag["runs"]) == ("15 4 * * 1-5", True, 3)
    assert len(dag["tags"]) == 13
    first = tasks["chain"]
    assert first["cmds"] == ["sh", "-c"]
    assert first["arguments"][0].startswith('echo "it\'s {{ ds }}" && exec')
    assert first["env"]["QUOTED"] == 'say "hi"'
    assert first["env"]["BOTH"] == 'it\'s "both"'
    assert first["env"]["LINES"] == "a\nb"
    assert first["secrets"] == [["env", "ACCOUNT", "warehouse", "account"]]
    assert (first["retries"], first["execution_timeout"], first["pool"]) == (
        5,
        "0:45:00",
        "warehouse",
    )
    assert first["retry_delay"] == "1:30:00"
    assert first["service_account_name"] == "airflow-task"
    assert first["labels"] == {
        "app.kubernetes.io/component": "task",
        "app.kubernetes.io/instance": "airflow",
        "app.kubernetes.io/managed-by": "platc",
        "app.kubernetes.io/name": "airflow",
        "app.kubernetes.io/part-of": "shop",
        "platc.dev/pipeline": "every_option",
        "platc.dev/task": "chain",
    }
    assert tasks["last"]["after"] == ["chain", "generate", "import"]
    assert tasks["generate"]["executor_config"]
    # Mail is Airflow's own business in 2.x and that of a notifier since.
    modern = generated.version.startswith("3")
    assert first["notifies"] == modern
    assert first["email"] == (None if modern else ["oncall@example.com", "team@example.com"])


@pytest.mark.parametrize("cfg", ["airflow.cfg", "worker.cfg"])
def test_every_setting_exists_in_that_version(
    generated: Generated, options: dict[str, Any], cfg: str
) -> None:
    parser = configparser.RawConfigParser()
    parser.read_string(generated.config.get(cfg, ""))
    sensitive = {(section, option) for section, option in options["sensitive"]}
    unknown = []
    for section in parser.sections():
        for option in parser.options(section):
            plain = option.removesuffix("_cmd")
            is_command = plain != option
            if plain not in options["known"].get(section, []):
                unknown.append(f"[{section}] {option}")
            elif is_command and (section, plain) not in sensitive:
                unknown.append(f"[{section}] {option} cannot be a command")
    assert unknown == []


def test_environment_variables_name_settings_that_exist(
    generated: Generated, options: dict[str, Any]
) -> None:
    pods = [generated.worker["spec"]] + [
        generated.manifest(kind, name)["spec"]["template"]["spec"]
        for kind, name in [("Deployment", "airflow-scheduler"), ("Job", "airflow-migration")]
    ]
    names = {
        variable["name"]
        for pod in pods
        for container in [*pod.get("initContainers", []), *pod["containers"]]
        for variable in container.get("env", [])
        if variable["name"].startswith("AIRFLOW__")
    }
    assert "AIRFLOW__CORE__EXECUTOR" in names
    for name in names:
        _, section, option = name.split("__")
        assert option.lower() in options["known"][section.lower()], name


def test_airflow_3_finds_nothing_to_lint(tmp_path: Path) -> None:
    generated = generate("3.3.2")
    for cfg in ("airflow.cfg", "worker.cfg"):
        home = tmp_path / cfg
        lay_out(generated, home, cfg)
        # That the default of this one has changed is told to whoever sets it at all.
        lint = run(generated, home, "airflow", "config", "lint", "--ignore-option", "executor")
        assert "No issues found" in lint.stdout


def test_settings_read_back_as_they_were_written(generated: Generated, home: Path) -> None:
    modern = generated.version.startswith("3")
    wanted = {
        ("core", "dags_folder"): f"{home}/dags/repo/dags",
        ("core", "max_active_runs_per_dag"): "1",
        ("core", "fernet_key"): SECRETS["airflow"]["fernet"],
        ("dag_processor", "refresh_interval")
        if modern
        else ("scheduler", "dag_dir_list_interval"): "60",
        ("dag_processor" if modern else "scheduler", "parsing_processes"): "4",
        ("api", "worker_timeout") if modern else ("webserver", "web_server_worker_timeout"): "120",
        ("api" if modern else "webserver", "workers"): "2",
        ("api" if modern else "webserver", "secret_key"): SECRETS["airflow"]["session"],
        ("api" if modern else "webserver", "base_url"): "https://airflow.example.com/etl",
        ("kubernetes_executor", "delete_worker_pods"): "True",
        ("kubernetes_executor", "worker_container_tag"): generated.version,
        ("elasticsearch", "index_patterns"): "airflow-logs*",
    }
    answer = ask(generated, home, "values", json.dumps(list(wanted)))
    assert answer == list(wanted.values())


def test_the_database_is_found_with_the_password_from_its_file(
    generated: Generated, home: Path
) -> None:
    answer = run(generated, home, "python", str(home / "connection.py")).stdout
    assert answer == (
        "postgresql+psycopg2://airflow:p%40ss%2Fw%25rd@postgres.data.svc:5432/airflow"
    )


@pytest.mark.parametrize("part", ["worker", "dag-processor"])
def test_whoever_sends_mail_logs_in_with_the_password_from_its_file(
    tmp_path: Path, part: str
) -> None:
    generated = generate("3.3.2")
    if part == "worker":
        pod, cfg, context = generated.worker["spec"], "worker.cfg", "client"
    else:
        deployment = generated.manifest("Deployment", f"airflow-{part}")
        pod, cfg, context = deployment["spec"]["template"]["spec"], "airflow.cfg", "server"
    home = tmp_path / "home"
    lay_out(generated, home, cfg)
    container = pod["containers"][0]
    mounted = {m["mountPath"]: m["name"] for m in container["volumeMounts"]}
    assert mounted[f"{HOME}/secrets/smtp"] == "secret-smtp"
    assert mounted[f"{HOME}/lib/mail_connection.py"] == "config"
    env = {e["name"]: e["value"].replace(HOME, str(home)) for e in container["env"] if "value" in e}
    assert "smtp" not in json.dumps(container["env"]).lower()
    env["_AIRFLOW_PROCESS_CONTEXT"] = context
    assert ask(generated, home, "mail", **env) == {
        "address": ["smtp.example.com", 587],
        "encrypted": True,
        "login": ["airflow", SECRETS["smtp"]["password"].rstrip("\n")],
        "sender": "airflow@example.com",
    }


def alive(generated: Generated, home: Path, port: int, *question: str) -> bool:
    """Ask the probe of liveness, with the database at a port of this machine."""
    point_at(generated, home, port)
    try:
        run(generated, home, "python", str(home / "alive.py"), *question)
    except AssertionError:
        return False
    return True


def point_at(generated: Generated, home: Path, port: int) -> None:
    """Let the generated script find the database at a port of this machine."""
    text = generated.config["connection.py"].replace(HOME, str(home))
    text = text.replace("postgres.data.svc:5432/airflow", f"127.0.0.1:{port}/postgres")
    (home / "connection.py").write_text(text.replace('"airflow"', '"postgres"'), encoding="utf-8")


@pytest.fixture
def database() -> Iterator[Server]:
    settings = (
        "listen_addresses = '*'\nport = 5432\nunix_socket_directories = ''\n"
        "hba_file = '/etc/postgresql/pg_hba.conf'\n"
    )
    rules = "host all all 127.0.0.1/32 scram-sha-256\n"
    with server({"postgresql.conf": settings, "pg_hba.conf": rules}) as found:
        yield found


def password(home: Path) -> Path:
    return home / "secrets/database/password"


def test_a_component_is_not_blamed_for_its_database(
    generated: Generated, tmp_path: Path, database: Server
) -> None:
    home = tmp_path / "home"
    lay_out(generated, home)
    password(home).write_text(SUPERUSER_PASSWORD, encoding="utf-8")
    database.answer(
        "create table job (job_type text, state text, hostname text, latest_heartbeat timestamptz)"
    )
    dead = f"http://127.0.0.1:{free_port()}/health"
    assert not alive(generated, home, database.port, "TriggererJob", "30")
    assert not alive(generated, home, database.port, dead)
    password(home).write_text("another", encoding="utf-8")
    assert alive(generated, home, database.port, dead)
    assert alive(generated, home, free_port(), "TriggererJob", "30")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert alive(generated, home, silent.getsockname()[1], "TriggererJob", "30")


def test_the_triggerer_lives_while_its_heartbeat_is_young_and_serves_its_logs(
    generated: Generated, tmp_path: Path, database: Server
) -> None:
    home = tmp_path / "home"
    lay_out(generated, home)
    password(home).write_text(SUPERUSER_PASSWORD, encoding="utf-8")
    deployment = generated.manifest("Deployment", "airflow-triggerer")
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    probe = container["livenessProbe"]["exec"]["command"]
    assert probe[0] == "python"
    env = {e["name"]: e["value"] for e in container["env"] if "value" in e}
    port = free_port()
    env |= {
        "AIRFLOW__ELASTICSEARCH__HOST": "http://127.0.0.1:9",
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(port),
    }
    point_at(generated, home, database.port)
    run(generated, home, "airflow", "db", "migrate", **env)
    assert not alive(generated, home, database.port, *probe[2:])
    with running(generated, home, "airflow", *container["args"], **env) as triggerer:
        wait_until(lambda: alive(generated, home, database.port, *probe[2:]), triggerer)
        listed = database.answer("select hostname from job where job_type = 'TriggererJob'")
        ipaddress.ip_address(listed)
        assert not alive(generated, home, database.port, "DagProcessorJob", "30")
        # The answer is of the log server: nobody may read without a token.
        wait_until(lambda: status(f"http://{listed}:{port}/log/a") in {401, 403}, triggerer)
    # It has been killed, as by a fault: the row still says that it runs.
    assert database.answer("select state from job where job_type = 'TriggererJob'") == "running"
    time.sleep(2)
    assert not alive(generated, home, database.port, probe[2], "2")


@pytest.mark.parametrize("url", [None, "https://example.com/airflow/"])
def test_the_probes_of_the_user_interface_ask_for_pages_that_are_there(
    generated: Generated, tmp_path: Path, url: str | None
) -> None:
    found = generate(generated.version, url=url)
    home = tmp_path / "home"
    lay_out(found, home)
    run_with_database(found, home, "airflow", "db", "migrate")
    name = "airflow-api-server" if found.version.startswith("3") else "airflow-webserver"
    container = found.manifest("Deployment", name)["spec"]["template"]["spec"]["containers"][0]
    pages = [container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("readiness", "liveness")]
    assert len(set(pages)) == 2
    assert ask(found, home, "web", *pages, **on_file(home)) == [200, 200]


def test_tasks_find_the_execution_api_below_the_path_of_the_address(tmp_path: Path) -> None:
    found = generate("3.3.2", url="https://example.com/airflow")
    home = tmp_path / "home"
    lay_out(found, home)
    run_with_database(found, home, "airflow", "db", "migrate")
    parser = configparser.RawConfigParser()
    parser.read_string(found.config["worker.cfg"])
    address = urlsplit(parser.get("core", "execution_api_server_url"))
    assert (address.hostname, address.port) == ("airflow-api-server.airflow.svc", 8080)
    container = found.manifest("Deployment", "airflow-api-server")
    container = container["spec"]["template"]["spec"]["containers"][0]
    port = free_port()
    server_itself = f"http://127.0.0.1:{port}"
    env = {**on_file(home), "AIRFLOW__API__PORT": str(port), "AIRFLOW__API__WORKERS": "1"}
    with running(found, home, "airflow", *container["args"], **env) as process:
        alive_at = server_itself + container["livenessProbe"]["httpGet"]["path"]
        wait_until(lambda: status(alive_at) == 200, process)
        assert status(server_itself + container["readinessProbe"]["httpGet"]["path"]) == 200
        # It is built at the first request.
        wait_until(lambda: status(f"{server_itself}{address.path}health") == 200, process)
        # As it was without the path.
        assert status(f"{server_itself}/execution/health") == 404


def test_tasks_of_airflow_3_hold_no_key() -> None:
    generated = generate("3.3.2")
    volumes = generated.worker["spec"]["volumes"]
    assert [v["secret"]["secretName"] for v in volumes if "secret" in v] == ["git", "smtp"]
    assert "_cmd" not in generated.config["worker.cfg"]


def test_a_task_waits_for_a_full_quota_and_a_busy_api_server(
    generated: Generated, home: Path
) -> None:
    refusals = [
        '403:pods "a" is forbidden: exceeded quota: quota',
        "409:the object has been modified",
        "429:Too many requests",
        "503:Service unavailable",
        "422:Invalid value",
    ]
    found = ask(generated, home, "publishing", *refusals, **on_file(home))
    assert found.pop("422") == "failed after 1"
    assert found == dict.fromkeys(["403", "409", "429", "503"], "waits after 3")


def test_the_executor_takes_the_pod_template(generated: Generated, home: Path) -> None:
    answer = ask(generated, home, "pod_template", "pod_templates/pod_template.yaml")
    assert answer == generated.worker


def test_the_executor_makes_pods_from_the_template(generated: Generated, home: Path) -> None:
    modern = generated.version.startswith("3")
    run_with_database(generated, home, "airflow", "db", "migrate")
    date = ["--logical-date", "2024-01-02"] if modern else []
    command = ["airflow", "kubernetes", "generate-dag-yaml", "--output-path", str(home), *date]
    run_with_database(
        generated, home, *command, "every_option", *([] if modern else ["2024-01-02"])
    )
    pods = {
        pod["metadata"]["annotations"]["task_id"]: pod
        for path in (home / "airflow_yaml_output").iterdir()
        for pod in [yaml.safe_load(path.read_text(encoding="utf-8"))]
    }
    assert sorted(pods) == ["chain", "generate", "import", "last"]
    for pod in pods.values():
        base = pod["spec"]["containers"][0]
        assert base["name"] == "base"
        assert base["image"] == f"apache/airflow:{generated.version}"
        assert base["args"][0] == ("python" if modern else "airflow")
        assert pod["metadata"]["labels"]["app.kubernetes.io/component"] == "worker"
        assert pod["metadata"]["namespace"] == "airflow"
        assert [each["name"] for each in pod["spec"]["initContainers"]] == ["git-sync"]
    overridden = pods["generate"]["spec"]["containers"][0]
    assert {"name": "MODE", "value": "full"} in overridden["env"]
    assert overridden["resources"] == generated.worker["spec"]["containers"][0]["resources"]


def test_the_migration_job_runs_to_its_end_and_may_run_again(
    generated: Generated, home: Path
) -> None:
    job = generated.manifest("Job", "airflow-migration")["spec"]["template"]["spec"]
    migrate, user, pools = [*job["initContainers"], *job["containers"]]
    for step in (migrate, user, user, pools):
        args = [part.replace(HOME, str(home)) for part in step["args"]]
        # The image's entry point runs bash itself and hands all else to airflow.
        run_with_database(generated, home, *(args if args[0] == "bash" else ["airflow", *args]))
    with contextlib.closing(sqlite3.connect(home / "airflow.db")) as database:
        users = database.execute("select username, first_name from ab_user").fetchall()
        slots = dict(database.execute("select pool, slots from slot_pool").fetchall())
    assert users == [("admin", "O'Neil & Söhne")]
    assert slots == {"default_pool": 128, "warehouse": 4}


def test_a_template_of_git_sync_names_no_unknown_variable(generated: Generated) -> None:
    known = {
        "GITSYNC_HTTP_BIND", "GITSYNC_LINK", "GITSYNC_MAX_FAILURES", "GITSYNC_ONE_TIME",
        "GITSYNC_PASSWORD_FILE", "GITSYNC_PERIOD", "GITSYNC_REF", "GITSYNC_REPO", "GITSYNC_ROOT",
        "GITSYNC_SSH_KEY_FILE", "GITSYNC_SSH_KNOWN_HOSTS_FILE", "GITSYNC_USERNAME",
    }  # fmt: skip
    container = generated.worker["spec"]["initContainers"][0]
    assert {variable["name"] for variable in container["env"]} <= known


def test_what_is_known_of_options_is_what_each_release_says(
    generated: Generated, options: dict[str, Any]
) -> None:
    written = json.loads(airflow_options.TARGET.read_text(encoding="utf-8"))
    fresh = airflow_options.from_answer(generated.version, options)
    assert written[generated.version.partition(".")[0]] == fresh


def test_the_catalogue_names_metrics_that_airflow_3_sends(tmp_path: Path) -> None:
    generated = generate("3.3.2")
    lay_out(generated, tmp_path / "home")
    sent = ask(generated, tmp_path / "home", "metrics")
    names = {"airflow_" + re.sub(r"[.-]", "_", name) for name in sent}
    assert generated.platform is not None
    ours = {metric.name for metric in generated.platform.metrics if metric.service == "airflow"}
    assert ours
    assert ours <= names
