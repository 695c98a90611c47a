"""A real control plane on this machine, whose nodes exist in the API server only.

etcd, kube-apiserver, kube-controller-manager and kube-scheduler are the upstream programs; kwok
says of nodes and pods what kubelets would. All listen on 127.0.0.1 alone.
"""

from __future__ import annotations

import json
import re
import secrets
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.real.postgres_server import free_port
from tests.tools import tool

Body = Mapping[str, Any]

SERVICES = "10.96.0.0/16"
_APPLY = "application/apply-patch+yaml"


@dataclass(frozen=True)
class Answer:
    """What the API server says to a request."""

    status: int
    body: dict[str, Any]
    warnings: tuple[str, ...]


@dataclass
class ControlPlane:
    """A running control plane, spoken to as its administrator."""

    folder: Path
    port: int
    token: str = field(repr=False)
    _connection: HTTPSConnection | None = field(default=None, repr=False)

    @property
    def kubeconfig(self) -> Path:
        """The file by which clients find the API server."""
        return self.folder / "kubeconfig"

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def ask(self, method: str, path: str, body: object = None, kind: str = "json") -> Answer:
        """Send a request, and return the answer whatever its status is."""
        if self._connection is None:
            trusted = ssl.create_default_context(cafile=str(self.folder / "apiserver.crt"))
            self._connection = HTTPSConnection("127.0.0.1", self.port, timeout=60, context=trusted)
        self._connection.request(
            method, path, None if body is None else json.dumps(body),
            {"Authorization": f"Bearer {self.token}", "Accept": "application/json",
             "Content-Type": kind if "/" in kind else f"application/{kind}"},
        )  # fmt: skip
        response = self._connection.getresponse()
        text = response.read()
        found = json.loads(text) if text[:1] == b"{" else {"text": text.decode()}
        return Answer(response.status, found, tuple(response.headers.get_all("Warning") or ()))

    def get(self, path: str) -> dict[str, Any]:
        """Return an object, or a list of objects."""
        answer = self.ask("GET", path)
        assert answer.status == 200, answer
        return answer.body

    def list(self, path: str) -> list[dict[str, Any]]:
        """Return the objects of a list."""
        return list(self.get(path)["items"])

    def create(self, path: str, body: Body) -> dict[str, Any]:
        """Create an object in the collection at a path."""
        answer = self.ask("POST", path, body)
        assert answer.status == 201, answer
        return answer.body

    def apply(self, path: str, body: Body) -> dict[str, Any]:
        """Apply an object on the side of the server, strictly; ``path`` is its collection."""
        name = quote(body["metadata"]["name"])
        answer = self.ask(
            "PATCH", f"{path}/{name}?fieldManager=tests&fieldValidation=Strict", body, _APPLY
        )
        assert answer.status in {200, 201}, answer
        return answer.body

    def delete_all(self, path: str) -> None:
        """Delete the objects of a collection, pods without waiting for their end."""
        answer = self.ask("DELETE", f"{path}?gracePeriodSeconds=0")
        assert answer.status == 200, answer

    def kubectl(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run kubectl; what comes of it is the caller's to judge."""
        return subprocess.run(
            [tool("kubectl"), f"--kubeconfig={self.kubeconfig}", *arguments],
            env={"HOME": str(self.folder)},
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip


@contextmanager
def control_plane(delays: Mapping[str, tuple[int, int]]) -> Iterator[ControlPlane]:
    """Start a control plane without nodes, and end it.

    Args:
        delays: for stages of kwok (``pod-ready``, ``pod-complete``, ``pod-delete``), after how many
            milliseconds a pod gets there, at least and at most.
    """
    program = tool("controlplane")
    with tempfile.TemporaryDirectory(prefix="platc-control-plane-") as name, ExitStack() as servers:
        folder = Path(name)
        plane = ControlPlane(folder, free_port(), secrets.token_hex(16))
        _write_keys(plane)
        # What starts first ends last: without etcd the API server would not end.
        etcd = f"http://127.0.0.1:{free_port()}"
        servers.enter_context(_running(folder, [program, "etcd", *_etcd(folder, etcd)]))
        servers.enter_context(_running(folder, [program, "kube-apiserver", *_api(plane, etcd)]))
        servers.enter_context(closing(plane))
        wait(lambda: _is_ready(plane), 90, lambda: _log(folder, "kube-apiserver"))
        _write_kubeconfig(plane)
        _write_stages(folder / "stages.yaml", program, delays)
        for command, flags in (
            ("kube-controller-manager", _manager(folder)),
            ("kube-scheduler", [f"--secure-port={free_port()}", f"--cert-dir={folder}/scheduler"]),
        ):
            common = [f"--kubeconfig={plane.kubeconfig}", "--leader-elect=false",
                      "--bind-address=127.0.0.1"]  # fmt: skip
            servers.enter_context(_running(folder, [program, command, *common, *flags]))
        servers.enter_context(_running(folder, [program, "kwok", *_kwok(plane)]))
        wait(
            lambda: plane.ask("GET", _DEFAULT_ACCOUNT).status == 200, 60,
            lambda: _log(folder, "kube-controller-manager"),
        )  # fmt: skip
        yield plane


_DEFAULT_ACCOUNT = "/api/v1/namespaces/default/serviceaccounts/default"


def wait(until: Callable[[], bool], seconds: float, otherwise: Callable[[], object]) -> None:
    """Wait until something is so; after so many seconds fail with what ``otherwise`` returns."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, otherwise()
        time.sleep(0.2)


def _etcd(folder: Path, address: str) -> list[str]:
    peers = f"http://127.0.0.1:{free_port()}"
    return [
        f"--data-dir={folder}/etcd", f"--listen-client-urls={address}",
        f"--advertise-client-urls={address}", f"--listen-peer-urls={peers}",
        f"--initial-advertise-peer-urls={peers}", f"--initial-cluster=default={peers}",
        "--unsafe-no-fsync", "--log-level=warn",
    ]  # fmt: skip


def _api(plane: ControlPlane, etcd: str) -> list[str]:
    folder = plane.folder
    return [
        f"--etcd-servers={etcd}", "--bind-address=127.0.0.1", f"--secure-port={plane.port}",
        # Where nothing listens: loopback addresses are refused.
        "--advertise-address=192.0.2.1",
        f"--cert-dir={folder}", f"--token-auth-file={folder}/tokens",
        f"--service-account-key-file={folder}/accounts.key",
        f"--service-account-signing-key-file={folder}/accounts.key",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-cluster-ip-range={SERVICES}", "--authorization-mode=RBAC",
    ]  # fmt: skip


def _manager(folder: Path) -> list[str]:
    return [
        f"--secure-port={free_port()}", f"--cert-dir={folder}/manager",
        f"--service-account-private-key-file={folder}/accounts.key",
        "--kube-api-qps=500", "--kube-api-burst=1000",
        # A busy machine is no reason to take a node for lost.
        "--node-monitor-grace-period=10m",
    ]  # fmt: skip


def _kwok(plane: ControlPlane) -> list[str]:
    return [
        f"--kubeconfig={plane.kubeconfig}", "--manage-all-nodes", "--cidr=10.244.0.0/16",
        "--node-ip=192.0.2.2", "--node-port=0", "--node-lease-duration-seconds=40",
        f"--config={plane.folder}/stages.yaml",
    ]  # fmt: skip


def _write_keys(plane: ControlPlane) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    (plane.folder / "accounts.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    (plane.folder / "tokens").write_text(f'{plane.token},admin,admin,"system:masters"\n')


def _write_kubeconfig(plane: ControlPlane) -> None:
    server = {
        "server": f"https://127.0.0.1:{plane.port}",
        "certificate-authority": str(plane.folder / "apiserver.crt"),
    }
    text = yaml.safe_dump({
        "apiVersion": "v1", "kind": "Config", "current-context": "it",
        "clusters": [{"name": "it", "cluster": server}],
        "users": [{"name": "admin", "user": {"token": plane.token}}],
        "contexts": [{"name": "it", "context": {"cluster": "it", "user": "admin"}}],
    })  # fmt: skip
    plane.kubeconfig.write_text(text)


def _write_stages(file: Path, program: Path, delays: Mapping[str, tuple[int, int]]) -> None:
    """Write kwok's own stages, with times that a pod takes."""
    done = subprocess.run([program, "stages"], capture_output=True, text=True, check=True)
    stages = list(yaml.safe_load_all(done.stdout))
    for stage in stages:
        if stage["metadata"]["name"] in delays:
            least, most = delays[stage["metadata"]["name"]]
            stage["spec"]["delay"] = {
                "durationMilliseconds": least, "jitterDurationMilliseconds": most,
            }  # fmt: skip
    assert {stage["metadata"]["name"] for stage in stages} >= set(delays)
    file.write_text(yaml.safe_dump_all(stages))


@contextmanager
def _running(folder: Path, command: list[str | Path]) -> Iterator[None]:
    with (folder / f"{command[1]}.log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, cwd=folder, env={"HOME": str(folder)}
        )
    try:
        yield
        assert process.poll() is None, _log(folder, str(command[1]))
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _is_ready(plane: ControlPlane) -> bool:
    try:
        return plane.ask("GET", "/readyz").status == 200
    except (OSError, ssl.SSLError):
        plane.close()
        return False


def _log(folder: Path, name: str) -> str:
    """Return the last lines of a program's log, the most telling ones."""
    lines = (folder / f"{name}.log").read_text(errors="replace").splitlines()
    grave = [line for line in lines if re.match(r"[EF]\d{4}|Error|panic", line)]
    return "\n".join([*grave[-10:], *lines[-15:]])
