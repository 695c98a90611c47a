"""What Prometheus refuses of its configuration beyond its shape.

Source: the methods ``UnmarshalYAML`` and ``Validate`` in config/config.go, model/relabel/relabel.go
and discovery/ of prometheus/prometheus 3.14.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from platc_compiler.diagnostics import Origin
from platc_compiler.servers import http_client, urls
from platc_compiler.servers.durations import prometheus_duration
from platc_compiler.servers.fault import Fault, Rule, among, entries, is_set, needs, one_of
from platc_compiler.servers.scalars import is_label
from platc_compiler.servers.schema import schema
from platc_compiler.servers.shape import Judge, text_of

_SECOND = 10**9
_PATH = re.compile(r"[^*]*(\*[^/]*)?")
_DISCOVERY_FILE = re.compile(r"[^*]*(\*[^/]*)?\.(json|yml|yaml|JSON|YML|YAML)")
_TARGET_LABEL = re.compile(r"(?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))+\w*)+", re.ASCII)
_PROTOCOLS = (
    "PrometheusProto", "PrometheusText0.0.4", "PrometheusText1.0.0", "OpenMetricsText0.0.1",
    "OpenMetricsText1.0.0",
)  # fmt: skip
_ESCAPES = ("allow-utf-8", "underscores", "dots", "values")
_HEADERS = frozenset(
    """host content-encoding content-length content-type user-agent connection keep-alive
    proxy-authenticate proxy-authorization www-authenticate accept-encoding
    x-prometheus-remote-write-version x-prometheus-remote-read-version x-amz-date
    x-amz-security-token x-amz-content-sha256 authorization""".split()  # noqa: SIM905 - reads better
)


def faults(
    config: Mapping[str, Any], intervals: Mapping[str, int], *, exact: bool
) -> Iterator[Fault]:
    """Yield what Prometheus refuses of a user's own configuration beside the generated one.

    Args:
        config: what stands under ``config``.
        intervals: how often the generated jobs are scraped, in nanoseconds, by name; the empty name
            for every other job.
        exact: whether the server has the version whose source the rules are from.
    """
    judge = Judge(schema("prometheus"), RULES, exact)
    found = tuple(judge.faults(config, "config.Config", ()))
    yield from found
    if exact and not found:
        yield from _whole(config, intervals)


def _length(value: Mapping[str, Any], key: str) -> int:
    return prometheus_duration(text_of(value.get(key) or 0)) or 0


def _paths(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    for key in ("rule_files", "scrape_config_files"):
        for index, path in enumerate(value.get(key) or ()):
            if not _PATH.fullmatch(text_of(path)):
                message = f"'{path}': '*' stands only in the last part of a path, and once"
                yield Fault((*at, key, index), message)


def _protocols(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    stated = value.get("scrape_protocols")
    if stated is None:
        return
    if not stated:
        yield Fault((*at, "scrape_protocols"), "the list is empty", "remove it")
    for index, each in enumerate(stated):
        place = (*at, "scrape_protocols", index)
        if each not in _PROTOCOLS:
            yield Fault(place, f"'{each}' is not one of {', '.join(_PROTOCOLS)}", "write one")
        elif each in stated[:index]:
            yield Fault(place, f"'{each}' stands here twice", "remove one")


def _static(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    """Yield a URL among the targets: without relabelling, it is a host with its port."""
    if value.get("relabel_configs"):
        return
    for index, group in entries(value, "static_configs"):
        for number, target in enumerate(group.get("targets") or ()):
            if "/" in text_of(target):
                host = urls.parsed(text_of(target)).host or text_of(target).partition("/")[0]
                message = f"'{target}' is no target: it is a host with its port"
                hint = f"write {host or 'host:port'}; path and scheme are metrics_path: and scheme:"
                yield Fault((*at, "static_configs", index, "targets", number), message, hint)


def _labels_of_targets(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    for name in value.get("labels") or ():
        if not text_of(name):
            yield Fault((*at, "labels"), "the name of a label is empty", "remove it")


def _relabel(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    action = text_of(value.get("action") or "replace").lower()
    if action == "hashmod" and not value.get("modulus"):
        yield Fault(at, "the action 'hashmod' needs its 'modulus'", "add modulus:")
    writes = {"replace", "hashmod", "lowercase", "uppercase", "keepequal", "dropequal"}
    if action in writes and not is_set(value.get("target_label")):
        yield Fault(at, f"the action '{action}' needs its 'target_label'", "add target_label:")
    if action == "labelmap" and value.get("replacement") == "":
        yield Fault((*at, "replacement"), "the name of a label is empty", "write its name")
    plain = {"replacement": "$1"}
    if action in {"lowercase", "uppercase"}:
        yield from _only(value, at, action, plain)
    defaults = {**plain, "separator": ";", "modulus": 0, "regex": None}
    if action in {"keepequal", "dropequal"}:
        yield from _only(value, at, action, defaults)
    if action in {"labeldrop", "labelkeep"}:
        yield from _only(
            value, at, action, {**plain, "separator": ";", "modulus": 0, "source_labels": None,
                                "target_label": ""},
        )  # fmt: skip


def _only(
    value: Mapping[str, Any], at: Origin, action: str, defaults: Mapping[str, Any]
) -> Iterator[Fault]:
    """Yield the keys that an action does not know, unless they have their default."""
    for key, default in defaults.items():
        if value.get(key) is not None and value[key] != default:
            message = f"the action '{action}' has no '{key}'"
            yield Fault((*at, key), message, "remove it", on_key=True)


def _global(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    yield from _protocols(value, at)
    interval = _length(value, "scrape_interval") or 60 * _SECOND
    if _length(value, "scrape_timeout") > interval:
        message = "'scrape_timeout' is longer than 'scrape_interval'"
        yield Fault((*at, "scrape_timeout"), message, "write a shorter one")
    legacy = value.get("metric_name_validation_scheme") == "legacy"
    for name in value.get("external_labels") or ():
        if not text_of(name) or (legacy and not is_label(text_of(name))):
            yield Fault((*at, "external_labels", name), f"'{name}' is no name of a label",
                        "write letters, digits and '_'", on_key=True)  # fmt: skip


def _retention(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    share = value.get("percentage")
    if share is not None and not 0 <= share <= 100:  # noqa: PLR2004 - percent
        yield Fault((*at, "percentage"), f"{share} is no percentage", "write 0 to 100")
    if text_of(value.get("size") or "").startswith("-"):
        yield Fault((*at, "size"), "a size is not negative", "write 0 or more")


def _alertmanager(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    ways = [key for key in ("basic_auth", "authorization", "oauth2", "bearer_token",
                            "bearer_token_file") if is_set(value.get(key))]  # fmt: skip
    if ways and value.get("sigv4") is not None:
        message = f"'{ways[0]}' and 'sigv4' exclude each other"
        yield Fault((*at, "sigv4"), message, "remove one", on_key=True)


def _remote_headers(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    for name in value.get("headers") or ():
        if str(name).lower() in _HEADERS:
            message = f"the header '{name}' cannot be set here"
            yield Fault((*at, "headers", name), message, "remove it", on_key=True)


def _remote_write(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    ways = [key for key in ("basic_auth", "authorization", "oauth2", "bearer_token",
                            "bearer_token_file", "sigv4", "azuread", "google_iam")
            if is_set(value.get(key))]  # fmt: skip
    if len(ways) > 1 and {"sigv4", "azuread", "google_iam"} & set(ways):
        message = f"{' and '.join(map(repr, ways))} exclude each other: one way to log in"
        yield Fault((*at, ways[0]), message, "remove one", on_key=True)


def _queue(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    for key in ("max_shards", "min_shards", "max_samples_per_send", "capacity"):
        if value.get(key) is not None and value[key] <= 0:
            yield Fault((*at, key), f"'{key}' is 1 or more, not {value[key]}", "write 1 or more")
    least, most = value.get("min_shards") or 1, value.get("max_shards") or 50
    if least > most > 0:
        message = f"'min_shards' is greater than 'max_shards', which is {most}"
        key = "min_shards" if value.get("min_shards") else "max_shards"
        yield Fault((*at, key), message, f"write at most {most}")
    first = (
        _length(value, "min_backoff") if is_set(value.get("min_backoff")) else _SECOND * 3 // 100
    )
    last = _length(value, "max_backoff") if is_set(value.get("max_backoff")) else 5 * _SECOND
    if last < first:
        key = "max_backoff" if is_set(value.get("max_backoff")) else "min_backoff"
        yield Fault((*at, key), "'max_backoff' is shorter than 'min_backoff'", "make it longer")


def _attributes(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    every = value.get("promote_all_resource_attributes") is True
    promoted, ignored = "promote_resource_attributes", "ignore_resource_attributes"
    if every and value.get(promoted):
        message = f"'{promoted}' and 'promote_all_resource_attributes' exclude each other"
        yield Fault((*at, promoted), message, "remove one", on_key=True)
    if not every and value.get(ignored):
        message = f"'{ignored}' needs 'promote_all_resource_attributes: true'"
        yield Fault((*at, ignored), message, "add it", on_key=True)
    names = [text_of(name).strip() for name in value.get(ignored if every else promoted) or ()]
    for index, name in enumerate(names):
        if not name or name in names[:index]:
            place = (*at, ignored if every else promoted, index)
            yield Fault(place, "it stands here twice" if name else "it is empty", "remove it")


def _dns(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    if not value.get("names"):
        yield Fault(at, "'names' is missing here", "add names:")
    kind = text_of(value.get("type") or "SRV").upper()
    if kind not in {"SRV", "A", "AAAA", "MX", "NS"}:
        yield Fault((*at, "type"), f"'{kind}' is not one of SRV, A, AAAA, MX, NS", "write one")
    elif kind != "SRV" and not value.get("port"):
        yield Fault(at, f"'port' is missing here: a record of type {kind} has none", "add port:")


def _files(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    if not value.get("files"):
        yield Fault(at, "'files' is missing here", "add files:")
    for index, path in enumerate(value.get("files") or ()):
        if not _DISCOVERY_FILE.fullmatch(text_of(path)):
            message = f"'{path}' is no file for discovery"
            yield Fault((*at, "files", index), message, "end it with .json, .yml or .yaml")


def _http(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    if not is_set(value.get("url")):
        yield Fault(at, "'url' is missing here", "add url:")
    elif why := urls.web_fault(text_of(value["url"])):
        yield Fault((*at, "url"), f"this URL is refused: {why}", "write http://HOST/…")


_SELECTORS: Mapping[str, tuple[str, ...]] = {
    "pod": ("pod", "node"),
    "service": ("service",),
    "endpointslice": ("pod", "service", "endpointslice"),
    "endpoints": ("pod", "service", "endpoints"),
    "node": ("node",),
    "ingress": ("ingress",),
}


def _is_stated(key: str, item: object) -> bool:
    """Return whether Go takes a key of an HTTP client for another value than the default."""
    if key in {"follow_redirects", "enable_http2"}:
        return item is False
    if key in {"authorization", "basic_auth", "http_headers", "oauth2", "proxy_connect_header",
               "proxy_url"}:  # fmt: skip
        return item is not None
    return bool(item)


def _kubernetes(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    role = text_of(value.get("role") or "")
    if not role:
        yield Fault(at, "'role' is missing here", "add role: pod")
        return
    server, file = is_set(value.get("api_server")), is_set(value.get("kubeconfig_file"))
    own = {"api_server", "kubeconfig_file", "role", "namespaces", "selectors", "attach_metadata"}
    client = [key for key, item in value.items() if key not in own and _is_stated(key, item)]
    if server and file:
        message = "'api_server' and 'kubeconfig_file' exclude each other"
        yield Fault((*at, "kubeconfig_file"), message, "remove one", on_key=True)
    if client and not server:
        message = f"'{client[0]}' needs 'api_server': the pod's own account is used without it"
        yield Fault((*at, client[0]), message, "remove it, or add api_server:", on_key=True)
    namespaces = value.get("namespaces")
    if (server or file) and isinstance(namespaces, Mapping) and namespaces.get("own_namespace"):
        message = "'own_namespace' is that of the pod: it excludes another API server"
        yield Fault((*at, "namespaces", "own_namespace"), message, "remove it", on_key=True)
    seen: set[str] = set()
    for index, selector in entries(value, "selectors"):
        named = text_of(selector.get("role") or "")
        if named in seen or named not in _SELECTORS[role]:
            allowed = ", ".join(_SELECTORS[role])
            place = (*at, "selectors", index)
            message = f"the role '{role}' has one selector each of {allowed}, not '{named}'"
            yield Fault(place, message, f"write role: {_SELECTORS[role][0]}")
        seen.add(named)


_CLIENT = http_client.client
RULES: Mapping[str, Sequence[Rule]] = {
    **http_client.RULES,
    "config.Config": (_paths,),
    "config.GlobalConfig": (_global,),
    "config.ScrapeConfig": (
        needs("job_name"),
        _CLIENT,
        _static,
        _protocols,
        among("fallback_scrape_protocol", *_PROTOCOLS),
    ),
    "config.AlertmanagerConfig": (_CLIENT, _alertmanager, _static),
    "config.RemoteWriteConfig": (
        needs("url"),
        _remote_headers,
        among("protobuf_message", "prometheus.WriteRequest", "io.prometheus.write.v2.Request"),
        _CLIENT,
        _remote_write,
    ),
    "config.RemoteReadConfig": (needs("url"), _remote_headers, _CLIENT),
    "config.QueueConfig": (_queue,),
    "config.TSDBRetentionConfig": (_retention,),
    "config.ChunkEncodingConfig": (among("floats", "xor", "xor2"),),
    "config.TracingConfig": (_remote_headers, needs("endpoint"), among("compression", "gzip")),
    "config.OTLPConfig": (
        _attributes,
        among(
            "translation_strategy", "UnderscoreEscapingWithSuffixes",
            "UnderscoreEscapingWithoutSuffixes", "NoTranslation", "NoUTF8EscapingWithSuffixes",
        ),
    ),
    "azuread.AzureADConfig": (
        one_of("managed_identity", "workload_identity", "oauth", "sdk", "certificate"),
        among("cloud", "AzureChina", "AzureGovernment", "AzurePublic"),
    ),
    "relabel.Config": (_relabel,),
    "targetgroup.Group": (_labels_of_targets,),
    "dns.SDConfig": (_dns,),
    "file.SDConfig": (_files,),
    "http.SDConfig": (_http, _CLIENT),
    "kubernetes.SDConfig": (_kubernetes, _CLIENT),
}  # fmt: skip


def _whole(config: Mapping[str, Any], intervals: Mapping[str, int]) -> Iterator[Fault]:
    """Yield what is wrong between parts that stand far from each other."""
    globally = config.get("global") or {}
    names: set[str] = set()
    for index, job in entries(config, "scrape_configs"):
        at: Origin = ("scrape_configs", index)
        name = text_of(job["job_name"])
        if name in names:
            yield Fault((*at, "job_name"), f"the job '{name}' stands here twice", "rename one")
        names.add(name)
        yield from _timeout(job, intervals.get(name, intervals[""]), at)
        yield from _schemes(job, globally, at)
    for key in ("remote_write", "remote_read"):
        seen: set[str] = set()
        for index, each in entries(config, key):
            name = text_of(each.get("name") or "")
            if name and name in seen:
                yield Fault((key, index, "name"), f"'{name}' stands here twice", "rename one")
            seen.add(name)
    yield from _legacy(config, globally)


def _timeout(job: Mapping[str, Any], usual: int, at: Origin) -> Iterator[Fault]:
    interval = _length(job, "scrape_interval") or usual
    if _length(job, "scrape_timeout") > interval:
        message = f"'scrape_timeout' is longer than the interval of {interval / _SECOND:g}s"
        hint = "write a shorter one, or a longer scrape_interval:"
        yield Fault((*at, "scrape_timeout"), message, hint)


def _schemes(job: Mapping[str, Any], globally: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    """Yield a way of escaping names that does not fit the names that are valid."""
    common = globally.get("metric_name_validation_scheme") or "utf8"
    own = job.get("metric_name_validation_scheme")
    escapes = job.get("metric_name_escaping_scheme")
    if is_set(escapes) and escapes not in _ESCAPES:
        place = (*at, "metric_name_escaping_scheme")
        yield Fault(place, f"'{escapes}' is not one of {', '.join(_ESCAPES)}", "write one")
        return
    inherited = globally.get("metric_name_escaping_scheme") or (
        "underscores" if common == "legacy" else "allow-utf-8"
    )
    effective = escapes or (
        ("underscores" if own == "legacy" else "allow-utf-8") if is_set(own) else inherited
    )
    if effective == "allow-utf-8" and (own or common) == "legacy":
        place = (*at, "metric_name_escaping_scheme") if escapes else at
        yield Fault(place, "'allow-utf-8' needs metric_name_validation_scheme: utf8", "remove it")


def _legacy(config: Mapping[str, Any], globally: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what only Prometheus' older rules for names refuse."""
    escapes = globally.get("metric_name_escaping_scheme")
    if is_set(escapes) and escapes not in _ESCAPES:
        place = ("global", "metric_name_escaping_scheme")
        yield Fault(place, f"'{escapes}' is not one of {', '.join(_ESCAPES)}", "write one")
    legacy = globally.get("metric_name_validation_scheme") == "legacy"
    if legacy and escapes == "allow-utf-8":
        place = ("global", "metric_name_escaping_scheme")
        yield Fault(place, "'allow-utf-8' needs metric_name_validation_scheme: utf8", "remove it")
    strategy = (config.get("otlp") or {}).get("translation_strategy")
    if legacy and strategy in {"NoTranslation", "NoUTF8EscapingWithSuffixes"}:
        place = ("otlp", "translation_strategy")
        yield Fault(place, f"'{strategy}' needs metric_name_validation_scheme: utf8", "remove it")
    for at, rules, scheme in _relabellings(config, legacy=legacy):
        if scheme:
            for index, rule in enumerate(rules):
                yield from _legacy_label(rule, (*at, index))


def _relabellings(
    config: Mapping[str, Any], *, legacy: bool
) -> Iterator[tuple[Origin, Sequence[Any], bool]]:
    """Yield every list of relabelling rules, and whether the older names are wanted there."""
    for index, job in entries(config, "scrape_configs"):
        own = job.get("metric_name_validation_scheme")
        for key in ("relabel_configs", "metric_relabel_configs"):
            scheme = own == "legacy" if is_set(own) else legacy
            yield ("scrape_configs", index, key), job.get(key) or (), scheme
    for index, each in entries(config, "remote_write"):
        key = "write_relabel_configs"
        yield ("remote_write", index, key), each.get(key) or (), legacy
    alerting = config.get("alerting") or {}
    place = ("alerting", "alert_relabel_configs")
    yield place, alerting.get("alert_relabel_configs") or (), legacy
    for index, each in entries(alerting, "alertmanagers"):
        for key in ("relabel_configs", "alert_relabel_configs"):
            yield ("alerting", "alertmanagers", index, key), each.get(key) or (), legacy


def _legacy_label(rule: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    action = text_of(rule.get("action") or "replace").lower()
    key = "replacement" if action == "labelmap" else "target_label"
    if action not in {"replace", "hashmod", "lowercase", "uppercase", "keepequal", "dropequal",
                      "labelmap"} or rule.get(key) is None:  # fmt: skip
        return
    label = text_of(rule[key])
    variable = action in {"replace", "labelmap"} and ("$" in label or action == "labelmap")
    pattern = _TARGET_LABEL if variable else re.compile(r"[a-zA-Z_]\w*", re.ASCII)
    if not pattern.fullmatch(label):
        yield Fault((*at, key), f"'{label}' is no name of a label", "write letters, digits, '_'")
