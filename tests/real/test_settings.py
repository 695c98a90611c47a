"""Settings under ``config``, judged by platc and by the programs themselves."""

from __future__ import annotations

import json
import os
import random
import subprocess
from functools import cache, partial
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.catalogues.elasticsearch_classes import RELEASES, know

from platc_compiler.settings import airflow, elasticsearch, postgres
from platc_compiler.settings.catalogue import Setting, catalogue
from platc_compiler.settings.program import Stated
from tests import tools
from tests.depth import FACTOR, examples
from tests.real.postgres_instances import as_user, folder_of_servers

pytestmark = pytest.mark.e2e

MAJORS = (13, 14, 15, 16, 17, 18)
NUMBERS = st.one_of(
    st.integers(-2, 70_000).map(str),
    st.integers(-(2**33), 2**40).map(str),
    st.floats(-10, 5000, allow_nan=False).map(lambda value: f"{value:.3f}"),
    st.sampled_from(
        [
            "0x10",
            "0xfF",
            "010",
            "08",
            "1e3",
            "1.5e2",
            ".5",
            "5.",
            "-0x3",
            "+4",
            "1e99",
            "1e-9",
            "nan",
            "inf",
            "-",
            "1_000",
            "1,5",
            "0x",
            "1e",
            "0x1p3",
        ]
    ),
)
UNITS = st.sampled_from(
    [
        "",
        "",
        "",
        "B",
        "kB",
        "KB",
        "MB",
        "GB",
        "TB",
        "Mi",
        "us",
        "ms",
        "s",
        "min",
        "h",
        "d",
        "m",
        " MB",
    ]
)
WORDS = st.sampled_from(
    [
        "on",
        "off",
        "true",
        "false",
        "yes",
        "no",
        "t",
        "f",
        "of",
        "o",
        "y",
        "1",
        "0",
        "ON",
        "Off",
        "tru",
        "none",
        "all",
        "replica",
        "minimal",
        "md5",
        "scram-sha-256",
        "pglz",
        "lz4",
        "debug1",
        "warning",
        "always",
        "TRUE",
        "local",
        "off1",
    ]
)
VALUES = st.one_of(st.builds(str.__add__, NUMBERS, UNITS), WORDS, st.just(""))
OF_HOOKS = {
    **dict.fromkeys(
        [
            *("commit_timestamp_buffers", "multixact_member_buffers", "multixact_offset_buffers"),
            *("notify_buffers", "serializable_buffers", "subtransaction_buffers"),
            "transaction_buffers",
        ],
        "is a multiple of 16",
    ),
    **dict.fromkeys(
        ["default_toast_compression", "io_method", "wal_compression"],
        "has words in the image that the server here is built without",
    ),
    "max_stack_depth": "is bounded by the system",
    "bonjour": "needs a server built for it",
    "io_max_concurrency": "is not 0",
    "vacuum_buffer_usage_limit": "is 0, or 128kB at least",
    "huge_page_size": "needs a server built for it",
    "ssl": "needs certificates",
    "transaction_isolation": "is set in a transaction",
    "transaction_read_only": "is set in a transaction",
    "transaction_deferrable": "is set in a transaction",
    "wal_segment_size": "is a power of two",
}
"""Settings that the server judges by more than their type, and why."""


def refusal(major: int, folder: Path, name: str, value: str) -> str:
    """Return what a server says of a postgresql.conf with one setting, as platc writes it."""
    quoted = value.replace("'", "''")
    (folder / "postgresql.conf").write_text(f"{name} = '{quoted}'\n")
    done = subprocess.run(
        [tools.postgres_of(major), "-C", "server_version", "-D", folder],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stderr


@cache
def typed(major: int) -> list[Setting]:
    """Return the settings whose values platc judges."""
    known = catalogue("postgres")
    near = known.near(str(major))
    settings = [known.find(name, near)[0] for name in sorted(known.names(near))]
    return [
        each
        for each in settings
        if each.type in ("bool", "int", "real", "enum") and "." not in each.name
    ]


@pytest.mark.parametrize("major", MAJORS)
def test_postgresql_and_platc_agree_on_a_value(major: int, tmp_path: Path) -> None:
    @examples(200)
    @given(st.sampled_from([s for s in typed(major) if s.name not in OF_HOOKS]), VALUES)
    def judged(setting: Setting, value: str) -> None:
        said = refusal(major, tmp_path, setting.name, value)
        assert bool(said) == bool(postgres.PROGRAM.judge(setting, value)), (said, setting)

    judged()


@pytest.mark.parametrize("major", MAJORS)
def test_postgresql_and_platc_agree_on_the_names_of_every_release(
    major: int, tmp_path: Path
) -> None:
    known = catalogue("postgres")
    near = known.near(str(major))
    for name in sorted({line.setting.name for line in known.all}):
        if "." in name:
            continue
        stated = Stated(name, "1", ())
        said = "unrecognized configuration parameter" in refusal(major, tmp_path, name, "1")
        verdict = None
        if not known.find(name, near):
            verdict = postgres.PROGRAM.unknown(known, near, stated, str(major))
        assert said == (verdict is not None), (name, verdict)


TRIED = [
    "true",
    "false",
    "TRUE",
    "yes",
    "0",
    "1",
    "-1",
    "5",
    "5.5",
    "-0.5",
    "1e3",
    "10s",
    "10",
    "S",
    "10ms",
    "5m",
    "1.5h",
    "-1s",
    "10x",
    "100mb",
    "1GB",
    "1.5gb",
    "10%",
    "150%",
    "2k",
    "7b",
    "3p",
    "-1b",
    "all",
    "none",
    "primaries",
    "lz4",
    "zzz",
    "100000000000",
    "-100000000000",
]
"""Values of every type, in the syntax of Elasticsearch and beside it."""


REFUSED = (
    "CREATE ROLE r",
    "CREATE TABLE said (name text, refused boolean)",
    """DO $do$ DECLARE each record; BEGIN
      FOR each IN SELECT name, coalesce(boot_val, '') AS value FROM pg_settings LOOP
        BEGIN
          EXECUTE format('ALTER ROLE r SET %s TO %L', each.name, each.value);
          INSERT INTO said VALUES (each.name, false);
        EXCEPTION
          WHEN cant_change_runtime_param THEN INSERT INTO said VALUES (each.name, true);
          WHEN OTHERS THEN INSERT INTO said VALUES (each.name, false);
        END;
      END LOOP;
    END $do$""",
    "COPY said TO '{file}'",
)
"""What a server refuses to set for a role, whatever the value."""


@pytest.mark.parametrize("major", MAJORS)
def test_a_role_has_no_value_of_a_setting_that_the_server_reads_for_all(major: int) -> None:
    with folder_of_servers() as folder:
        folder.chmod(0o777)
        program = tools.postgres_of(major)
        run = partial(
            subprocess.run, check=True, capture_output=True, text=True,
            env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}, **as_user(),
        )  # fmt: skip
        initdb = program.with_name("initdb")
        run([initdb, "-D", folder / "data", "-U", "postgres", "--no-sync", "--auth=trust"])
        lines = [" ".join(statement.split()) for statement in REFUSED]
        run(
            [program, "--single", "-D", folder / "data", "postgres"],
            input="".join(f"{line};\n" for line in lines).format(file=folder / "said"),
        )
        said = dict(line.split("\t") for line in (folder / "said").read_text().splitlines())
    known = catalogue("postgres")
    near = known.near(str(major))
    for name, refused in said.items():
        (setting,) = known.find(name, near)
        assert (refused == "t") == bool(setting.changed or setting.type == "fixed"), setting


@pytest.mark.parametrize("release", RELEASES)
def test_elasticsearch_and_platc_agree_on_a_value(release: str) -> None:
    known = catalogue("elasticsearch")
    near = known.near(release)
    settings = [known.find(name, near)[0] for name in sorted(known.names(near))]
    typed = [s for s in settings if s.type not in ("open", "other")]
    chosen = random.Random(release)  # noqa: S311 - no secret
    pairs = [
        (chosen.choice(typed), chosen.choice([*TRIED, str(chosen.randint(-5, 5000))]))
        for _ in range(3000 * FACTOR)
    ]
    answers = know(release, "judge", given="".join(f"{s.name}\t{v}\n" for s, v in pairs))
    assert len(answers) == len(pairs)
    taken = 0
    for (setting, value), answer in zip(pairs, answers, strict=True):
        said = elasticsearch.judge(setting, value)
        taken += answer == "ok"
        assert not said or answer != "ok", (setting, value, said)
        if not said and not any(word in answer for word in NOT_IN_THE_CATALOGUE):
            assert answer == "ok", (setting, value, answer)
    assert 500 < taken < len(pairs) - 500


NOT_IN_THE_CATALOGUE = (
    "must be <= 2147483647", "for setting", "should be greater than", "must be greater than",
    "headroom", "unknown role", "OutputMode", "bandwidth setting", "factor setting",
)  # fmt: skip
"""What refusals say that platc leaves to the server: words of a list, pairs of settings, and ranges
that a value does not cross by far."""


@pytest.mark.parametrize("release", RELEASES)
def test_elasticsearch_refuses_the_names_that_platc_refuses(release: str) -> None:
    known = catalogue("elasticsearch")
    near = known.near(release)
    chosen = random.Random(release)  # noqa: S311 - no secret
    names = sorted({line.setting.name for line in known.all})
    plain = [name for name in names if "*" not in name and not name.endswith(".")]
    wrong = [_misspelt(chosen, name) for name in plain]
    answers = know(release, "judge", given="".join(f"{name}\t1\n" for name in (*plain, *wrong)))
    refused = 0
    for name, answer in zip((*plain, *wrong), answers, strict=True):
        verdict = None
        if not known.find(name, near):
            verdict = elasticsearch.PROGRAM.unknown(known, near, Stated(name, "1", ()), release)
        if verdict is not None:
            refused += 1
            assert "unknown setting" in answer, (name, verdict, answer)
        elif name in plain:
            assert "unknown setting" not in answer, name
    assert refused > len(plain) // 2


def _misspelt(chosen: random.Random, name: str) -> str:
    place = chosen.randrange(len(name))
    return name[:place] + chosen.choice("aeiortx") + name[place + 1 :]


INSIDE = tools.ROOT / "tests/real/inside_airflow"
AIRFLOW_VALUES = [
    *("true", "True", "T", "f", "FALSE", "1", "0", "on", "yes", "-1", "+5", "1_000", "1.5", ".5"),
    *("inf", "nan", "many", "0x10", "1,5", "tru", "5s", "_1", "5.0", "1e3"),
]
WHOLE_IN_3 = ("5.0", "1e3")
"""Texts that 3.x takes for a whole number and 2.x does not."""


@pytest.mark.parametrize("release", ["2.7.3", "3.3.2"])
def test_airflow_and_platc_agree_on_a_value(release: str, tmp_path: Path) -> None:
    known = catalogue("airflow")
    near = known.near(release)
    settings = [known.find(name, near)[0] for name in sorted(known.names(near))]
    chosen = random.Random(release)  # noqa: S311 - no secret
    typed = [each for each in settings if each.type != "text"]
    # Of a value in the environment, Airflow asks no further than its type.
    pairs = [(chosen.choice(typed), chosen.choice(AIRFLOW_VALUES)) for _ in range(1000)]
    lines = "".join(f"{json.dumps([each.name, each.type, text])}\n" for each, text in pairs)
    said = subprocess.run(
        [tools.airflow(release) / "python", INSIDE / "read_options.py"],
        input=lines, capture_output=True, text=True, check=True,
        env={**os.environ, "AIRFLOW_HOME": str(tmp_path)},
    ).stdout.splitlines()[-len(pairs) :]  # fmt: skip
    for (setting, text), answer in zip(pairs, said, strict=True):
        if text not in WHOLE_IN_3:
            assert bool(airflow.judge(setting, text)) == (answer != "ok"), (setting, text, answer)


@pytest.mark.parametrize("name", ["airflow", "elasticsearch"])
def test_a_catalogue_is_what_the_programs_say(name: str) -> None:
    """That of PostgreSQL takes a minute: the values and names above show the same."""
    tool = import_module(f"tools.catalogues.{name}")
    known = catalogue(name)
    for release in tool.RELEASES:
        near = known.near(release)
        said = {
            each: (s.type, s.unit, s.least, s.most, "|".join(s.choices))
            for each in known.names(near)
            for s in known.find(each, near)
        }
        told = {
            each: (*row, *[""] * (5 - len(row))) for each, row in tool.settings(release).items()
        }
        assert said == told, release
