"""Servers on this machine for a prober to ask: a web server, one with TLS, and a name server."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

VALID = timedelta(days=9)
"""How long the certificate of the server with TLS is valid."""


class _Answers(BaseHTTPRequestHandler):
    """Answers with the status that the path says, 200 by default."""

    def do_GET(self) -> None:
        status = self.path.strip("/")
        self.send_response(int(status) if status.isdigit() else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def web_server(folder: Path | None = None) -> Iterator[int]:
    """Run a web server, with TLS if it gets a folder for its certificate; give its port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        if folder is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(_certificate(folder))
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def _certificate(folder: Path) -> Path:
    """Write a key and its certificate, which it has signed itself, into one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / "server.pem"
    file.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return file


@contextmanager
def dns_server() -> Iterator[int]:
    """Run a name server that refuses every question, which is an answer; give its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            with suppress(OSError):
                while True:
                    question, client = server.recvfrom(512)
                    # The same message as an answer (QR), with the code REFUSED (RFC 1035, 4.1.1).
                    server.sendto(question[:2] + b"\x81\x05" + question[4:], client)

        threading.Thread(target=serve, daemon=True).start()
        yield int(server.getsockname()[1])
