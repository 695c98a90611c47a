"""The connections that ``depends_on`` declares."""

from __future__ import annotations

from collections.abc import Iterable

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.network import Endpoint, Link


def split_dependency(dependency: str) -> tuple[str, str | None]:
    """Return the service and the port that ``service`` or ``service:port`` names."""
    service, _, port = dependency.partition(":")
    return service, port or None


def dependency_links(
    dependencies: Iterable[str], source: Endpoint, place: Origin
) -> tuple[Link, ...]:
    """Return a link for each entry of a ``depends_on``; ``place`` is the path of the list."""
    return tuple(
        Link(source, *split_dependency(dependency), (*place, index))
        for index, dependency in enumerate(dependencies)
    )
