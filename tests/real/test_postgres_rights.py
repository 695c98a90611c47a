"""PostgreSQL 18 and 15 on the emitted SQL: each role has what is declared, and no more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.depth import examples
from tests.real.postgres_bootstrap import Texts, attempt, config_maps, run
from tests.real.postgres_rights import Declared, allowed, make, wrong
from tests.real.postgres_server import Server, server

pytestmark = pytest.mark.e2e

MAJORS = (18, 15)
SPACED = 'reporting "app" of Zoë\'s'
PASSWORDS = {
    "keycloak": "et'l \\app $(id)", "etl": "air:flow@/ :'declared' `id`",
    "reporting": 'rep"orting\u00a0pässwörd ﬁ €', "dev": "x" * 100,
}  # fmt: skip
PLATFORM = {
    "platform": "shop", "version": 1, "namespaces": {"data": {}},
    "cluster": {"nodes": {"main": {"memory": "8Gi", "cpu": 4}}},
    "secrets": {"pg": {"keys": ["superuser", *PASSWORDS]}},
    "services": {
        "db": {
            "kind": "postgres", "storage": "1Gi", "superuser_password": "pg/superuser",
            "config": {
                "shared_preload_libraries": "pg_stat_statements,auto_explain",
                "pg_stat_statements.track": "all", "log_statement": "all",
                "log_min_duration_statement": 0, "log_min_error_statement": "info",
                "auto_explain.log_min_duration": 0, "auto_explain.log_nested_statements": True,
            },
            "roles": {
                "keycloak_app": {"password": "pg/keycloak", "connections": 2},
                "etl_app": {
                    "password": "pg/etl",
                    "settings": {"search_path": "etl_data, $user", "statement_timeout": "30s"},
                },
                SPACED: {
                    "password": "pg/reporting", "member_of": ["analysts"],
                    "settings_in": {"central": {"work_mem": "8MB", "search_path": ["etl_data"]}},
                },
                "analysts": {},
                "developer": {"password": "pg/dev", "member_of": ["etl_app", "pg_monitor"]},
            },
            "databases": {
                "central": {
                    "owner": "etl_app", "connections": 20, "temporary": [SPACED],
                    "settings": {"lock_timeout": "10s"}, "extensions": {"pg_stat_statements": None},
                    "schemas": {
                        "keycloak": {"owner": "keycloak_app"},
                        "etl_data": {"readers": ["analysts"]},
                        "pipeline config's": {"readers": [SPACED], "writers": ["keycloak_app"]},
                    },
                },
                "other": {"owner": "keycloak_app"},
            },
        },
    },
}  # fmt: skip
DECLARED = Declared(
    owner="etl_app",
    schemas={
        "keycloak": ("keycloak_app", frozenset(), frozenset()),
        "etl_data": ("etl_app", frozenset({"analysts"}), frozenset()),
        "pipeline config's": ("etl_app", frozenset({SPACED}), frozenset({"keycloak_app"})),
    },
    members={SPACED: frozenset({"analysts"}), "developer": frozenset({"etl_app"})},
)
ROLES = ["keycloak_app", "etl_app", SPACED, "analysts", "developer"]


def _changed(**service: object) -> dict[str, object]:
    db = {**PLATFORM["services"]["db"], **service}  # type: ignore[index]
    return {**PLATFORM, "services": {"db": db}}


def _texts(major: int, platform: dict[str, object] = PLATFORM) -> Texts:
    db = {**platform["services"]["db"], "version": major}  # type: ignore[index]
    return config_maps(yaml.safe_dump({**platform, "services": {"db": db}}, allow_unicode=True))


class Running:
    """A server that is set up as ``PLATFORM`` says."""

    def __init__(self, major: int, started: Server) -> None:
        self.major, self.server = major, started

    def apply(self, platform: dict[str, object] = PLATFORM) -> str:
        """Set it up as another platform says."""
        return run(self.server, _texts(self.major, platform)["db-bootstrap"], PASSWORDS)


@pytest.fixture(scope="module", params=MAJORS)
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    major: int = request.param
    with server(_texts(major)["db-config"], None if major == MAJORS[0] else major) as started:
        found = Running(major, started)
        # What is there before the first run gets its rights then.
        started.answer("CREATE ROLE etl_app")
        started.answer("CREATE DATABASE central OWNER etl_app")
        started.answer(
            "CREATE SCHEMA etl_data CREATE TABLE early (id serial, v int);"
            "CREATE FUNCTION etl_data.f_early() RETURNS int LANGUAGE sql AS 'SELECT 1'", "central",
        )  # fmt: skip
        found.apply()
        yield found


def test_each_role_may_do_in_each_schema_what_is_declared(running: Running) -> None:
    tables = {("etl_data", "early"): "postgres"}
    assert not [*wrong(running.server, DECLARED, ROLES, tables)]
    for schema in DECLARED.schemas:
        for maker in DECLARED.makers(schema):
            # Nothing runs between the making of a table and its use.
            make(running.server, maker, schema, f"by {maker}")
            tables[schema, f"by {maker}"] = maker
    assert len(tables) == 6
    assert not [*wrong(running.server, DECLARED, ROLES, tables)]


STATE = """
SELECT 'role', rolname, xmin::text FROM pg_authid
UNION ALL SELECT 'member', roleid::text || member, xmin::text FROM pg_auth_members
UNION ALL SELECT 'database', datname, xmin::text || datacl::text FROM pg_database
UNION ALL SELECT 'setting', setdatabase::text || setrole, xmin::text FROM pg_db_role_setting
UNION ALL SELECT 'namespace', nspname, xmin::text FROM pg_namespace WHERE nspname !~ '^pg_'
UNION ALL SELECT 'class', oid::text, xmin::text FROM pg_class WHERE relnamespace IN (
  SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_t')
UNION ALL SELECT 'proc', oid::text, xmin::text FROM pg_proc
UNION ALL SELECT 'default', oid::text, xmin::text FROM pg_default_acl
UNION ALL SELECT 'extension', extname, xmin::text FROM pg_extension
ORDER BY 1, 2"""


def _state(started: Server) -> str:
    known = started.answer("SELECT xmin, * FROM platc.known ORDER BY 2, 3")
    return "\n".join([known, *(started.answer(STATE, name) for name in ("postgres", "central"))])


def test_a_second_run_changes_nothing(running: Running) -> None:
    running.apply()
    before = _state(running.server)
    said = running.apply()
    assert _state(running.server) == before
    assert [line for line in said.splitlines() if line] == [r"\connect central", r"\connect other"]


def test_passwords_work_and_are_in_no_log_and_no_view(running: Running) -> None:
    for role, key in (("keycloak_app", "keycloak"), ("etl_app", "etl"), (SPACED, "reporting"),
                      ("developer", "dev")):  # fmt: skip
        done = running.server.sql(
            "SELECT current_user", user=role, password=PASSWORDS[key], database="central"
        )
        assert done.stdout.strip() == role, done.stderr
    log = (running.server.folder / "log").read_text()
    seen = running.server.answer("SELECT string_agg(query, ' ') FROM pg_stat_statements", "central")
    assert "set_config" not in seen
    for text in (log, seen):
        assert not [word for each in PASSWORDS.values() for word in (each, each.replace("'", "''"))
                    if word in text]  # fmt: skip


def test_a_password_that_the_server_refuses_is_not_shown(running: Running) -> None:
    running.server.answer("ALTER SYSTEM SET shared_preload_libraries = ''")
    texts = _texts(running.major)["db-bootstrap"]
    broken = dict(texts) | {
        "bootstrap.sql": texts["bootstrap.sql"].replace("PASSWORD %L'", "PASSWORD %L NONSENSE'")
    }
    done = attempt(running.server, broken, PASSWORDS | {"dev": "secret'ly new"})
    running.server.answer("ALTER SYSTEM RESET shared_preload_libraries")
    assert done.returncode != 0
    assert "the password of role developer is refused" in done.stderr
    assert "ly new" not in done.stdout + done.stderr + (running.server.folder / "log").read_text()


def test_settings_and_limits_are_those_of_the_sessions(running: Running) -> None:
    shown = {
        role: running.server.sql(
            "SELECT concat_ws('|', current_setting('search_path'), current_setting('work_mem'),"
            " current_setting('statement_timeout'), current_setting('lock_timeout'))",
            user=role, password=PASSWORDS[key], database="central",
        ).stdout.strip()
        for role, key in (("etl_app", "etl"), (SPACED, "reporting"))
    }  # fmt: skip
    assert shown["etl_app"].split("|")[0::2] == ['etl_data, "$user"', "30s"]
    assert shown[SPACED].split("|")[:2] == ["etl_data", "8MB"]
    assert {each.split("|")[3] for each in shown.values()} == {"10s"}
    limits = "SELECT rolconnlimit FROM pg_roles WHERE rolname = 'keycloak_app'"
    assert running.server.answer(limits) == "2"
    limits = "SELECT datconnlimit FROM pg_database WHERE datname = 'central'"
    assert running.server.answer(limits) == "20"


def test_only_those_named_in_a_database_connect_and_make_temporary_tables(running: Running) -> None:
    found = running.server.answer(
        "SELECT r.rolname, has_database_privilege(r.oid, 'central', 'CONNECT'),"
        " has_database_privilege(r.oid, 'central', 'TEMP'),"
        " has_database_privilege(r.oid, 'other', 'CONNECT')"
        " FROM pg_roles r WHERE rolname !~ '^(pg_|postgres$)' ORDER BY 1"
    )
    assert found.splitlines() == [
        "analysts|t|f|f",
        "developer|t|t|f",
        "etl_app|t|t|f",
        "keycloak_app|t|f|t",
        f"{SPACED}|t|t|f",
    ]


FOREIGN = """
CREATE ROLE "foreign one" LOGIN PASSWORD 'theirs' CONNECTION LIMIT 7;
GRANT analysts TO "foreign one";
ALTER ROLE "foreign one" SET work_mem = '9MB';
ALTER ROLE etl_app SET maintenance_work_mem = '99MB';
GRANT CONNECT ON DATABASE central TO "foreign one";
GRANT USAGE, CREATE ON SCHEMA keycloak TO "foreign one";
GRANT REFERENCES ON keycloak.mine TO keycloak_app, analysts;
GRANT SELECT, UPDATE ON keycloak.mine TO "foreign one";
ALTER DEFAULT PRIVILEGES FOR ROLE etl_app IN SCHEMA etl_data GRANT TRIGGER ON TABLES TO analysts;
ALTER DEFAULT PRIVILEGES FOR ROLE etl_app IN SCHEMA etl_data GRANT SELECT ON TABLES TO "foreign one"
"""
THEIRS = """
SELECT rolconnlimit, rolpassword FROM pg_authid WHERE rolname = 'foreign one'
UNION ALL SELECT 0, setconfig::text FROM pg_db_role_setting
  WHERE setrole IN ('etl_app'::regrole, '"foreign one"'::regrole) AND setdatabase = 0
UNION ALL SELECT count(*), 'members' FROM pg_auth_members WHERE member = '"foreign one"'::regrole
UNION ALL SELECT 1, has_database_privilege('foreign one', 'central', 'CONNECT')::text
UNION ALL SELECT 2, nspacl::text FROM pg_namespace WHERE nspname = 'keycloak'
UNION ALL SELECT 3, relacl::text FROM pg_class WHERE relname = 'mine'
UNION ALL SELECT 4, defaclacl::text FROM pg_default_acl
  WHERE defaclrole = 'etl_app'::regrole AND defaclnamespace = 'etl_data'::regnamespace
    AND defaclobjtype = 'r'"""


def test_roles_and_rights_that_others_made_are_not_touched(running: Running) -> None:
    started = running.server
    make(started, "keycloak_app", "keycloak", "mine")
    for line in FOREIGN.strip().split(";"):
        started.answer(line, "central")
    try:
        before = started.answer(THEIRS, "central")
        assert "trigger" not in before.lower()
        running.apply()
        assert started.answer(THEIRS, "central") == before
        # Even where what platc gave goes.
        running.apply(_changed(databases={"other": {"owner": "keycloak_app"}}))
        running.apply()
        assert started.answer(THEIRS, "central") == before
    finally:
        started.answer('DROP OWNED BY "foreign one"', "central")
        started.answer('DROP ROLE "foreign one"')
        started.answer("ALTER ROLE etl_app RESET maintenance_work_mem")


def test_what_is_no_longer_declared_is_revoked(running: Running) -> None:
    started = running.server
    roles = PLATFORM["services"]["db"]["roles"]  # type: ignore[index]
    central = PLATFORM["services"]["db"]["databases"]["central"]  # type: ignore[index]
    less = _changed(
        roles={
            "keycloak_app": {"password": "pg/keycloak"},
            "etl_app": {"password": "pg/etl"},
            SPACED: {"password": "pg/reporting"},
            "analysts": {},
            "developer": roles["developer"],
        },
        databases={
            "central": {
                "owner": "etl_app",
                "schemas": {"keycloak": central["schemas"]["keycloak"], "etl_data": {}},
            }
        },
    )
    make(started, "etl_app", "pipeline config's", "left")
    try:
        said = running.apply(less)
        assert "-- kept: database other, which platform.yaml does not name" in said
        assert '-- kept: schema "pipeline config\'s" of the database central' in said
        assert "-- kept: extension pg_stat_statements of the database central" in said
        assert running.apply(less).count("-- kept:") == 3
        now = Declared(
            owner="etl_app",
            schemas={
                "keycloak": DECLARED.schemas["keycloak"],
                "etl_data": ("etl_app", frozenset(), frozenset()),
                # Its owner has made it; nobody else may do anything there.
                "pipeline config's": ("etl_app", frozenset(), frozenset()),
            },
            members={"developer": frozenset({"etl_app"})},
        )
        make(started, "etl_app", "etl_data", "later")
        tables = {("etl_data", "later"): "etl_app", ("pipeline config's", "left"): "etl_app"}
        assert not [*wrong(started, now, ROLES, tables)]
        assert started.answer(
            "SELECT r.rolname FROM pg_roles r WHERE rolname !~ '^(pg_|postgres$)'"
            " AND has_database_privilege(r.oid, 'central', 'CONNECT') ORDER BY 1"
        ).splitlines() == ["developer", "etl_app", "keycloak_app"]
        assert started.answer("SELECT count(*) FROM pg_db_role_setting") == "0"
        limits = "SELECT rolconnlimit FROM pg_roles WHERE rolname = 'keycloak_app'"
        assert started.answer(limits) == "-1"
    finally:
        running.apply()
        for table in ("etl_data.later", '"pipeline config\'s".left'):
            started.answer(f"DROP TABLE {table}", "central")
    assert not [*wrong(started, DECLARED, ROLES, {})]


def test_a_role_that_is_removed_is_dropped_or_locked_if_it_owns_something(running: Running) -> None:
    started = running.server
    all_roles = PLATFORM["services"]["db"]["roles"]  # type: ignore[index]
    fewer = _changed(roles={k: v for k, v in all_roles.items() if k != "developer"})
    left = "SELECT rolcanlogin, rolpassword IS NULL FROM pg_authid WHERE rolname = 'developer'"
    started.answer("REASSIGN OWNED BY developer TO etl_app", "central")
    started.answer("CREATE SCHEMA theirs AUTHORIZATION developer", "central")
    try:
        said = running.apply(fewer)
        assert "-- kept: role developer, which cannot log in: it has objects in central" in said
        assert started.answer(left) == "f|t"
        assert (
            started.answer(
                "SELECT count(*) FROM pg_auth_members WHERE member = 'developer'::regrole"
            )
            == "0"
        )
        started.answer("DROP SCHEMA theirs", "central")
        assert "DROP ROLE developer" in running.apply(fewer)
        assert started.answer(left) == ""
    finally:
        running.apply()
    assert started.answer(left) == "t|f"


def test_the_tables_of_a_schema_follow_its_owner(running: Running) -> None:
    started = running.server
    central = PLATFORM["services"]["db"]["databases"]["central"]  # type: ignore[index]
    schemas = central["schemas"]
    make(started, "keycloak_app", "keycloak", "moved")
    started.answer(
        "SET ROLE keycloak_app; CREATE TYPE keycloak.mood AS ENUM ('good');"
        " CREATE VIEW keycloak.seen AS SELECT 1 AS n", "central",
    )  # fmt: skip
    given_away = schemas | {"keycloak": {"owner": "developer", "readers": ["keycloak_app"]}}
    try:
        running.apply(_changed(databases={"central": central | {"schemas": given_away},
                                          "other": {"owner": "keycloak_app"}}))  # fmt: skip
        owners = started.answer(
            "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class"
            " WHERE relnamespace = 'keycloak'::regnamespace UNION"
            " SELECT pg_get_userbyid(typowner) FROM pg_type WHERE typname = 'mood' UNION"
            " SELECT pg_get_userbyid(proowner) FROM pg_proc WHERE proname = 'f_moved'", "central",
        )  # fmt: skip
        assert owners == "developer"
        now = Declared(
            owner="etl_app",
            schemas=dict(DECLARED.schemas)
            | {"keycloak": ("developer", frozenset({"keycloak_app"}), frozenset())},
            members=DECLARED.members,
        )
        assert not [*wrong(started, now, ROLES, {("keycloak", "moved"): "developer"})]
    finally:
        running.apply()
    assert not [*wrong(started, DECLARED, ROLES, {("keycloak", "moved"): "keycloak_app"})]


NAMES = ["a", "b b", 'c"c', "d"]


@st.composite
def declarations(draw: st.DrawFn) -> Declared:
    """Draw a declaration of four roles and two schemas."""
    roles = st.sampled_from(NAMES)
    some = st.frozensets(roles, max_size=3)
    members = {
        # A role is a member of roles before it: no circle.
        name: draw(st.frozensets(st.sampled_from(NAMES[: place + 1]), max_size=2)) - {name}
        for place, name in enumerate(NAMES)
    }
    schemas = {}
    for schema in ("s", "t t"):
        owner, readers, writers = draw(roles), draw(some), draw(some)
        schemas[schema] = (owner, readers - {owner}, writers - {owner})
    return Declared(draw(roles), schemas, members)


def _platform(declared: Declared) -> dict[str, object]:
    return _changed(
        config={},
        roles={name: {"member_of": sorted(groups)} for name, groups in declared.members.items()},
        databases={
            "central": {
                "owner": declared.owner,
                "schemas": {
                    name: {"owner": owner, "readers": sorted(readers), "writers": sorted(writers)}
                    for name, (owner, readers, writers) in declared.schemas.items()
                },
            }
        },
        backup=None,
    )


@pytest.fixture(scope="module", params=MAJORS)
def bare(request: pytest.FixtureRequest) -> Iterator[Running]:
    major: int = request.param
    texts = config_maps(yaml.safe_dump(_changed(config={}, roles={}, databases={}, version=major)))
    with server(texts["db-config"], None if major == MAJORS[0] else major) as started:
        yield Running(major, started)


@given(first=declarations(), second=declarations())
@settings(examples(4), phases=[Phase.explicit, Phase.generate])  # a smaller example takes minutes
def test_any_declaration_and_any_change_of_it_hold(
    bare: Running, first: Declared, second: Declared
) -> None:
    started = bare.server
    started.answer("DROP DATABASE IF EXISTS central")
    tables: dict[tuple[str, str], str] = {}
    for turn, declared in enumerate((first, second)):
        bare.apply(_platform(declared))
        tables = {
            (schema, table): declared.schemas[schema][0]
            if turn and maker == first.schemas[schema][0] else maker
            for (schema, table), maker in tables.items()
        }  # fmt: skip
        for schema in declared.schemas:
            for maker in declared.makers(schema):
                tables[schema, f"{turn} {maker}"] = maker
                make(started, maker, schema, f"{turn} {maker}")
        assert not [*wrong(started, declared, NAMES, tables)]
        before = _state(started)
        bare.apply(_platform(declared))
        assert _state(started) == before


def test_the_oracle_itself_tells_readers_from_writers() -> None:
    declared = Declared(
        "o", {"s": ("o", frozenset({"r"}), frozenset({"w"}))}, {"m": frozenset({"o"})}
    )
    assert declared.makers("s") == ["m", "o"]
    may = {
        role: "".join(action[0] for action in ("select", "insert", "truncate", "drop", "create")
                      if allowed(declared, role, "s", action, "o"))
        for role in ("o", "m", "r", "w", "x")
    }  # fmt: skip
    assert may == {"o": "sitdc", "m": "sitdc", "r": "s", "w": "si", "x": ""}
