"""What blackbox_exporter refuses of its configuration beyond its shape, and what never works.

Source: prometheus/blackbox_exporter 0.28.0: the methods ``UnmarshalYAML`` in config/config.go, and
``prober/`` for values that are read when a probe begins: the exporter starts with them, and each
probe of the module fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from platc_compiler.diagnostics import Origin
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.servers import http_client, re2
from platc_compiler.servers.fault import Fault, Rule, among, at_most_one, is_set, needs
from platc_compiler.servers.schema import schema
from platc_compiler.servers.shape import Judge, text_of

PROBERS = ("http", "tcp", "dns", "icmp", "grpc", "unix")
GENERATED = ("http", "https", "tcp", "tls", "dns")
"""The modules by which Prometheus asks."""
_CLASSES = ("IN", "CS", "CH", "HS", "NONE", "ANY")
_TYPES = frozenset(
    """A AAAA AFSDB AMTRELAY ANY APL ATMA AVC AXFR CAA CDNSKEY CDS CERT CNAME CSYNC DHCID DLV DNAME
    DNSKEY DS EID EUI48 EUI64 GID GPOS HINFO HIP HTTPS IPSECKEY ISDN IXFR KEY KX L32 L64 LOC LP
    MAILA MAILB MB MD MF MG MINFO MR MX NAPTR NID NIMLOC NINFO NS NSAP-PTR NSEC NSEC3 NSEC3PARAM
    NULL NXNAME NXT None OPENPGPKEY OPT PTR PX RESINFO RKEY RP RRSIG RT Reserved SIG SMIMEA SOA SPF
    SRV SSHFP SVCB TA TALINK TKEY TLSA TSIG TXT UID UINFO UNSPEC URI X25 ZONEMD""".split()  # noqa: SIM905
)
"""``TypeToString`` of miekg/dns 1.1.68."""
_CODES = frozenset(
    """NOERROR FORMERR SERVFAIL NXDOMAIN NOTIMP NOTIMPL REFUSED YXDOMAIN YXRRSET NXRRSET NOTAUTH
    NOTZONE DSOTYPENI BADSIG BADKEY BADTIME BADMODE BADNAME BADALG BADTRUNC BADCOOKIE""".split()  # noqa: SIM905
)
"""``StringToRcode`` of miekg/dns 1.1.68."""
_VERSIONS = ("HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/3.0")
_MOST_HOPS = 255


def faults(config: Mapping[str, Any], *, exact: bool) -> Iterator[Fault]:
    """Yield what is wrong with a whole configuration, the generated modules included.

    Args:
        config: what the file of the exporter holds.
        exact: whether the exporter has the version whose source the rules are from.
    """
    yield from Judge(schema("blackbox_exporter"), RULES, exact).faults(config, "config.Config", ())
    modules = config.get("modules")
    if isinstance(modules, Mapping):
        for name in GENERATED:
            if modules.get(name) is None:
                place = ("modules", *(name for each in modules if each == name))
                yield Fault(place, f"Prometheus asks by the module '{name}'", "keep it")


def _module(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    prober = value.get("prober")
    if not is_set(prober):
        yield Fault(at, "'prober' is missing here", f"add prober: one of {', '.join(PROBERS)}")
    yield from among("prober", *PROBERS)(value, at)
    timeout = value.get("timeout")
    if isinstance(timeout, (int, float)) and not isinstance(timeout, bool):
        # Unlike other servers, yaml.v3 reads no number as a duration.
        hint = f"write {timeout}s"
        yield Fault((*at, "timeout"), f"{timeout} is no duration", hint)


def _http(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    headers = value.get("headers")
    compression = text_of(value.get("compression") or "")
    for name, said in headers.items() if isinstance(headers, Mapping) else ():
        if str(name).lower() == "accept-encoding" and not _accepts(compression, text_of(said)):
            message = f"'{name}' does not accept 'compression: {compression}'"
            yield Fault((*at, "headers", name), message, f"write {compression}, or remove it")
    third = value.get("enable_http3") is True
    versions = list(map(text_of, value.get("valid_http_versions") or ()))
    for index, version in enumerate(versions):
        place = (*at, "valid_http_versions", index)
        if version not in _VERSIONS:
            hint = did_you_mean(version, _VERSIONS, "")
            yield Fault(place, f"'{version}' is not one of {', '.join(_VERSIONS)}", hint)
        elif (version == "HTTP/3.0") != (
            value.get("enable_http3") is True
        ) and version != "HTTP/1.0":
            yield Fault(place, f"'{version}' contradicts enable_http3", "remove one of the two")
    if third and value.get("enable_http2") is not False:
        message = "'enable_http3' needs 'enable_http2: false'"
        yield Fault((*at, "enable_http3"), message, "add enable_http2: false", on_key=True)


def _accepts(compression: str, accepted: str) -> bool:
    """Return whether a header accepts a compression (``isCompressionAcceptEncodingValid``)."""
    if not compression or not accepted:
        return True
    qualities = []
    for part in accepted.split(","):
        name, found, share = part.rpartition(";")
        quality = _share(share.strip().removeprefix("q=")) if found else 1.0
        qualities.append(((name if found else share).strip(), quality))
    for name, quality in sorted(qualities, key=lambda each: -each[1]):
        if name in (compression, "*"):
            return quality > 0
    return False


def _share(text: str) -> float:
    try:
        return round(float(text), 3)
    except ValueError:
        return 0.0


def _dns(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    for key, known in (("query_class", _CLASSES), ("query_type", _TYPES)):
        said = value.get(key)
        if is_set(said) and text_of(said) not in known:
            hint = did_you_mean(text_of(said), known, "write one such as A or IN")
            yield Fault((*at, key), f"'{said}' is no {key.replace('_', ' ')} of DNS", hint)
    for index, code in enumerate(value.get("valid_rcodes") or ()):
        if text_of(code) not in _CODES:
            hint = did_you_mean(text_of(code), _CODES, "write one such as NOERROR")
            yield Fault((*at, "valid_rcodes", index), f"'{code}' is no code of DNS", hint)


def _patterns(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    for key, patterns in value.items():
        for index, pattern in enumerate(patterns or ()):
            if why := re2.fault(text_of(pattern)):
                yield Fault((*at, key, index), f"the regular expression is refused: {why}")


def _source(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    said = value.get("source_ip_address")
    if not is_set(said):
        return
    try:
        ip_address(text_of(said))
    except ValueError:
        yield Fault((*at, "source_ip_address"), f"'{said}' is no address", "write an IP address")


def _hops(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    if not 0 <= (value.get("ttl") or 0) <= _MOST_HOPS:
        yield Fault((*at, "ttl"), f"this is 0 to {_MOST_HOPS}, not {value['ttl']}")


def _match(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    yield from needs("header")(value, at)
    yield from needs("regexp")(value, at)


_PROTOCOL = among("preferred_ip_protocol", "ip4", "ip6")
RULES: Mapping[str, Sequence[Rule]] = {
    **http_client.RULES,
    "config.Module": (_module,),
    "config.HTTPProbe": (
        http_client.client,
        at_most_one("body", "body_file"),
        among("compression", "br", "deflate", "gzip", "identity"),
        _PROTOCOL,
        _http,
    ),
    "config.HeaderMatch": (_match,),
    "config.DNSProbe": (
        needs("query_name"), among("transport_protocol", "udp", "tcp"), _PROTOCOL, _source, _dns,
    ),
    "config.DNSRRValidator": (_patterns,),
    "config.TCPProbe": (_PROTOCOL, _source),
    "config.GRPCProbe": (_PROTOCOL,),
    "config.ICMPProbe": (_PROTOCOL, _source, _hops),
    "config.QueryResponse": (at_most_one("expect", "expect_bytes"),),
}  # fmt: skip
