"""The keys of an HTTP client, which both servers share.

Source: ``Validate`` of HTTPClientConfig, ProxyConfig, TLSConfig, OAuth2 and Headers in
prometheus/common/config, and of SigV4Config in prometheus/sigv4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from platc_compiler.diagnostics import Origin
from platc_compiler.servers.fault import Fault, Rule, at_most_one, is_set, stated

_RESERVED = frozenset(
    """authorization host content-encoding content-length content-type user-agent connection
    keep-alive proxy-authenticate proxy-authorization www-authenticate accept-encoding
    x-prometheus-remote-write-version x-prometheus-remote-read-version
    x-prometheus-scrape-timeout-seconds x-amz-date x-amz-security-token
    x-amz-content-sha256""".split()  # noqa: SIM905 - reads better
)
_BY_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ALGORITHMS = ("RS256", "RS384", "RS512")


def client(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    """Yield what is wrong between the keys of a client."""
    bearer = stated(value, "bearer_token", "bearer_token_file")
    ways = [key for key in ("basic_auth", "authorization", "oauth2") if value.get(key) is not None]
    ways += bearer
    if len(ways) > 1:
        message = f"{' and '.join(map(repr, ways))} exclude each other: one way to log in"
        yield Fault((*at, ways[0]), message, f"remove '{ways[0]}'", on_key=True)
    yield from _proxy(value, at)
    headers = value.get("http_headers")
    for name in headers if isinstance(headers, Mapping) else ():
        if str(name).lower() in _RESERVED:
            message = f"the header '{name}' cannot be set here"
            yield Fault((*at, "http_headers", name), message, "remove it", on_key=True)


def _proxy(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    url, environment = is_set(value.get("proxy_url")), value.get("proxy_from_environment") is True
    if environment and url:
        yield from _excluding("proxy_url", at)
    if environment and is_set(value.get("no_proxy")):
        yield from _excluding("no_proxy", at)
    elif is_set(value.get("no_proxy")) and value.get("proxy_url") is None:
        yield Fault((*at, "no_proxy"), "'no_proxy' needs 'proxy_url'", "add it", on_key=True)
    if value.get("proxy_connect_header") and not url and not environment:
        message = "'proxy_connect_header' needs 'proxy_url'"
        yield Fault((*at, "proxy_connect_header"), message, "add it", on_key=True)


def _excluding(key: str, at: Origin) -> Iterator[Fault]:
    message = f"'{key}' and 'proxy_from_environment' exclude each other"
    yield Fault((*at, key), message, "remove one", on_key=True)


def _authorization(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    if str(value.get("type") or "").strip().lower() == "basic":
        message = "the type 'basic' is no authorization"
        yield Fault((*at, "type"), message, "write basic_auth: instead of authorization:")


def _oauth2(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    for key in ("client_id", "token_url"):
        if not is_set(value.get(key)):
            yield Fault(at, f"'{key}' is missing here", f"add {key}:")
    by_jwt = value.get("grant_type") == _BY_JWT
    key = "client_certificate_key" if by_jwt else "client_secret"
    yield from at_most_one(key, f"{key}_file", f"{key}_ref")(value, at)
    algorithm = value.get("signature_algorithm")
    if by_jwt and is_set(algorithm) and algorithm not in _ALGORITHMS:
        message = f"'{algorithm}' is not one of {', '.join(_ALGORITHMS)}"
        yield Fault((*at, "signature_algorithm"), message)
    yield from _proxy(value, at)


def _tls(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    certificate = stated(value, "cert", "cert_file", "cert_ref")
    key = stated(value, "key", "key_file", "key_ref")
    if certificate and not key:
        yield Fault(at, f"'{certificate[0]}' needs its key", "add key_file:")
    if key and not certificate:
        yield Fault(at, f"'{key[0]}' needs its certificate", "add cert_file:")


def _sigv4(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    if is_set(value.get("access_key")) != is_set(value.get("secret_key")):
        yield Fault(at, "'access_key' and 'secret_key' belong together", "add the other one")
    if is_set(value.get("external_id")) and not is_set(value.get("role_arn")):
        yield Fault((*at, "external_id"), "'external_id' needs 'role_arn'", "add it", on_key=True)


RULES: Mapping[str, Sequence[Rule]] = {
    "common.HTTPClientConfig": (client,),
    "common.BasicAuth": (
        at_most_one("username", "username_file", "username_ref"),
        at_most_one("password", "password_file", "password_ref"),
    ),
    "common.Authorization": (
        _authorization,
        at_most_one("credentials", "credentials_file", "credentials_ref"),
    ),
    "common.OAuth2": (_oauth2,),
    "common.TLSConfig": (
        at_most_one("ca", "ca_file", "ca_ref"),
        at_most_one("cert", "cert_file", "cert_ref"),
        at_most_one("key", "key_file", "key_ref"),
        _tls,
    ),
    "sigv4.SigV4Config": (_sigv4,),
}
