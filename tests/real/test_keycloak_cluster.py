"""Two real Keycloaks find each other by the database, and share logins that are under way."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import yaml

from tests.real.postgres_server import Server
from tests.real.test_grafana_login import Browser
from tests.real.test_keycloak import PLATFORM, Site, build, lay_out, prepared, running

pytestmark = pytest.mark.e2e

LOGIN = {"username": "ann", "password": "of ann"}
BACK = "https://web.example.com/back"


@dataclass(frozen=True)
class Cluster:
    """Two pods of one StatefulSet, which share a database."""

    first: Site
    second: Site
    database: Server
    session: int
    """The session of the processes of the first."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with prepared() as database:
        first, second = (
            lay_out(database, tmp_path_factory.mktemp("pod"), PLATFORM, address)
            for address in ("127.0.0.1", "127.0.0.2")
        )
        build(first)
        shutil.copytree(first.folder / "quarkus", second.folder / "quarkus", dirs_exist_ok=True)
        # One after the other, as the StatefulSet starts them.
        with running(first) as session:
            assert members(database) == 1
            add_person(first)
            with running(second):
                yield Cluster(first, second, database, session)


def members(database: Server) -> int:
    return int(database.answer("SELECT count(*) FROM keycloak.jgroups_ping", "etl"))


def add_person(site: Site) -> None:
    person = {
        "username": LOGIN["username"], "enabled": True, "email": "ann@example.com",
        "firstName": "Ann", "lastName": "A", "emailVerified": True,
        "credentials": [{"type": "password", "value": LOGIN["password"]}],
    }  # fmt: skip
    request = Request(
        f"http://127.0.0.1:{site.http}/auth/admin/realms/etl/users",
        json.dumps(person).encode(),
        headers={
            "Authorization": f"Bearer {site.administrator()}", "Content-Type": "application/json"
        },
    )  # fmt: skip
    with urlopen(request, timeout=60) as answer:  # noqa: S310 - of this machine
        assert answer.status == 201


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.5)


def size(site: Site) -> int:
    """Return how many members the pod itself counts."""
    _, text = site.get("/metrics", site.management, Accept="text/plain; version=0.0.4")
    found = re.search(r"^vendor_cluster_size\{[^}]*\} ([\d.]+)", text, re.MULTILINE)
    return int(float(found[1])) if found else 0


def form_of(browser: Browser, back: str) -> str:
    """Begin a login, and return where its form is sent."""
    asked = {"client_id": "web", "response_type": "code", "scope": "openid", "redirect_uri": back}
    url = "https://login.example.com/auth/realms/etl/protocol/openid-connect/auth"
    status, page, _ = browser.ask(f"{url}?{urlencode(asked)}")
    assert status == 200, page
    form = re.search(r'<form[^>]*action="([^"]+)"', page)
    assert form, page
    return html.unescape(form[1])


def test_each_pod_knows_the_other(cluster: Cluster) -> None:
    wait_for(lambda: members(cluster.database) == 2)
    for site in (cluster.first, cluster.second):
        wait_for(lambda site=site: size(site) == 2)  # type: ignore[misc]


def test_they_start_one_after_the_other(cluster: Cluster) -> None:
    path = "manifests/50-workloads/identity/statefulset-keycloak.yaml"
    spec = yaml.safe_load(cluster.first.result.files[path])["spec"]
    assert spec["replicas"] > 1
    assert spec["podManagementPolicy"] == "OrderedReady"


def test_a_login_that_began_at_one_pod_ends_at_the_other(cluster: Cluster) -> None:
    browser = Browser(cluster.first.http)
    action = form_of(browser, BACK)
    browser.port = cluster.second.http
    status, page, location = browser.ask(action, LOGIN)
    assert status == 302, page
    assert location.startswith(f"{BACK}?")
    assert "code=" in location


def test_the_second_goes_on_when_the_first_ends(cluster: Cluster) -> None:
    browser = Browser(cluster.first.http)
    action = form_of(browser, BACK)
    os.killpg(cluster.session, signal.SIGTERM)
    wait_for(lambda: size(cluster.second) == 1)
    assert cluster.second.get("/health/ready", cluster.second.management)[0] == 200
    # What the first had begun has been copied.
    browser.port = cluster.second.http
    status, page, location = browser.ask(action, LOGIN)
    assert status == 302, page
    assert location.startswith(f"{BACK}?")
    assert members(cluster.database) == 1
