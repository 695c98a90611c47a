"""The catalogues of settings: their files, and which releases a version is judged by."""

from __future__ import annotations

import pytest

from platc_compiler.settings.catalogue import catalogue
from platc_compiler.settings.postgres_values import amount, judge

POSTGRES, ELASTICSEARCH = catalogue("postgres"), catalogue("elasticsearch")


@pytest.mark.parametrize(
    ("version", "releases"),
    [
        ("9.5.2", ["9.5.2"]),
        ("9.5.7", ["9.5.2"]),
        ("9.2.1", ["9.0.0", "9.5.2"]),
        ("8.13.4", ["8.0.0", "8.19.0"]),
        ("8.19.9", ["8.19.0"]),
        ("9.6.0", []),
        ("7.17.0", []),
    ],
)
def test_a_version_is_judged_by_the_releases_around_it(version: str, releases: list[str]) -> None:
    near = ELASTICSEARCH.near(version)
    assert [ELASTICSEARCH.releases[place] for place in near] == releases


@pytest.mark.parametrize(("version", "known"), [("12", 0), ("13", 1), ("18", 1), ("19", 0)])
def test_a_major_version_of_postgresql_is_judged_by_itself_alone(version: str, known: int) -> None:
    assert len(POSTGRES.near(version)) == known


def test_a_setting_is_found_in_the_releases_that_have_it() -> None:
    there = [
        release
        for release in POSTGRES.releases
        if POSTGRES.find("Transaction_Timeout", POSTGRES.near(release))
    ]
    assert there == ["17", "18"]
    assert POSTGRES.span("transaction_timeout") == ("17", None)
    assert POSTGRES.span("vacuum_defer_cleanup_age") == (None, "15")


def test_every_setting_has_a_type_that_its_program_knows() -> None:
    types = {
        "airflow": {"bool", "int", "real", "text"},
        "fluentd": {
            *("array", "bool", "enum", "float", "hash", "integer", "obsoleted", "regexp"),
            *("section", "size", "string", "time"),
        },
        "grafana": {"text"},
        "kibana": {"bool", "enum", "open", "text"},
        "postgres": {"bool", "enum", "fixed", "int", "real", "text"},
        "elasticsearch": {
            *("bool", "enum", "int", "list", "memory", "open", "other", "real"),
            *("secure", "size", "text", "time"),
        },
    }
    for name, known in types.items():
        lines = catalogue(name).all
        assert {line.setting.type for line in lines} == known
        assert all(line.first <= line.last for line in lines)


@pytest.mark.parametrize(
    ("setting", "text", "octets"),
    [
        ("work_mem", "4096", 4 << 20),
        ("work_mem", "0.5GB", 512 << 20),
        ("shared_buffers", "16384", 128 << 20),
        ("max_wal_size", "1", 1 << 20),
        ("wal_keep_size", "0x10", 16 << 20),
        ("work_mem", "4Mi", None),
        ("checkpoint_timeout", "5min", None),
    ],
)
def test_an_amount_of_postgresql_in_bytes(setting: str, text: str, octets: int | None) -> None:
    (found,) = POSTGRES.find(setting, POSTGRES.near("18"))
    assert amount(found, text) == octets


@pytest.mark.parametrize(
    ("setting", "taken", "refused"),
    [
        ("fsync", ["on", "of", "tr", "N", "1"], ["o", "", "maybe", "2"]),
        ("wal_level", ["REPLICA", "hot_standby"], ["high"]),
        ("checkpoint_timeout", ["30", "0.5h", " 5 min ", "3e1"], ["29s", "5m", "1d1", "31 d"]),
        ("max_connections", ["0x10", "010", "1.4"], ["08", "5kB", "", "nan", "1_0"]),
        ("random_page_cost", ["0", "1.5e3"], ["-0.1", "x", "1ms"]),
    ],
)
def test_values_of_postgresql(setting: str, taken: list[str], refused: list[str]) -> None:
    (found,) = POSTGRES.find(setting, POSTGRES.near("18"))
    assert [text for text in taken if judge(found, text)] == []
    assert [text for text in refused if not judge(found, text)] == []
