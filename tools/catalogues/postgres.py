"""Write the settings of PostgreSQL, as each major version itself states and judges them.

``pg_settings`` has the names, types, units and ranges. It hides some words that an enumeration
takes, some settings and all earlier names: these are tried, each in a configuration file that
``postgres -C`` reads.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from table import ROOT, Row, write

MAJORS = (13, 14, 15, 16, 17, 18)
_NOBODY = 65534
_HIDDEN_WORDS = [
    "on",
    "off",
    "true",
    "false",
    "yes",
    "no",
    "1",
    "0",
    "debug",
    "info",
    "fatal",
    "panic",
    "archive",
    "hot_standby",
    "default",
    "md5",
]
"""Words that some enumeration takes and ``pg_settings`` does not show (guc_tables.c)."""
_HIDDEN = [
    "sort_mem",
    "vacuum_mem",
    "ssl_ecdh_curve",
    "force_parallel_mode",
    "default_with_oids",
    "ssl_renegotiation_limit",
    "role",
    "session_authorization",
    "is_superuser",
    "seed",
]
"""Earlier names, and settings that ``pg_settings`` does not show (guc_tables.c, guc.c)."""
_NOT_IN_THE_IMAGE = ("plperl", "plpython3", "pltcl")
"""Languages: Debian has them in packages of their own."""
_IN_THE_IMAGE = {
    "wal_compression": ("lz4", "zstd"),
    "default_toast_compression": ("lz4",),
    "io_method": ("io_uring",),
}
"""Words that depend on how a server was built, and that the one in the image takes (debian/rules of
postgresql in Debian: --with-lz4, --with-zstd, --with-liburing)."""
_SHOWN = r"""COPY (
  SELECT name, vartype, coalesce(unit, ''), coalesce(min_val, ''), coalesce(max_val, ''),
    coalesce(array_to_string(enumvals, '|'), ''), context, coalesce(boot_val, '')
  FROM pg_settings WHERE name !~ '\.' OR context <> 'internal' ORDER BY 1) TO '{file}';
"""


def settings(major: int) -> dict[str, Row]:
    """Return what a major version says of each setting."""
    with tempfile.TemporaryDirectory() as folder:
        found = dict(_shown(major, Path(folder)))
        hidden = [name for name in _HIDDEN if name not in found]
        found.update({name: ("text",) for name in hidden if _exists(major, name, Path(folder))})
    return found


def libraries(major: int) -> list[str]:
    """Return the modules that the official image can load."""
    found = {path.stem for path in (_home(major) / "lib/postgresql").glob("*.so")}
    own = {each for each in found if each.startswith(_NOT_IN_THE_IMAGE) or "_pl" in each}
    # Debian builds its package with SELinux and LLVM.
    conversions = {each for each in found if "_and_" in each}
    return sorted((found - own - conversions) | {"sepgsql"})


def version(major: int) -> str:
    """Return the release of the programs."""
    answer = subprocess.run(
        [_home(major) / "bin/postgres", "--version"], capture_output=True, text=True, check=True
    )
    return answer.stdout.split()[-1]


def _home(major: int) -> Path:
    return ROOT / f".tools/postgres-{major}"


def _shown(major: int, folder: Path) -> Iterator[tuple[str, Row]]:
    for line in _asked(major, folder).splitlines():
        name, kind, unit, least, most, choices, context, default = line.split("\t")
        said = refusal(major, f"{name} = '{default}'\n", folder)
        if context == "internal" or "cannot be changed" in said:
            yield name, ("fixed",)
        elif kind == "enum":
            hidden = _HIDDEN_WORDS if "." not in name else ()
            tried = (word for word in hidden if _taken(major, name, word, folder))
            words = [*choices.split("|"), *tried, *_IN_THE_IMAGE.get(name, ())]
            words += ["debug"] if "debug1" in choices else []
            yield name, ("enum", "", "", "", "|".join(dict.fromkeys(words)), _CHANGED[context])
        else:
            yield name, (_TYPES[kind], unit, least, most, "", _CHANGED[context])


_CHANGED = {
    "postmaster": "restart", "sighup": "reload", "backend": "connect",
    "superuser-backend": "connect", "superuser": "", "user": "",
}  # fmt: skip
"""What a server needs to read a setting anew, by its context; empty where ``SET`` changes it."""
_TYPES = {"bool": "bool", "integer": "int", "real": "real", "string": "text"}


def _asked(major: int, folder: Path) -> str:
    """Return what ``pg_settings`` of a server without any configuration shows."""
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        as_user = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
        shutil.chown(folder, _NOBODY, _NOBODY)
    home, data, file = _home(major), folder / "data", folder / "shown"
    environment = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
    subprocess.run(
        [home / "bin/initdb", "-D", data, "-U", "postgres", "--no-sync", "--auth=trust"],
        check=True, capture_output=True, env=environment, **as_user,
    )  # fmt: skip
    modules = libraries(major)
    preloaded = [each for each in modules if each in _PRELOADED]
    loads = "".join(f"LOAD '{each}';\n" for each in modules if each != "sepgsql")
    subprocess.run(
        [home / "bin/postgres", "--single", "-D", data,
         "-c", f"shared_preload_libraries={','.join(preloaded)}", "postgres"],
        input=loads + _SHOWN.format(file=file).replace("\n", " ").replace("; ", ";\n"),
        check=True, capture_output=True, text=True, env=environment, **as_user,
    )  # fmt: skip
    return file.read_text(encoding="utf-8")


_PRELOADED = ("auth_delay", "auto_explain", "pg_prewarm", "pg_stat_statements", "passwordcheck")


def _taken(major: int, name: str, value: str, folder: Path) -> bool:
    """Return whether a server reads a file with this setting."""
    return refusal(major, f"{name} = '{value}'\n", folder) == ""


def _exists(major: int, name: str, folder: Path) -> bool:
    said = refusal(major, f"{name} = 'x'\n", folder)
    return "unrecognized configuration parameter" not in said


def refusal(major: int, text: str, folder: Path) -> str:
    """Return what a server says against a postgresql.conf, empty if it takes it."""
    with tempfile.TemporaryDirectory(dir=folder) as home:
        (Path(home) / "postgresql.conf").write_text(text, encoding="utf-8")
        done = subprocess.run(
            [_home(major) / "bin/postgres", "-C", "server_version", "-D", home],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    return "" if done.returncode == 0 else done.stderr


if __name__ == "__main__":
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(settings, MAJORS))
    write(
        "postgres",
        "pg_settings of PostgreSQL's own servers (PostgreSQL License), written by"
        " tools/catalogues/postgres.py",
        {str(major): rows for major, rows in zip(MAJORS, found, strict=True)},
        read=[version(major) for major in MAJORS],
        **{f"modules-{major}": libraries(major) for major in MAJORS},
    )
