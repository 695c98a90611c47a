"""Lowering of ``secrets.NAME.from``."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from platc_compiler.ir.platform import Fetched
from platc_spec.secret_stores import Store
from platc_spec.secrets import Secret


def secret_source(secret: Secret) -> Literal["sealed", "existing"] | Fetched:
    """Return where the values of a secret come from."""
    if not isinstance(secret.from_, Store):
        return secret.from_
    store = secret.from_
    return Fetched(
        store=store.cluster_store or store.store or "",
        of_cluster=store.cluster_store is not None,
        refresh=store.refresh or timedelta(hours=1),
        entries=tuple(_entry(key, store) for key in secret.keys),
    )


def _entry(key: str, store: Store) -> tuple[str, str, str | None, str | None]:
    """Return where a key is: in an entry of its own, or the field of its name in that of all."""
    own = store.entries.get(key)
    if own is not None:
        return key, own.path, own.field, own.version
    return key, store.path or "", key, None
