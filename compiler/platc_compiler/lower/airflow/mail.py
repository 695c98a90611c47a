"""Mail: how Airflow gets the address of the mail server and its login.

2.x has a section of airflow.cfg for it, and runs a command for the password. 3.x sends mail through
the connection ``smtp_default``. It reads connections from the environment, from its database and
from a secrets backend. platc generates such a backend, a class that reads the password from its
file: the password is then in no environment variable, and any character in it is encoded.
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
"""The file of the shared configuration that contains the class."""
_BACKEND = "AIRFLOW__SECRETS__BACKEND"


class Mail(Struct, frozen=True, kw_only=True):
    """The mail server: what Airflow needs to know of it."""

    host: str
    port: int
    sender: str
    username: str | None
    password: str | None
    """The path of the file with the password."""


def server(site: Site) -> Mail | None:
    """Return the mail server, ``None`` when no pipeline sends mail."""
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
    """Return the secret of the processes of 3.x that send mail; in 2.x every component has it."""
    smtp = site.mail
    if not known(site) or smtp is None or smtp.password is None:
        return ()
    return (secret_key(smtp.password, ("notifications", "smtp", "password")),)


def text(site: Site) -> str:
    """Return the source of the class."""
    return site.context.templates.text("kinds/airflow/mail_connection.py.j2", mail=server(site))


def known(site: Site) -> bool:
    """Return whether the class is used: another backend in ``config`` replaces it."""
    own = site.service.config.get("secrets", {}).get("backend")
    return site.modern and site.mail is not None and not own


def mounts(site: Site) -> tuple[Mount, ...]:
    """Return the mount of the class in a process that sends mail."""
    if not known(site):
        return ()
    return (Mount("config", f"{_FOLDER}/{FILE}", read_only=True, sub_path=FILE),)


def environment(site: Site, stated: dict[str, str]) -> dict[str, str]:
    """Return the variables of a process that sends mail: the stated ones and those of the class."""
    if not known(site) or _BACKEND in stated:
        return stated
    path = ":".join(filter(None, (stated.get("PYTHONPATH"), _FOLDER)))
    return {**stated, _BACKEND: "mail_connection.MailConnection", "PYTHONPATH": path}
