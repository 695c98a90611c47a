"""People log in at a real Keycloak by what grafana.ini says, as Grafana would.

Grafana itself is in no registry: the test takes its part, with the settings that platc emits.
"""

from __future__ import annotations

import base64
import configparser
import hashlib
import html
import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import yaml

from tests.real.test_keycloak import SECRETS, Site, build, lay_out, prepared, running
from tests.tools import ROOT, object_store

pytestmark = pytest.mark.e2e

PLATFORM = ROOT / "tests/golden/platforms/grafana-login.yaml"
CONFIG = "manifests/30-config/monitoring/configmap-grafana-config.yaml"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-1234"


class Browser:
    """A browser behind the ingress, which sends the host and the scheme of the outside."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(
        self, url: str, form: Mapping[str, str] | None = None, **headers: str
    ) -> tuple[int, str, str]:
        """Return the status, the text and the ``Location`` of an answer."""
        parts = urlsplit(url)
        sent = dict(headers)
        if parts.scheme == "https":
            sent |= {"Host": parts.netloc, "X-Forwarded-Proto": "https"}
            sent |= {"X-Forwarded-Host": parts.netloc, "X-Forwarded-Port": "443"}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        body = None if form is None else urlencode(form)
        connection.request("GET" if form is None else "POST", path, body, sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        for each in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer.status, text, answer.headers.get("Location") or ""


def settings(site: Site) -> Mapping[str, str]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(yaml.safe_load(site.result.files[CONFIG])["data"]["grafana.ini"])
    return parser["auth.generic_oauth"]


def challenge() -> str:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def code(site: Site, user: str, password: str, back: str) -> str:
    """Log in at the form, and return the code with which the browser comes back."""
    said, browser = settings(site), Browser(site.http)
    asked = {
        "client_id": said["client_id"], "response_type": "code", "scope": said["scopes"],
        "redirect_uri": back, "state": "s", "code_challenge": challenge(),
        "code_challenge_method": "S256",
    }  # fmt: skip
    status, page, _ = browser.ask(f"{said['auth_url']}?{urlencode(asked)}")
    assert status == 200, page
    form = re.search(r'<form[^>]*action="([^"]+)"', page)
    assert form, page
    action = html.unescape(form[1])
    assert action.startswith("https://login.example.com/auth/"), "browsers use the outside"
    status, page, location = browser.ask(action, {"username": user, "password": password})
    assert status == 302, page
    assert location.startswith(f"{back}?")
    return parse_qs(urlsplit(location).query)["code"][0]


def redeem(site: Site, given: str, back: str, secret: str, verifier: str) -> dict[str, Any]:
    said = settings(site)
    form = {
        "grant_type": "authorization_code", "code": given, "redirect_uri": back,
        "client_id": said["client_id"], "client_secret": secret, "code_verifier": verifier,
    }  # fmt: skip
    _, text, _ = Browser(site.http).ask(said["token_url"], form)
    return dict(json.loads(text))


def claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


def found(expression: str, data: Mapping[str, Any]) -> str:
    """Return what a JMESPath expression finds."""
    done = subprocess.run(
        [object_store("python"), object_store("jp.py"), expression.strip('"')],
        input=json.dumps(data), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return str(json.loads(done.stdout))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A Keycloak with the realm of the platform."""
    with prepared() as database:
        made = lay_out(database, tmp_path_factory.mktemp("login"), PLATFORM)
        build(made)
        with running(made):
            yield made


@pytest.mark.parametrize(("user", "role"), [("ann", "Admin"), ("bob", "Viewer")])
def test_a_person_logs_in_and_gets_the_role(site: Site, user: str, role: str) -> None:
    said, back = settings(site), "https://boards.example.com/login/generic_oauth"
    given = code(site, user, SECRETS[f"sso/{user}"], back)
    tokens = redeem(site, given, back, SECRETS["clients/grafana"], VERIFIER)
    assert "refresh_token" in tokens
    identity = claims(tokens["id_token"])
    assert identity["iss"] == "https://login.example.com/auth/realms/etl"
    status, text, _ = Browser(site.http).ask(
        said["api_url"], Authorization=f"Bearer {tokens['access_token']}"
    )
    assert status == 200, text
    for data in (identity, json.loads(text)):
        assert found(said["role_attribute_path"], data) == role
        assert found(said["login_attribute_path"], data) == user
        assert found(said["email_attribute_path"], data) == f"{user}@example.com"


def test_nobody_else_redeems_a_code(site: Site) -> None:
    back = "https://boards.example.com/login/generic_oauth"
    good = SECRETS["clients/grafana"]
    for secret, verifier in ((good, VERIFIER[::-1]), ("no", VERIFIER)):
        given = code(site, "ann", SECRETS["sso/ann"], back)
        assert "access_token" not in redeem(site, given, back, secret, verifier)
    asked = {"client_id": "grafana", "response_type": "code", "redirect_uri": f"{back}/else"}
    status, _, _ = Browser(site.http).ask(f"{settings(site)['auth_url']}?{urlencode(asked)}")
    assert status == 400


def test_logging_out_ends_at_grafana(site: Site) -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(yaml.safe_load(site.result.files[CONFIG])["data"]["grafana.ini"])
    status, page, location = Browser(site.http).ask(parser["auth"]["signout_redirect_url"])
    assert "Invalid" not in page, page
    assert status in {200, 302}
    assert not location or location.startswith("https://")


def test_the_folder_has_no_secret(site: Site) -> None:
    texts = "".join(site.result.files.values())
    assert not [key for key, value in SECRETS.items() if len(value) > 6 and value in texts]
