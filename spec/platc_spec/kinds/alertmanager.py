"""``alertmanager``: tells people of alerts, as ``notifications`` says."""

from datetime import timedelta
from typing import Literal

from platc_spec.base import Config, Duration, Env, Memory, Resources, Version
from platc_spec.service import Deployed


class Alertmanager(Deployed):
    """An Alertmanager; whom it tells of what stands in ``notifications``."""

    kind: Literal["alertmanager"]
    version: Version = "0.31.1"
    """The version of Alertmanager."""
    storage: Memory = 1 << 30
    """The size of its volume, which holds silences and what has been told."""
    storage_class: str | None = None
    """The StorageClass of its volume; left out, the cluster's default."""
    retention: Duration = timedelta(hours=120)
    """How long silences and what has been told are kept."""
    external_url: str | None = None
    """Where people reach it; it stands in the links of messages."""
    resources: Resources = Resources()
    """Requests and limits."""
    env: Env = {}
    """Further environment variables."""
    config: Config = {}
    """The component's own configuration in its own syntax, merged over what platc generates."""
