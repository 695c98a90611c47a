"""The names, labels and keys that the API server accepts.

Each function returns the fault of a text, as the end of a sentence about it, or None. The rules are
those of k8s.io/apimachinery/pkg/api/validate/content (dns.go, kube.go, path.go) and
pkg/util/validation/validation.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

Check = Callable[[str], str | None]

LONGEST_LABEL = 63
LONGEST_SUBDOMAIN = 253
LONGEST_PORT_NAME = 15

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_QUALIFIED = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_PORT_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")
_CONFIG_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_ENV_NAME = re.compile(r"[ -<>-~]+")
_HEADER = re.compile(r"[-A-Za-z0-9]+")

LABEL_CHARACTERS = (
    "must be lower-case letters, digits and '-', beginning and ending with a letter or digit"
)
SUBDOMAIN_CHARACTERS = (
    "must be lower-case letters, digits, '-' and '.', each part beginning and ending with a "
    "letter or digit"
)
QUALIFIED_CHARACTERS = (
    "must be letters, digits, '-', '_' and '.', beginning and ending with a letter or digit"
)


@lru_cache(maxsize=8192)
def label(text: str) -> str | None:
    """Check an RFC 1123 label: names of namespaces, containers, volumes."""
    return _too_long(text, LONGEST_LABEL) or _unless(_LABEL, text, LABEL_CHARACTERS)


def service(text: str) -> str | None:
    """Check the name of a Service: before Kubernetes 1.36, it must also begin with a letter."""
    return label(text) or ("must begin with a letter" if text[0].isdigit() else None)


@lru_cache(maxsize=8192)
def subdomain(text: str) -> str | None:
    """Check an RFC 1123 subdomain: names of most objects."""
    return _too_long(text, LONGEST_SUBDOMAIN) or _unless(_SUBDOMAIN, text, SUBDOMAIN_CHARACTERS)


def wildcard_subdomain(text: str) -> str | None:
    """Check a subdomain that may begin with `*.`: hosts of an Ingress."""
    return subdomain(text.removeprefix("*."))


def path_segment(text: str) -> str | None:
    """Check a segment of a path: names of roles and bindings."""
    if text in {".", ".."} or "/" in text or "%" in text:
        return "must not be '.' or '..' nor contain '/' or '%'"
    return None


@lru_cache(maxsize=8192)
def label_key(text: str) -> str | None:
    """Check a qualified name: keys of labels, node selectors, extended resources."""
    prefix, slash, name = text.rpartition("/")
    if slash and (problem := subdomain(prefix)):
        return f"has a prefix that {problem}"
    return _too_long(name, LONGEST_LABEL) or _unless(_QUALIFIED, name, QUALIFIED_CHARACTERS)


def annotation_key(text: str) -> str | None:
    """Check the key of an annotation: a qualified name whose prefix may have capitals."""
    return label_key(text.lower())


@lru_cache(maxsize=8192)
def label_value(text: str) -> str | None:
    """Check the value of a label, which may be empty."""
    if not text:
        return None
    return _too_long(text, LONGEST_LABEL) or _unless(_QUALIFIED, text, QUALIFIED_CHARACTERS)


def port_name(text: str) -> str | None:
    """Check the name of a container's port, also in a reference to the port."""
    what = "must be lower-case letters, digits and single '-', at least one of them a letter"
    return _too_long(text, LONGEST_PORT_NAME) or _unless(_PORT_NAME, text, what)


def config_key(text: str) -> str | None:
    """Check a key of a ConfigMap or Secret."""
    if text in {".", ".."} or text.startswith(".."):
        return "must not begin with '..'"
    what = "must be letters, digits, '-', '_' and '.'"
    return _too_long(text, LONGEST_SUBDOMAIN) or _unless(_CONFIG_KEY, text, what)


def env_name(text: str) -> str | None:
    """Check the name of an environment variable, as relaxed since Kubernetes 1.32."""
    return _unless(_ENV_NAME, text, "must be printable ASCII characters other than '='")


def header_name(text: str) -> str | None:
    """Check the name of an HTTP header of a probe."""
    return _unless(_HEADER, text, "must be letters, digits and '-'")


def _too_long(text: str, longest: int) -> str | None:
    return (
        f"must have at most {longest} characters, has {len(text)}" if len(text) > longest else None
    )


def _unless(pattern: re.Pattern[str], text: str, otherwise: str) -> str | None:
    return None if pattern.fullmatch(text) else otherwise
