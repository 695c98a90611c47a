"""What Alertmanager refuses of its configuration beyond its shape.

Source: the methods ``UnmarshalYAML`` in config/config.go, config/notifiers.go and config/tracing.go
of prometheus/alertmanager 0.31.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.servers import http_client, time_intervals
from platc_compiler.servers.durations import prometheus_duration
from platc_compiler.servers.fault import (
    Fault,
    Rule,
    among,
    at_most_one,
    entries,
    is_set,
    needs,
    one_of,
    stated,
)
from platc_compiler.servers.scalars import is_label
from platc_compiler.servers.schema import schema
from platc_compiler.servers.shape import Judge, text_of


class Declared(Struct, frozen=True):
    """What the rest of the configuration has, which platc generates."""

    receivers: AbstractSet[str] = frozenset()
    intervals: AbstractSet[str] = frozenset()
    mail: bool = False
    """Whether a mail server and a sender are set for all receivers."""


def faults(config: Mapping[str, Any], declared: Declared, *, exact: bool) -> Iterator[Fault]:
    """Yield what Alertmanager refuses of a user's own configuration beside the generated one.

    Args:
        config: what stands under ``config``.
        declared: what the generated configuration has.
        exact: whether the server has the version whose source the rules are from.
    """
    judge = Judge(schema("alertmanager"), RULES, exact)
    found = tuple(judge.faults(config, "config.Config", ()))
    yield from found
    if exact and not found:
        yield from _whole(config, declared)


def interval_faults(intervals: list[Any]) -> Iterator[Fault]:
    """Yield what Alertmanager refuses of a list of time intervals."""
    judge = Judge(schema("alertmanager"), RULES)
    yield from judge.faults(intervals, ["timeinterval.TimeInterval"], ())


def _label_names(*keys: str) -> Rule:
    """Return the rule that the names of the labels to match are plain ones."""

    def rule(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
        for key in keys:
            for name in value.get(key) or ():
                if not is_label(text_of(name)):
                    message = f"'{name}' is no name of a label"
                    yield Fault((*at, key, name), message, "write letters, digits and '_'",
                                on_key=True)  # fmt: skip

    return rule


def _group_by(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    names = [text_of(name) for name in value.get("group_by") or ()]
    for index, name in enumerate(names):
        place = (*at, "group_by", index)
        if not name:
            yield Fault(place, "the name of a label is empty", "remove it")
        elif name == "..." and set(names) != {"..."}:
            yield Fault(place, "'...' means every label: no other stands beside it", "remove one")
        elif name != "..." and name in names[:index]:
            yield Fault(place, f"the label '{name}' stands here twice", "remove one")


def _not_zero(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    for key in ("group_interval", "repeat_interval"):
        if value.get(key) is not None and prometheus_duration(text_of(value[key])) == 0:
            hint = "write 1s or longer; to send once, a long time such as 30d"
            yield Fault((*at, key), f"'{key}' cannot be zero", hint)


def _equal(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    for index, name in enumerate(value.get("equal") or ()):
        if not is_set(name):
            yield Fault((*at, "equal", index), "the name of a label is empty", "remove it")


def _named(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    yield from needs("name")(value, at)


def _time_range(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    message, hint = time_intervals.time_range(value)
    if message:
        yield Fault(at, message, hint)


def _headers(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    headers = value.get("headers") or {}
    seen: set[str] = set()
    for name in headers:
        if str(name).lower() in seen:
            message = f"the header '{name}' stands here twice"
            yield Fault((*at, "headers", name), message, "remove one", on_key=True)
        seen.add(str(name).lower())
    threading = value.get("threading") or {}
    if threading.get("enabled") is True:
        for name in ("references", "in-reply-to"):
            if name in seen:
                message = f"the header '{name}' and threading exclude each other"
                yield Fault((*at, "threading"), message, "remove one", on_key=True)
        if threading.get("thread_by_date") not in {"none", "daily"}:
            place = (*at, "threading", *stated(threading, "thread_by_date"))
            yield Fault(
                place, "'thread_by_date' is 'none' or 'daily'", "write thread_by_date: daily"
            )


def _logs_in(value: Mapping[str, Any]) -> bool:
    """Return whether a receiver's HTTP client has an authorization; a bearer token is one."""
    http = value.get("http_config")
    return isinstance(http, Mapping) and (
        http.get("authorization") is not None
        or bool(stated(http, "bearer_token", "bearer_token_file"))
    )


def _slack(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    by_url, by_token = stated(value, "api_url", "api_url_file"), stated(
        value, "app_token", "app_token_file"
    )  # fmt: skip
    if by_url and by_token:
        message = f"'{by_url[0]}' and '{by_token[0]}' exclude each other"
        yield Fault((*at, by_url[0]), message, "remove one", on_key=True)
    if by_token and _logs_in(value):
        message = f"'{by_token[0]}' and 'http_config.authorization' exclude each other"
        yield Fault((*at, by_token[0]), message, "remove one", on_key=True)


def _slack_action(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    for key in ("type", "text"):
        yield from needs(key)(value, at)
    yield from needs("name", "url")(value, at)


def _incident(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    login = _logs_in(value)
    tokens = stated(value, "alert_source_token", "alert_source_token_file")
    if login and tokens:
        message = f"'{tokens[0]}' and 'http_config.authorization' exclude each other"
        yield Fault((*at, tokens[0]), message, "remove one", on_key=True)
    if value.get("http_config") is not None and not login and not tokens:
        yield Fault(at, "'alert_source_token_file' is missing here", "add it")


def _webex(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    if not _logs_in(value):
        hint = "add http_config: { authorization: { credentials_file: … } }"
        yield Fault(at, "'http_config.authorization' is missing here", hint)


def _opsgenie(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    types = ("team", "teams", "user", "escalation", "schedule")
    for index, each in entries(value, "responders"):
        place = (*at, "responders", index)
        yield from needs("id", "username", "name")(each, place)
        kind = text_of(each.get("type") or "")
        if "{{" not in kind and kind.lower() not in types:
            where = (*place, *stated(each, "type"))
            yield Fault(where, f"a responder's type is one of {', '.join(types)}", "write one")


def _victorops(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    reserved = {
        "routing_key", "message_type", "state_message", "entity_display_name", "monitoring_tool",
        "entity_id", "entity_state",
    }  # fmt: skip
    for name in value.get("custom_fields") or ():
        if name in reserved:
            message = f"the field '{name}' is not a custom one"
            yield Fault((*at, "custom_fields", name), message, "remove it", on_key=True)


def _pushover(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    if value.get("html") is True and value.get("monospace") is True:
        message = "'html' and 'monospace' exclude each other"
        yield Fault((*at, "monospace"), message, "remove one", on_key=True)


def _sns(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    # Upstream compares three booleans in a row: it takes one key of the three, or all of them.
    if len(stated(value, "target_arn", "topic_arn", "phone_number")) not in {1, 3}:
        message = "exactly one of 'topic_arn', 'target_arn' and 'phone_number' is needed"
        yield Fault(at, message, "add topic_arn:")


def _telegram(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    chat = [key for key in ("chat_id", "chat_id_file") if value.get(key) not in {None, "", 0}]
    if not chat:
        yield Fault(at, "'chat_id' or 'chat_id_file' is missing here", "add chat_id:")
    if len(chat) > 1:
        message = "'chat_id' and 'chat_id_file' exclude each other"
        yield Fault((*at, "chat_id"), message, "remove one", on_key=True)


_ADDRESS = (one_of("webhook_url", "webhook_url_file"),)
RULES: Mapping[str, Sequence[Rule]] = {
    **http_client.RULES,
    "config.GlobalConfig": (
        at_most_one("slack_app_token", "slack_app_token_file"),
        at_most_one("slack_api_url", "slack_api_url_file"),
        at_most_one("opsgenie_api_key", "opsgenie_api_key_file"),
        at_most_one("victorops_api_key", "victorops_api_key_file"),
        at_most_one("telegram_bot_token", "telegram_bot_token_file"),
        at_most_one("smtp_auth_password", "smtp_auth_password_file"),
        at_most_one("smtp_auth_secret", "smtp_auth_secret_file"),
        at_most_one("rocketchat_token", "rocketchat_token_file"),
        at_most_one("rocketchat_token_id", "rocketchat_token_id_file"),
        at_most_one("wechat_api_secret", "wechat_api_secret_file"),
    ),
    "config.Route": (_label_names("match", "match_re"), _group_by, _not_zero),
    "config.InhibitRule": (
        _label_names("source_match", "source_match_re", "target_match", "target_match_re"),
        _equal,
    ),
    "config.Receiver": (_named,),
    "config.TimeInterval": (_named,),
    "config.MuteTimeInterval": (_named,),
    "timeinterval.TimeRange": (_time_range,),
    "config.TracingConfig": (needs("endpoint"), among("compression", "gzip")),
    "config.DiscordConfig": _ADDRESS,
    "config.MSTeamsConfig": _ADDRESS,
    "config.MSTeamsV2Config": _ADDRESS,
    "config.MattermostConfig": _ADDRESS,
    "config.MattermostField": (needs("title"), needs("value")),
    "config.EmailConfig": (needs("to"), _headers),
    "config.PagerdutyConfig": (
        needs("routing_key", "service_key", "service_key_file", "routing_key_file"),
        at_most_one("routing_key", "routing_key_file"),
        at_most_one("service_key", "service_key_file"),
    ),
    "config.SlackConfig": (
        at_most_one("api_url", "api_url_file"),
        at_most_one("app_token", "app_token_file"),
        _slack,
    ),
    "config.SlackAction": (_slack_action,),
    "config.SlackConfirmationField": (needs("text"),),
    "config.SlackField": (needs("title"), needs("value")),
    "config.IncidentioConfig": (
        one_of("url", "url_file"),
        at_most_one("alert_source_token", "alert_source_token_file"),
        _incident,
    ),
    "config.WebhookConfig": (one_of("url", "url_file"),),
    "config.WechatConfig": (
        at_most_one("api_secret", "api_secret_file"),
        among("message_type", "text", "markdown"),
    ),
    "config.OpsGenieConfig": (at_most_one("api_key", "api_key_file"), _opsgenie),
    "config.VictorOpsConfig": (
        needs("routing_key"),
        at_most_one("api_key", "api_key_file"),
        _victorops,
    ),
    "config.PushoverConfig": (
        one_of("user_key", "user_key_file"),
        one_of("token", "token_file"),
        _pushover,
    ),
    "config.SNSConfig": (_sns,),
    "config.TelegramConfig": (
        at_most_one("bot_token", "bot_token_file"),
        _telegram,
        among("parse_mode", "Markdown", "MarkdownV2", "HTML"),
    ),
    "config.WebexConfig": (needs("room_id"), _webex),
    "config.JiraConfig": (
        needs("project"),
        needs("issue_type"),
        among("api_type", "auto", "cloud", "datacenter"),
    ),
    "config.RocketchatConfig": (
        at_most_one("token", "token_file"),
        at_most_one("token_id", "token_id_file"),
    ),
}


def _whole(config: Mapping[str, Any], declared: Declared) -> Iterator[Fault]:
    """Yield what is wrong between parts that stand far from each other."""
    globally = config.get("global") or {}
    names: set[str] = set()
    for index, receiver in entries(config, "receivers"):
        at: Origin = ("receivers", index)
        name = text_of(receiver["name"])
        if name in names:
            yield Fault((*at, "name"), f"the receiver '{name}' stands here twice", "rename one")
        names.add(name)
        yield from _of_receiver(receiver, globally, declared, at)
    yield from _globals(globally)
    intervals: set[str] = set(declared.intervals)
    for key in ("mute_time_intervals", "time_intervals"):
        for index, each in entries(config, key):
            if text_of(each["name"]) in intervals:
                message = f"the time interval '{each['name']}' exists already"
                yield Fault((key, index, "name"), message, "rename it")
            intervals.add(text_of(each["name"]))
    route = config.get("route")
    if isinstance(route, Mapping):
        yield from _root(route)
        yield from _of_route(route, names | declared.receivers, intervals, ("route",))


def _globals(globally: Mapping[str, Any]) -> Iterator[Fault]:
    tokens = stated(globally, "slack_app_token", "slack_app_token_file")
    urls = stated(globally, "slack_api_url", "slack_api_url_file")
    same = globally.get("slack_api_url") == globally.get(
        "slack_app_url", "https://slack.com/api/chat.postMessage"
    )
    if tokens and urls and not same:
        message = f"'{tokens[0]}' and '{urls[0]}' exclude each other"
        yield Fault(("global", tokens[0]), message, "remove one", on_key=True)


_ONCE: Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {
    "opsgenie_configs": (
        (("api_key", "api_key_file"), ("opsgenie_api_key", "opsgenie_api_key_file")),
    ),
    "wechat_configs": (
        (("api_secret", "api_secret_file"), ("wechat_api_secret", "wechat_api_secret_file")),
        (("corp_id",), ("wechat_api_corp_id",)),
    ),
    "victorops_configs": (
        (("api_key", "api_key_file"), ("victorops_api_key", "victorops_api_key_file")),
    ),
    "telegram_configs": (
        (("bot_token", "bot_token_file"), ("telegram_bot_token", "telegram_bot_token_file")),
    ),
    "jira_configs": ((("api_url",), ("jira_api_url",)),),
    "rocketchat_configs": (
        (("token_id", "token_id_file"), ("rocketchat_token_id", "rocketchat_token_id_file")),
        (("token", "token_file"), ("rocketchat_token", "rocketchat_token_file")),
    ),
}
"""What a receiver needs, by itself or for all under ``global``."""


def _of_receiver(
    receiver: Mapping[str, Any], globally: Mapping[str, Any], declared: Declared, at: Origin
) -> Iterator[Fault]:
    for kind, needed in _ONCE.items():
        for index, each in entries(receiver, kind):
            for own, common in needed:
                if not stated(each, *own) and not stated(globally, *common):
                    message = f"{' or '.join(map(repr, own))} is missing here"
                    yield Fault((*at, kind, index), message, f"add {own[-1]}:")
    for index, each in entries(receiver, "email_configs"):
        for key, usual in (("smarthost", "smtp_smarthost"), ("from", "smtp_from")):
            if not is_set(each.get(key)) and not declared.mail and not is_set(globally.get(usual)):
                hint = "state notifications.smtp"
                yield Fault((*at, "email_configs", index), f"'{key}' is missing here", hint)
    for index, each in entries(receiver, "slack_configs"):
        yield from _of_slack(each, globally, (*at, "slack_configs", index))


def _of_slack(each: Mapping[str, Any], globally: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
    keys = ("api_url", "api_url_file", "app_token", "app_token_file")
    tokens = stated(globally, "slack_app_token", "slack_app_token_file")
    if tokens and not _logs_in(each) and each.get("api_url") is None:
        # The token for all is taken beside an address from a file, and replaces it.
        return
    if not stated(each, *keys) and not stated(globally, *(f"slack_{key}" for key in keys[:2])):
        message = "'api_url_file' or 'app_token_file' is missing here"
        yield Fault(at, message, "add api_url_file:")


def _root(route: Mapping[str, Any]) -> Iterator[Fault]:
    for key in ("match", "match_re", "matchers", "mute_time_intervals", "active_time_intervals"):
        if route.get(key):
            message = f"the root route has no '{key}': every alert reaches it"
            yield Fault(("route", key), message, "write it in a route below 'routes'", on_key=True)
    if route.get("continue") is True:
        message = "the root route does not continue: no other follows"
        yield Fault(("route", "continue"), message, "remove it", on_key=True)


def _of_route(
    route: Mapping[str, Any], receivers: AbstractSet[str], intervals: AbstractSet[str], at: Origin
) -> Iterator[Fault]:
    name = route.get("receiver")
    if is_set(name) and text_of(name) not in receivers:
        hint = did_you_mean(text_of(name), receivers, "declare it under notifications.receivers")
        yield Fault((*at, "receiver"), f"unknown receiver '{name}'", hint)
    for key in ("mute_time_intervals", "active_time_intervals"):
        for index, each in enumerate(route.get(key) or ()):
            if text_of(each) not in intervals:
                hint = did_you_mean(
                    text_of(each), intervals, "declare it under notifications.time_intervals"
                )
                yield Fault((*at, key, index), f"unknown time interval '{each}'", hint)
    for index, below in entries(route, "routes"):
        yield from _of_route(below, receivers, intervals, (*at, "routes", index))
