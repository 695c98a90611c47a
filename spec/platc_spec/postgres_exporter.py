"""The exporter of a PostgreSQL server: how it is watched."""

from typing import Annotated

from pydantic import AfterValidator, Field

from platc_spec.base import Identifier, Image, Model, OwnPassword, Resources


def _not_reserved(name: str) -> str:
    if name == "postgres" or name.startswith("pg_"):
        raise ValueError(f"{name!r} is a role of PostgreSQL's own: write another name")
    return name


class PostgresExporter(Model):
    """postgres_exporter 0.17, its role in the server, its alerts and its dashboard."""

    password: OwnPassword
    """The password of its role."""
    role: Annotated[Identifier, Field(max_length=63), AfterValidator(_not_reserved)] = "exporter"
    """Its role, which platc creates: it reads statistics (``pg_monitor``) and no table."""
    tables: Annotated[int, Field(ge=0, le=1000, strict=True)] = 50
    """How many tables of each database have metrics of their own: the largest ones."""
    statements: Annotated[int, Field(ge=0, le=200, strict=True)] = 20
    """How many statements have metrics of their own: those that take the most time. Their texts
    are in no metric."""
    sample_limit: Annotated[int, Field(ge=500, le=1_000_000, strict=True)] | None = None
    """The most samples of one scrape; Prometheus refuses a scrape with more. Default: what the
    stated databases, tables and statements need, doubled."""
    image: Image | None = None
    """Another image with postgres_exporter 0.17."""
    resources: Resources = Resources()
    """Requests and limits."""
