"""The message of the checks of sessions: who may open how many, with the lines that say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from platc_compiler.diagnostics import Diagnostic, Mention
from platc_compiler.ir.platform import Platform

if TYPE_CHECKING:
    from platc_compiler.budget.sessions import Account, Client

_TOLD = 8
"""How many of the clients are named."""


def accounts_of(platform: Platform) -> Iterator[Account]:
    """Yield what is known of each port that limits sessions; most platforms have none."""
    if platform.session_limits:
        from platc_compiler.budget.sessions import accounts

        yield from accounts(platform)


def exceeded(platform: Platform, *, server: bool) -> Iterator[Account]:
    """Yield each server, or each pooler, to which more sessions may be opened than it accepts."""
    for account in accounts_of(platform):
        if (account.limit.port == "sql") is server and account.total > account.limit.most:
            yield account


def too_many(code: str, account: Account, what: str, hint: str) -> Diagnostic:
    """Return the error that more sessions may be opened than a port accepts."""
    limit = account.limit
    message = f"{what} may open {account.total} connections, and it accepts {limit.most}"
    notes = (f"it accepts {limit.most}: {limit.why}", *mentions(account.clients))
    return Diagnostic(code, "error", message, limit.origin, hint, notes)


def mentions(clients: Sequence[Client]) -> tuple[str | Mention, ...]:
    """Return a note for each of the largest clients."""
    told = [Mention(_text(client), client.origin) for client in clients[:_TOLD]]
    rest = clients[_TOLD:]
    more = f"{sum(client.total for client in rest)} of {len(rest)} others"
    return (*told, more) if rest else tuple(told)


def _text(client: Client) -> str:
    pods = f", {client.pods} pods of {client.each} each" if client.pods > 1 else ""
    return f"{client.total} of {client.name}{pods} ({client.why})"
