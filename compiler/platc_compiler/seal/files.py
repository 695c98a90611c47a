"""Reads and writes the files of sealing; no other module of it touches the disk."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platc_compiler.disk.alone import alone_in, without_signals
from platc_compiler.disk.replace import clear_files, replace_file
from platc_compiler.seal import store
from platc_compiler.seal.errors import SealError
from platc_compiler.seal.values import MOST_BYTES, Values, parse_values

_MOST_CERTIFICATE_BYTES = 1024 * 1024
_MODE = 0o644


def read_certificate(path: Path) -> bytes:
    """Return what the file of a certificate holds.

    Raises:
        SealError: it cannot be read, or is too long for a certificate.
    """
    return _read(path, _MOST_CERTIFICATE_BYTES)


def read_sealed(path: Path) -> str | None:
    """Return the text of ``sealed-secrets.yaml``; ``None`` when it does not exist yet.

    Raises:
        SealError: it cannot be read, is too long or is not UTF-8.
    """
    return decode(_read(path, store.MOST_BYTES), str(path)) if path.exists() else None


def read_values(path: Path) -> tuple[Values, str | None]:
    """Return the values of a file (see ``values``), and a remark on it.

    Returns:
        The values, and a warning when every user of this machine can read the file.

    Raises:
        SealError: it cannot be read or does not hold values.
    """
    values = parse_values(decode(_read(path, MOST_BYTES), str(path)))
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & stat.S_IROTH:
        return values, f"{path} can be read by every user of this machine: chmod 600 {path}"
    return values, None


def decode(raw: bytes, where: str) -> str:
    """Return UTF-8 text, with or without a byte order mark.

    Raises:
        SealError: it is not UTF-8. The message holds nothing of it.
    """
    text = raw.decode("utf-8-sig", errors="replace")
    if "\ufffd" in text and text.encode() != raw.removeprefix(b"\xef\xbb\xbf"):
        message = f"{where} is not UTF-8 text"
        raise SealError(message, "save it as UTF-8")
    return text


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Let no other sealing read or write the file until this one has written it.

    Signals wait as well. What killed sealings have left beside the file is removed.

    Raises:
        SealError: it is a link that leads to itself.
    """
    folder = _target(path).parent
    with alone_in(folder) as locked, without_signals():
        if locked:
            clear_files(folder)
        yield


def write(path: Path, text: str) -> bool:
    """Replace the file in one step, so that nobody ever finds half of it.

    A symbolic link stays one, and the file that it leads to is replaced. Permissions stay as well.

    Returns:
        False when it held just that already and was left alone.

    Raises:
        SealError: when it cannot be written.
    """
    raw = text.encode()
    target = _target(path)
    try:
        if target.exists() and target.read_bytes() == raw:
            return False
        replace_file(target, raw, _MODE, sync=True)
    except OSError as error:
        message = f"cannot write {path}: {error.strerror}"
        raise SealError(message, "check the rights of its folder") from None
    return True


def _target(path: Path) -> Path:
    """Return the file that a path leads to, whether there is one yet or not.

    Raises:
        SealError: it is a link that leads to itself.
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        raise SealError(f"{path} is a link that leads to itself", "remove the link") from None


def _read(path: Path, most_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(most_bytes + 1)
    except OSError as error:
        raise SealError(f"cannot read {path}: {error.strerror}", "check the path") from None
    if len(raw) > most_bytes:
        raise SealError(f"{path} is longer than {most_bytes} bytes", "is this the right file?")
    return raw
