"""``alertmanager``: sends alerts to people, as ``notifications`` states."""

from datetime import timedelta
from typing import Literal

from platc_spec.base import Config, Duration, Env, Memory, Resources, ServerUrl, Version
from platc_spec.service import Deployed, exposed_url


class Alertmanager(Deployed):
    """An Alertmanager; ``notifications`` states its receivers."""

    kind: Literal["alertmanager"]
    version: Version = "0.31.1"
    """The version of Alertmanager."""
    storage: Memory = 1 << 30
    """The size of its volume, which holds silences and the log of sent notifications."""
    storage_class: str | None = None
    """The StorageClass of its volume; default: the cluster's default."""
    retention: Duration = timedelta(hours=120)
    """How long silences and what has been told are kept."""
    external_url: ServerUrl = exposed_url("http://localhost:9093")
    """Where people reach it; it stands in the links of messages. Below its path, everything is
    served."""
    resources: Resources = Resources()
    """Requests and limits."""
    env: Env = {}
    """Further environment variables."""
    config: Config = {}
    """The component's own configuration in its own syntax, merged over the generated one."""
