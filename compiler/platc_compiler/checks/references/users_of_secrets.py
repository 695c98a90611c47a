"""Where the pods run that need a secret."""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Origin
from platc_compiler.lower.kind import Context
from platc_spec.secret_references import parse_reference
from platc_spec.service import Deployed


def namespaces_of_users(name: str, context: Context) -> list[str]:
    """Return the namespaces that need a secret, as far as they are stated, each once."""
    found = (
        namespace
        for each in context.references
        if each.to == "secret" and parse_reference(each.name)[0] == name
        for namespace in _namespaces(each.path, context)
    )
    return [namespace for namespace in dict.fromkeys(found) if namespace]


def _namespaces(path: Origin, context: Context) -> Iterator[str]:
    """Yield the namespaces of what names a secret; what ``images`` names, all pods need."""
    services = context.spec.services
    if path[:1] == ("images",):
        deployed = (each for each in services.values() if isinstance(each, Deployed))
        yield from map(context.namespace, deployed)
        return
    name: object = path[1] if path[:1] == ("services",) else None
    if path[:1] == ("pipelines",):
        name = context.spec.pipelines[str(path[1])].runs_on
    service = services.get(str(name))
    if service is not None:
        yield context.namespace(service)
