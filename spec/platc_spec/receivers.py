"""The channels of a receiver: one model for each type of receiver that Alertmanager has.

A field has the name of Alertmanager's own key, but for credentials: they name a key of a declared
secret, and reach Alertmanager as a file. Source: config/notifiers.go of prometheus/alertmanager
0.31.1.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from platc_spec.base import Delay, Duration, Model, Refers, SecretRef, Text
from platc_spec.channel import Channel

WebUrl = Annotated[
    str,
    Field(
        pattern=r"^https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/?=&%+-]*)?$",
        max_length=512,
    ),
]
"""A URL without user and password."""


def _issued(issuer: str) -> Any:  # noqa: ANN401 - an annotation
    return Refers("secret", issuer=issuer)


class Slack(Channel):
    """A message to a Slack channel, through an incoming webhook or an app."""

    channel: Annotated[str, Field(pattern=r"^([#@].+|[CDGUW][A-Z0-9]{8,})$")]
    """The channel, such as ``#data-alerts``, or its id, such as ``C0123ABCD``."""
    webhook: Annotated[SecretRef, _issued("Slack")] | None = None
    """The declared secret that holds the webhook's URL."""
    token: Annotated[SecretRef, _issued("Slack")] | None = None
    """The declared secret that holds the token of an app (``xoxb-…``), instead of a webhook."""
    title: str | None = None
    """The title of the message."""
    title_link: str | None = None
    """The target of a click on the title."""
    pretext: str | None = None
    """A line above the message."""
    text: str | None = None
    """The text of the message; default: a line for each alert."""
    color: str | None = None
    """The colour of its border."""
    username: str | None = None
    """The sender's name."""
    icon_emoji: str | None = None
    """The sender's picture, such as ``:fire:``."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.webhook is None) == (self.token is None):
            raise ValueError("a Slack channel needs either a webhook or a token")
        return self


class PagerDuty(Channel):
    """An incident of PagerDuty."""

    routing_key: Annotated[SecretRef, _issued("PagerDuty")] | None = None
    """The declared secret that holds the key of an integration of the Events API v2."""
    service_key: Annotated[SecretRef, _issued("PagerDuty")] | None = None
    """The declared secret that holds the key of an integration of type Prometheus."""
    url: WebUrl | None = None
    """The address of the API; in Europe ``https://events.eu.pagerduty.com/v2/enqueue``."""
    description: str | None = None
    """The description of the incident."""
    severity: str | None = None
    """Its severity: ``critical``, ``error``, ``warning``, ``info``, or a template."""
    client: str | None = None
    """The sender's name."""
    client_url: str | None = None
    """A link to the sender."""
    component: str | None = None
    """The affected component."""
    group: str | None = None
    """A group of components."""
    class_: Annotated[str | None, Field(alias="class")] = None
    """The class of the event."""
    details: dict[str, Text] = {}
    """Further details, by name."""

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if (self.routing_key is None) == (self.service_key is None):
            raise ValueError("a channel of PagerDuty needs either a routing_key or a service_key")
        return self


class Responder(Model):
    """Who is told by Opsgenie."""

    type: Annotated[str, Field(pattern=r"^(team|teams|user|escalation|schedule|.*\{\{.*)$")]
    """``team``, ``teams``, ``user``, ``escalation`` or ``schedule``."""
    name: str | None = None
    """Its name."""
    id: str | None = None
    """Its id."""
    username: str | None = None
    """The name of a user."""

    @model_validator(mode="after")
    def _known(self) -> Self:
        if not (self.name or self.id or self.username):
            raise ValueError("a responder needs a name, an id or a username")
        return self


class Opsgenie(Channel):
    """An alert of Opsgenie."""

    api_key: Annotated[SecretRef, _issued("Opsgenie")]
    """The declared secret that holds the key of the API."""
    api_url: WebUrl | None = None
    """The address of the API; in Europe ``https://api.eu.opsgenie.com/``."""
    message: str | None = None
    """The message, of at most 130 characters."""
    description: str | None = None
    """The description."""
    priority: str | None = None
    """``P1`` to ``P5``, or a template."""
    responders: tuple[Responder, ...] = ()
    """Who is told."""
    tags: str | None = None
    """Tags, with commas between them."""
    entity: str | None = None
    """The affected thing."""
    note: str | None = None
    """A note."""
    details: dict[str, Text] = {}
    """Further details, by name."""
    update_alerts: bool = False
    """Whether message and description of an alert that exists are updated."""


class Webhook(Channel):
    """An HTTP call with Alertmanager's JSON."""

    url: Annotated[SecretRef, _issued("the receiver")]
    """The declared secret that holds the URL."""
    token: Annotated[SecretRef, _issued("the receiver")] | None = None
    """The declared secret that holds the token of the header ``Authorization: Bearer``."""
    max_alerts: Annotated[int, Field(ge=0, strict=True)] | None = None
    """The maximum of alerts in a call; 0 is any number."""


class Telegram(Channel):
    """A message of a Telegram bot."""

    bot_token: Annotated[SecretRef, _issued("Telegram")]
    """The declared secret that holds the bot's token."""
    chat_id: Annotated[int, Field(strict=True)]
    """The number of the chat; that of a group is negative."""
    message_thread_id: Annotated[int, Field(ge=1, strict=True)] | None = None
    """The number of a topic in the group."""
    message: str | None = None
    """The text."""
    parse_mode: Literal["HTML", "Markdown", "MarkdownV2", ""] | None = None
    """The notation of the text; default: HTML."""
    disable_notifications: bool = False
    """Whether it comes without a sound."""
    api_url: WebUrl | None = None
    """The address of the API."""


class Discord(Channel):
    """A message to a Discord channel, through a webhook."""

    webhook: Annotated[SecretRef, _issued("Discord")]
    """The declared secret that holds the webhook's URL."""
    title: str | None = None
    """The title."""
    message: str | None = None
    """The text."""
    content: str | None = None
    """The text above the message."""
    username: str | None = None
    """The sender's name."""
    avatar_url: str | None = None
    """The sender's picture."""


class MsTeams(Channel):
    """A message to Microsoft Teams, through a connector of Office 365.

    Microsoft ends these connectors: ``msteamsv2`` uses a workflow instead.
    """

    webhook: Annotated[SecretRef, _issued("Microsoft Teams")]
    """The declared secret that holds the webhook's URL."""
    title: str | None = None
    """The title."""
    summary: str | None = None
    """The line in the list of messages."""
    text: str | None = None
    """The text."""


class MsTeamsV2(Channel):
    """A message to Microsoft Teams, through a workflow of Power Automate."""

    webhook: Annotated[SecretRef, _issued("Microsoft Teams")]
    """The declared secret that holds the workflow's URL."""
    title: str | None = None
    """The title."""
    text: str | None = None
    """The text."""


class Pushover(Channel):
    """A message of Pushover to phones."""

    user_key: Annotated[SecretRef, _issued("Pushover")]
    """The declared secret that holds the key of the user or the group."""
    token: Annotated[SecretRef, _issued("Pushover")]
    """The declared secret that holds the application's token."""
    title: str | None = None
    """The title."""
    message: str | None = None
    """The text."""
    priority: str | None = None
    """``-2`` to ``2``, or a template; default: 2 while it fires, 0 when it has ended."""
    retry: Duration | None = None
    """How often a message of priority 2 is repeated, at least every 30 s."""
    expire: Duration | None = None
    """How long it is repeated."""
    ttl: Delay | None = None
    """How long it is kept on the phone."""
    sound: str | None = None
    """Its sound."""
    device: str | None = None
    """The phone; default: all."""
    url: str | None = None
    """A link."""
    url_title: str | None = None
    """The text of the link."""
    html: bool = False
    """Whether the text is HTML."""


class AwsKeys(Model):
    """A key of AWS. Alertmanager reads it from no file: the pod has it in its environment."""

    access_key: Annotated[SecretRef, _issued("AWS")]
    """The declared secret that holds the id of the key."""
    secret_key: Annotated[SecretRef, _issued("AWS")]
    """The declared secret that holds the key."""


class Sns(Channel):
    """A message of Amazon SNS."""

    region: str
    """The region, such as ``eu-west-1``."""
    topic_arn: str | None = None
    """The topic."""
    target_arn: str | None = None
    """The endpoint of a phone."""
    phone_number: str | None = None
    """The number of a phone, such as ``+491700000000``."""
    role_arn: str | None = None
    """The role that is taken for the call."""
    keys: AwsKeys | None = None
    """The key to log in with. Default: the account of the pod or the node."""
    api_url: WebUrl | None = None
    """The address of the API; default: that of the region."""
    subject: str | None = None
    """The subject."""
    message: str | None = None
    """The text."""
    attributes: dict[str, Text] = {}
    """Attributes of the message."""

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (
            sum(each is not None for each in (self.topic_arn, self.target_arn, self.phone_number))
            != 1
        ):
            raise ValueError(
                "a channel of SNS needs exactly one of topic_arn, target_arn and phone_number"
            )
        return self


class VictorOps(Channel):
    """An incident of VictorOps (Splunk On-Call)."""

    api_key: Annotated[SecretRef, _issued("VictorOps")]
    """The declared secret that holds the key of the API."""
    routing_key: Annotated[str, Field(min_length=1)]
    """The team, by its routing key."""
    api_url: WebUrl | None = None
    """The address of the API."""
    message_type: str | None = None
    """``CRITICAL``, ``WARNING``, ``INFO``, or a template."""
    state_message: str | None = None
    """The text."""
    entity_display_name: str | None = None
    """The title."""
    monitoring_tool: str | None = None
    """The sender's name."""
    custom_fields: dict[str, Text] = {}
    """Further fields, by name."""


class Webex(Channel):
    """A message to a room of Webex."""

    token: Annotated[SecretRef, _issued("Webex")]
    """The declared secret that holds the bot's token."""
    room_id: Annotated[str, Field(min_length=1)]
    """The id of the room."""
    message: str | None = None
    """The text."""
    api_url: WebUrl | None = None
    """The address of the API."""


class WeChat(Channel):
    """A message of WeChat Work."""

    api_secret: Annotated[SecretRef, _issued("WeChat")]
    """The declared secret that holds the secret of the application."""
    corp_id: Annotated[str, Field(min_length=1)]
    """The id of the company."""
    agent_id: Text | None = None
    """The number of the application."""
    to_user: str | None = None
    """The users, with ``|`` between them; ``@all`` for everybody."""
    to_party: Text | None = None
    """The departments."""
    to_tag: Text | None = None
    """The tags."""
    message: str | None = None
    """The text."""
    message_type: Literal["text", "markdown"] = "text"
    """The notation of the text."""
    api_url: WebUrl | None = None
    """The address of the API."""


class Jira(Channel):
    """An issue of Jira."""

    api_url: WebUrl
    """The address of the API, such as ``https://example.atlassian.net/rest/api/3/``."""
    api_type: Literal["auto", "cloud", "datacenter"] | None = None
    """The type of the server; default: by its address."""
    user: str | None = None
    """The user to log in as; left out, the token is sent as ``Authorization: Bearer``."""
    token: Annotated[SecretRef, _issued("Jira")]
    """The declared secret that holds the user's token."""
    project: Annotated[str, Field(min_length=1)]
    """The key of the project."""
    issue_type: Annotated[str, Field(min_length=1)]
    """The type of the issue, such as ``Bug``."""
    summary: str | None = None
    """The summary."""
    description: str | None = None
    """The description."""
    priority: str | None = None
    """The priority."""
    labels: tuple[str, ...] = ()
    """Labels."""
    reopen_transition: str | None = None
    """The transition that opens an issue again."""
    resolve_transition: str | None = None
    """The transition that closes an issue."""
    wont_fix_resolution: str | None = None
    """The resolution of issues that are not opened again."""
    reopen_duration: Duration | None = None
    """How long an issue that was closed is opened again."""


class RocketChat(Channel):
    """A message to a channel of Rocket.Chat."""

    token: Annotated[SecretRef, _issued("Rocket.Chat")]
    """The declared secret that holds the token of the user."""
    token_id: Annotated[SecretRef, _issued("Rocket.Chat")]
    """The declared secret that holds the id of the user."""
    api_url: WebUrl
    """The address of the server."""
    channel: str | None = None
    """The channel, such as ``#alerts``."""
    title: str | None = None
    """The title."""
    text: str | None = None
    """The text."""
    color: str | None = None
    """The colour of its border."""
    emoji: str | None = None
    """The sender's picture, such as ``:fire:``."""


class Mattermost(Channel):
    """A message to a channel of Mattermost, through an incoming webhook."""

    webhook: Annotated[SecretRef, _issued("Mattermost")]
    """The declared secret that holds the webhook's URL."""
    channel: str | None = None
    """The channel; default: that of the webhook."""
    username: str | None = None
    """The sender's name."""
    text: str | None = None
    """The text."""
    icon_url: str | None = None
    """The sender's picture."""


class IncidentIo(Channel):
    """An alert of incident.io."""

    url: Annotated[SecretRef, _issued("incident.io")]
    """The declared secret that holds the URL of the alert source."""
    token: Annotated[SecretRef, _issued("incident.io")]
    """The declared secret that holds the token of the alert source."""
    max_alerts: Annotated[int, Field(ge=0, strict=True)] | None = None
    """The maximum of alerts in a call; 0 is any number."""
