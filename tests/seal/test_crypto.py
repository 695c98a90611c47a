import contextlib
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from platc_compiler.seal.crypto import SealingCertificate, load_certificate, seal_value
from platc_compiler.seal.errors import SealError
from tests.seal.controller import Controller, self_signed


def _load(pem: bytes) -> SealingCertificate:
    return load_certificate(pem, now=datetime.now(UTC))


def _private_pem(key: rsa.RSAPrivateKey, form: serialization.PrivateFormat) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


@settings(deadline=None)
@given(plaintext=st.binary(max_size=300), label=st.binary(max_size=300))
def test_what_is_sealed_opens_under_the_same_label(
    controller: Controller, plaintext: bytes, label: bytes
) -> None:
    sealed = seal_value(_load(controller.certificate), plaintext, label)
    assert controller.unseal(sealed, label) == plaintext


@settings(deadline=None)
@given(labels=st.lists(st.binary(max_size=30), min_size=2, max_size=2, unique=True))
def test_no_other_label_opens_it(controller: Controller, labels: list[bytes]) -> None:
    sealed = seal_value(_load(controller.certificate), b"value", labels[0])
    with pytest.raises(ValueError, match=r"[Dd]ecryption failed"):
        controller.unseal(sealed, labels[1])


def test_no_other_key_opens_it(controller: Controller, other_controller: Controller) -> None:
    sealed = seal_value(_load(controller.certificate), b"value", b"")
    with pytest.raises((ValueError, InvalidTag)):
        other_controller.unseal(sealed, b"")


def test_two_sealings_of_one_value_differ(controller: Controller) -> None:
    certificate = _load(controller.certificate)
    assert seal_value(certificate, b"value", b"") != seal_value(certificate, b"value", b"")


def test_the_fingerprint_is_the_sha256_of_the_certificate(controller: Controller) -> None:
    der = x509.load_pem_x509_certificate(controller.certificate).public_bytes(
        serialization.Encoding.DER
    )
    assert _load(controller.certificate).fingerprint == hashlib.sha256(der).hexdigest()


def test_of_a_chain_the_first_certificate_counts(
    controller: Controller, other_controller: Controller
) -> None:
    chain = b"some words\n" + controller.certificate + other_controller.certificate
    assert _load(chain).fingerprint == _load(controller.certificate).fingerprint


@pytest.mark.parametrize(
    "form", [serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL]
)
@pytest.mark.parametrize("beside", [True, False])
def test_a_private_key_is_refused_even_beside_a_certificate(
    controller: Controller, form: serialization.PrivateFormat, *, beside: bool
) -> None:
    pem = _private_pem(controller.key, form)
    with pytest.raises(SealError, match="holds a private key"):
        _load(controller.certificate + pem if beside else pem)


def test_a_secret_saved_from_the_cluster_is_refused_for_its_private_key() -> None:
    with pytest.raises(SealError, match="holds a private key"):
        _load(b"kind: Secret\ndata:\n  tls.crt: LS0t\n  tls.key: LS0t\n")


def test_an_expired_certificate_is_refused_with_its_date(controller: Controller) -> None:
    pem = self_signed(controller.key, ends=timedelta(days=-2))
    ended = datetime.now(UTC) - timedelta(days=2)
    with pytest.raises(SealError, match=f"expired on {ended:%Y}"):
        _load(pem)


def test_a_certificate_of_another_algorithm_is_refused() -> None:
    with pytest.raises(SealError, match="not RSA"):
        _load(self_signed(ec.generate_private_key(ec.SECP256R1())))


def test_a_short_key_is_refused_with_its_length() -> None:
    with pytest.raises(SealError, match="1024 bits"):
        _load(self_signed(rsa.generate_private_key(65537, 1024)))  # noqa: S505 - the point


@pytest.mark.parametrize(
    ("pem", "message"),
    [
        (b"", "no PEM certificate"),
        (b"\x30\x82\x05", "no PEM certificate"),
        (b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "no PEM certificate"),
        (b"-----BEGIN CERTIFICATE-----\n", "damaged"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "damaged"),
        (b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n", "damaged"),
    ],
)
def test_what_is_no_certificate_is_refused(pem: bytes, message: str) -> None:
    with pytest.raises(SealError, match=message) as caught:
        _load(pem)
    assert "kubeseal --fetch-cert" in caught.value.help


@settings(deadline=None)
@given(noise=st.binary(max_size=200), begin=st.booleans())
def test_any_bytes_as_certificate_give_a_seal_error(noise: bytes, *, begin: bool) -> None:
    pem = b"-----BEGIN CERTIFICATE-----\n" + noise if begin else noise
    with pytest.raises(SealError):
        _load(pem)


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@settings(deadline=None)
@given(at=st.integers(min_value=0), byte=st.integers(0, 255))
def test_a_damaged_certificate_gives_a_seal_error_or_a_certificate(
    controller: Controller, at: int, byte: int
) -> None:
    pem = bytearray(controller.certificate)
    pem[at % len(pem)] = byte
    with contextlib.suppress(SealError):
        assert isinstance(_load(bytes(pem)), SealingCertificate)
