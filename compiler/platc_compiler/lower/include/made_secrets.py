"""The Secrets that included objects bring, or that a controller makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platc_compiler.lower.include.objects import Object
from platc_compiler.lower.include.raw import mapping, text


def made(found: Sequence[Object]) -> frozenset[tuple[str, str]]:
    """Return the namespaces and names of these Secrets.

    Source: ``secretName`` of a Certificate (cert-manager.io/v1), ``target.name`` of an
    ExternalSecret (external-secrets.io/v1), the name of a SealedSecret (bitnami.com/v1alpha1).
    """
    return frozenset((each.namespace, name) for each in found for name in _names(each))


def _names(found: Object) -> Iterator[str]:
    stated = mapping(found.body, "spec")
    match found.kind:
        case "Secret" | "SealedSecret":
            yield found.name
        case "Certificate":
            yield text(stated, "secretName")
        case "ExternalSecret":
            yield text(mapping(stated, "target"), "name") or found.name
