"""PostgreSQL 18 itself on the configuration, the SQL and the scripts that platc emits."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import yaml

from platc_compiler.pipeline import compile_platform
from platc_compiler.seal import store
from platc_compiler.seal.declared import Declared, encryption_label
from platc_compiler.seal.run import seal
from platc_compiler.seal.secret_value import SecretValue
from platc_compiler.source.source import Source
from tests import tools
from tests.real.postgres_server import SUPERUSER_PASSWORD, Server, free_port, server
from tests.real.strict_object_store import strict
from tests.seal.controller import Controller, make_controller
from tests.sources import beside

pytestmark = pytest.mark.e2e

PASSWORDS = {"etl_app": "et'l \\app", "airflow": "air:flow@/", "reporting_app": 'rep"orting$(id)'}

PLATFORM = """
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8Gi, cpu: 4 } } }
namespaces: { data: {} }
secrets:
  pg: { keys: [superuser, etl_app, airflow, reporting_app, id, key] }
services:
  s3: { kind: external, address: { host: s3.example.com }, ports: { https: 443 } }
  db:
    kind: postgres
    version: 18
    storage: 1Gi
    superuser_password: pg/superuser
    roles:
      etl_app: { password: pg/etl_app }
      airflow: { password: pg/airflow, connections: 3 }
      reporting_app: { password: pg/reporting_app }
      analysts: {}
    databases:
      ecommerce:
        owner: etl_app
        schemas: { etl_data: { READERS } }
      airflow: { owner: airflow }
    config: { max_connections: 40, log_min_duration_statement: 1s }
    backup:
      schedule: "*/30 * * * *"
      to: s3
      bucket: s3://copies/some/prefix
      region: eu-central-1
      credentials: { access_key_id: pg/id, secret_access_key: pg/key }
      keep: 7d
  app: { kind: workload, namespace: data, image: "example/app:1", replicas: 2, depends_on: [db] }
recovery:
  rto: 4h
  rpo: 1h
  procedures:
    Corruption: { steps: [{ restore: db }, { verify: db }] }
    New major version: { steps: [{ upgrade: db }] }
"""


def _files(readers: str = "readers: [reporting_app]", sealed: str | None = None) -> dict[str, str]:
    text = PLATFORM.replace("READERS", readers)
    result = compile_platform(Source(text, beside=beside(sealed)))
    assert not result.failed, result.diagnostics
    return dict(result.files)


def _emitted(
    readers: str = "readers: [reporting_app]", sealed: str | None = None
) -> dict[str, dict[str, Any]]:
    """Return the emitted objects by kind and name."""
    files = _files(readers, sealed)
    found = [yaml.safe_load(text) for path, text in files.items() if path.startswith("manifests/")]
    return {f"{body['kind']}/{body['metadata']['name']}": body for body in found}


OBJECTS = _emitted()


def _config_map(name: str, objects: dict[str, dict[str, Any]] = OBJECTS) -> dict[str, str]:
    data: dict[str, str] = objects[f"ConfigMap/{name}"]["data"]
    return data


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server(_config_map("db-config")) as started:
        secrets = started.folder / "roles" / "pg"
        secrets.mkdir(parents=True)
        for role, password in PASSWORDS.items():
            (secrets / role).write_text(f"{password}\n")
        _bootstrap(started)
        _bootstrap(started)
        yield started


def _bootstrap(started: Server, objects: dict[str, dict[str, Any]] = OBJECTS) -> str:
    files = _config_map("db-bootstrap", objects)
    sql = started.folder / "bootstrap.sql"
    sql.write_text(
        files["bootstrap.sql"]
        .replace("/run/secrets/postgres/roles", str(started.folder / "roles"))
        .replace("/bootstrap/", f"{started.folder}/")
    )
    for name in ("declared.json", "replication.sql"):
        (started.folder / name).write_text(files[name])
    done = subprocess.run(
        ["/bin/bash", "-c", files["bootstrap.sh"]], capture_output=True, text=True, check=False,
        env=started.environment(
            SUPERUSER_PASSWORD_FILE=str(started.folder / "superuser"), BOOTSTRAP_SQL=str(sql)
        ),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def _as(started: Server, role: str, sql: str, database: str = "ecommerce") -> tuple[bool, str]:
    done = started.sql(sql, user=role, password=PASSWORDS[role], database=database)
    return done.returncode == 0, (done.stdout + done.stderr).strip()


def test_the_server_runs_with_the_emitted_settings(running: Server) -> None:
    shown = {
        name: running.answer(f"SHOW {name}")
        for name in ("max_connections", "shared_buffers", "password_encryption", "data_checksums",
                     "log_min_duration_statement", "work_mem", "hba_file")
    }  # fmt: skip
    assert shown == {
        "max_connections": "40", "shared_buffers": "128MB", "password_encryption": "scram-sha-256",
        "data_checksums": "on", "log_min_duration_statement": "1s", "work_mem": "3MB",
        "hba_file": f"{running.folder}/pg_hba.conf",
    }  # fmt: skip
    assert running.answer("SELECT count(*) FROM pg_hba_file_rules WHERE error IS NOT NULL") == "0"
    assert running.answer("SELECT DISTINCT auth_method FROM pg_hba_file_rules") == "scram-sha-256"
    assert running.answer("SELECT count(*) FROM pg_file_settings WHERE error IS NOT NULL") == "0"


def test_nobody_comes_in_with_a_wrong_password(running: Server) -> None:
    assert running.sql("SELECT 1", password="wrong").returncode != 0  # noqa: S106


def test_roles_log_in_and_have_no_more_than_is_declared(running: Server) -> None:
    for role in ("etl_app", "reporting_app"):
        assert _as(running, role, "SELECT current_user") == (True, role)
    rows = running.answer(
        "SELECT rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolconnlimit"
        " FROM pg_roles WHERE rolname !~ '^(pg_|postgres$)' ORDER BY rolname"
    )
    assert rows.splitlines() == [
        "airflow|t|f|f|f|3",
        "analysts|f|f|f|f|-1",
        "etl_app|t|f|f|f|-1",
        "reporting_app|t|f|f|f|-1",
    ]  # fmt: skip


def test_passwords_are_stored_as_scram_verifiers_and_reach_no_log(running: Server) -> None:
    stored = running.answer(
        "SELECT DISTINCT left(rolpassword, 14) FROM pg_authid WHERE rolcanlogin"
    )
    assert stored == "SCRAM-SHA-256$"
    log = (running.folder / "log").read_text()
    assert not [password for password in PASSWORDS.values() if password in log]


def test_a_reader_reads_later_tables_too_and_writes_none(running: Server) -> None:
    done, said = _as(
        running, "etl_app", "CREATE TABLE IF NOT EXISTS etl_data.orders (id serial, n int)"
    )
    assert done, said
    assert _as(running, "etl_app", "INSERT INTO etl_data.orders (n) VALUES (1), (2)")[0]
    assert _as(running, "reporting_app", "SELECT count(*) FROM etl_data.orders WHERE n > 0")[0]
    for forbidden in (
        "INSERT INTO etl_data.orders (n) VALUES (3)",
        "DELETE FROM etl_data.orders",
        "CREATE TABLE etl_data.mine (id int)",
        "CREATE TABLE public.mine (id int)",
        "SELECT nextval('etl_data.orders_id_seq')",
    ):
        done, said = _as(running, "reporting_app", forbidden)
        assert not done
        assert "permission denied" in said


def test_whoever_is_not_named_in_a_database_cannot_connect_to_it(running: Server) -> None:
    for role, database in (("airflow", "ecommerce"), ("reporting_app", "airflow")):
        done, said = _as(running, role, "SELECT 1", database)
        assert not done
        assert "permission denied for database" in said
    assert _as(running, "airflow", "CREATE TABLE t (id int); DROP TABLE t", "airflow")[0]


def test_a_reader_becomes_a_writer_and_then_nothing(running: Server) -> None:
    ready, said = _as(running, "etl_app", "CREATE TABLE IF NOT EXISTS etl_data.stock (n int)")
    assert ready, said
    try:
        _bootstrap(running, _emitted("writers: [reporting_app]"))
        assert _as(running, "reporting_app", "INSERT INTO etl_data.stock VALUES (1)")[0]
        assert not _as(running, "reporting_app", "DROP TABLE etl_data.stock")[0]
        _bootstrap(running, _emitted("readers: []"))
        assert not _as(running, "reporting_app", "SELECT 1")[0]
        rights = running.answer(
            "SELECT has_schema_privilege('reporting_app', 'etl_data', 'USAGE'),"
            " has_table_privilege('reporting_app', 'etl_data.stock', 'SELECT')", "ecommerce"
        )  # fmt: skip
        assert rights == "f|f"
    finally:
        _bootstrap(running)


def test_a_password_that_is_sealed_again_works_when_the_job_has_run_again(running: Server) -> None:
    controller = make_controller()
    old, new = PASSWORDS["etl_app"], "rotated 'with\" $(odd) \\ signs"
    first = _sealed(controller, None, old)
    second = _sealed(controller, first, new)
    before, after = _emitted(sealed=first), _emitted(sealed=second)
    # A Job cannot be changed: another name is what makes it run again.
    assert _jobs(before).isdisjoint(_jobs(after))
    secret = running.folder / "roles" / "pg" / "etl_app"
    try:
        for sealed, objects in ((first, before), (second, after)):
            # As the controller writes it into the Secret that the job mounts.
            secret.write_bytes(_opened(controller, sealed, "etl_app"))
            _bootstrap(running, objects)
        done = running.sql("SELECT 1", user="etl_app", password=new, database="ecommerce")
        assert done.returncode == 0, done.stderr
        refused = running.sql("SELECT 1", user="etl_app", password=old, database="ecommerce")
        assert "password authentication failed" in refused.stderr
        assert new not in (running.folder / "log").read_text()
    finally:
        secret.write_text(f"{old}\n")
        _bootstrap(running)


def _jobs(objects: dict[str, dict[str, Any]]) -> set[str]:
    return {name for name in objects if name.startswith("Job/db-bootstrap-")}


def _sealed(controller: Controller, before: str | None, password: str) -> str:
    keys = ("superuser", "etl_app", "airflow", "reporting_app", "id", "key")
    declared = Declared("pg", "data", keys)
    given = ("etl_app",) if before else keys
    values = {"pg": {key: SecretValue(password.encode()) for key in given}}
    return seal([declared], controller.certificate, before, values, part_of="shop").text


def _opened(controller: Controller, sealed: str, key: str) -> bytes:
    (each,) = store.parse(sealed)
    label = encryption_label(each.namespace, each.name, each.scope)
    return controller.unseal(each.keys[key].ciphertext, label)


@contextmanager
def _object_store(folder: Path) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [tools.object_store("moto_server"), "-p", str(port)], cwd=folder,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                urlopen(f"{url}/moto-api/", timeout=5).close()  # noqa: S310 - our own
                break
            except (URLError, OSError):
                assert process.poll() is None
                time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


class Backup:
    """The backup job's two steps, run as its pod would run them."""

    def __init__(self, running: Server, endpoint: str, folder: Path) -> None:
        self.running, self.folder = running, folder
        self.scripts = _config_map("db-backup")
        for name, text in {"id": "AKIATEST\n", "key": "secret+key/\n"}.items():
            (folder / name).write_text(text)
        for name in ("dumps", "credentials"):
            (folder / name).mkdir()
        self.environment = running.environment(
            HOME=str(folder), SUPERUSER_PASSWORD_FILE=str(running.folder / "superuser"),
            DUMPS=str(folder / "dumps"), CREDENTIALS=str(folder / "credentials"),
            ACCESS_KEY_ID_FILE=str(folder / "id"), SECRET_ACCESS_KEY_FILE=str(folder / "key"),
            AWS_ENDPOINT_URL=endpoint, AWS_DEFAULT_REGION="eu-central-1",
            AWS_EC2_METADATA_DISABLED="true",
        )  # fmt: skip
        self.aws("s3api", "create-bucket", "--bucket", "copies", "--create-bucket-configuration",
                 "LocationConstraint=eu-central-1")  # fmt: skip

    def aws(self, *arguments: str) -> str:
        keys = {"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "secret+key/"}
        return subprocess.run(
            [tools.object_store("aws"), *arguments], env=self.environment | keys, check=True,
            capture_output=True, text=True,
        ).stdout  # fmt: skip

    def run(self, step: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/bash", "-c", self.scripts[f"{step}.sh"]], env=self.environment | more,
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    def objects(self) -> list[str]:
        listed = json.loads(self.aws("s3api", "list-objects-v2", "--bucket", "copies") or "{}")
        return sorted(item["Key"] for item in listed.get("Contents", ()))

    def put(self, key: str) -> None:
        self.aws("s3api", "put-object", "--bucket", "copies", "--key", key)


@pytest.fixture
def backup(running: Server, tmp_path: Path) -> Iterator[Backup]:
    with _object_store(tmp_path) as endpoint:
        yield Backup(running, endpoint, tmp_path)


def test_what_was_uploaded_can_be_restored(backup: Backup, running: Server) -> None:
    _as(
        running,
        "etl_app",
        "CREATE TABLE IF NOT EXISTS etl_data.kept AS SELECT generate_series(1, 500) n",
    )
    for step in ("dump", "upload"):
        done = backup.run(step)
        assert done.returncode == 0, done.stderr
    stamp = (backup.folder / "dumps" / "STAMP").read_text().strip()
    assert backup.objects() == [
        f"some/prefix/airflow-{stamp}.dump",
        f"some/prefix/ecommerce-{stamp}.dump",
        f"some/prefix/globals-{stamp}.sql",
    ]
    copy = backup.folder / "copy.dump"
    backup.aws("s3", "cp", f"s3://copies/some/prefix/ecommerce-{stamp}.dump", str(copy))
    running.answer("DROP DATABASE IF EXISTS again")
    running.answer("CREATE DATABASE again OWNER etl_app")
    subprocess.run(
        [tools.postgres("pg_restore"), "--exit-on-error", "--dbname", "again", copy], check=True,
        env=running.environment(PGPASSWORD=SUPERUSER_PASSWORD),
    )  # fmt: skip
    assert running.answer("SELECT count(*), sum(n) FROM etl_data.kept", "again") == "500|125250"
    owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'kept'"
    assert running.answer(owner, "again") == "etl_app"
    running.answer("DROP DATABASE again")


def _checksum_settings() -> dict[str, str]:
    """Return the emitted variables of the uploading container that are about checksums."""
    pod = OBJECTS["CronJob/db-backup"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (upload,) = pod["containers"]
    found = {item["name"]: item.get("value") for item in upload["env"]}
    return {name: value for name, value in found.items() if "CHECKSUM" in name}


def test_a_store_that_refuses_checksums_takes_the_dumps(backup: Backup) -> None:
    assert backup.run("dump").returncode == 0
    with strict(backup.environment["AWS_ENDPOINT_URL"]) as endpoint:
        refused = backup.run("upload", AWS_ENDPOINT_URL=endpoint)
        assert refused.returncode != 0
        assert "NotImplemented" in refused.stderr or "501" in refused.stderr
        assert backup.objects() == []
        done = backup.run("upload", AWS_ENDPOINT_URL=endpoint, **_checksum_settings())
        assert done.returncode == 0, done.stderr
    assert len(backup.objects()) == 3


def test_the_dump_of_the_roles_holds_no_password(backup: Backup) -> None:
    assert backup.run("dump").returncode == 0
    (roles,) = (backup.folder / "dumps").glob("globals-*.sql")
    assert "etl_app" in roles.read_text()
    assert "SCRAM-SHA-256$" not in roles.read_text()


def test_a_failing_dump_fails_and_leaves_nothing_to_upload(backup: Backup) -> None:
    assert backup.run("dump", PGPORT="1").returncode != 0
    assert backup.run("upload").returncode != 0
    assert backup.objects() == []


def test_a_dump_of_one_database_that_fails_fails_the_step(backup: Backup, running: Server) -> None:
    running.answer("ALTER DATABASE ecommerce ALLOW_CONNECTIONS false")
    try:
        assert backup.run("dump").returncode != 0
    finally:
        running.answer("ALTER DATABASE ecommerce ALLOW_CONNECTIONS true")
    assert not (backup.folder / "dumps" / "SHA256SUMS").exists()


def test_a_dump_that_was_damaged_on_the_way_is_not_uploaded(backup: Backup) -> None:
    assert backup.run("dump").returncode == 0
    (dump,) = (backup.folder / "dumps").glob("ecommerce-*.dump")
    with dump.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last[0] ^ 1]))
    assert backup.run("upload").returncode != 0
    assert backup.objects() == []


def test_an_upload_that_arrives_changed_is_deleted_and_fails(backup: Backup) -> None:
    assert backup.run("dump").returncode == 0
    programs = backup.folder / "bin"
    programs.mkdir()
    liar = programs / "aws"
    real = tools.object_store("aws")
    # What is read back differs by one byte, as if the store had changed it.
    liar.write_text(
        f'#!/bin/bash\ncase "$*" in *" -") {real} "$@"; echo x;; *) exec {real} "$@";; esac\n'
    )
    liar.chmod(0o755)
    done = backup.run("upload", PATH=f"{programs}:{backup.environment['PATH']}")
    assert done.returncode != 0
    assert "holds something else" in done.stderr
    assert backup.objects() == []


KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
FORGETFUL = """#!/bin/bash
# A client whose store ignores what it does not know.
kept=()
while [ $# -gt 0 ]; do
  case $1 in
    --sse | --sse-kms-key-id) shift 2 ;;
    *) kept+=("$1"); shift ;;
  esac
done
exec REAL "${kept[@]}"
"""


def _encrypting(encryption: str) -> dict[str, str]:
    """Return the files of the backup whose dumps the store is to encrypt."""
    text = PLATFORM.replace("      keep: 7d", f"      encryption: {{ {encryption} }}")
    result = compile_platform(Source(text.replace("READERS", "readers: [reporting_app]")))
    assert not result.failed, result.diagnostics
    (path,) = (each for each in result.files if each.endswith("configmap-db-backup.yaml"))
    data: dict[str, str] = yaml.safe_load(result.files[path])["data"]
    return data


@pytest.mark.parametrize(
    ("encryption", "by"),
    [("sse: AES256", "AES256"), ("sse: 'aws:kms'", "aws:kms"),
     (f"sse: 'aws:kms', key_id: {KEY}", "aws:kms"),
     (f"sse: 'aws:kms', key_id: 'arn:aws:kms:eu-central-1:123456789012:key/{KEY}'", "aws:kms"),
     ("sse: 'aws:kms', key_id: alias/dumps", "aws:kms")],
)  # fmt: skip
def test_the_store_encrypts_the_dumps_as_stated(backup: Backup, encryption: str, by: str) -> None:
    backup.scripts = _encrypting(encryption)
    for step in ("dump", "upload"):
        done = backup.run(step)
        assert done.returncode == 0, done.stderr
    assert len(backup.objects()) == 3
    for key in backup.objects():
        head = json.loads(backup.aws("s3api", "head-object", "--bucket", "copies", "--key", key))
        assert head["ServerSideEncryption"] == by
        assert (KEY in head.get("SSEKMSKeyId", "")) == (KEY in encryption)
    # Who may use the key restores them as before.
    done = _follow(backup, "Restore db")
    assert "ecommerce: as it was uploaded" in done.stdout


@pytest.mark.parametrize("encryption", ["sse: 'aws:kms'", f"sse: 'aws:kms', key_id: {KEY}"])
def test_a_dump_that_the_store_has_not_encrypted_is_deleted(
    backup: Backup, encryption: str
) -> None:
    backup.scripts = _encrypting(encryption)
    assert backup.run("dump").returncode == 0
    programs = backup.folder / "bin"
    programs.mkdir()
    (programs / "aws").write_text(FORGETFUL.replace("REAL", str(tools.object_store("aws"))))
    (programs / "aws").chmod(0o755)
    done = backup.run("upload", PATH=f"{programs}:{backup.environment['PATH']}")
    assert done.returncode != 0
    assert "not by aws:kms" in done.stderr
    assert backup.objects() == []


def test_a_dump_that_is_encrypted_with_another_key_is_deleted(backup: Backup) -> None:
    backup.scripts = _encrypting(f"sse: 'aws:kms', key_id: {KEY}")
    assert backup.run("dump").returncode == 0
    upload = backup.scripts["upload.sh"]
    backup.scripts["upload.sh"] = upload.replace(
        f"--sse-kms-key-id '{KEY}'", "--sse-kms-key-id other"
    ).replace(f"--sse-kms-key-id {KEY}", "--sse-kms-key-id other")
    done = backup.run("upload")
    assert done.returncode != 0
    assert "is encrypted with other, not with" in done.stderr
    assert backup.objects() == []


def test_old_copies_go_new_ones_and_what_is_not_ours_stay(backup: Backup) -> None:
    def key(days: float, database: str = "ecommerce") -> str:
        taken = datetime.now(UTC) - timedelta(days=days)
        return f"some/prefix/{database}-{taken:%Y%m%dT%H%M%SZ}.dump"

    old, young, odd = key(8), key(6.9), "some/prefix/ecommerce-by-hand.dump"
    foreign, elsewhere = key(30, "other"), key(30).removeprefix("some/")
    for name in (old, young, odd, foreign, elsewhere):
        backup.put(name)
    for step in ("dump", "upload"):
        done = backup.run(step)
        assert done.returncode == 0, done.stderr
    left = backup.objects()
    assert old not in left
    assert {young, odd, foreign, elsewhere} <= set(left)
    assert len(left) == 4 + 3


def test_a_failing_upload_deletes_nothing(backup: Backup) -> None:
    old = "some/prefix/ecommerce-20200101T000000Z.dump"
    backup.put(old)
    assert backup.run("dump").returncode == 0
    (backup.folder / "dumps" / "STAMP").unlink()
    assert backup.run("upload").returncode != 0
    assert old in backup.objects()


KUBECTL = """#!/bin/bash
# Stands for the cluster: commands for the server's pod run here, the rest is written down.
echo "kubectl $*" >> "$ASKED"
[ "$3" = exec ] || { [[ "$*" != apply*job-db-bootstrap* ]] || bash "$BOOTSTRAP"; exit; }
while [ "$1" != -- ]; do shift; done
shift
# The pod reaches its server at the usual port.
exec env PGPORT="$SERVER_PORT" POSTGRES_PASSWORD_FILE="$SUPERUSER_PASSWORD_FILE" "$@"
"""


def _commands(step: str) -> str:
    """Return the commands of a step of the runbook, put together."""
    text = _files()["runbook/RECOVERY.md"].partition(f". {step}\n")[2].partition("\n### ")[0]
    return "\n".join(re.findall(r"^```bash\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL))


def _follow(
    backup: Backup, step: str, before: str = "20991231T000000Z"
) -> subprocess.CompletedProcess[str]:
    """Run a step of the runbook as an operator would, line by line."""
    programs = backup.folder / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "kubectl").write_text(KUBECTL)
    (programs / "kubectl").chmod(0o755)
    files = _config_map("db-bootstrap")
    bootstrap = backup.folder / "bootstrap.sh"
    bootstrap.write_text(files["bootstrap.sh"])
    environment = backup.environment | {
        "PATH": f"{programs}:{backup.environment['PATH']}",
        "ASKED": str(backup.folder / "asked"), "BOOTSTRAP": str(bootstrap),
        "SERVER_PORT": str(backup.running.port),
        "BOOTSTRAP_SQL": str(backup.running.folder / "bootstrap.sql"),
        "AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "secret+key/",
    }  # fmt: skip
    # The operator's own object store is that of the test; what platform.yaml says is replaced.
    script = _commands(step).replace("export AWS_ENDPOINT_URL=https://s3.example.com", "")
    script = script.replace("BEFORE=   #", f"BEFORE={before}   #")
    return subprocess.run(
        ["/bin/bash", "-e", "-c", script], env=environment, cwd=backup.folder,
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def test_the_runbook_restores_what_was_lost(backup: Backup, running: Server) -> None:
    running.answer("DROP TABLE IF EXISTS etl_data.books", "ecommerce")
    _as(running, "etl_app", "CREATE TABLE etl_data.books AS SELECT generate_series(1, 100) n")
    for step in ("dump", "upload"):
        done = backup.run(step)
        assert done.returncode == 0, done.stderr
    assert _as(running, "etl_app", "DROP TABLE etl_data.books")[0]

    done = _follow(backup, "Restore db")

    assert done.returncode == 0, done.stderr
    assert "ecommerce: as it was uploaded" in done.stdout
    sum_of = "SELECT sum(n) FROM etl_data.books"
    assert _as(running, "etl_app", sum_of) == (True, "5050")
    assert _as(running, "reporting_app", sum_of) == (True, "5050")
    assert not _as(running, "airflow", "SELECT 1")[0]
    asked = (backup.folder / "asked").read_text().splitlines()
    assert asked[0] == "kubectl -n data delete deployment/app --ignore-not-found"
    assert asked[-2].startswith("kubectl apply --server-side --force-conflicts -f ")
    assert asked[-2].endswith("/data/deployment-app.yaml")


def test_the_runbook_proves_a_database_whole_and_counts_its_rows(
    backup: Backup, running: Server
) -> None:
    running.answer("DROP TABLE IF EXISTS etl_data.counted", "ecommerce")
    _as(running, "etl_app", "CREATE TABLE etl_data.counted AS SELECT generate_series(1, 77) n")
    done = _follow(backup, "Verify db")
    assert done.returncode == 0, done.stderr
    assert "etl_data.counted |   77" in done.stdout


UPGRADING = """#!/bin/bash
# Stands for the cluster: the old server is dumped, and all else is for the new one.
echo "kubectl $*" >> "$ASKED"
case "$*" in
  *"create job"*) bash "$LAST_DUMP"; exit ;;
  apply*job-db-bootstrap*) bash "$BOOTSTRAP"; exit ;;
esac
[ "$3" = exec ] || exit 0
while [ "$1" != -- ]; do shift; done
shift
exec env PGPORT="$SERVER_PORT" POSTGRES_PASSWORD_FILE="$SUPERUSER_PASSWORD_FILE" "$@"
"""


def test_the_runbook_brings_a_database_from_17_to_18(tmp_path: Path) -> None:
    with (
        server(_config_map("db-config"), 17) as old,
        server(_config_map("db-config")) as new,
        _object_store(tmp_path) as endpoint,
    ):
        (old.folder / "roles" / "pg").mkdir(parents=True)
        for role, password in PASSWORDS.items():
            (old.folder / "roles" / "pg" / role).write_text(f"{password}\n")
        _bootstrap(old)
        _as(old, "etl_app", "CREATE TABLE etl_data.books AS SELECT generate_series(1, 100) n")
        backup = Backup(old, endpoint, tmp_path)
        programs, folder = tmp_path / "bin", tmp_path / "17"
        programs.mkdir()
        folder.mkdir()
        steps = [f"bash -c {shlex.quote(backup.scripts[f'{s}.sh'])}" for s in ("dump", "upload")]
        texts = {
            "kubectl": UPGRADING, "bootstrap.sh": _config_map("db-bootstrap")["bootstrap.sh"],
            "last.sh": f"export PGPORT={old.port}\n" + "\n".join(steps),
        }  # fmt: skip
        for name, text in texts.items():
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        environment = backup.environment | {
            "PATH": f"{programs}:{backup.environment['PATH']}", "ASKED": str(tmp_path / "asked"),
            "BOOTSTRAP": str(programs / "bootstrap.sh"), "LAST_DUMP": str(programs / "last.sh"),
            "BOOTSTRAP_SQL": str(old.folder / "bootstrap.sql"), "PGDATA": str(folder),
            "SERVER_PORT": str(new.port), "PGPORT": str(new.port),
            "AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "secret+key/",
        }  # fmt: skip
        script = _commands("Upgrade db").replace("$(date -u +%Y%m%dT%H%M%SZ)", "20991231T000000Z")
        done = subprocess.run(
            ["/bin/bash", "-e", "-c", script.replace("export AWS_ENDPOINT_URL=https", ": https")],
            env=environment, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert new.answer("SHOW server_version").startswith("18.")
        for role in ("etl_app", "reporting_app"):
            assert _as(new, role, "SELECT sum(n) FROM etl_data.books") == (True, "5050")
        # Only then is the old folder gone.
        assert not folder.exists()
        asked = (tmp_path / "asked").read_text()
        dumped = asked.index("create job db-backup-last")
        assert asked.index("delete deployment/app") < dumped < asked.index("statefulset-db.yaml")
