"""The user's own configuration merged over the generated one.

Mappings are merged, and a single value is replaced. No list of the generated configuration is lost:

- ``receivers``: one with the name of a declared receiver adds its channels to it; others are added.
- ``route.routes``: behind the routes of the watchdog and of escalations, before those of the
  severities (see ``routes.py``).
- ``inhibit_rules``, ``time_intervals``, ``mute_time_intervals``: added at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from platc_compiler.merging import overlay

_ADDED = ("inhibit_rules", "time_intervals", "mute_time_intervals")


def own_routes(config: Mapping[str, Any]) -> Sequence[Any]:
    """Return the routes of the user's own configuration."""
    route = config.get("route")
    below = route.get("routes") if isinstance(route, Mapping) else None
    return below if isinstance(below, list) else ()


def merged(generated: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration of the server; the own routes are in the generated one already."""
    own = {key: value for key, value in config.items() if key not in {*_ADDED, "receivers"}}
    if isinstance(own.get("route"), Mapping):
        own["route"] = {key: value for key, value in own["route"].items() if key != "routes"}
    result = overlay(generated, own)
    for key in _ADDED:
        if config.get(key):
            result[key] = [*result.get(key, ()), *config[key]]
    result["receivers"] = _receivers(generated["receivers"], config.get("receivers") or ())
    return result


def _receivers(generated: Sequence[Any], own: Sequence[Any]) -> list[Any]:
    receivers = list(generated)
    places = {receiver["name"]: place for place, receiver in enumerate(receivers)}
    for receiver in own:
        place = places.get(receiver["name"])
        if place is None:
            receivers.append(receiver)
        else:
            known = receivers[place]
            added = {
                key: [*known.get(key, ()), *(channels or ())]
                for key, channels in receiver.items()
                if key != "name"
            }
            receivers[place] = {**known, **added}
    return receivers
