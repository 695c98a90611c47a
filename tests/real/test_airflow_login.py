"""People log in to the real Airflow, of both generations, by a real Keycloak."""

from __future__ import annotations

import contextlib
import html
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest

from platc_compiler.diagnostics import rendering as render
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.real.airflow_pods import (
    ENVIRONMENTS,
    Generated,
    lay_out,
    on_file,
    run_with_database,
    running,
    status,
    wait_until,
)
from tests.real.postgres_server import free_port
from tests.real.test_grafana_login import Browser
from tests.real.test_keycloak import SECRETS, Site, build, prepared
from tests.real.test_keycloak import lay_out as lay_out_keycloak
from tests.real.test_keycloak import running as keycloak_running
from tests.tools import ROOT

pytestmark = pytest.mark.e2e

PLATFORM = ROOT / "tests/golden/platforms/airflow-login.yaml"
OUTSIDE = "https://flows.example.com/etl"
INSIDE = "http://keycloak.identity.svc:8080"


@dataclass(frozen=True)
class Airflow:
    """An Airflow that runs."""

    generated: Generated
    home: Path
    port: int

    @property
    def login(self) -> str:
        """Where a login begins."""
        below = "/auth" if self.generated.version.startswith("3") else ""
        return f"{OUTSIDE}{below}/login/keycloak"

    def roles(self, user: str) -> list[str] | None:
        """Return the roles of a person, ``None`` if Airflow does not know the person."""
        with contextlib.closing(sqlite3.connect(self.home / "airflow.db")) as database:
            known = database.execute(
                "select id from ab_user where username = ?", (user,)
            ).fetchone()
            if known is None:
                return None
            found = database.execute(
                "select r.name from ab_role r join ab_user_role u on u.role_id = r.id"
                " where u.user_id = ? order by r.name",
                known,
            )
            return [name for (name,) in found]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with prepared() as database:
        made = lay_out_keycloak(database, tmp_path_factory.mktemp("keycloak"), PLATFORM)
        build(made)
        with keycloak_running(made):
            yield made


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def airflow(
    request: pytest.FixtureRequest, site: Site, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Airflow]:
    version = request.param
    source = Source(PLATFORM.read_text("utf-8"), environment=ENVIRONMENTS[version])
    result = compile_platform(source)
    assert not result.failed, render.as_text(result.diagnostics)
    generated = Generated(version, dict(result.files), dict(result.dags), result.platform)
    home, port = tmp_path_factory.mktemp("airflow") / version, free_port()
    lay_out(generated, home)
    people = home / "webserver_config.py"
    text = people.read_text("utf-8").replace(INSIDE, f"http://127.0.0.1:{site.http}")
    people.write_text(text, encoding="utf-8")
    (home / "secrets/clients").mkdir()
    (home / "secrets/clients/airflow").write_text(SECRETS["clients/airflow"], encoding="utf-8")
    run_with_database(generated, home, "airflow", "db", "migrate")
    name = "airflow-api-server" if version.startswith("3") else "airflow-webserver"
    container = generated.manifest("Deployment", name)["spec"]["template"]["spec"]["containers"][0]
    arguments = [word.replace("/tmp/", f"{home}/") for word in container["args"]]  # noqa: S108
    env = {
        **on_file(home),
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__WEBSERVER__WEB_SERVER_PORT": str(port),
        "AIRFLOW__WEBSERVER__WORKERS": "1",
    }
    ready = container["livenessProbe"]["httpGet"]["path"]
    with running(generated, home, "airflow", *arguments, **env) as process:
        wait_until(lambda: status(f"http://127.0.0.1:{port}{ready}") == 200, process)
        yield Airflow(generated, home, port)


def log_in(airflow: Airflow, site: Site, user: str) -> tuple[Browser, str]:
    """Go through a login, and return Airflow's browser and where it is sent at the end."""
    here, there = Browser(airflow.port), Browser(site.http)
    code, page, location = here.ask(airflow.login)
    assert code == 302, page
    asked: dict[str, Any] = parse_qs(urlsplit(location).query)
    assert location.startswith("https://login.example.com/auth/realms/etl/protocol/openid-connect/")
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"][0].startswith(f"{OUTSIDE}/")
    code, page, _ = there.ask(location)
    assert code == 200, page
    form = re.search(r'<form[^>]*action="([^"]+)"', page)
    assert form, page
    password = SECRETS[f"sso/{user}"]
    code, page, back = there.ask(html.unescape(form[1]), {"username": user, "password": password})
    assert code == 302, page
    assert back.startswith(asked["redirect_uri"][0])
    code, page, location = here.ask(back)
    assert code == 302, page
    return here, location


def test_a_person_gets_the_role_that_the_realm_gives(airflow: Airflow, site: Site) -> None:
    for user, role in (("ann", "Admin"), ("bob", "Viewer")):
        log_in(airflow, site, user)
        # Public, which allows nothing, has everybody who is let in by a list of viewers.
        assert airflow.roles(user) == sorted(["Public", role])


def test_who_has_no_role_does_not_get_in(airflow: Airflow, site: Site) -> None:
    log_in(airflow, site, "eve")
    assert airflow.roles("eve") is None


def test_the_page_after_the_login_knows_the_person(airflow: Airflow, site: Site) -> None:
    here, location = log_in(airflow, site, "ann")
    modern = airflow.generated.version.startswith("3")
    page = f"{OUTSIDE}/ui/auth/me" if modern else f"{OUTSIDE}/home"
    for _ in range(5):
        if not location:
            break
        path = urlsplit(urljoin(OUTSIDE, location)).path
        assert path.startswith("/etl"), "it stays below its path"
        # 3.x leads to http where a slash is missing, and the ingress back to https.
        _, _, location = here.ask(f"https://flows.example.com{path}")
    code, text, _ = here.ask(page)
    assert code == 200, text
    assert "ann" in text.casefold()
    assert Browser(airflow.port).ask(page)[0] in {302, 401, 403}


def test_the_secret_is_in_no_file_of_the_configuration(airflow: Airflow) -> None:
    assert SECRETS["clients/airflow"] not in "".join(airflow.generated.files.values())
    assert "fab" not in airflow.generated.config.get("worker.cfg", "")
