"""A workload of a platform as a process: its command, arguments, environment, files and probes.

What a cluster would give is put in place: values of secrets, the addresses of services that run
here, a folder in the place of the container's root, and a free port. All else is as it was emitted.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from platc_compiler.diagnostics.rendering import as_text
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.beside import Folder
from platc_compiler.source.source import Source

_REFERENCE = re.compile(r"\$\(([A-Za-z_][A-Za-z0-9_]*)\)")


def built(platform: Path) -> Result:
    """Compile a platform with the files beside it."""
    text = platform.read_text(encoding="utf-8")
    result = compile_platform(Source(text, platform.name, beside=Folder(platform.parent)))
    assert not result.failed, as_text(result.diagnostics)
    return result


@dataclass(frozen=True)
class Emitted:
    """The main container of a workload, and the texts of the ConfigMaps of its namespace."""

    container: Mapping[str, Any]
    pod: Mapping[str, Any]
    configs: Mapping[str, Mapping[str, str]]

    def argv(self, environment: Mapping[str, str]) -> list[str]:
        """Return command and arguments, with ``$(NAME)`` replaced as the kubelet does."""
        stated = [*self.container.get("command", ()), *self.container.get("args", ())]
        return [_expanded(each, environment) for each in stated]

    def environment(self, secrets: Mapping[str, str]) -> dict[str, str]:
        """Return the variables; ``secrets`` has the values by ``secret/key``."""
        found: dict[str, str] = {}
        for variable in self.container["env"]:
            if "value" in variable:
                found[variable["name"]] = _expanded(variable["value"], found)
            else:
                wanted = variable["valueFrom"]["secretKeyRef"]
                found[variable["name"]] = secrets[f"{wanted['name']}/{wanted['key']}"]
        return found

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield path and text of each file that is mounted out of a ConfigMap."""
        maps = {v["name"]: v["configMap"]["name"] for v in self.pod["volumes"] if "configMap" in v}
        for mount in self.container["volumeMounts"]:
            if mount["name"] in maps:
                yield mount["mountPath"], self.configs[maps[mount["name"]]][mount["subPath"]]

    def probe(self, kind: str) -> Mapping[str, Any]:
        """Return a probe by its kind, such as ``readiness``."""
        found: Mapping[str, Any] = self.container[f"{kind}Probe"]
        return found


def emitted(result: Result, kind: str, name: str) -> Emitted:
    """Return the workload whose object has this kind, and a name that begins so."""
    objects = [yaml.safe_load(t) for n, t in result.files.items() if n.startswith("manifests/")]
    body = next(b for b in objects if b["kind"] == kind and b["metadata"]["name"].startswith(name))
    pod = body["spec"]["template"]["spec"]
    configs = {b["metadata"]["name"]: b["data"] for b in objects if b["kind"] == "ConfigMap"}
    return Emitted(pod["containers"][0], pod, configs)


def _expanded(text: str, environment: Mapping[str, str]) -> str:
    return _REFERENCE.sub(lambda m: environment.get(m[1], m[0]), text)


def placed(workload: Emitted, root: Path) -> dict[str, str]:
    """Write the files and make the folders below ``root``; return where each path went."""
    moved = {}
    for path, text in workload.files():
        file = root / path.removeprefix("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        moved[path] = str(file)
    for mount in workload.container["volumeMounts"]:
        if mount["mountPath"] not in moved:
            folder = root / mount["mountPath"].removeprefix("/")
            folder.mkdir(parents=True, exist_ok=True)
            moved[mount["mountPath"]] = str(folder)
    return moved


def with_changes(text: str, changes: Mapping[str, str]) -> str:
    """Return a text with each of the changes, the longest first."""
    for old in sorted(changes, key=len, reverse=True):
        text = text.replace(old, changes[old])
    return text


@contextmanager
def started(
    argv: list[str], environment: Mapping[str, str], programs: Path, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of an environment of Python until the end of the block."""
    whole = {**environment, "PATH": f"{programs}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [str(programs / argv[0]) if (programs / argv[0]).exists() else argv[0], *argv[1:]],
            env=whole, stdout=stream, stderr=stream, cwd=log.parent,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=10)


def await_command(
    workload: Emitted,
    kind: str,
    environment: Mapping[str, str],
    programs: Path,
    process: subprocess.Popen[bytes],
) -> None:
    """Run the command of a probe as the kubelet does, until it succeeds.

    Raises:
        AssertionError: the program has ended, or the probe has failed as often as it may.
    """
    probe = workload.probe(kind)
    whole = {**environment, "PATH": f"{programs}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    said = b""
    for _ in range(probe["failureThreshold"]):
        assert process.poll() is None
        done = subprocess.run(
            probe["exec"]["command"], env=whole, check=False, capture_output=True,
            timeout=probe["timeoutSeconds"] * _SLOWER,
        )  # fmt: skip
        if done.returncode == 0:
            return
        said = done.stdout + done.stderr
        time.sleep(probe.get("periodSeconds", 10) / 2)
    raise AssertionError(said.decode(errors="replace")[-4000:])


_SLOWER = 3
"""How much longer a probe may take than on a machine that does nothing else."""


def await_probe(
    workload: Emitted, kind: str, port: int, process: subprocess.Popen[bytes], log: Path
) -> int:
    """Ask an HTTP probe as the kubelet does until it succeeds; return the number of tries.

    Raises:
        AssertionError: the program has ended, or has not succeeded in the time of its startup.
    """
    startup = workload.probe("startup")
    tries = startup["failureThreshold"]
    path = workload.probe(kind)["httpGet"]["path"]
    for number in range(1, tries + 1):
        assert process.poll() is None, log.read_text(errors="replace")[-4000:]
        try:
            # The kubelet asks by the address of the pod, so that no host name is sent.
            request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                if answer.status < 400:
                    return number
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(startup.get("periodSeconds", 10) / 2)
    raise AssertionError(log.read_text(errors="replace")[-4000:])
