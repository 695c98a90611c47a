"""What the real programs say of many configurations, a batch for each call where they take one."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platc_compiler.source.emit import yaml_text
from tests.tools import tool

_BATCH = 25
_COMMANDS = {
    "alertmanager": ("amtool", "check-config"),
    "blackbox_exporter": ("blackbox_exporter", "--config.check", "--config.file"),
    "prometheus": ("promtool", "check", "config", "--syntax-only"),
}


def verdicts(server: str, configs: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """Return why the server refuses each configuration, empty if it does not."""
    files = {}
    for name, config in configs.items():
        files[name] = folder / f"{name}.yml"
        files[name].write_text(yaml_text(config), encoding="utf-8")
    found: dict[str, str] = {}
    names = list(files)
    at_once = 1 if server == "blackbox_exporter" else _BATCH
    for start in range(0, len(names), at_once):
        batch = names[start : start + at_once]
        said = _said(server, [files[name] for name in batch])
        for name in batch:
            # A configuration at which the program panics ends its batch.
            found[name] = said.get(name) or _alone(server, files[name], said.get(name))
    return found


def _run(server: str, files: list[Path]) -> subprocess.CompletedProcess[str]:
    program, *arguments = _COMMANDS[server]
    command = [str(tool(program)), *arguments, *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def _said(server: str, files: list[Path]) -> dict[str, str]:
    done = _run(server, files)
    said = {}
    for file in files:
        if server == "alertmanager":
            match = re.search(rf"Checking '{re.escape(str(file))}'  (\w+)(.*)", done.stdout)
            if match:
                said[file.stem] = "" if match[1] == "SUCCESS" else match[2]
        elif server == "blackbox_exporter":
            said[file.stem] = "" if done.returncode == 0 else done.stderr
        elif f"SUCCESS: {file} is valid" in done.stdout:
            said[file.stem] = ""
    return said


def _alone(server: str, file: Path, said: str | None) -> str:
    if said is not None:
        return said
    done = _run(server, [file])
    return "" if done.returncode == 0 else (done.stderr + done.stdout).strip() or "it panics"
