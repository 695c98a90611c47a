"""Which schemas a text of SQL names, and for what."""

from __future__ import annotations

import pytest

from platc_compiler.expressions.sql import named_schemas

KNOWN = frozenset({"stock", "Mixed"})


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE stock.t (n int)",
        "create table if not exists STOCK.t (n int)",
        "ALTER TABLE ONLY stock.t ADD COLUMN m int",
        "DROP TABLE IF EXISTS stock.t",
        "DROP VIEW stock.a, stock.b",
        "INSERT INTO stock.t VALUES (1)",
        "UPDATE stock.t SET n = 1",
        "DELETE FROM stock.t",
        "TRUNCATE stock.t",
        "CREATE INDEX i ON stock.t (n)",
        "CREATE TABLE t (n int REFERENCES stock.t)",
        "GRANT SELECT ON stock.t TO somebody",
        "GRANT USAGE ON SCHEMA stock TO somebody",
        "REVOKE ALL ON ALL TABLES IN SCHEMA stock FROM somebody",
        "COMMENT ON COLUMN stock.t.n IS 'x'",
        "CREATE SCHEMA IF NOT EXISTS stock",
        "DROP SCHEMA stock",
        "SET search_path = stock",
        "SET LOCAL search_path TO public, stock",
        'CREATE TABLE "Mixed".t (n int)',
        "DO $body$ BEGIN INSERT INTO stock.t VALUES (1); END $body$",
        "ALTER TABLE t SET SCHEMA stock",
        "SELECT $$ ' $$; DROP TABLE stock.t",
        "SELECT 'a''b', E'c\\'d'; DROP TABLE stock.t",
        "/* a /* b */ c */ DROP TABLE stock.t",
    ],
)
def test_a_change_of_another_schema_is_found(sql: str) -> None:
    found = [each for each in named_schemas(sql, KNOWN) if each.changed]
    assert found, sql
    assert all(
        sql[each.start :].lstrip('"').lower().startswith(("stock", "mixed")) for each in found
    )


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM stock.t",
        "CREATE VIEW v AS SELECT stock.t.n FROM stock.t JOIN u ON stock.t.n = u.n",
        "INSERT INTO t SELECT * FROM stock.t",
        "UPDATE t SET n = (SELECT max(n) FROM stock.t)",
        "DELETE FROM t USING stock.t WHERE t.n = 1",
        "SELECT * FROM u, stock.t",
    ],
)
def test_what_is_read_is_no_change(sql: str) -> None:
    found = list(named_schemas(sql, KNOWN))
    assert found, sql
    assert not [each for each in found if each.changed]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'DROP TABLE stock.t'",
        "SELECT E'\\' stock.t'",
        "-- DROP TABLE stock.t",
        "/* DROP TABLE /* x */ stock.t */",
        'SELECT "stock.t"',
        "SELECT stock FROM t",
        "SELECT orders.stock.n",
        "CREATE TABLE mixed.t (n int)",
        "SELECT 'never closed stock.t",
    ],
)
def test_what_only_looks_like_a_schema_is_none(sql: str) -> None:
    assert not list(named_schemas(sql, KNOWN))


def test_a_long_text_takes_a_time_that_grows_with_its_length_alone() -> None:
    for text in ("/*" * 50_000, "$" * 50_000, "'" * 50_001, '"' * 50_001, "a." * 50_000):
        list(named_schemas(text, KNOWN))
