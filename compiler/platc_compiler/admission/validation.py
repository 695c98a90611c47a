"""Validation of objects by their schemas: unknown and missing fields, wrong types and values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from jsonschema_rs import Draft202012Validator, Registry

from platc_compiler.admission.fault import Fault, order
from platc_compiler.admission.pack import RARE, Pack, load

PACK = "urn:platc:schemas"


def faults(manifests: Sequence[Mapping[str, object]], version: str) -> Iterator[Fault]:
    """Yield the faults of Kubernetes objects, object by object, then by path.

    Documents are plain JSON values: dictionaries, lists, strings, numbers, booleans and None.

    Raises:
        ValueError: `version` is not among `supported_versions()`.
    """
    pack, registry = schemas_of(manifests, version)
    keys = [f"{each.get('apiVersion')}/{each.get('kind')}" for each in manifests]
    validator = _validator(pack, registry, set(keys) & pack.kinds.keys())
    for index, (key, manifest) in enumerate(zip(keys, manifests, strict=True)):
        if key not in pack.kinds:
            yield Fault(index, (), _unknown_kind(manifest, version))
        elif not validator.is_valid({key: manifest}):
            from platc_compiler.admission.messages import described

            errors = validator.iter_errors({key: manifest})
            root = pack.definitions[pack.kinds[key]]
            found = {
                Fault(index, *each) for error in errors for each in described(error, root, pack)
            }
            yield from sorted(found, key=lambda fault: (order(fault.path), fault.message))


def schemas_of(manifests: Iterable[Mapping[str, object]], version: str) -> tuple[Pack, Registry]:
    """Return the schemas of a minor version, those of rare groups only if objects need them.

    Raises:
        ValueError: as :func:`schemas`.
    """
    groups = frozenset(str(each.get("apiVersion")).partition("/")[0] for each in manifests)
    return schemas(version, groups & RARE)


def has_schema(manifest: Mapping[str, object], version: str) -> bool:
    """Return whether the schema of an object's kind is embedded.

    Raises:
        ValueError: as :func:`schemas`.
    """
    kinds = schemas_of((manifest,), version)[0].kinds
    return f"{manifest.get('apiVersion')}/{manifest.get('kind')}" in kinds


@cache
def schemas(version: str, groups: frozenset[str]) -> tuple[Pack, Registry]:
    """Return the schemas of a minor version, and the same in the form that the validator needs.

    ``groups`` are the API groups of the objects, as far as few platforms use them.

    Raises:
        ValueError: no schemas of that version are embedded.
    """
    pack = load(version, groups)
    return pack, Registry([(PACK, {"$defs": pack.definitions})])


def _validator(pack: Pack, registry: Registry, keys: Iterable[str]) -> Draft202012Validator:
    """Return one validator of `{apiVersion/kind: object}`.

    One validator for all kinds takes half the time of one for each kind, because most kinds share
    the definition of pods.
    """
    fields = {key: {"$ref": f"{PACK}#/$defs/{pack.kinds[key]}"} for key in sorted(keys)}
    return Draft202012Validator({"properties": fields}, registry=registry, validate_formats=False)


def _unknown_kind(manifest: Mapping[str, object], version: str) -> str:
    api_version, kind = manifest.get("apiVersion"), manifest.get("kind")
    if not isinstance(api_version, str) or not isinstance(kind, str):
        return "an object needs 'apiVersion' and 'kind', both strings"
    return f"no schema is embedded for {api_version} {kind} in Kubernetes {version}"
