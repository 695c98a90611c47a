"""Objects that somebody else wrote: which of them have a schema here, and faults by it.

A custom resource has one if its CustomResourceDefinition is among the objects. The schemas of
definitions are structural (apiextensions.k8s.io/v1): what they do not name is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from platc_compiler.admission.fault import Fault, Path, order
from platc_compiler.admission.pack import Pack
from platc_compiler.admission.validation import faults as faults_of_known
from platc_compiler.admission.validation import schemas_of
from platc_compiler.admission.wording import hint
from platc_compiler.diagnostics.did_you_mean import closest_match

Body = Mapping[str, Any]
_GONE = frozenset({"extensions"})
"""Groups that no longer exist in any supported version."""


def unknown(bodies: Sequence[Body], version: str) -> Iterator[int]:
    """Yield the positions of the objects that have no schema.

    A kind of Kubernetes that is misspelt, or in a version that is gone, is not among them: it is a
    fault.
    """
    pack, _ = schemas_of(bodies, version)
    defined = _defined(bodies)
    for index, body in enumerate(bodies):
        key = f"{body.get('apiVersion')}/{body.get('kind')}"
        if body.get("kind") == "CustomResourceDefinition":
            continue  # What it defines is judged by it.
        if key not in pack.kinds and key not in defined and not _misspelt(body, pack):
            yield index


def faults(bodies: Sequence[Body], version: str) -> Iterator[Fault]:
    """Yield the faults of objects against the schemas that there are.

    Raises:
        ValueError: the version is not supported.
    """
    pack, _ = schemas_of(bodies, version)
    known = [
        index
        for index, body in enumerate(bodies)
        if f"{body.get('apiVersion')}/{body.get('kind')}" in pack.kinds
    ]
    for fault in faults_of_known([bodies[index] for index in known], version):
        yield Fault(known[fault.index], fault.path, fault.message)
    defined = _defined(bodies)
    strict: dict[str, dict[str, Any]] = {}
    validators: dict[str, Draft202012Validator | None] = {}
    for index, body in enumerate(bodies):
        key = f"{body.get('apiVersion')}/{body.get('kind')}"
        if key in pack.kinds:
            continue
        if key in defined:
            if key not in strict:
                strict[key] = _strict(defined[key], root=True)
                validators[key] = _validator(strict[key])
            validator = validators[key]
            if validator is None:
                message = "the schema in the CustomResourceDefinition of its kind is not valid"
                yield Fault(index, (), message)
                continue
            errors = validator.iter_errors(dict(body))
            found = {told for error in errors for told in _told(error, strict[key])}
            for path, message in sorted(found, key=lambda one: (order(one[0]), one[1])):
                yield Fault(index, path, message)
        elif instead := _misspelt(body, pack):
            message = f"there is no {body['apiVersion']} {body['kind']} in Kubernetes {version}"
            yield Fault(index, ("kind",), f"{message}: {instead}")


def _told(error: ValidationError, schema: Body) -> Iterator[tuple[Path, str]]:
    """Yield (path, message) for each fault that an error of the validator represents."""
    path = tuple(error.instance_path)
    if not isinstance(error.kind, ValidationErrorKind.AdditionalProperties):
        yield path, error.message
        return
    known: Any = schema
    for step in path:
        below = known.get("properties") or {}
        known = known.get("items") if isinstance(step, int) else below.get(step)
        known = known or {}
    for name in error.kind.unexpected:
        yield (*path, name), f"unknown field '{name}'" + hint(name, known.get("properties") or ())


def _misspelt(body: Body, pack: Pack) -> str:
    """Return what was probably meant by the kind of an object, empty if it is another kind."""
    group, _, version = str(body.get("apiVersion")).rpartition("/")
    kind = str(body.get("kind"))
    same = {
        key.rpartition("/")[0]
        for key in pack.kinds
        if key.rpartition("/")[2] == kind and _group(key) in {group, *(_moved(group))}
    }
    if same:
        return f"write apiVersion: {min(same).removeprefix('/')}"
    own = f"{group}/{version}" if group else version
    kinds = {key.rpartition("/")[2] for key in pack.kinds if key.rpartition("/")[0] == own}
    close = closest_match(kind, kinds)
    return f"write kind: {close}" if close else ""


def _group(key: str) -> str:
    return key.rpartition("/")[0].rpartition("/")[0]


def _moved(group: str) -> tuple[str, ...]:
    return ("apps", "networking.k8s.io", "policy") if group in _GONE else ()


def _defined(bodies: Sequence[Body]) -> dict[str, Body]:
    """Return the schemas of the definitions among the objects, by ``apiVersion/kind``."""
    found: dict[str, Body] = {}
    for body in bodies:
        if body.get("kind") != "CustomResourceDefinition":
            continue
        stated_spec = body.get("spec")
        spec: Body = stated_spec if isinstance(stated_spec, Mapping) else {}
        names, versions = spec.get("names"), spec.get("versions")
        if not isinstance(names, Mapping) or not isinstance(versions, list):
            continue
        for version in versions:
            schema = version.get("schema") if isinstance(version, Mapping) else None
            stated = schema.get("openAPIV3Schema") if isinstance(schema, Mapping) else None
            if isinstance(stated, Mapping) and version.get("served") is True:
                of = f"{spec.get('group')}/{version.get('name')}"
                found[f"{of}/{names.get('kind')}"] = stated
    return found


_KEPT = frozenset(
    {
        "enum", "exclusiveMaximum", "exclusiveMinimum", "maxItems", "maxLength", "maxProperties",
        "maximum", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "pattern",
        "required", "type", "uniqueItems",
    }
)  # fmt: skip
"""Keywords with the same meaning in JSON Schema."""


def _validator(schema: dict[str, Any]) -> Draft202012Validator | None:
    """Return a validator, ``None`` for what is no schema."""
    try:
        return Draft202012Validator(schema)
    except (ValidationError, ValueError):
        return None


def _strict(schema: object, *, root: bool = False) -> dict[str, Any]:
    """Return a structural schema as JSON Schema, in which unknown fields are faults.

    What is no schema at all accepts everything.
    """
    if not isinstance(schema, Mapping):
        return {}
    made = _rules(schema)
    if schema.get("x-kubernetes-int-or-string") is True:
        made["type"] = ["integer", "string"]
    if schema.get("nullable") is True and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    if isinstance(schema.get("items"), Mapping):
        made["items"] = _strict(schema["items"])
    properties = schema.get("properties")
    more = schema.get("additionalProperties")
    if isinstance(properties, Mapping):
        made["properties"] = {key: _strict(each) for key, each in properties.items()}
        if root or schema.get("x-kubernetes-embedded-resource") is True:
            made["properties"] |= {"apiVersion": {}, "kind": {}, "metadata": {}}
        if schema.get("x-kubernetes-preserve-unknown-fields") is not True:
            made["additionalProperties"] = False
    elif isinstance(more, Mapping):
        made["additionalProperties"] = _strict(more)
    return made


def _rules(schema: Body) -> dict[str, Any]:
    """Return the rules of a schema for its own value."""
    made = {key: value for key, value in schema.items() if key in _KEPT}
    for key, bound in (("exclusiveMaximum", "maximum"), ("exclusiveMinimum", "minimum")):
        # A flag in OpenAPI 3.0, a number in JSON Schema.
        if made.get(key) is True and bound in made:
            made[key] = made.pop(bound)
        elif isinstance(made.get(key), bool):
            del made[key]
    for key in ("allOf", "anyOf", "oneOf"):
        if isinstance(schema.get(key), list):
            # They only add rules to what is named beside them.
            made[key] = [_loose(each) for each in schema[key]]
    if isinstance(schema.get("not"), Mapping):
        made["not"] = _loose(schema["not"])
    return made


def _loose(schema: object) -> Any:  # noqa: ANN401 - a schema, or true and false
    """Return a schema below a junctor: it forbids no unknown field."""
    if not isinstance(schema, Mapping):
        return schema
    made = _rules(schema)
    if isinstance(schema.get("properties"), Mapping):
        made["properties"] = {key: _loose(each) for key, each in schema["properties"].items()}
    if isinstance(schema.get("items"), Mapping):
        made["items"] = _loose(schema["items"])
    return made
