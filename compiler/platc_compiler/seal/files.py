"""Where sealing meets the disk: everything else of it is pure."""

import os
import stat
import tempfile
from pathlib import Path

from platc_compiler.seal import store
from platc_compiler.seal.errors import SealError
from platc_compiler.seal.values import MOST_BYTES, Values, parse_values

_MOST_CERTIFICATE_BYTES = 1024 * 1024
_MODE = 0o644


def read_certificate(path: Path) -> bytes:
    """Read the file of a certificate.

    Raises:
        SealError: when there is none, or it is too long to be one.
    """
    return _read(path, _MOST_CERTIFICATE_BYTES)


def read_sealed(path: Path) -> str | None:
    """Read `sealed-secrets.yaml`; None when it does not exist yet.

    Raises:
        SealError: when it cannot be read, is too long or is not UTF-8.
    """
    return decode(_read(path, store.MOST_BYTES), str(path)) if path.exists() else None


def read_values(path: Path) -> tuple[Values, str | None]:
    """Read a file of values (see `values`).

    Returns:
        the values, and a warning when others on this machine can read the file as well.

    Raises:
        SealError: when it cannot be read or does not hold values.
    """
    values = parse_values(decode(_read(path, MOST_BYTES), str(path)))
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & stat.S_IROTH:
        return values, f"{path} can be read by every user of this machine: chmod 600 {path}"
    return values, None


def decode(raw: bytes, where: str) -> str:
    """Decode UTF-8, with or without a byte order mark.

    Raises:
        SealError: when it is something else. The error quotes none of it.
    """
    text = raw.decode("utf-8-sig", errors="replace")
    if "\ufffd" in text and text.encode() != raw.removeprefix(b"\xef\xbb\xbf"):
        message = f"{where} is not UTF-8 text"
        raise SealError(message, "save it as UTF-8")
    return text


def write(path: Path, text: str) -> bool:
    """Replace the file in one step, so that nobody ever finds half of it.

    Returns:
        False when it held just that already and was left alone.

    Raises:
        SealError: when it cannot be written.
    """
    raw = text.encode()
    try:
        if path.exists() and path.read_bytes() == raw:
            return False
        _replace(path, raw)
    except OSError as error:
        message = f"cannot write {path}: {error.strerror}"
        raise SealError(message, "check the rights of its folder") from None
    return True


def _replace(path: Path, raw: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        new.chmod(_MODE)
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def _read(path: Path, most_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(most_bytes + 1)
    except OSError as error:
        raise SealError(f"cannot read {path}: {error.strerror}", "check the path") from None
    if len(raw) > most_bytes:
        raise SealError(f"{path} is longer than {most_bytes} bytes", "is this the right file?")
    return raw
