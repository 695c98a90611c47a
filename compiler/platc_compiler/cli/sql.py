"""``platc sql``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping

import click

from platc_compiler.cli import FAULTS, files
from platc_compiler.cli.compile import (
    OfAFile,
    compile_source,
    counted,
    environments_of,
    tell,
    unreadable,
)
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.diagnostics.visible import visible
from platc_compiler.pipeline import Result
from platc_compiler.source.load import Unreadable
from platc_compiler.templating.templates import Templates
from platc_spec.kinds.postgres import Postgres

_READ_ONLY = "-c default_transaction_read_only=on"
"""What the server is told of each session: it refuses whatever would change something."""


@click.command("sql", cls=OfAFile)
@click.argument("service", required=False, metavar="[SERVICE]")
@click.option(
    "-f", "--file", default="platform.yaml", show_default=True, metavar="FILE", help="The platform."
)
@click.option(
    "--env", "environment", metavar="NAME", help="Compile this environment.",
    shell_complete=environments_of,
)  # fmt: skip
@click.option(
    "--diff", is_flag=True,
    help="Ask a running server, and print only the statements that would change it.",
)  # fmt: skip
def command(service: str | None, file: str, environment: str | None, diff: bool) -> None:  # noqa: FBT001
    """Print the SQL that sets up roles, databases, schemas and rights of a PostgreSQL.

    It is the SQL of the job in out/, with what is declared in it: psql runs it as a superuser, any
    number of times. It contains no password; outside of the job's pod, passwords stay as they are.
    Without a SERVICE, that of every PostgreSQL is printed.

    --diff runs psql in sessions that can only read. psql finds the server and the password where
    it always does: in PGHOST, PGUSER, PGSERVICE, PGPASSFILE and its other variables.

    \b
    Examples:
      platc sql
      platc sql postgres | psql
      kubectl port-forward -n database service/postgres 5432 &
      PGHOST=localhost PGUSER=postgres platc sql postgres --diff
    """
    result, templates = _compiled(file, environment)
    servers = _servers(result, service)
    if not diff:
        click.echo("\n".join(_texts(servers, templates)), nl=False)
        return
    if len(servers) > 1:
        files.refuse(f"name one of {', '.join(servers)}: --diff asks one server")
    (text,) = _texts(servers, templates)
    _compare(text)


def _compiled(file: str, environment: str | None) -> tuple[Result, Templates]:
    try:
        source = files.source(file)
        own = source.templates
    except Unreadable as fault:
        result = Result({}, {}, unreadable(file, fault))
    else:
        (result,) = compile_source(source, own, [environment])
    if result.failed:
        tell([d for d in result.diagnostics if d.severity == "error"], "text")
        click.echo(f"{visible(file)}: {counted(result.diagnostics)}; no SQL is printed", err=True)
        sys.exit(FAULTS)
    return result, Templates(own)


def _servers(result: Result, wanted: str | None) -> Mapping[str, Postgres]:
    """Return the servers by name: one, or all of them."""
    services = result.platform.spec.services if result.platform is not None else {}
    found = {name: each for name, each in services.items() if isinstance(each, Postgres)}
    if not found:
        files.refuse("the platform has no service of kind postgres")
    if wanted is None:
        return found
    if wanted not in found:
        hint = did_you_mean(wanted, found)
        files.refuse(f"there is no service '{wanted}' of kind postgres; {hint}")
    return {wanted: found[wanted]}


def _texts(servers: Mapping[str, Postgres], templates: Templates) -> Iterator[str]:
    from platc_compiler.lower.postgres.bootstrap import whole_sql

    return (whole_sql(name, service, templates) for name, service in servers.items())


def _compare(text: str) -> None:
    """Print what the SQL would change in the server that psql reaches."""
    import shutil
    import subprocess

    psql = shutil.which("psql")
    if psql is None:
        files.refuse("there is no psql: --diff needs the client of PostgreSQL")
    options = f"{os.environ.get('PGOPTIONS', '')} {_READ_ONLY}".lstrip()
    done = subprocess.run(  # noqa: S603 - what it runs comes from its input
        [psql, "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--set", "dry_run=on",
         "--dbname", "postgres", "--file", "-"],
        input=text, capture_output=True, text=True, encoding="utf-8", errors="replace",
        check=False, env={**os.environ, "PGOPTIONS": options, "PGCLIENTENCODING": "UTF8"},
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.strip() or f"it ended with {done.returncode}"
        files.fail(f"psql: {said}")
    statements, remarks = _sorted(done.stdout)
    for line in remarks:
        click.echo(visible(line), err=True)
    for line in statements:
        click.echo(visible(line))
    if not statements:
        click.echo("nothing would change", err=True)


def _sorted(said: str) -> tuple[list[str], list[str]]:
    """Return the statements, after the database of each, and what is said beside them."""
    statements: list[str] = []
    remarks: list[str] = []
    connected = ""
    for line in filter(None, said.splitlines()):
        if line.startswith("\\connect "):
            connected = line
        elif line.startswith(("-- kept:", "-- passwords")):
            remarks.append(line)
        else:
            if connected:
                statements.append(connected)
                connected = ""
            statements.append(line)
    return statements, remarks
