"""URLs as Go reads them.

Source: ``net/url`` of Go 1.26, ``Parse`` and what it calls.
"""

from __future__ import annotations

import ipaddress
import re

from msgspec import Struct

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)?:", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_USER = re.compile(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*", re.ASCII)
_HOST_LETTER = re.compile(r"[A-Za-z0-9\-_.~!$&'()*+,;=:\[\]<>\"%]|[^\x00-\x7f]")
_ASCII_ESCAPE = re.compile(r"%(?!25)[0-7][0-9A-Fa-f]")
_PORT = re.compile(r"(?::[0-9]*)?", re.ASCII)


class Url(Struct, frozen=True):
    """The parts of a URL."""

    scheme: str = ""
    host: str = ""
    fault: str = ""
    """Why Go refuses it; empty if it does not."""


def parsed(text: str) -> Url:  # noqa: PLR0911 - as the original
    """Return the parts of a URL, or why Go refuses it."""
    rest, _, fragment = text.partition("#")
    if _CONTROL.search(rest):
        return Url(fault="it has a control character")
    scheme = ""
    if match := _SCHEME.match(rest):
        if not match[1]:
            return Url(fault="it begins with a colon")
        scheme, rest = match[1].lower(), rest[match.end() :]
    rest = rest.partition("?")[0]
    if not rest.startswith("/"):
        if not scheme and ":" in rest.partition("/")[0]:
            return Url(fault="its scheme is missing, such as https://")
        return Url(scheme) if scheme else _of_path(rest, fragment, Url())
    if not rest.startswith("//") or (not scheme and rest.startswith("///")):
        return _of_path(rest, fragment, Url(scheme))
    authority, slash, path = rest[2:].partition("/")
    user, at, host = authority.rpartition("@")
    if at and (not _USER.fullmatch(user) or _BAD_ESCAPE.search(user)):
        return Url(fault="its user or password has a letter that must be escaped")
    fault = _of_host(host, scheme)
    return Url(fault=fault) if fault else _of_path(slash + path, fragment, Url(scheme, host))


def _of_path(path: str, fragment: str, found: Url) -> Url:
    if _BAD_ESCAPE.search(path) or _BAD_ESCAPE.search(fragment):
        return Url(fault="'%' begins no escape: write %25")
    return found


def _of_host(host: str, scheme: str) -> str:  # noqa: PLR0911 - as the original
    """Return why Go refuses a host with its port, empty if it does not."""
    if host.rfind("[") > 0:
        return "'[' stands inside its host"
    if host.startswith("["):
        inner, closed, port = host[1:].rpartition("]")
        if not closed:
            return "']' is missing in its host"
        if not _PORT.fullmatch(port):
            return f"'{port}' is no port"
        return "" if _is_ipv6(inner) else f"'{inner}' is no IPv6 address"
    first = host.find(":")
    if first >= 0:
        start = first if scheme in {"http", "https"} else host.rfind(":")
        if not _PORT.fullmatch(host[start:]):
            return f"'{host[start:]}' is no port"
    if _BAD_ESCAPE.search(host) or _ASCII_ESCAPE.search(host):
        return "its host has an escape that is not allowed there"
    wrong = next((letter for letter in host if not _HOST_LETTER.fullmatch(letter)), "")
    return f"its host has {wrong!r}" if wrong else ""


def _is_ipv6(text: str) -> bool:
    try:
        return ipaddress.ip_address(text.partition("%25")[0]).version == 6  # noqa: PLR2004
    except ValueError:
        return False


def web_fault(text: str) -> str:
    """Return why Alertmanager refuses a URL of its own: it needs http or https, and a host."""
    url = parsed(text)
    if url.fault:
        return url.fault
    if url.scheme not in {"http", "https"}:
        return "it begins neither with http:// nor with https://"
    return "" if url.host else "its host is missing"


def host_port_fault(text: str) -> str:
    """Return why Go refuses ``host:port`` (``net.SplitHostPort``, and a port that is not empty)."""
    host, colon, port = text.rpartition(":")
    if host.startswith("["):
        if not host.endswith("]") or "[" in host[1:] or "]" in host[1:-1]:
            return "its brackets do not enclose the host"
    elif text.startswith("[") or not colon:
        return "its port is missing: write host:port"
    elif ":" in host:
        return "it has too many colons: an IPv6 address stands in brackets"
    elif {"[", "]"} & set(host):
        return "it has a bracket without the other one"
    if {"[", "]"} & set(port):
        return "it has a bracket in its port"
    return "" if port else "its port is missing: write host:port"
