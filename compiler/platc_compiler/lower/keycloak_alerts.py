"""The alerts of ``keycloak``."""

from __future__ import annotations

from platc_compiler.ir.observability import Alert, RuleTest
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.owner import Owner

_FAILED_LOGINS = 0.5


def alerts(name: str) -> tuple[Alert, ...]:
    """Return the alerts on errors, on failed logins, and on the connections to the database."""
    owner = Owner(name, service_origin(name), name)
    job = f'job="{name}"'
    requests = "http_server_requests_seconds_count"
    people = f'{job},uri!~"/(health|metrics).*"'
    bad = f'sum(rate({requests}{{{people},outcome="SERVER_ERROR"}}[5m]))'
    every = f"sum(rate({requests}{{{people}}}[5m]))"
    waiting = f"agroal_awaiting_count{{{job}}}"
    logins = f'keycloak_user_events_total{{{job},event="login"'
    failed, good = f'{logins},error!=""}}', f"{logins}}}"
    error = f'{requests}{{{job},outcome="SERVER_ERROR",status="500",uri="/realms/a"}}'
    success = f'{requests}{{{job},outcome="SUCCESS",status="200",uri="/realms/a"}}'
    one = f'{logins},error="invalid_user_credentials",realm="a"}}'
    other = f'{logins},error="",realm="a"}}'
    return (
        owner.alert(
            "KeycloakAnswersWithErrors", f"{bad} / {every} > 0.05", "critical",
            f"{name} answers with errors",
            "{{ $value | humanizePercentage }} of its answers are errors of the server: nobody may"
            " be able to log in. Its log says why; most often it is the database.",
            RuleTest(
                ((error, "0+60x60"), (success, "0+60x60")),
                ((error, "0+1x60"), (success, "0+60x60")),
            ),
            minutes=5,
        ),
        owner.alert(
            "KeycloakWaitsForDatabase", f"sum({waiting}) > 0", "warning",
            f"{name} waits for connections to its database",
            "{{ $value }} requests have waited for a connection for 5 minutes: raise connections of"
            " the service, or find what is slow in the database.",
            RuleTest(((waiting, "3"),), ((waiting, "0"),)), minutes=5,
        ),
        owner.alert(
            "KeycloakLoginsFail",
            f"sum(increase({failed}[10m])) > 20"
            f" and sum(increase({failed}[10m])) > {_FAILED_LOGINS} * sum(increase({good}[10m]))",
            "warning", f"Most logins at {name} fail",
            "{{ $value | humanize }} logins have failed in 10 minutes: somebody tries passwords, or"
            " a client has a wrong one. The events of the realm say who.",
            RuleTest(
                ((one, "0+10x60"), (other, "0+1x60")), ((one, "0+1x60"), (other, "0+50x60"))
            ),
            minutes=5,
        ),
    )  # fmt: skip
