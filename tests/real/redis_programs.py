"""The programs of Redis, which look for their libraries where they were unpacked."""

from __future__ import annotations

from pathlib import Path

from tests import tools


def redis_programs(folder: Path) -> Path:
    """Write redis-server and redis-cli into ``folder``, as scripts, and return it."""
    folder.mkdir()
    for program in ("redis-server", "redis-cli"):
        real = tools.redis(program)
        libraries = real.parent.parent / "lib" / "x86_64-linux-gnu"
        script = folder / program
        script.write_text(
            f'#!/bin/sh\nLD_LIBRARY_PATH={libraries} exec {real} "$@"\n', encoding="utf-8"
        )
        script.chmod(0o755)
    return folder
