"""The wording of a host and of the missing line, for the checks of implied traffic."""

from __future__ import annotations

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.platform import Platform
from platc_compiler.network.traffic import Finding


def what(found: Finding) -> str:
    """Return the name of a host, with its port if the text states one beside it."""
    mention = found.mention
    port = f":{mention.port}" if mention.port is not None and mention.stated else ""
    return f"'{mention.host}{port}'"


def to_add(dependency: str, speaker: Origin, platform: Platform) -> str:
    """Return the line to add, for a service or task with or without ``depends_on``."""
    place = ".".join(map(str, speaker))
    if speaker[0] == "services":
        stated = platform.spec.services[str(speaker[1])].depends_on
    else:
        stated = platform.spec.pipelines[str(speaker[1])].tasks[str(speaker[3])].depends_on
    if stated:
        return f"add '{dependency}' to {place}.depends_on"
    return f'add to {place}: depends_on: ["{dependency}"]'
