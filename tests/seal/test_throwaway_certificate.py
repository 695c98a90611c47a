import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from platc_compiler.checks.security.plt514_throwaway_certificate import FINGERPRINT
from platc_compiler.seal.crypto import load_certificate, seal_value
from platc_compiler.seal.errors import SealError
from tests.seal.controller import Controller
from tests.tools import ROOT

TOOL = ROOT / "tools" / "throwaway_certificate.py"


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, TOOL, *arguments], capture_output=True, text=True, check=False
    )


def test_the_key_opens_what_was_sealed_for_the_certificate(tmp_path: Path) -> None:
    certificate, private = tmp_path / "cert.pem", tmp_path / "key.pem"
    assert _run(certificate, "--private-key", private, "--bits", "2048").returncode == 0
    pem = certificate.read_bytes()
    key = load_pem_private_key(private.read_bytes(), None)
    assert isinstance(key, RSAPrivateKey)
    sealed = seal_value(load_certificate(pem, now=datetime.now(UTC)), b"value", b"label")
    assert Controller(key, pem).unseal(sealed, b"label") == b"value"
    assert private.stat().st_mode & 0o777 == 0o600


def test_the_certificate_lasts_ten_years_and_its_key_is_written_nowhere(tmp_path: Path) -> None:
    certificate = tmp_path / "cert.pem"
    assert _run(certificate).returncode == 0
    assert list(tmp_path.iterdir()) == [certificate]
    now = datetime.now(UTC)
    later = now + timedelta(days=3649)
    assert load_certificate(certificate.read_bytes(), now=later).public_key.key_size == 4096
    with pytest.raises(SealError, match="expired"):
        load_certificate(certificate.read_bytes(), now=later + timedelta(days=2))


def test_a_certificate_that_exists_is_not_replaced(tmp_path: Path) -> None:
    certificate = tmp_path / "cert.pem"
    certificate.write_text("old")
    refused = _run(certificate, "--private-key", tmp_path / "key.pem")
    assert (refused.returncode, certificate.read_text()) == (2, "old")
    assert "exists; delete it first" in refused.stderr
    assert not (tmp_path / "key.pem").exists()


def test_the_check_of_the_examples_certificate_knows_its_fingerprint() -> None:
    pem = (TOOL.parents[1] / "examples" / "throwaway-certificate.pem").read_bytes()
    assert load_certificate(pem, now=datetime.now(UTC)).fingerprint == FINGERPRINT
