"""A key pair, and unsealing written a second time from the format's description alone."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.x509.oid import NameOID

Signer = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Controller:
    """What holds the private key."""

    key: rsa.RSAPrivateKey
    certificate: bytes

    def unseal(self, ciphertext: str, label: bytes) -> bytes:
        raw = base64.b64decode(ciphertext, validate=True)
        length = int.from_bytes(raw[:2], "big")
        oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label)
        session_key = self.key.decrypt(raw[2 : 2 + length], oaep)
        body, tag = raw[2 + length : -16], raw[-16:]
        opened = Cipher(algorithms.AES256(session_key), modes.GCM(bytes(12), tag)).decryptor()
        return opened.update(body) + opened.finalize()


def self_signed(key: Signer, *, ends: timedelta = timedelta(days=1)) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + ends)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )


def make_controller(bits: int = 2048) -> Controller:
    key = rsa.generate_private_key(65537, bits)
    return Controller(key, self_signed(key))
