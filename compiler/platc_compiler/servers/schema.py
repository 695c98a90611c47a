"""The keys of the servers' configuration with the types of their values.

tools/server_settings/write.py makes the data from the structs of each server's pinned version.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec import Struct

Type: TypeAlias = str | list["Type"] | dict[str, "Type"]
"""A name; a list of one type; a mapping of any keys to one type, as ``{"*": type}``."""


class Schema(Struct, frozen=True):
    """A server's configuration."""

    title: str
    release: str
    """The version whose structs were read."""
    types: Mapping[str, Mapping[str, object]]
    """The keys of each struct; the key ``*`` stands for any."""


_READ_BY_HAND: Mapping[str, Mapping[str, object]] = {
    "targetgroup.Group": {"targets": ["string"], "labels": {"*": "string"}},
    "timeinterval.TimeRange": {"start_time": "string", "end_time": "string"},
}
"""Structs without tags: their ``UnmarshalYAML`` reads another struct."""
_ALIASES: Mapping[str, object] = {
    "config.MatchRegexps": {"*": "regexp"},
    "config.Matchers": ["matcher"],
    "labels.Labels": {"*": "string"},
}
"""Types that read themselves as a list or a mapping."""
_OTHERS = (
    "aws",
    "azure",
    "consul",
    "digitalocean",
    "docker",
    "dockerswarm",
    "ec2",
    "ecs",
    "elasticache",
    "eureka",
    "gce",
    "hetzner",
    "ionos",
    "kuma",
    "lightsail",
    "linode",
    "marathon",
    "msk",
    "nerve",
    "nomad",
    "oci",
    "openstack",
    "outscale",
    "ovhcloud",
    "puppetdb",
    "rds",
    "scaleway",
    "serverset",
    "stackit",
    "triton",
    "uyuni",
    "vultr",
)
OTHER_DISCOVERIES = frozenset(f"{name}_sd_configs" for name in _OTHERS)
"""Keys of discovery that the data lack: they are compiled into a release, and not looked into."""


@cache
def schema(server: str) -> Schema:
    """Return the schema of ``prometheus``, ``alertmanager`` or ``blackbox_exporter``."""
    path = Path(__file__).with_name("data") / f"{server}.json"
    read = msgspec.json.decode(path.read_bytes(), type=Schema)
    return Schema(read.title, read.release, {**read.types, **_READ_BY_HAND})


def resolved(kind: object) -> object:
    """Return the list or mapping that a name stands for."""
    return _ALIASES.get(kind, kind) if isinstance(kind, str) else kind
