"""What every channel of a receiver has, and mail."""

from typing import Annotated

from pydantic import Field

from platc_spec.base import Model, Refers, ServiceName

Address = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
"""A mail address."""


class Channel(Model):
    """What all channels but mail have."""

    service: Annotated[ServiceName, Refers("service", reached=True)] | None = None
    """The service that takes the messages, mostly an ``external``: Alertmanager may connect to its
    first port. Default: a service in ``depends_on`` of Alertmanager."""


class Email(Model):
    """A mail, sent by the server of ``notifications.smtp``."""

    to: Address
    """The address."""
    subject: str | None = None
    """The subject; default: severity and alert."""
    html: str | None = None
    """The body as HTML; default: Alertmanager's own."""
    text: str | None = None
    """The body as text."""
