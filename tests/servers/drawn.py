"""Random configurations of the servers of Prometheus: valid ones, and such with one mutation.

A configuration grows along the schema of the structs; only what a server demands is written by
hand. A mutation knows nothing of what is valid: it takes a value from a list, or moves keys.
"""

from __future__ import annotations

import copy
from random import Random
from typing import Any

from platc_compiler.servers.blackbox_exporter import PROBERS
from platc_compiler.servers.schema import resolved, schema

URL = "https://hooks.example.com/a"
_GOOD: dict[str, tuple[Any, ...]] = {
    "string": ("a", "team a", "{{ .Status }}", 5, "x" * 40),
    "bool": (True, False),
    "int": (1, 7, 300),
    "int64": (1, -1001234, 12),
    "uint": (0, 1, 100),
    "uint64": (0, 3, 100),
    "float64": (0.5, 1, 0),
    "common.Secret": ("s",),
    "config.Secret": ("s",),
    "common.TLSVersion": ("TLS12", "TLS13"),
    "common.URL": ("http://proxy.example.com:3128", "https://[2001:db8::1]:443/x"),
    "config.URL": (URL, "http://127.0.0.1:9/"),
    "config.SecretURL": (URL, "<secret>"),
    "config.SecretTemplateURL": (URL, "https://x.example.com/{{ .GroupLabels.a }}"),
    "config.HostPort": ("mail.example.com:587", "[::1]:25"),
    "config.CELProgram": ("body.state == 'up'", "true"),
    "config.Regexp": ("a.*", "^(x|y)+$", "(?i)up"),
    "config.TracingClientType": ("http", "grpc"),
    "config.AlertmanagerAPIVersion": ("v2",),
    "config.duration": ("30s", "1h30m", "0"),
    "time.Duration": ("30s", "1m0.5s"),
    "matcher": ('a="b"', "a=b", 'a=~"x|y"', '{a!="b", c!~"d.*"}', "a=", 'größe="1"', ""),
    "regexp": ("a.*", "(x|y)+", "[a-z]{2,3}", r"\d+\.\pL"),
    "model.Duration": ("30s", "5m", "1d12h"),
    "model.LabelName": ("job", "__address__", "a b"),
    "model.ValidationScheme": ("utf8",),
    "kubernetes.Role": ("pod", "node", "endpoints"),
    "relabel.Action": ("replace", "keep", "drop", "labelmap", "Replace"),
    "relabel.Regexp": ("(.*)", "a|b", "x)(y", "(?i)a"),
    "timeinterval.DayOfMonthRange": ("1:5", "-3:-1", "10", 4),
    "timeinterval.Location": ("Europe/Berlin", "UTC"),
    "timeinterval.MonthRange": ("january:march", "5", "2:3"),
    "timeinterval.WeekdayRange": ("monday:friday", "sunday", "Saturday"),
    "timeinterval.YearRange": ("2024:2026", "2030"),
    "units.Base2Bytes": ("10MB", "1GiB512MiB", "0"),
    "any": ("x", 1, {"a": "b"}, ["y"]),
}
BAD: tuple[Any, ...] = (
    "", "x", "0s", "0", "5", "-1s", "1.5d", "1h1d", "(", "a**", "[z-a]", "http://", "ftp://a/b",
    "a:b:c", "http://x:y/z", "https://a b/", "{{ .x", "22:00", "friday:monday", "31:1", "-1:3",
    "0:4", "december:january", "2030:2020", "Europe/Berlinn", "TLS9", "...", "a-b", 'a="',
    "a=b=c", "=b", 'a=~"("', "GET", "basic", "10", "10 MB", "http://x:1/metrics", "%zz", "[::1",
    "yes", "text", "US", 0, -1, 1.5, 7, True, False, None, [], {}, [None], ["x"], ["..."], ["a",
    "a"], {"x": "y"}, 100000000000000000000,
)  # fmt: skip
NEEDED: dict[str, dict[str, Any]] = {
    "config.WebexConfig": {"room_id": "r", "http_config": {"authorization": {"credentials": "s"}}},
    "config.DiscordConfig": {"webhook_url": URL},
    "config.MSTeamsConfig": {"webhook_url_file": "/f"},
    "config.MSTeamsV2Config": {"webhook_url": URL},
    "config.MattermostConfig": {"webhook_url": URL},
    "config.MattermostField": {"title": "a", "value": "b"},
    "config.EmailConfig": {"to": "a@b.example", "from": "c@d.example", "smarthost": "m:25"},
    "config.PagerdutyConfig": {"routing_key_file": "/f"},
    "config.SlackConfig": {"api_url": URL},
    "config.SlackAction": {"type": "button", "text": "t", "url": "u"},
    "config.SlackField": {"title": "a", "value": "b"},
    "config.SlackConfirmationField": {"text": "a"},
    "config.IncidentioConfig": {"url": URL, "alert_source_token": "s"},
    "config.WebhookConfig": {"url": URL},
    "config.WechatConfig": {"api_secret": "s", "corp_id": "c"},
    "config.OpsGenieConfig": {"api_key": "k"},
    "config.OpsGenieConfigResponder": {"name": "n", "type": "team"},
    "config.VictorOpsConfig": {"api_key": "k", "routing_key": "r"},
    "config.PushoverConfig": {"user_key": "u", "token": "t"},
    "config.SNSConfig": {"topic_arn": "arn", "sigv4": {"region": "eu-west-1"}},
    "config.TelegramConfig": {"bot_token": "t", "chat_id": -100},
    "config.JiraConfig": {"project": "p", "issue_type": "Bug", "api_url": URL},
    "config.RocketchatConfig": {"token": "t", "token_id": "i"},
    "config.TracingConfig": {"endpoint": "t:4317"},
    "config.ThreadingConfig": {"thread_by_date": "daily"},
    "timeinterval.TimeRange": {"start_time": "08:00", "end_time": "24:00"},
    "common.OAuth2": {"client_id": "c", "token_url": URL},
    "config.ScrapeConfig": {"job_name": "j"},
    "config.RemoteWriteConfig": {"url": URL},
    "config.RemoteReadConfig": {"url": URL},
    "relabel.Config": {"target_label": "t"},
    "dns.SDConfig": {"names": ["a.example"], "type": "A", "port": 80},
    "file.SDConfig": {"files": ["a.json"]},
    "http.SDConfig": {"url": URL},
    "kubernetes.SDConfig": {"role": "pod"},
    "targetgroup.Group": {"targets": ["x:1"]},
    "azuread.AzureADConfig": {"managed_identity": {}},
    "config.Module": {"prober": "http"},
    "config.DNSProbe": {"query_name": "."},
    "config.HeaderMatch": {"header": "Server", "regexp": "a"},
}
_NEVER = frozenset({"outofordertimewindow", "dns_sd_configs"})
"""A field without a tag, and a discovery that tools/go/build leaves out of promtool."""


_SELDOM = frozenset(
    """proxy_connect_header no_proxy proxy_from_environment bearer_token bearer_token_file
    basic_auth authorization oauth2 cert key cert_file key_file cert_ref key_ref monospace
    html sigv4 azuread google_iam http_headers target_arn phone_number external_id
    kubeconfig_file scrape_timeout metric_name_escaping_scheme ignore_resource_attributes
    threading access_key secret_key promote_all_resource_attributes http_config
    slack_app_token enable_http3 expect_bytes
    """.split()  # noqa: SIM905 - reads better
)
"""Keys that exclude others, or need them: at random they would rarely be right."""
_WORDS = {
    "parse_mode": "HTML", "message_type": "text", "compression": "gzip", "api_type": "cloud",
    "fallback_scrape_protocol": "PrometheusText0.0.4", "floats": "xor", "scheme": "https",
    "preferred_ip_protocol": "ip4", "transport_protocol": "udp", "query_type": "NS",
    "query_class": "IN", "valid_rcodes": ["NOERROR"], "valid_http_versions": ["HTTP/1.1"],
    "source_ip_address": "127.0.0.1", "ttl": 7, "fail_if_matches_regexp": ["a"],
    "protobuf_message": "io.prometheus.write.v2.Request", "translation_strategy": "NoTranslation",
    "scrape_protocols": ["OpenMetricsText1.0.0"], "files": ["a.yml"], "cloud": "AzurePublic",
}  # fmt: skip


def _chosen(key: str, random: Random) -> Any:  # noqa: ANN401
    return _WORDS.get(key) if random.random() < 0.9 else None


def _excluded(key: str, made: dict[str, Any]) -> bool:
    """Return whether another key says the same."""
    stem = key.removesuffix("_file").removesuffix("_ref")
    return any(each in made for each in (stem, f"{stem}_file", f"{stem}_ref"))


def value(kind: object, name: str, random: Random, depth: int) -> Any:  # noqa: ANN401
    """Return a value that a server accepts by itself."""
    kind = resolved(kind)
    if isinstance(kind, list):
        return [value(kind[0], name, random, depth + 1) for _ in range(random.choice((0, 1, 1, 2)))]
    if isinstance(kind, dict):
        names = random.sample(("a", "b_c", "d"), random.choice((0, 1, 2)))
        return {key: value(kind["*"], name, random, depth + 1) for key in names}
    types = schema(name).types
    if isinstance(kind, str) and kind in types:
        return struct(kind, name, random, depth)
    return random.choice(_GOOD[str(kind)])


def struct(kind: str, name: str, random: Random, depth: int, most: int = 2) -> dict[str, Any]:
    """Return a struct with what it needs and a few of its other keys."""
    keys = schema(name).types[kind]
    made = copy.deepcopy(NEEDED.get(kind, {}))
    others = sorted(key for key in keys if key not in made and key != "*" and key not in _NEVER)
    number = 0 if depth > 6 else random.randint(0, most)
    for key in random.sample(others, min(number, len(others))):
        if random.random() < 0.1 or not (key in _SELDOM or _excluded(key, made)):
            made[key] = _chosen(key, random) or value(keys[key], name, random, depth + 1)
    if "*" in keys and depth <= 6:
        made["X-Own"] = value(keys["*"], name, random, depth + 1)
    return made


def alertmanager(random: Random) -> dict[str, Any]:
    """Return a whole configuration of Alertmanager."""
    made = struct("config.Config", "alertmanager", random, 0)
    kinds = sorted(k for k in schema("alertmanager").types["config.Receiver"] if k != "name")
    made["receivers"] = [
        {"name": name, **_channels(random, kinds)}
        for name in ("team", "boss")[: random.randint(1, 2)]
    ]
    made["time_intervals"] = [
        {"name": "nights", "time_intervals": [struct("timeinterval.TimeInterval", "alertmanager",
                                                     random, 2, 3)]}
    ]  # fmt: skip
    made.pop("mute_time_intervals", None)
    route = struct("config.Route", "alertmanager", random, 5, 3)
    for key in ("match", "match_re", "matchers", "continue"):
        route.pop(key, None)
    below = [
        struct("config.Route", "alertmanager", random, 3, 4) for _ in range(random.randint(0, 2))
    ]
    made["route"] = {**route, "receiver": "team", "routes": below}
    for each in _routes(made["route"]):
        each["group_by"] = random.choice((["alertname"], ["..."], [], ["a", "b"]))
        if each is not made["route"]:
            each["mute_time_intervals"] = random.choice(([], ["nights"]))
            each.pop("active_time_intervals", None)
            each["receiver"] = random.choice(("team", "team", ""))
        else:
            each.pop("mute_time_intervals", None)
            each.pop("active_time_intervals", None)
    return made


def _channels(random: Random, kinds: list[str]) -> dict[str, Any]:
    types = schema("alertmanager").types
    chosen = random.sample(kinds, random.randint(1, 3))
    return {
        kind: [struct(types["config.Receiver"][kind][0], "alertmanager", random, 3, 3)]  # type: ignore[index]
        for kind in chosen
    }


def _routes(route: dict[str, Any]) -> list[dict[str, Any]]:
    return [route, *(each for below in route.get("routes") or () for each in _routes(below))]


def receivers_that_lack_a_key() -> dict[str, dict[str, Any]]:
    """Return configurations with one channel each, whole and without each key that it needs."""
    types = schema("alertmanager").types
    found = {}
    for kind, listed in types["config.Receiver"].items():
        needed = NEEDED[listed[0]] if kind != "name" else {}  # type: ignore[index]
        for lacking in ("", *needed):
            channel = {key: item for key, item in needed.items() if key != lacking}
            receiver = {"name": "team", kind: [channel]}
            if needed:
                found[f"{kind}-{lacking}"] = {
                    "receivers": [receiver], "route": {"receiver": "team"},
                }  # fmt: skip
    return found


def prometheus(random: Random) -> dict[str, Any]:
    """Return a whole configuration of Prometheus."""
    made = struct("config.Config", "prometheus", random, 0)
    made["rule_files"] = []
    made["scrape_config_files"] = []
    made["scrape_configs"] = [
        {**struct("config.ScrapeConfig", "prometheus", random, 1, 5), "job_name": f"j{number}"}
        for number in range(random.randint(1, 2))
    ]
    for number, each in enumerate(made.get("remote_write") or ()):
        each["name"] = f"w{number}"
    for number, each in enumerate(made.get("remote_read") or ()):
        each["name"] = f"r{number}"
    return made


def blackbox_exporter(random: Random) -> dict[str, Any]:
    """Return a whole configuration of blackbox_exporter, with the modules that platc generates."""
    names = ("http", "https", "tcp", "tls", "dns", "own", "other")
    return {
        "modules": {
            name: {
                **struct("config.Module", "blackbox_exporter", random, 1, 4),
                "prober": random.choice(PROBERS),
            }
            for name in names
        }
    }


def mutated(config: dict[str, Any], name: str, random: Random) -> dict[str, Any]:
    """Return a copy with one thing that is otherwise."""
    made = copy.deepcopy(config)
    root = made.get("route")
    places = [
        (h, k) for h, k in _places(made) if not (k == "route" or (h is root and k == "receiver"))
    ]
    holder, key = random.choice(places)
    known = sorted({k for keys in schema(name).types.values() for k in keys if k != "*"})
    match random.randrange(6):
        case 0 | 1 | 2:
            holder[key] = copy.deepcopy(random.choice(BAD))
        case 3:
            del holder[key]
        case 4 if isinstance(holder, dict):
            holder[f"{key}y"] = holder.pop(key)
        case 4:
            holder.append(copy.deepcopy(holder[key]))
        case _ if isinstance(holder, dict):
            holder[random.choice(known)] = copy.deepcopy(random.choice((*BAD, "a", "/f", URL)))
        case _:
            holder.insert(0, copy.deepcopy(random.choice(BAD)))
    return made


def _places(value: Any) -> Any:  # noqa: ANN401
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, below in list(items):
        yield value, key
        if isinstance(below, (dict, list)):
            yield from _places(below)
