"""Make a certificate to seal secrets for, as the Sealed Secrets controller would make it.

For tests and for a reference platform whose secrets nobody shall ever open: unless asked
for, the private key is not written anywhere.

    python tools/throwaway_certificate.py examples/throwaway-cert.pem
    python tools/throwaway_certificate.py cert.pem --private-key key.pem --bits 2048
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

BITS = 4096
YEARS = 10
_PUBLIC_EXPONENT = 65537
_DAYS_A_YEAR = 365


def make(bits: int, years: int, common_name: str) -> tuple[bytes, bytes]:
    """Return a self-signed certificate and its private key (PKCS #8, unencrypted), in PEM."""
    key = rsa.generate_private_key(_PUBLIC_EXPONENT, bits)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    start = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=years * _DAYS_A_YEAR))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return certificate.public_bytes(serialization.Encoding.PEM), private


def main(arguments: Sequence[str] | None = None) -> int:
    """Write what is asked for; 2 when a file exists already, and then nothing is written."""
    parser = argparse.ArgumentParser(description="Make a throw-away certificate to seal for.")
    parser.add_argument("certificate", type=Path, help="file to write it to")
    parser.add_argument("--private-key", type=Path, help="file for its key; else it is discarded")
    parser.add_argument("--bits", type=int, default=BITS, help="of the RSA key (%(default)s)")
    parser.add_argument("--years", type=int, default=YEARS, help="of validity (%(default)s)")
    parser.add_argument("--common-name", default="throw-away", help="(%(default)s)")
    options = parser.parse_args(arguments)
    targets = [path for path in (options.certificate, options.private_key) if path is not None]
    for path in targets:
        if path.exists():
            # What was sealed for the old one would need its values again.
            print(f"{path} exists; delete it first", file=sys.stderr)
            return 2
    certificate, private = make(options.bits, options.years, options.common_name)
    if options.private_key is not None:
        with os.fdopen(os.open(options.private_key, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(private)
    options.certificate.write_bytes(certificate)
    return 0


if __name__ == "__main__":
    sys.exit(main())
