"""Files beside platform.yaml that a service names in place of their text.

``files: { /etc/web/web.conf: { file: conf/web.conf } }`` becomes the text of the file, and ``{
folder: conf }`` a file for each one below the folder, before anything is validated. So every check
of a text also judges the text of a file. ``{ binary: PATH }``, and what is no text in a folder,
becomes bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.source.beside import Beside
from platc_compiler.source.load import Unreadable

CODE = "PLT124"
LARGEST = 1 << 20
"""Bytes of a file at most: a ConfigMap holds no more (``MaxSecretSize`` and the checks of
pkg/apis/core/validation)."""
MOST = 1000
"""Files of a folder at most."""
_WORDS = frozenset({"binary", "file", "folder"})


def with_named_files(
    data: dict[str, Any], beside: Beside
) -> tuple[dict[str, Any], tuple[Diagnostic, ...]]:
    """Return the data with the texts of the files that services name, and what is wrong."""
    services = data.get("services")
    naming = {
        name: service
        for name, service in (services.items() if isinstance(services, Mapping) else ())
        if isinstance(service, Mapping) and _names_a_file(service.get("files"))
    }
    if not naming:
        return data, ()
    faults: list[Diagnostic] = []
    changed = dict(data["services"])
    for name, service in naming.items():
        files: dict[str, Any] = {}
        for path, stated in service["files"].items():
            place: Origin = ("services", name, "files", path)
            try:
                files |= dict(_texts(path, stated, beside))
            except _FaultyError as fault:
                faults.append(error(CODE, fault.message, place, fault.hint))
                files[path] = ""
        changed[name] = {**service, "files": files}
    return {**data, "services": changed}, tuple(faults)


def _names_a_file(files: object) -> bool:
    return isinstance(files, Mapping) and any(_named(stated) for stated in files.values())


def _named(stated: object) -> bool:
    return isinstance(stated, Mapping)


class _FaultyError(Exception):
    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def _texts(path: str, stated: object, beside: Beside) -> Iterator[tuple[str, Any]]:
    """Yield the path in the container and the text of each file.

    Raises:
        _FaultyError: the value is malformed, or a file cannot be read.
    """
    if not isinstance(stated, Mapping):
        yield path, stated
        return
    named = next(iter(stated.values()), None)
    if len(stated) != 1 or not stated.keys() <= _WORDS or not isinstance(named, str):
        raise _FaultyError("a file is named by its path alone", "write { file: PATH }")
    if "binary" in stated:
        yield path, _bytes(named, beside)
        return
    if "file" in stated:
        yield path, _text(named, beside)
        return
    folder = named.rstrip("/")
    below = _listed(folder, beside)
    if not below:
        raise _FaultyError(f"there is no file below '{folder}' beside platform.yaml")
    if len(below) > MOST:
        raise _FaultyError(f"'{folder}' holds {len(below)} files; {MOST} are the most")
    for each in below:
        yield f"{path}/{each.removeprefix(f'{folder}/')}", _either(_bytes(each, beside))


def _listed(folder: str, beside: Beside) -> tuple[str, ...]:
    try:
        return beside.paths(folder, "")
    except Unreadable as fault:
        raise _FaultyError(fault.message, fault.hint) from None
    except (OSError, ValueError):
        return ()


def _text(path: str, beside: Beside) -> str:
    found = _either(_bytes(path, beside))
    if isinstance(found, bytes):
        message = f"{path} is no text in UTF-8"
        raise _FaultyError(message, f"save it as UTF-8, or write {{ binary: {path} }}")
    return found


def _either(content: bytes) -> str | bytes:
    """Return a text where the content is one, otherwise the content."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content


def _bytes(path: str, beside: Beside) -> bytes:
    try:
        content = beside.raw(path)
    except Unreadable as fault:
        message = fault.message if path in fault.message else f"{path}: {fault.message}"
        raise _FaultyError(message, fault.hint) from None
    except OSError as fault:
        raise _FaultyError(f"{path} cannot be read: {fault.strerror}") from None
    except ValueError:  # a name that no file can have
        content = None
    if content is None:
        raise _FaultyError(f"there is no file '{path}' beside platform.yaml")
    if len(content) > LARGEST:
        raise _FaultyError(f"{path} is larger than 1 MiB, and a ConfigMap holds no more")
    return content
