"""Files of secrets that a server's own configuration names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from platc_compiler.diagnostics import Origin
from platc_spec.secret_references import is_reference

FOLDERS: Mapping[str, str] = {
    "alertmanager": "/etc/alertmanager/secrets",
    "blackbox_exporter": "/etc/blackbox_exporter/secrets",
    "prometheus": "/etc/prometheus/secrets",
}
"""Where the keys of secrets are mounted, as ``SECRET/KEY`` below it, by kind of server."""


def secret_files(config: object, kind: str) -> Iterator[tuple[str, Origin]]:
    """Yield each ``secret/key`` whose file the configuration names, with its path in it."""
    waiting: list[tuple[object, Origin]] = [(config, ())]
    while waiting:
        value, at = waiting.pop()
        if isinstance(value, Mapping):
            waiting += [(below, (*at, key)) for key, below in value.items()]
        elif isinstance(value, list):
            waiting += [(below, (*at, index)) for index, below in enumerate(value)]
        elif isinstance(value, str) and value.startswith(f"{FOLDERS[kind]}/"):
            named = value.removeprefix(f"{FOLDERS[kind]}/")
            if is_reference(named):
                yield named, at
