"""Which values can be made, and which must be given."""

from __future__ import annotations

import pytest

from platc_compiler.pipeline import read, specify
from platc_compiler.seal.declarations import declarations, renewals
from platc_compiler.seal.declared import KeyRef
from platc_compiler.source.source import Source
from platc_spec.platform import Spec

PLATFORM = """
platform: shop
version: 1
cluster: { nodes: { main: { memory: 32Gi, cpu: 16 } } }
namespaces: { shop: {} }
secrets:
  keys: { keys: [fernet, session, jwt, admin] }
  db: { keys: [superuser, airflow, id, secret] }
  logs: { keys: [elastic, kibana, kibana_key] }
  grafana: { keys: [admin, key] }
  git: { keys: [ssh, hosts] }
  chat: { keys: [slack, hook, mail] }
  web: { keys: [token, salt, user, tls.key], generate: { salt: "hex:16" } }
  pull: { keys: [.dockerconfigjson], type: kubernetes.io/dockerconfigjson }
services:
  s3: { kind: external, address: { host: s3.example.com }, ports: { https: 443 } }
  mail: { kind: external, address: { host: mail.example.com }, ports: { smtp: 587 } }
  airflow:
    kind: airflow
    version: 3.3.2
    database: db/airflow
    keys: { fernet: keys/fernet, session: keys/session, jwt: keys/jwt }
    admin: { password: keys/admin }
    dags: { git: { repo: "git@example.com:dags.git", ssh_key: git/ssh, known_hosts: git/hosts } }
  db:
    kind: postgres
    storage: 1Gi
    superuser_password: db/superuser
    roles: { airflow: { password: db/airflow } }
    databases: { airflow: { owner: airflow } }
    backup:
      schedule: "@daily"
      to: s3
      bucket: s3://copies
      credentials: { access_key_id: db/id, secret_access_key: db/secret }
  elasticsearch:
    kind: elasticsearch
    storage: 1Gi
    passwords: { elastic: logs/elastic, kibana_system: logs/kibana }
  kibana:
    kind: kibana
    depends_on: [elasticsearch]
    encryption_key: logs/kibana_key
    password: logs/kibana
  grafana: { kind: grafana, admin: { password: grafana/admin }, secret_key: grafana/key }
  web:
    kind: workload
    image: example.com/web:1
    ports: { http: 80 }
    env: { TOKEN: "${web/token}", SALT: "${web/salt}", DB_USER: "${web/user}" }
    secret_files: { /etc/tls.key: web/tls.key }
notifications:
  routes: { default: chat }
  smtp: { service: mail, from: a@example.com, username: a, password: chat/mail }
  receivers:
    chat: { slack: { channel: "#a", webhook: chat/slack }, webhook: { url: chat/hook } }
"""


def spec(text: str = PLATFORM) -> Spec:
    specified = specify(read(Source(text)))
    assert specified.spec is not None, specified.diagnostics
    return specified.spec


def recipes(text: str = PLATFORM) -> dict[str, str]:
    return {
        f"{each.name}/{key}": recipe
        for each in declarations(spec(text))
        for key, recipe in each.generate.items()
    }


def test_only_passwords_and_keys_of_the_platforms_own_can_be_made() -> None:
    assert recipes() == {
        "keys/fernet": "fernet", "keys/session": "hex:32", "keys/jwt": "base64:64",
        "keys/admin": "password", "db/superuser": "password", "db/airflow": "password",
        "logs/elastic": "password", "logs/kibana": "password", "logs/kibana_key": "hex:32",
        "grafana/admin": "password", "grafana/key": "password", "web/salt": "hex:16",
    }  # fmt: skip


def test_a_stated_recipe_wins_over_that_of_the_field() -> None:
    stated = "keys: { keys: [fernet, session, jwt, admin], generate: { admin: uuid } }"
    text = PLATFORM.replace("keys: { keys: [fernet, session, jwt, admin] }", stated)
    assert recipes(text)["keys/admin"] == "uuid"


@pytest.mark.parametrize("other", ["env: { P: '${db/id}'", "env: { P: '${db/airflow}'"])
def test_who_else_uses_a_key_changes_nothing(other: str) -> None:
    text = PLATFORM.replace('env: { TOKEN: "${web/token}"', f'{other}, TOKEN: "${{web/token}}"')
    assert recipes(text) == recipes()


def test_a_key_that_somebody_issues_is_never_made_even_if_it_is_a_password_too() -> None:
    both = PLATFORM.replace("password: grafana/admin", "password: chat/mail")
    assert "chat/mail" not in recipes(both)


def test_what_a_new_value_needs_is_told_of_the_keys_that_are_read_once() -> None:
    refs = [KeyRef("shop", *each) for each in (("db", "superuser"), ("db", "airflow"))]
    told = renewals(spec(), refs)
    assert told.keys() == {"db/superuser"}
    assert "ALTER ROLE postgres PASSWORD" in told["db/superuser"][0]
