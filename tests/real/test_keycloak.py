"""The real Keycloak starts on what platc emits, and keeps its tables in a schema of PostgreSQL."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import yaml

from platc_compiler.expressions.exported_metrics import computes_name, exported
from platc_compiler.pipeline import Result
from tests.real import memory
from tests.real.built import result_of
from tests.real.postgres_server import Server, free_port, server
from tests.real.scraped import fixed, prometheus
from tests.tools import ROOT, keycloak

pytestmark = pytest.mark.e2e

PLATFORM = ROOT / "tests/golden/platforms/keycloak.yaml"
SECRETS = {
    "sso/admin": "adm1n 'pass\"word",
    "database/keycloak": "s$1 'kc\"",
    "sso/web": "web-secret-1",
    "clients/grafana": "grafana-secret-1",
    "clients/airflow": "airflow s%c'ret-1",
    "sso/ann": "ann-1",
    "sso/bob": "bob-1",
    "sso/eve": "eve-1",
}
"""Values that break careless quoting."""
_PATIENCE = 420
"""Seconds for a start on a busy machine; the startup probe allows 15 minutes."""


@dataclass(frozen=True)
class Site:
    """What platc emits for a Keycloak, laid out for this machine."""

    result: Result
    folder: Path
    http: int
    management: int
    address: str = "127.0.0.1"
    """Where it meets the other pods, on ports that are the same for all."""

    @property
    def pod(self) -> dict[str, Any]:
        """The spec of its pods."""
        path = "manifests/50-workloads/identity/statefulset-keycloak.yaml"
        body = yaml.safe_load(self.result.files[path])
        return dict(body["spec"]["template"]["spec"])

    def environment(self) -> dict[str, str]:
        """Return the variables of the container."""
        found = {**os.environ, "HOME": str(self.folder)}
        for each in self.pod["containers"][0]["env"]:
            key = each.get("valueFrom", {}).get("secretKeyRef")
            found[each["name"]] = SECRETS[f"{key['name']}/{key['key']}"] if key else each["value"]
        heap = found["JAVA_OPTS_KC_HEAP"].split()
        limit = 1 << 30
        percent = int(heap[0].partition("=")[2])
        # A percentage would be one of this machine; the container has its limit instead.
        found["JAVA_OPTS_KC_HEAP"] = f"-Xms64m -Xmx{(limit * percent // 100) >> 20}m"
        found["JAVA_OPTS_APPEND"] = f"-Djgroups.bind.address={self.address}"
        return found

    def command(self, *words: str) -> list[str]:
        """Return a command that sees Keycloak's folder as the container does: read-only."""
        own = [] if os.geteuid() == 0 else ["--map-root-user"]
        return ["unshare", *own, "--mount", "/bin/sh", str(self.folder / "inside.sh"), *words]

    def get(self, path: str, port: int, **headers: str) -> tuple[int, str]:
        """Return the status and the text of an answer, 0 if there is none."""
        request = Request(f"http://127.0.0.1:{port}{path}", headers=headers)
        try:
            with urlopen(request, timeout=20) as answer:  # noqa: S310 - of this machine
                return int(answer.status), str(answer.read().decode())
        except HTTPError as refused:
            return refused.code, refused.read().decode()
        except (URLError, OSError):
            return 0, ""

    def token(self, realm: str, **form: str) -> dict[str, Any]:
        """Ask for a token, and return the answer."""
        path = f"/auth/realms/{realm}/protocol/openid-connect/token"
        request = Request(f"http://127.0.0.1:{self.http}{path}", urlencode(form).encode())
        try:
            with urlopen(request, timeout=20) as answer:  # noqa: S310 - of this machine
                return dict(json.load(answer))
        except HTTPError as refused:
            return dict(json.load(refused))

    def administrator(self) -> str:
        """Return a token of the first administrator."""
        answer = self.token(
            "master", client_id="admin-cli", username="root", grant_type="password",
            password=SECRETS["sso/admin"],
        )  # fmt: skip
        return str(answer["access_token"])


def lay_out(
    database: Server, folder: Path, platform: Path = PLATFORM, address: str = "127.0.0.1"
) -> Site:
    result = result_of(platform)
    site = Site(result, folder, free_port(), free_port(), address)
    home = keycloak()
    files: dict[str, str] = {}
    for name in ("config", "realms"):
        path = f"manifests/30-config/identity/configmap-keycloak-{name}.yaml"
        files |= yaml.safe_load(result.files[path])["data"]
    conf = files.pop("keycloak.conf")
    conf = conf.replace("postgres.data.svc", "127.0.0.1").replace("=5432", f"={database.port}")
    conf = conf.replace("=8080", f"={site.http}").replace("=9000", f"={site.management}")
    (folder / "keycloak.conf").write_text(conf, encoding="utf-8")
    start = files.pop("start.sh").replace("/opt/keycloak", str(home))
    start = start.replace("/run/secrets/keycloak", str(folder / "secrets"))
    (folder / "start.sh").write_text(start, encoding="utf-8")
    for key, value in SECRETS.items():
        (folder / "secrets" / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / "secrets" / key).write_text(value, encoding="utf-8")
    for name in ("quarkus", "data/import", "tmp"):
        (folder / name).mkdir(parents=True)
    for name, text in files.items():
        (folder / "data/import" / name).write_text(text, encoding="utf-8")
    mounts = (("quarkus", "lib/quarkus"), ("data", "data"), ("keycloak.conf", "conf/keycloak.conf"))
    (folder / "inside.sh").write_text(
        "set -eu\nmount --make-rprivate /\n"
        f"mount --bind {home} {home}\nmount -o remount,ro,bind {home}\n"
        + "".join(f"mount --bind {folder}/{own} {home}/{there}\n" for own, there in mounts)
        + 'exec "$@"\n',
        encoding="utf-8",
    )
    return site


def build(site: Site) -> None:
    """Run the two steps of the init containers."""
    copy, step = site.pod["initContainers"]
    home = keycloak()
    words = [word.replace("/opt/keycloak", str(home)) for word in copy["command"]]
    words[-1] = words[-1].replace(" /quarkus/", f" {site.folder}/quarkus/")
    subprocess.run(words, check=True, timeout=60)
    (program, *arguments) = (w.replace("/opt/keycloak", str(home)) for w in step["command"])
    done = subprocess.run(
        site.command(program, *arguments), env=site.environment(), capture_output=True, text=True,
        timeout=_PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def running(site: Site) -> Iterator[int]:
    """Run the server until it is ready; give its session."""
    with (site.folder / "log").open("wb") as log:
        process = subprocess.Popen(
            site.command("/bin/sh", f"{site.folder}/start.sh"), env=site.environment(), stdout=log,
            stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            ready = site.pod["containers"][0]["readinessProbe"]["httpGet"]["path"]
            end = time.monotonic() + _PATIENCE
            while site.get(ready, site.management)[0] != 200:
                tail = (site.folder / "log").read_text(encoding="utf-8", errors="replace")[-3000:]
                assert process.poll() is None, tail
                assert time.monotonic() < end, tail
                time.sleep(1)
            yield process.pid
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=60)
            finally:
                memory.end(process.pid)


@contextmanager
def prepared() -> Iterator[Server]:
    """Run a server with the schema and its owner, as the bootstrap job leaves them."""
    settings = (
        "listen_addresses = '*'\nport = 5432\nunix_socket_directories = ''\n"
        "hba_file = '/etc/postgresql/pg_hba.conf'\n"
    )
    rules = "host all all 127.0.0.1/32 scram-sha-256\n"
    with server({"postgresql.conf": settings, "pg_hba.conf": rules}) as found:
        password = SECRETS["database/keycloak"].replace("'", "''")
        found.answer(f"CREATE ROLE keycloak_app LOGIN PASSWORD '{password}'")
        found.answer("CREATE ROLE etl_app")
        found.answer("CREATE DATABASE etl OWNER etl_app")
        found.answer("REVOKE ALL ON SCHEMA public FROM PUBLIC", "etl")
        found.answer("CREATE SCHEMA keycloak AUTHORIZATION keycloak_app", "etl")
        yield found


@pytest.fixture(scope="module")
def database() -> Iterator[Server]:
    """The server that Keycloak keeps its tables in."""
    with prepared() as found:
        yield found


def test_keycloak_starts_on_what_is_emitted(database: Server, tmp_path: Path) -> None:
    site = lay_out(database, tmp_path)
    build(site)
    with running(site) as session:
        _probes_answer(site)
        _tables_are_in_its_schema(database)
        _finds_its_peers(site, database)
        _realm_is_there(site)
        _change(site, "People's own name")
        _is_scraped(site, tmp_path)
        _leaves_room(site, session)
    with running(site):
        # The same files again: what people have changed in the realm has stayed.
        token = site.administrator()
        _, text = site.get("/auth/admin/realms/etl", site.http, Authorization=f"Bearer {token}")
        assert json.loads(text)["displayName"] == "People's own name"


def _probes_answer(site: Site) -> None:
    (container,) = site.pod["containers"]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        asked = container[probe]["httpGet"]
        assert asked["port"] == 9000
        assert site.get(asked["path"], site.management)[0] == 200
    allowed = (
        container["startupProbe"]["periodSeconds"] * container["startupProbe"]["failureThreshold"]
    )
    assert allowed >= 600


def _tables_are_in_its_schema(database: Server) -> None:
    count = "SELECT count(*) FROM pg_tables WHERE schemaname = "
    assert int(database.answer(f"{count}'keycloak'", "etl")) > 80
    assert database.answer(f"{count}'public'", "etl") == "0"


def _finds_its_peers(site: Site, database: Server) -> None:
    """Several pods find each other by a table, and connect to the two ports of the policy."""
    assert database.answer("SELECT count(*) FROM keycloak.jgroups_ping", "etl") == "1"
    path = "manifests/10-policies/identity/networkpolicy-allow-keycloak.yaml"
    policy = yaml.safe_load(site.result.files[path])["spec"]
    peers = {
        port["port"]
        for rule in policy["egress"]
        for port in rule["ports"]
        if any("podSelector" in to and "namespaceSelector" not in to for to in rule.get("to", ()))
    }
    assert peers >= {7800, 57800}
    for port in (7800, 57800):
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass


def _realm_is_there(site: Site) -> None:
    form = {"client_id": "web", "grant_type": "authorization_code", "code": "none",
            "redirect_uri": "https://web.example.com/x"}  # fmt: skip
    assert site.token("etl", **form, client_secret="no")["error"] == "unauthorized_client"  # noqa: S106
    found = site.token("etl", **form, client_secret=SECRETS["sso/web"])
    assert found["error"] == "invalid_grant", "the secret is right, the code is not"
    _, text = site.get("/auth/realms/etl/.well-known/openid-configuration", site.http)
    assert json.loads(text)["issuer"] == "https://login.example.com/auth/realms/etl"


def _change(site: Site, name: str) -> None:
    token = site.administrator()
    request = Request(
        f"http://127.0.0.1:{site.http}/auth/admin/realms/etl",
        json.dumps({"realm": "etl", "displayName": name}).encode(), method="PUT",
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )  # fmt: skip
    with urlopen(request, timeout=20) as answer:  # noqa: S310 - of this machine
        assert answer.status == 204


def _is_scraped(site: Site, folder: Path) -> None:
    place = folder / "prometheus"
    place.mkdir()
    jobs = {"keycloak": fixed(site.management, service="keycloak", namespace="identity", pod="k")}
    jobs["keycloak"]["scrape_interval"] = jobs["keycloak"]["scrape_timeout"] = "5s"
    with prometheus(site.result.files["prometheus/prometheus.yml"], jobs, place) as asked:
        asked.until('keycloak_user_events_total{event="login"}')
        rules = yaml.safe_load(site.result.files["prometheus/rules/keycloak.yml"])
        expressions = [rule["expr"] for rule in rules["groups"][0]["rules"]]
        assert len(expressions) == 3
        assert asked.query('agroal_awaiting_count{job="keycloak"}')
        assert asked.query('http_server_requests_seconds_count{job="keycloak"}')
        assert not any(asked.query(each) for each in expressions)
    _, text = site.get("/metrics", site.management, Accept="text/plain; version=0.0.4")
    names = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE ")}
    ours = {name for name in names if not name.startswith(("jvm_", "process_", "system_"))}
    unknown = {n for n in ours if not exported("keycloak", n) and not computes_name("keycloak", n)}
    assert not unknown


def _leaves_room(site: Site, session: int) -> None:
    for _ in range(100):
        site.administrator()
    taken = memory.settled(session)
    limit = site.pod["containers"][0]["resources"]["limits"]["memory"]
    assert limit == "1Gi"
    print(f"\nkeycloak: {taken / memory.MIB:.0f} MiB")
    assert taken <= 0.9 * (1 << 30)
