"""Mail: how Airflow knows the server, and how the processes of 3.x that send mail know its login.

2.x has a section of airflow.cfg for it, with the password by command. 3.x sends mail by a notifier
that asks for the connection ``smtp_default``; it takes connections from the environment, from its
database and from a backend of secrets. The last is a class of ours that reads the password from its
file: it is then in no environment, and whatever characters it holds are encoded.
Source: ``_get_custom_secret_backend`` in airflow/_shared/configuration/parser.py of 3.3.2, which
imports the class before Airflow adds folders of its own to the path.
"""

from __future__ import annotations

from msgspec import Struct

from platc_compiler.ir.pods import Mount, SecretKey
from platc_compiler.lower.airflow.secret_files import reference_path
from platc_compiler.lower.airflow.site import HOME, Site
from platc_compiler.lower.secret_keys import secret_key

_FOLDER = f"{HOME}/lib"
FILE = "mail_connection.py"
"""The class as a file of the shared configuration."""
_BACKEND = "AIRFLOW__SECRETS__BACKEND"


class Mail(Struct, frozen=True, kw_only=True):
    """The mail server, as far as Airflow must know it."""

    host: str
    port: int
    sender: str
    username: str | None
    password: str | None
    """The file that holds it."""


def server(site: Site) -> Mail | None:
    """Return the mail server, ``None`` when nobody is mailed."""
    smtp = site.mail
    if smtp is None:
        return None
    offer = site.context.offer(smtp.service)
    return Mail(
        host=offer.host, port=offer.public or offer.number, sender=smtp.sender,
        username=smtp.username,
        password=reference_path(smtp.password) if smtp.password else None,
    )  # fmt: skip


def keys(site: Site) -> tuple[SecretKey, ...]:
    """Return the secret of whoever sends mail in 3.x; every component of 2.x has it."""
    smtp = site.mail
    if not known(site) or smtp is None or smtp.password is None:
        return ()
    return (secret_key(smtp.password, ("notifications", "smtp", "password")),)


def text(site: Site) -> str:
    """Return the class that knows the connection."""
    return site.context.templates.text("kinds/airflow/mail_connection.py.j2", mail=server(site))


def known(site: Site) -> bool:
    """Whether the class is used: a backend of the user's own must know the connection itself."""
    own = site.service.config.get("secrets", {}).get("backend")
    return site.modern and site.mail is not None and not own


def mounts(site: Site) -> tuple[Mount, ...]:
    """Return where a process that sends mail finds the class."""
    if not known(site):
        return ()
    return (Mount("config", f"{_FOLDER}/{FILE}", read_only=True, sub_path=FILE),)


def environment(site: Site, stated: dict[str, str]) -> dict[str, str]:
    """Return the variables of a process that sends mail: those that are stated, and its own."""
    if not known(site) or _BACKEND in stated:
        return stated
    path = ":".join(filter(None, (stated.get("PYTHONPATH"), _FOLDER)))
    return {**stated, _BACKEND: "mail_connection.MailConnection", "PYTHONPATH": path}
