"""What is a credential: by the name that a value stands under, and by the form of the value.

This is the only place that decides it. What it finds is never shown (``masking``), and PLT503 tells
of it. Names are judged by the words in them, texts by ``NAME=VALUE``, by URLs with a password, by
headers and options of commands, and by the rules of gitleaks (``credential_forms``).
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from platc_compiler.diagnostics import credential_forms

_SHORTEST = 6
"""Characters of the shortest text that names a credential and holds it."""


class Stretch(NamedTuple):
    """A part of a text that is a credential."""

    start: int
    end: int
    """Exclusive."""
    certain: bool
    """A name of its own or the password of a URL says so; otherwise the text looks like it."""


_ANYWHERE = (
    "password", "passwd", "passphrase", "passcode", "privatekey", "apikey", "accesskey",
    "secretkey", "fernetkey", "encryptionkey", "signingkey", "masterkey", "accountkey", "authkey",
    "sharedkey", "sessionkey", "licensekey", "hmackey", "sshkey", "seckey", "requirepass",
    "masterauth", "authtoken", "accesstoken",
)  # fmt: skip
"""Words that make a name one of a credential wherever they stand in it, separators left out."""
_WORDS = frozenset({"secret", "token", "credential", "credentials", "creds", "pwd", "fernet"})
"""Words that do so when they stand by themselves."""
_LAST = frozenset({"pass", "pat", "pw"})
"""Words that do so at the end of a name."""
_ENDINGS = ("secret", "token", "pwd", "dbpass", "userpass", "rootpass", "adminpass", "smtppass")
_STAGES = frozenset({"prod", "production", "staging", "stage", "test", "dev", "old", "new"})
"""Words behind a name that change nothing of what it names."""
_ABOUT = frozenset({
    "age", "alg", "algorithm", "allowed", "arn", "audience", "auth", "backend", "bits", "bucket",
    "budget", "change", "class", "column", "count", "days", "description", "dir", "directory",
    "disabled", "duration", "enabled", "encoding", "encryption", "endpoint", "env", "errors",
    "expiration", "expire", "expires", "expiry", "field", "file", "files", "folder", "format",
    "header", "headers", "help", "hint", "host", "hours", "id", "ids", "interval", "issuer",
    "kind", "label", "length", "lifetime", "limit", "location", "manager", "max", "method",
    "metric", "metrics", "min", "minutes", "mode", "name", "names", "namespace", "path", "paths",
    "pattern", "period", "policy", "port", "prefix", "prompt", "provider", "ref", "reference",
    "regex", "region", "requests", "required", "reset", "rotation", "rule", "rules", "scope",
    "scopes", "seconds", "size", "source", "state", "status", "store", "strength", "suffix",
    "template", "timeout", "title", "total", "ttl", "type", "uri", "url", "usage", "used", "user",
    "username", "validator", "var", "variable", "version",
})  # fmt: skip
"""Last words of a name that speaks about a credential and does not hold it."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_STORE_OF_AZURE = re.compile(r"\.[\w-]{1,60}\.(?:blob|dfs)\.core\.[\w.-]{1,60}$")
"""What stands behind the name of a setting of Hadoop that is for one account alone."""


def names_credential(name: str) -> bool:
    """Return whether a value that stands under a name is a credential, if it is a value at all.

    >>> [names_credential(name) for name in ("DB_PASS", "clientSecret", "PASSWORD_FILE", "COMPASS")]
    [True, True, False, False]
    """
    return _speaks_of_one(name[-_REMEMBERED:])


@lru_cache(maxsize=4096)
def _speaks_of_one(name: str) -> bool:
    """Judge the end of a name once: the same names come again and again."""
    *before, last = _STORE_OF_AZURE.sub("", name).rstrip("]").split(".")
    if last.lower() == "key" and before:
        # fs.s3a.secret.key
        last = f"{before[-1]}_key"
    last = last or name
    words = [word.lower() for word in _WORD.findall(last)]
    while words and (words[-1].isdigit() or words[-1] in _STAGES):
        words.pop()
    if not words or words[-1] in _ABOUT or "maxtokens" in (squashed := "".join(words)):
        return False
    return (
        any(each in squashed for each in _ANYWHERE)
        or not _WORDS.isdisjoint(words)
        or words[-1] in _LAST
        or words[-1].endswith(_ENDINGS)
    )


_HEADERS = frozenset({"authorization", "proxyauthorization", "cookie", "xhoneycombteam"})
_HEADER_ENDINGS = ("auth", "key", "token", "secret", "password", "credentials")
_NO_CREDENTIAL_HEADERS = frozenset({"idempotencykey", "secwebsocketkey"})
_AUTHORIZATION = frozenset({"authorization", "proxyauthorization"})
_SCHEME = re.compile(
    r"(?i)(?:basic|bearer|token|apikey|api-key|digest|splunk|geniekey|negotiate|key)[ =]+(?=\S)"
)
"""The word before what a header authorizes with."""
_IN_PART = re.compile(
    r"\$\{[^}]+\}|\$\(\w+\)|\{\{.*\}\}|\$[A-Z_]{2,}|%\(\w+\)s|#\{[^}]+\}", re.DOTALL
)
"""A place in a text for which another value is put."""


def _squashed(name: str) -> str:
    return "".join(filter(str.isalnum, name[-200:].lower()))


def in_header(name: str, value: str) -> tuple[Stretch, ...]:
    """Return what of the value of a header of HTTP or gRPC is a credential."""
    squashed = _squashed(name)
    authorizes = squashed in _HEADERS or (
        squashed.endswith(_HEADER_ENDINGS) and squashed not in _NO_CREDENTIAL_HEADERS
    )
    if not authorizes:
        return in_value(name, value)
    scheme = _SCHEME.match(value)
    begin = scheme.end() if scheme else 0
    if stands_for_another(value[begin:]) or _IN_PART.search(value):
        return ()
    return (Stretch(begin, len(value), certain=True),)


_NO_VALUES = frozenset({
    "", "true", "false", "null", "none", "yes", "no", "on", "off", "debug", "info", "warn",
    "warning", "error", "trace",
})  # fmt: skip
_FILLERS = frozenset("*xX•.-_?…")
_REFERENCE = (
    # A variable, a template, a file, a place of another store, a public key or certificate.
    r"(?s)\$(?:\{.*\}|\(.*\)|__\w+\{.*\}|[A-Z_][A-Z0-9_]*)|\{\{.*\}\}|#\{.*\}|%\(\w+\)s|<[^<>]*>"
    r"|\$\{[\w./-]*|/[\w./@:-]*|(?:file|vault|env|arn|ref\+\w+):\S+|\[?REDACTED\]?"
    r"|(?:ssh|ecdsa|sk)-[\w@.-]+ AAAA\S+.*|-----BEGIN (?:CERTIFICATE|[A-Z ]*PUBLIC KEY)-----.*"
)


def stands_for_another(value: str) -> bool:
    """Return whether a value is none, or names the place where the credential is."""
    bare = value.strip()
    return (
        bare.lower() in _NO_VALUES
        or _FILLERS.issuperset(bare)
        or (bare.startswith("${") and bare.endswith("}"))
        or re.fullmatch(_REFERENCE, bare) is not None
    )


def in_value(name: str, value: str) -> tuple[Stretch, ...]:
    """Return what of a value is a credential, ``name`` being what it stands under."""
    short = len(name) + len(value) < _REMEMBERED
    return _judged(name, value) if short else _in_value(name, value)


@lru_cache(maxsize=4096)
def _judged(name: str, value: str) -> tuple[Stretch, ...]:
    """Judge a value once: it comes again when the text is shown."""
    return _in_value(name, value)


def _in_value(name: str, value: str) -> tuple[Stretch, ...]:
    if name and names_credential(name):
        if stands_for_another(value):
            return ()
        if name.startswith("/") and len(value.split()) > 1:
            # The program bin/reset-password.
            return in_text(value, name)
        if not name.lower().endswith("dsn"):
            return (Stretch(0, len(value), certain=True),)
    if _squashed(name) in _AUTHORIZATION and _SCHEME.match(value):
        return in_header(name, value)
    return in_text(value, name)


_REMEMBERED = 200
"""Characters of a name and a value below which the judgement of them is kept."""
_HINTS = ("pass", "pwd", "secret", "token", "key", "cred", "auth", "bearer", "basic", "sig", "pat",
          "pw", "identif", " -u", " -a ", " -p")  # fmt: skip


def in_text(text: str, name: str = "") -> tuple[Stretch, ...]:
    """Return what of a text looks like a credential, whatever it stands under."""
    if len(text) < _SHORTEST or (text.startswith("${") and text.find("}") == len(text) - 1):
        return ()
    found = _by_form(text, name)
    if name.startswith("/") and name.endswith(_FILES_OF_USERS):
        found += (
            Stretch(*match.span("value"), certain=False)
            for match in re.finditer(_OF_USERS, text)
            if not stands_for_another(match["value"])
        )
    if any(mark in text for mark in ("=", ":", " ", "<")):
        lowered = text.lower()
        if any(hint in lowered for hint in _HINTS):
            spoken = _spoken_of(text)
            in_query = name.lower() in _QUERY_LANGUAGES
            found += [s for s in spoken if _assigned(text, s)] if in_query else spoken
    return _joined(found)


def _assigned(text: str, found: Stretch) -> bool:
    """Return whether a value stands without quotes behind ``=``, as in no query language."""
    return text[: found.start].endswith("=") and text[found.start - 2 : found.start - 1].isalnum()


def by_form(text: str) -> tuple[Stretch, ...]:
    """Return what of a text is a credential by its form, whatever the words around it say."""
    return _joined(_by_form(text, ""))


def _by_form(text: str, name: str) -> list[Stretch]:
    found: list[Stretch] = []
    if -1 < text.find(":") < text.rfind("@"):
        found += _before_hosts(text, name)
    if "-----" in text:
        found += _private_keys(text)
    if credential_forms.RUN.search(text):
        found += (Stretch(*place, certain=False) for place in credential_forms.find(name, text))
    return found


def _joined(found: list[Stretch]) -> tuple[Stretch, ...]:
    """Return stretches in order, those that overlap as one."""
    if len(found) <= 1:
        return tuple(found)
    joined: list[Stretch] = []
    for each in sorted(found):
        if joined and each.start < joined[-1].end:
            before = joined.pop()
            end = max(before.end, each.end)
            joined.append(Stretch(before.start, end, before.certain or each.certain))
        else:
            joined.append(each)
    return tuple(joined)


_ASSIGNED = (
    r"(?<![\w.$-])-{0,2}(?P<name>[A-Za-z_][\w.\[\]-]{0,80})\\?[\"']?[ \t]{0,4}"
    r"(?:=>|:=|=(?![=~])|:(?=[ \t]{0,4}\\?[\"']))[ \t]{0,4}"
    r"(?:\\\"(?P<escaped>[^\"\\\n]*)|\"(?P<double>[^\"\n]*)|'(?P<single>[^'\n]*)"
    r"|(?P<value>[^\s\"'`,;&|)}<>]+))"
)
"""``NAME=VALUE``, ``"name": "value"``, ``--name=value``, ``Name := value``."""
_LINE = (
    r"(?m)(?:^|[{,])[ \t]*(?:- )?(?P<name>[A-Za-z_][\w.-]{0,80}):[ \t]{1,4}"
    r"(?P<value>[^\s\"'{}\[\],#|>&*][^\s{},]*)[ \t]*(?=$|[,}]| #)"
)
"""A line, or a part of a flow mapping, that is ``name: value`` and nothing else."""
_OPTION = r"(?<![\w-])--(?P<name>[A-Za-z][\w.-]{0,80})[ \t]{1,4}(?P<value>[^\s\"'-][^\s\"']*)"
_ELEMENT = r"<(?P<name>[A-Za-z_][\w.-]{0,80})>(?P<value>[^<>\n]+)</"
_USER_OPTION = r"(?<![\w-])(?:-u|--user)[ =]{1,4}[\"']?[\w.@-]{1,80}:(?P<value>[^\s\"':/]+)"
_OF_SSH_OR_REDIS = (
    r"\b(?:sshpass[ ]{1,4}-p|redis-cli(?:[ ]-[hpnu][ ]\S{1,80}){0,4}[ ]-a)[ ]?"
    r"[\"']?(?P<value>[^\s\"'-]+)"
)
_OF_MYSQL = (
    r"\bmysql(?:dump|admin)?[ ](?:[^\n|;-]{0,80}-[uhP][ ]?\S{1,80}){0,4}[ ]{1,4}"
    r"-p(?P<value>[^\s\"'$]+)"
)
_OF_FILES = r"\blogin[ ]\S{1,80}\s{1,4}password[ ](?P<value>\S+)|\brequirepass[ ](?P<bare>\S+)"
"""Lines of ``.netrc`` and of Redis."""
_OF_PROTOCOLS = r"(?m)^(?:PASS|AUTH(?:[ ]PLAIN)?)[ ]{1,4}(?P<value>[^\s\"']+)[ \t]*$"
"""Lines of POP3, FTP, SMTP and of Redis."""
_OF_DOCKER = r"\"auth\"[ \t]*:[ \t]*\"(?P<value>[A-Za-z0-9+/=]{8,})\""
"""A login of config.json, which is known by its ``auths``."""
_OF_USERS = r"(?m)^[^#\n:]+(?::[^:\n]*){0,3}:(?P<value>[^:\s]+)[ \t]*$"
"""A line of a file of users: the last field is the password, or its hash."""
_FILES_OF_USERS = (".pgpass", "/pgpass", "htpasswd", "/users")
_OF_SQL = r"(?i)\b(?:PASSWORD|IDENTIFIED[ ]{1,4}BY)[ \t]{1,4}'(?P<value>[^'\n]+)'"
_OF_FLUENTD = (
    r"(?m)^[ \t]*(?P<name>[A-Za-z_]\w{0,80})[ \t]{1,8}[\"']?(?P<value>[^\s\"']+)[\"']?[ \t]*$"
)
"""A line of a fragment of fluent.conf, which is known by its ``@type``."""
_HEADER = r"\b(?:[Bb]earer|[Bb]asic|BEARER|BASIC)[ ]{1,4}(?P<value>[\w.~+/=-]{12,})"
_SPOKEN = (
    _ASSIGNED, _LINE, _OPTION, _ELEMENT, _USER_OPTION, _OF_SSH_OR_REDIS, _OF_MYSQL, _OF_FILES,
    _OF_PROTOCOLS, _OF_SQL, _HEADER,
)  # fmt: skip
"""What credentials in a text look like: the last group, if what ``name`` holds names one.

``re`` compiles them when a text may hold one. What repeats in them is bounded, so that each takes
time in proportion to the text.
"""

_USERINFO = (
    r"[A-Za-z][A-Za-z0-9+.-]{0,30}://(?P<user>[^\s/:@\"'?#]{0,300}):(?P<value>[^\s@\"']{1,2000})"
    r"@(?=[\w.\[$%-])"
)
_BEFORE_HOST = (
    r"(?<![\w./:@-])(?P<user>[\w.-]{1,80}):(?P<value>[^\s@/:\"']{1,300})@(?!sha\d{3}\b)"
    r"[A-Za-z0-9][\w.-]*"
)
_ALONE = r"https?://(?P<value>[^\s/:@\"'?#]{1,2000})@[A-Za-z0-9]"
_QUERIES = frozenset({"sig", "signature", "key", "code", "auth"})
_CODE = r"\$[A-Za-z_{(]|[A-Za-z_][\w.]*[(\[]|\{\{|\{[\w.]+\}?|<|%\(|`|[?:,\\]|\.\.\."
"""How a value begins that is worked out when a program runs."""
_QUERY_LANGUAGES = frozenset({"expr", "query", "expression", "alert", "record", "sql", "of"})
"""Keys of texts in which NAME="VALUE" compares a label."""


def _spoken_of(text: str) -> Iterator[Stretch]:
    """Yield the values that a text itself calls credentials."""
    special = tuple(
        pattern for mark, pattern in (("@type", _OF_FLUENTD), ('"auths"', _OF_DOCKER))
        if mark in text
    )  # fmt: skip
    for pattern in (*_SPOKEN, *special):
        for match in re.finditer(pattern, text):
            group = match.lastgroup or "value"
            if _means(match, match.groupdict().get("name"), match[group]):
                yield Stretch(*match.span(group), certain=False)


def _means(match: re.Match[str], name: str | None, value: str) -> bool:
    """Return whether a value that was found beside a name is a credential."""
    if stands_for_another(value) or re.match(_CODE, value):
        return False
    if name is None or names_credential(name):
        return True
    start = match.start("name")
    in_query = start > 0 and match.string[start - 1] in "?&"
    return in_query and (name.lower() in _QUERIES or name.lower().endswith("signature"))


def _before_hosts(text: str, name: str) -> Iterator[Stretch]:
    """Yield the passwords of URLs, and of addresses such as ``user:password@host``."""
    if "://" in text:
        for match in re.finditer(_USERINFO, text):
            if not stands_for_another(match["value"]) and not re.match(_CODE, match["value"]):
                yield Stretch(*match.span("value"), certain=True)
        for match in re.finditer(_ALONE, text):
            # A user may stand here; a token is long, and a DSN's key is one.
            word = match["value"]
            token = len(word) >= 20 and any(map(str.isdigit, word))  # noqa: PLR2004
            if token or name.lower().endswith("dsn"):
                yield Stretch(*match.span("value"), certain=token)
    for match in re.finditer(_BEFORE_HOST, text):
        if not stands_for_another(match["value"]) and not re.match(_CODE, match["value"]):
            yield Stretch(*match.span("value"), certain=False)


_KEY_BEGINS = r"(?i)-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----"
_KEY_ENDS = r"(?i)-----END[ A-Z0-9_-]{0,100}-----"


def _private_keys(text: str) -> Iterator[Stretch]:
    """Yield private keys in the form of PEM or PGP, their first and last lines included."""
    ends = [match.end() for match in re.finditer(_KEY_ENDS, text)]
    for begin in re.finditer(_KEY_BEGINS, text):
        following = bisect(ends, begin.end())
        end = ends[following] if following < len(ends) else len(text)
        yield Stretch(begin.start(), end, certain=True)
