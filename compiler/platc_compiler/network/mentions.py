"""What a text names as an address: URLs, ``host:port``, DSNs, JDBC, comma lists, bare hosts.

A text is read as it stands; whether a host that it names is a service of the platform is asked
elsewhere (``network/names.py``). Every form has a shape of its own, from which follows how much it
proves: a URL names a host for certain, a bare word names one only where its key says so.

Each expression below takes a time that grows with the length of the text alone: a repetition is
bounded, or possessive, or stands behind a look-behind that lets it begin once for each word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

Form: TypeAlias = Literal["url", "address", "pair", "word", "name"]
"""How a host is named: in a URL; as ``host:port``; as ``host port``; as a bare word under a key
that means a host; as a name that ends in ``.svc``, wherever it stands."""


class Mentioned(Struct, frozen=True):
    """A host that a text names."""

    host: str
    """In lower case, without a port."""
    port: int | None
    """The port that stands with it, or that its scheme implies; ``None`` where neither says."""
    form: Form
    scheme: str = ""
    """The scheme of a URL, in lower case: ``postgresql``."""
    stated: bool = True
    """Whether the port is written out, and not implied by the scheme."""
    credential: bool = False
    """A password stands before the host: the text must not be shown."""
    keyed: bool = False
    """In a text of several lines: a key that means a host stands before the URL."""


_PORTS = {
    "amqp": 5672, "amqps": 5671, "bolt": 7687, "ftp": 21, "grpcs": 443, "http": 80, "https": 443,
    "ldap": 389, "ldaps": 636, "mariadb": 3306, "mongodb": 27017, "mqtt": 1883, "mqtts": 8883,
    "mssql": 1433, "mysql": 3306, "nats": 4222, "neo4j": 7687, "oracle": 1521, "postgres": 5432,
    "postgresql": 5432, "redis": 6379, "rediss": 6379, "sftp": 22, "smtp": 25, "smtps": 465,
    "sqlserver": 1433, "ssh": 22, "ws": 80, "wss": 443,
}  # fmt: skip
"""The port that a client takes where a URL has none, by scheme (IANA, and the clients' manuals)."""

_NO_HOST = frozenset(
    {
        "classpath", "data", "dbfs", "docker", "docker-daemon", "file", "gcs", "gs", "jar", "k8s",
        "local", "memory", "mock", "oci", "s3", "s3a", "s3n", "secret", "snowflake", "spiffe",
        "sqlite", "unix", "urn", "vault",
    }
)  # fmt: skip
"""Schemes whose authority is no host: a bucket, an account, a path, another URL, an image."""

_RESOLVERS = frozenset({"dns", "passthrough"})
"""Name resolvers of gRPC, whose target is a path: ``dns:///web:8080``."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}\Z")
_AUTHORITY = re.compile(r"[^\s/?#\"'<>\\`{}]*+")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?")
_ADDRESS = re.compile(r"(?<![\w./@:%$-])([A-Za-z0-9_][\w.-]{0,252}+):(\d{1,5}+)(?![\w:@]|\.\d|-\d)")
_PAIR = re.compile(r"(?<![\w./@:=%$-])([A-Za-z][\w.-]{0,252}+)[ \t]{1,4}+(\d{2,5}+)(?![\w.:/%-])")
_SETTING = re.compile(
    r"(?<![\w.])(?<![\w.]-)([A-Za-z][\w.-]{0,80}+)[\"']?+[ \t]{0,8}+[=:>][ \t]{0,8}+[\"']?+"
    r"([\w.,:-]++)(?![/(@\\])"
)
_URL_SETTING = re.compile(
    r"(?<![\w.])(?<![\w.]-)([A-Za-z][\w.-]{0,80}+)[\"']?+[ \t]{0,8}+[=:][ \t]{0,8}+[\"']?+"
    r"[A-Za-z][A-Za-z0-9+.-]{0,30}+://"
)
_OPTION = re.compile(r"(?<!\S)-{1,2}+([A-Za-z][\w.-]{0,80}+)[= \t][ \t]{0,8}+[\"']?+([\w.,:-]++)")
_GLUED = re.compile(r"(?<!\S)-h([A-Za-z][\w.-]{0,252}+)(?!\S)")
_LINE = re.compile(
    r"^[ \t]*+([A-Za-z][\w.-]{0,80}+)[ \t]++[\"']?+([\w.,:-]++)[\"']?+;?+[ \t]*+$", re.MULTILINE
)
_ADO = re.compile(r"(?<![\w.])tcp:([A-Za-z][\w.-]{0,252}+),(\d{1,5}+)")
_SERVICE_NAME = re.compile(r"(?<![\w./@$-])([a-z0-9-]{1,63}+(?:\.[a-z0-9-]{1,63}+){1,5}+)(?![\w-])")
_DEVICE = re.compile(r"/dev/(?:tcp|udp)/([\w.-]{1,253}+)/(\d{1,5}+)")
_ORACLE = re.compile(r"jdbc:oracle:[a-z]{1,10}:@([\w.-]{1,253}+)(?::(\d{1,5}+))?+")
_FILLED_IN = re.compile(
    r"\$\{[^{}\n]{0,200}\}|\$\([^()\n]{0,200}\)|\{\{[^{}\n]{0,200}\}\}|\$[A-Za-z_]\w{0,100}+"
)
_COMMENT = re.compile(r"[ \t]{0,200}+(?:#|//|;|--[ \t]|<!--)")
_WORDS = re.compile(r"[^\s,;|\"']++")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PART = re.compile(r"[a-z0-9]++")

_MEANS_HOST = frozenset(
    {
        "addr", "address", "addresses", "addrs", "bootstrap", "brokers", "dsn", "endpoint",
        "endpoints", "host", "hostname", "hostnames", "hosts", "server", "servers", "smarthost",
        "target", "targets", "upstream", "upstreams", "uri", "uris", "url", "urls",
    }
)  # fmt: skip
_ENDS_IN_HOST = ("host", "hosts", "hostname", "addr", "url", "uri", "dsn", "endpoint")
"""With these a word ends that has no mark between its parts: ``PGHOST``, ``dburl``."""
_NOT_CALLED = frozenset(
    {
        "advertise", "advertised", "alias", "allow", "allowed", "allowlist", "bind", "blocked",
        "callback", "canonical", "cors", "denied", "excluded", "header", "headers", "ignore",
        "ignored", "issuer", "label", "listen", "listener", "namespace", "no", "origin", "origins",
        "own", "public", "redirect", "trusted", "virtual", "whitelist",
    }
)  # fmt: skip
"""Words of a key whose hosts are not connected to: they are bound to, allowed, or names alone."""
_SHOWN = frozenset(
    {"docs", "external", "help", "home", "homepage", "root", "runbook", "site"}
)  # fmt: skip
"""Words of a key whose URLs people open; that of a declared service is called all the same."""
_SHOWN_KEYS = (["base", "url"], ["app", "url"], ["schema", "url"])
"""Last words of a key whose URL is the program's own, or a name that looks like one."""
_OF_A_HOST = frozenset({"class", "file", "key", "path", "port", "prefix", "timeout", "type"})
"""Last words of a key that speaks of a property of a host, not of the host."""
_OPTIONS = frozenset({"-h", "-H"})
"""Options of command lines that mean a host: psql, mysql, redis-cli, mongo and others."""
_LONGEST_LIST = 4096
"""Characters of a value that can be a list of hosts; what is longer is a text of another kind."""


def means_host(key: str) -> bool:
    """Say whether the value of a key is a host, an address or a URL that is connected to."""
    if key in _OPTIONS:
        return True
    words = _parts(key)
    return (
        any(w in _MEANS_HOST or w.endswith(_ENDS_IN_HOST) for w in words[-2:])
        and _NOT_CALLED.isdisjoint(words)
        and words[-1] not in _OF_A_HOST
        and (words[-1] != "name" or words[-2:-1] == ["host"])
    )


def not_called(key: str) -> bool:
    """Say whether the hosts under a key are bound to, allowed or compared, and not connected to."""
    return not _NOT_CALLED.isdisjoint(_parts(key))


def shown_to_people(key: str) -> bool:
    """Say whether the URL under a key is, more likely than not, one that people open."""
    words = _parts(key)
    return not _SHOWN.isdisjoint(words) or words[-2:] in _SHOWN_KEYS


def _parts(key: str) -> list[str]:
    return _PART.findall(_HUMP.sub("_", key[-200:]).lower()) or [""]


def mentions(key: str, text: str) -> list[Mentioned]:
    """Return every host that a text names, each once for each form and port.

    Args:
        key: The key or variable that the text is the value of; empty where there is none.
        text: The value, of any length.
    """
    if "\n" in text:
        text = "\n".join(line for line in text.split("\n") if not _COMMENT.match(line))
    if "%" in text:
        # A URL within a URL, as connections of Airflow have them.
        for code, mark in (("%3A", ":"), ("%2F", "/")):
            text = text.replace(code, mark).replace(code.lower(), mark)
    if "$" in text or "{{" in text:
        # What is filled in later is no part of a name that can be known now.
        text = _FILLED_IN.sub("\x00", text)
    return list(dict.fromkeys(_found(key, text)))


def _found(key: str, text: str) -> Iterator[Mentioned]:
    # Most values are single words, in which a mark is looked for faster than an expression runs.
    if ":" in text:
        yield from _urls(text)
        yield from _addresses(text)
    if "." in text:
        yield from _service_names(text)
    if " " in text or "\t" in text:
        yield from _words_of_commands(text)
    if "=" in text or ":" in text or ">" in text:
        for match in _SETTING.finditer(text):
            if means_host(match[1]):
                yield from _words(match[2])
    if "/dev/" in text:
        for match in _DEVICE.finditer(text):
            yield from _address(match[1], match[2], "url")
    if len(text) <= _LONGEST_LIST and "://" not in text and means_host(key):
        yield from _words(text)


def _addresses(text: str) -> Iterator[Mentioned]:
    for match in _ADDRESS.finditer(text):
        yield from _address(match[1], match[2], "address")
    if "tcp:" in text:
        for match in _ADO.finditer(text):
            yield from _address(match[1], match[2], "url")
    if "jdbc:oracle:" in text:
        for match in _ORACLE.finditer(text):
            yield from _address(match[1], match[2] or "1521", "url")


def _service_names(text: str) -> Iterator[Mentioned]:
    for match in _SERVICE_NAME.finditer(text):
        if match[1].endswith((".svc", ".svc.cluster.local")):
            yield Mentioned(match[1], None, "name")


def _words_of_commands(text: str) -> Iterator[Mentioned]:
    for match in _PAIR.finditer(text):
        yield from _address(match[1], match[2], "pair")
    for match in _OPTION.finditer(text):
        if match[1] in {"h", "H"} or means_host(match[1]):
            yield from _words(match[2])
    for match in _GLUED.finditer(text):
        yield from _words(match[1])
    if "\n" in text:
        for match in _LINE.finditer(text):
            if means_host(match[1]):
                yield from _words(match[2])


def _urls(text: str) -> Iterator[Mentioned]:
    keyed = {
        match.end() - 3
        for match in (_URL_SETTING.finditer(text) if "\n" in text else ())
        if means_host(match[1]) and not shown_to_people(match[1])
    }
    start = text.find("://")
    while start >= 0:
        scheme = _SCHEME.search(text[max(0, start - 31) : start])
        match = _AUTHORITY.match(text, start + 3)
        end = match.end() if match else start + 3
        if end == start + 3 and scheme and scheme[0].lower() in _RESOLVERS:
            match = _AUTHORITY.match(text, start + 4)
            yield from _authority("", text[start + 4 : match.end() if match else start + 4])
        if scheme and scheme[0].lower() not in _NO_HOST:
            # The last item of a list of URLs ends before the next scheme.
            cut = max(text.rfind(",", start, end), start) if text.startswith("//", end) else end
            yield from _authority(scheme[0].lower(), text[start + 3 : cut], keyed=start in keyed)
        start = text.find("://", start + 3)


def _authority(scheme: str, authority: str, *, keyed: bool = False) -> Iterator[Mentioned]:
    user, _, hosts = authority.rpartition("@")
    implied = _PORTS.get(scheme.partition("+")[0])
    for stated in hosts.partition(";")[0].split(","):
        host, _, digits = stated.strip(").]|*").partition(":")
        port = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else None  # noqa: PLR2004 - 65535
        name = host.lower().rstrip(".")
        if _HOST.fullmatch(name):
            yield Mentioned(
                name, port or implied, "url", scheme, port is not None, ":" in user, keyed
            )


def _address(host: str, port: str, form: Form) -> Iterator[Mentioned]:
    name, number = host.lower().rstrip("."), int(port)
    if 0 < number < 1 << 16 and not name.isdigit() and _HOST.fullmatch(name):
        yield Mentioned(name, number, form)


def _words(text: str) -> Iterator[Mentioned]:
    for word in _WORDS.findall(text):
        host, _, rest = word.partition("/")[0].partition(":")
        name = host.lower().rstrip(".")
        if _HOST.fullmatch(name) and not name.isdigit():
            digits = rest if rest.isascii() and rest.isdigit() and len(rest) < 6 else ""  # noqa: PLR2004 - 65535
            yield Mentioned(name, int(digits) if digits else None, "word")
