"""The entries of ``include`` in a platform, with their objects."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.lower.include.objects import Object, objects
from platc_compiler.lower.include.raw import mapping
from platc_compiler.lower.kind import Context
from platc_spec.include import Include


class Entry(Struct, frozen=True):
    """An entry of ``include``."""

    name: str
    stated: Include
    objects: tuple[Object, ...]
    """Its objects, as they are written."""

    @property
    def sound(self) -> tuple[Object, ...]:
        """The objects in which PLT126 finds no fault: others cannot be judged."""
        return tuple(
            each
            for each in self.objects
            if each.kind
            and each.name
            and isinstance(each.body.get("apiVersion"), str)
            and mapping(each.body, "metadata").get("namespace") != ""
        )

    @property
    def origin(self) -> Origin:
        """Its place."""
        return ("services", self.name)


@cached_by_identity
def entries(context: Context) -> tuple[Entry, ...]:
    """Return the entries of ``include``, none if nothing is included."""
    return tuple(_entries(context))


def _entries(context: Context) -> Iterator[Entry]:
    for name, service in context.of_kind(Include).items():
        only = context.namespace(service) if len(context.spec.namespaces) == 1 else ""
        found = objects(name, service, service.namespace or only)
        yield Entry(name, service, found)
