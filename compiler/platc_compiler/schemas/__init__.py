"""Validation of emitted objects against the embedded schemas, as strict as the API server.

`faults` says what JSON Schema can say: unknown fields, missing ones, wrong types, numbers out of
range. What the API server refuses beyond that is in `platc_compiler.schemas.admission`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from platc_compiler.schemas.fault import Fault, order
from platc_compiler.schemas.pack import load, supported_versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jsonschema_rs import Draft202012Validator

__all__ = ["Fault", "faults", "supported_versions"]

PACK = "urn:platc:schemas"


def faults(documents: Sequence[Mapping[str, object]], version: str) -> Iterator[Fault]:
    """Yield what is wrong with Kubernetes objects, object by object, then by path.

    Documents are plain JSON values: dictionaries, lists, strings, numbers, booleans and None.

    Raises:
        ValueError: `version` is not among `supported_versions()`.
    """
    from jsonschema_rs import Draft202012Validator, Registry

    pack = load(version)
    registry = Registry([(PACK, {"$defs": pack.definitions})])
    compiled: dict[str, Draft202012Validator] = {}
    for index, document in enumerate(documents):
        key = f"{document.get('apiVersion')}/{document.get('kind')}"
        if key not in pack.kinds:
            yield Fault(index, (), _unknown_kind(document, version))
            continue
        if key not in compiled:
            schema = {"$ref": f"{PACK}#/$defs/{pack.kinds[key]}"}
            compiled[key] = Draft202012Validator(schema, registry=registry, validate_formats=False)
        errors = list(compiled[key].iter_errors(document))
        if errors:
            from platc_compiler.schemas.messages import described

            root = pack.definitions[pack.kinds[key]]
            found = {Fault(index, *each) for e in errors for each in described(e, root, pack)}
            yield from sorted(found, key=lambda fault: (order(fault.path), fault.message))


def _unknown_kind(document: Mapping[str, object], version: str) -> str:
    api_version, kind = document.get("apiVersion"), document.get("kind")
    if not isinstance(api_version, str) or not isinstance(kind, str):
        return "an object needs 'apiVersion' and 'kind', both strings"
    return f"no schema is embedded for {api_version} {kind} in Kubernetes {version}"
