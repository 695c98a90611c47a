"""TLS of PostgreSQL with the files that platc emits: who gets in, and the renewal."""

from __future__ import annotations

import os
import socket
import ssl
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tools.trixie_server import PASSWORD, Server, as_of_a_secret, exporter, fetched, server

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests import tools
from tests.real.pgbouncer_server import pgbouncer
from tests.tools import ROOT

pytestmark = pytest.mark.e2e

PLATFORM = ROOT / "tests/golden/platforms/encrypted.yaml"
HOST = "postgres.data.svc"


class Authority:
    """A certificate authority of a test."""

    def __init__(self, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._signed(self.name, self.key, [], authority=True)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def issue(self, hosts: list[str]) -> tuple[bytes, bytes, int]:
        """Return a certificate, its key and its serial number."""
        key = ec.generate_private_key(ec.SECP256R1())
        found = self._signed(x509.Name([]), key, hosts, authority=False)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )  # fmt: skip
        return found.public_bytes(serialization.Encoding.PEM), private, found.serial_number

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        hosts: list[str],
        *,
        authority: bool,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=5))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if hosts:
            names = x509.SubjectAlternativeName([_general_name(host) for host in hosts])
            builder = builder.add_extension(names, critical=True)
        return builder.sign(self.key, hashes.SHA256())


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _objects(*changes: tuple[str, str]) -> dict[str, Any]:
    text = PLATFORM.read_text(encoding="utf-8")
    for old, new in (("version: 18", "version: 17"), *changes):
        assert old in text
        text = text.replace(old, new)
    files = compile_platform(Source(text, PLATFORM.name)).files
    return {
        path.rpartition("/")[2]: yaml.safe_load(body)
        for path, body in files.items()
        if path.startswith("manifests/")
    }


@contextmanager
def _running(
    objects: dict[str, Any], authority: Authority, *names: str
) -> Iterator[tuple[Server, list[str]]]:
    hosts = objects["certificate-postgres-server-tls.yaml"]["spec"]["dnsNames"]
    certificate, key, _ = authority.issue([*hosts, "localhost", *names])
    config = objects["configmap-postgres-config.yaml"]["data"]
    with server(config, tls__crt=certificate, tls__key=key, ca__crt=authority.pem) as running:
        yield running, hosts


def _client(objects: dict[str, Any], running: Server, **other: str) -> dict[str, str]:
    """Return the environment of the bootstrap job, whose address leads to the test's server."""
    (job,) = (body for name, body in objects.items() if name.startswith("job-postgres-bootstrap"))
    container = job["spec"]["template"]["spec"]["containers"][0]
    stated = {each["name"]: each["value"] for each in container["env"] if "value" in each}
    own = {key: stated[key] for key in ("PGHOST", "PGSSLMODE", "PGSSLROOTCERT")}
    assert own["PGSSLMODE"] == "verify-full"
    own["PGSSLROOTCERT"] = own["PGSSLROOTCERT"].replace(
        "/run/tls", running.inside(running.folder / "tls")
    )
    return {**own, "PGHOSTADDR": "127.0.0.1", **other}


def test_only_who_speaks_tls_to_the_right_server_gets_in() -> None:
    """PostgreSQL 17 starts without a warning, with a key that root owns and its group reads."""
    tools.trixie("usr/lib/postgresql/17/bin/postgres")
    objects, authority = _objects(), Authority("own")
    with _running(objects, authority) as (running, _):
        assert "WARNING" not in running.log
        how = "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        assert running.answer(how, **_client(objects, running)) == "t|TLSv1.3"

        other = running.folder / "tls/other.crt"
        other.write_bytes(Authority("other").pem)
        other.chmod(0o644)
        wrong_ca = running.sql(
            how, **_client(objects, running, PGSSLROOTCERT=running.inside(other))
        )
        assert "certificate verify failed" in wrong_ca.stderr
        wrong_name = running.sql(how, **_client(objects, running, PGHOST="elsewhere.data.svc"))
        assert "does not match host name" in wrong_name.stderr
        plain = running.sql(how, **_client(objects, running, PGSSLMODE="disable"))
        assert "no encryption" in plain.stderr
        old = running.sql(how, **_client(objects, running, PGSSLMAXPROTOCOLVERSION="TLSv1.2"))
        assert old.returncode != 0
        assert "protocol version" in old.stderr


def test_server_presents_the_renewed_certificate_without_a_restart() -> None:
    """The emitted script notices the new file and tells the server."""
    objects, authority = _objects(), Authority("own")
    with _running(objects, authority) as (running, hosts):
        started = running.answer("SELECT pg_postmaster_start_time()", PGSSLMODE="require")
        first = _serial(running.port)
        script = running.folder / "reload.sh"
        password = running.folder / "password"
        password.write_text(PASSWORD)
        environment = {
            "PATH": "/usr/bin:/bin", "PGHOST": running.inside(running.folder),
            "PGPORT": str(running.port), "PGUSER": "postgres", "PGDATABASE": "postgres",
            "SUPERUSER_PASSWORD_FILE": running.inside(password), "PERIOD": "0.2",
            "CERTIFICATE": running.inside(running.folder / "tls/tls.crt"),
        }  # fmt: skip
        debian = str(tools.trixie("bin/bash"))
        process = subprocess.Popen(
            ["/usr/sbin/chroot", debian, "/bin/bash", running.inside(script)],
            env=environment, stdout=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            time.sleep(1)
            assert _serial(running.port) == first
            certificate, key, serial = authority.issue(hosts)
            # The kubelet exchanges all files of a Secret at once.
            for name, content in (("tls.key", key), ("tls.crt", certificate)):
                new = running.folder / f"tls/{name}.new"
                new.write_bytes(content)
                as_of_a_secret(new)
                new.rename(running.folder / "tls" / name)
            deadline = time.monotonic() + 20
            while _serial(running.port) != serial and time.monotonic() < deadline:
                time.sleep(0.2)
            assert _serial(running.port) == serial
        finally:
            os.killpg(process.pid, 15)
            process.wait()
        again = running.answer("SELECT pg_postmaster_start_time()", PGSSLMODE="require")
        assert again == started


POOLER = """pooler: { password: database/pooler }
    tls: { cluster"""


@pytest.mark.parametrize(
    ("trusted", "names", "refusal"),
    [
        (True, ["127.0.0.1"], ""),
        (False, ["127.0.0.1"], "certificate verify failed"),
        (True, [], "name `127.0.0.1' not present in server certificate"),
    ],
)
def test_pgbouncer_asks_the_right_server_only(
    *, trusted: bool, names: list[str], refusal: str
) -> None:
    """PgBouncer checks the certificate of the server, and speaks TLS for its clients."""
    objects = _objects(("exporter]", "exporter, pooler]"), ("tls: { cluster", POOLER))
    authority = Authority("own")
    with _running(objects, authority, *names) as (running, _):
        (bootstrap,) = (
            body for name, body in objects.items() if name.startswith("configmap-postgres-boot")
        )
        passwords = {"app": "a", "exporter": "e", "pooler": "p"}
        running.bootstrap(
            bootstrap["data"], {f"database/{role}": each for role, each in passwords.items()}
        )
        ca = authority if trusted else Authority("other")
        files = {**objects["configmap-postgres-pooler.yaml"]["data"], "ca.crt": ca.pem.decode()}
        assert "server_tls_sslmode = verify-full" in files["pgbouncer.ini"]
        with pgbouncer(files, running.port, "p\n") as pooler:
            done = running.sql(
                "SELECT current_user, ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
                PGPORT=str(pooler.port), PGUSER="app", PGPASSWORD="a", PGDATABASE="shop",
            )  # fmt: skip
            assert done.stdout.strip() == ("" if refusal else "app|t|TLSv1.3"), done.stderr
            assert refusal in pooler.log()


def _serial(port: int) -> int:
    """Return the serial number of the certificate that the server presents."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(struct.pack("!ii", 8, 80877103))
        assert connection.recv(1) == b"S"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with context.wrap_socket(connection) as secured:
            presented = secured.getpeercert(binary_form=True)
    assert presented is not None
    return x509.load_der_x509_certificate(presented).serial_number


@pytest.mark.parametrize(
    ("trusted", "host", "up"),
    [(True, "localhost", "1"), (False, "localhost", "0"), (True, "127.0.0.1", "0")],
)
def test_exporter_logs_in_to_the_right_server_only(*, trusted: bool, host: str, up: str) -> None:
    """postgres_exporter checks the certificate as its address says."""
    objects, authority = _objects(), Authority("own")
    container = objects["deployment-postgres-exporter.yaml"]["spec"]["template"]["spec"][
        "containers"
    ][0]
    with _running(objects, authority) as (running, _):
        (bootstrap,) = (
            body for name, body in objects.items() if name.startswith("configmap-postgres-boot")
        )
        passwords = {"database/app": "a", "database/exporter": "e"}
        running.bootstrap(bootstrap["data"], passwords)
        ca = running.folder / "tls/exporter-ca.crt"
        ca.write_bytes(authority.pem if trusted else Authority("other").pem)
        address = next(e["value"] for e in container["env"] if e["name"] == "DATA_SOURCE_URI")
        assert address.startswith(f"{HOST}:5432/")
        environment = {
            "DATA_SOURCE_URI": address.replace(f"{HOST}:5432", f"{host}:{running.port}").replace(
                "/run/tls/ca.crt", str(ca)
            ),
            "DATA_SOURCE_USER": "exporter", "DATA_SOURCE_PASS": "e",
        }  # fmt: skip
        queries = objects["configmap-postgres-exporter.yaml"]["data"]["queries.yaml"]
        with exporter(container["args"], queries, environment, running.folder) as watching:
            assert f"\npg_up {up}\n" in fetched(watching.address)
