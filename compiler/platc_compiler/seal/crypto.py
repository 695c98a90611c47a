"""Encrypts values as the Sealed Secrets controller decrypts them (its pkg/crypto, v0.40.0)."""

import base64
import secrets
from datetime import datetime

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509 import Certificate, InvalidVersion, load_pem_x509_certificate
from msgspec import Struct

from platc_compiler.seal.errors import SealError

_SESSION_KEY_BYTES = 32
# Each session key encrypts one value, so the controller fixes the nonce at zero.
_NONCE = bytes(12)
_LENGTH_PREFIX_BYTES = 2
# NIST SP 800-131A allows no less; the controller itself makes 4096.
_FEWEST_BITS = 2048

_FETCH = "fetch the controller's certificate: kubeseal --fetch-cert > certificate.pem"
_DAMAGED = "the certificate cannot be read: its text is damaged"
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
# The second is how a Secret with a private key in it, saved from the cluster, looks.
_PRIVATE = (b"PRIVATE KEY-----", b"tls.key")


class SealingCertificate(Struct, frozen=True):
    """A certificate that may be sealed with.

    Attributes:
        public_key: of the controller.
        fingerprint: SHA-256 of the certificate (DER), in lower-case hexadecimal.
    """

    public_key: rsa.RSAPublicKey
    fingerprint: str


def load_certificate(pem: bytes, *, now: datetime) -> SealingCertificate:
    """Return the controller's certificate: the first one of the file, as kubeseal does.

    Args:
        pem: what the file holds.
        now: with a time zone; an expired certificate is refused as kubeseal refuses it.

    Raises:
        SealError: the file holds a private key or no PEM certificate, or the certificate has
            expired, is not of RSA or has fewer than 2048 bits.
    """
    if any(sign in pem for sign in _PRIVATE):
        message = "the file holds a private key, where the controller's certificate is wanted"
        raise SealError(message, f"keep it out of the repository and out of platc's way; {_FETCH}")
    certificate = _parse(pem)
    if _is_damaged(certificate):
        raise SealError(_DAMAGED, _FETCH)
    if certificate.not_valid_after_utc < now:
        message = f"the certificate expired on {certificate.not_valid_after_utc:%Y-%m-%d}"
        raise SealError(message, _FETCH)
    key = _public_key(certificate)
    if key is None:
        message = "the certificate's key is not RSA, which Sealed Secrets needs"
        raise SealError(message, _FETCH)
    if key.key_size < _FEWEST_BITS:
        message = f"the certificate's RSA key has {key.key_size} bits, fewer than {_FEWEST_BITS}"
        raise SealError(message, "make the controller renew its key: --key-size=4096")
    return SealingCertificate(key, fingerprint(certificate))


def fingerprint(certificate: Certificate) -> str:
    """Return SHA-256 of the certificate, as ``openssl x509 -fingerprint -sha256`` counts it."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def seal_value(certificate: SealingCertificate, plaintext: bytes, label: bytes) -> str:
    """Return one value encrypted as ``HybridEncrypt`` does it; each call gives another result.

    A random AES-256 key encrypts the value (GCM); RSA-OAEP (SHA-256) encrypts that key under
    ``label``. The result is the length of the encrypted key (two bytes, big-endian), that key, and
    the encrypted value.

    Args:
        certificate: of the controller.
        plaintext: the value.
        label: of the scope (``declared.encryption_label``).

    Returns:
        Standard base64.

    Raises:
        SealError: nothing can be encrypted with the key.
    """
    session_key = secrets.token_bytes(_SESSION_KEY_BYTES)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label)
    try:
        wrapped = certificate.public_key.encrypt(session_key, oaep)
    except ValueError:
        raise SealError(_DAMAGED, _FETCH) from None
    sealed = AESGCM(session_key).encrypt(_NONCE, plaintext, None)
    length = len(wrapped).to_bytes(_LENGTH_PREFIX_BYTES, "big")
    return base64.b64encode(length + wrapped + sealed).decode("ascii")


def _parse(pem: bytes) -> Certificate:
    if _CERTIFICATE not in pem:
        message = "the file holds no PEM certificate (-----BEGIN CERTIFICATE-----)"
        raise SealError(message, _FETCH)
    try:
        return load_pem_x509_certificate(pem[pem.index(_CERTIFICATE) :])
    except (ValueError, InvalidVersion):
        raise SealError(_DAMAGED, _FETCH) from None


def _is_damaged(certificate: Certificate) -> bool:
    """Whether the signature of a self-signed certificate, as the controller's are, does not fit.

    Nobody can open what is sealed for a damaged key.
    """
    try:
        if certificate.issuer == certificate.subject:
            certificate.verify_directly_issued_by(certificate)
    except (TypeError, UnsupportedAlgorithm):
        # Signed in a way that cannot be verified here, which kubeseal does not mind either.
        return False
    except (ValueError, InvalidSignature):
        return True
    return False


def _public_key(certificate: Certificate) -> rsa.RSAPublicKey | None:
    try:
        key = certificate.public_key()
    except (UnsupportedAlgorithm, ValueError):
        return None
    return key if isinstance(key, rsa.RSAPublicKey) else None
