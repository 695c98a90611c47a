"""How the checks of implied traffic speak of a host, and of the line that is missing."""

from __future__ import annotations

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.platform import Platform
from platc_compiler.network.traffic import Finding


def what(found: Finding) -> str:
    """Return a host as it is named: with its port, where that stands beside it."""
    mention = found.mention
    port = f":{mention.port}" if mention.port is not None and mention.stated else ""
    return f"'{mention.host}{port}'"


def to_add(dependency: str, speaker: Origin, platform: Platform) -> str:
    """Return the line to add, for a service or a task with or without a ``depends_on``."""
    place = ".".join(map(str, speaker))
    if speaker[0] == "services":
        stated = platform.spec.services[str(speaker[1])].depends_on
    else:
        stated = platform.spec.pipelines[str(speaker[1])].tasks[str(speaker[3])].depends_on
    if stated:
        return f"add '{dependency}' to {place}.depends_on"
    return f'add to {place}: depends_on: ["{dependency}"]'
