"""Plain data to the language's models; Pydantic's findings to diagnostics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.nearest import did_you_mean
from platc_spec.platform import Spec
from platc_spec.service import Service


class Invalid(Exception):  # noqa: N818 - it is raised for a user's text, not for a bug
    """A platform that breaks the language's rules; it holds a diagnostic for each fault."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(f"{len(diagnostics)} faults")
        self.diagnostics = diagnostics


def validate(data: Mapping[str, Any], kinds: Mapping[str, type[Service]]) -> Spec:
    """Return the platform that ``data`` describes.

    Raises:
        Invalid: keys are unknown or missing, or values are of the wrong type.
    """
    try:
        return Spec.model_validate(data, context={"kinds": kinds})
    except ValidationError as fault:
        raise Invalid(tuple(_diagnostics(fault, data, kinds))) from None


def _diagnostics(
    fault: ValidationError, data: Mapping[str, Any], kinds: Mapping[str, type[Service]]
) -> Iterator[Diagnostic]:
    seen: set[tuple[Origin, str]] = set()
    for details in fault.errors(include_url=False, include_input=False):
        diagnostic = _diagnostic(details, data, kinds)
        if (diagnostic.path, diagnostic.message) not in seen:
            seen.add((diagnostic.path, diagnostic.message))
            yield diagnostic


def _diagnostic(
    details: ErrorDetails, data: Mapping[str, Any], kinds: Mapping[str, type[Service]]
) -> Diagnostic:
    path, is_key = _path_in(details["loc"], data)
    message, kind = details["msg"], details["type"]
    context = details.get("ctx", {})
    match kind:
        case "extra_forbidden":
            word = str(path[-1])
            known = _keys_at(path[:-1], data, kinds)
            hint = did_you_mean(word, known - set(_mapping_at(path[:-1], data)), "remove it")
            return error("PLT004", f"unknown key '{word}'", path, hint, on_key=True)
        case "missing":
            word = str(path[-1])
            return error("PLT006", f"the key '{word}' is missing", path, f"add '{word}:' here", on_key=True)
        case "missing_kind":
            return error("PLT006", "the key 'kind' is missing", (*path, "kind"), "add 'kind:'", on_key=True)
        case "unknown_kind":
            word = context["kind"]
            hint = did_you_mean(word, context["known"])
            return error("PLT007", f"unknown kind '{word}'", (*path, "kind"), hint)
        case "value_error":
            text = message.removeprefix("Value error, ")
            return error("PLT005", text, path, on_key=is_key)
        case "literal_error":
            wanted = context.get("expected", "")
            word = _value_at(path, data)
            choices = [part.strip("' ") for part in wanted.replace(" or ", ", ").split(",")]
            hint = did_you_mean(str(word), choices, f"write one of {wanted}")
            return error("PLT005", f"{_shown(word)} is not allowed here; it is one of {wanted}", path, hint)
        case _:
            return error("PLT005", _plain(message, _value_at(path, data)), path, on_key=is_key)


def _plain(message: str, value: object) -> str:
    """Pydantic's sentence, with what was found instead."""
    text = message[:1].lower() + message[1:]
    text = text.replace("input should be", "this should be").replace("string", "text")
    return f"{text}, not {_shown(value)}" if not isinstance(value, (dict, list)) else text


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, Mapping)):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    longest = 60
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= longest else text[:longest] + "…"


def _path_in(loc: tuple[int | str, ...], data: Any) -> tuple[Origin, bool]:  # noqa: ANN401
    """Return where a finding points: Pydantic's own words for union members are left out, and
    ``[key]`` at the end says that the key itself is meant."""
    path: list[int | str] = []
    node = data
    on_key = False
    for position, part in enumerate(loc):
        last = position == len(loc) - 1
        if part == "[key]":
            on_key = True
        elif (isinstance(node, Mapping) and part in node) or (
            isinstance(node, list) and isinstance(part, int) and part < len(node)
        ):
            path.append(part)
            node = node[part]
        elif last and isinstance(node, Mapping) and isinstance(part, str) and not _is_tag(part):
            path.append(part)
    return tuple(path), on_key


def _is_tag(part: str) -> bool:
    return "[" in part or "-" in part or part in {"str", "int", "float", "bool"} or part[:1].isupper()


def _value_at(path: Origin, data: Any) -> Any:  # noqa: ANN401
    node = data
    for part in path:
        if isinstance(node, Mapping) and part in node:
            node = node[part]
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        else:
            return None
    return node


def _mapping_at(path: Origin, data: Any) -> Mapping[str, Any]:  # noqa: ANN401
    value = _value_at(path, data)
    return value if isinstance(value, Mapping) else {}


def _keys_at(path: Origin, data: Mapping[str, Any], kinds: Mapping[str, type[Service]]) -> set[str]:
    """Return the keys that the language knows at a path."""
    models: list[Any] = [Spec]
    for position, part in enumerate(path):
        following: list[Any] = []
        for model in models:
            if isinstance(model, type) and issubclass(model, BaseModel):
                following += [
                    f.annotation for name, f in model.model_fields.items() if (f.alias or name) == part
                ]
            else:
                following += _arguments(model)[-1:]
        if path[:1] == ("services",) and position == 1:
            kind = _mapping_at(path[:2], data).get("kind")
            following = [kinds[kind]] if isinstance(kind, str) and kind in kinds else []
        models = [option for model in following for option in _options(model)]
    names: set[str] = set()
    for model in models:
        if isinstance(model, type) and issubclass(model, BaseModel):
            names |= {f.alias or name for name, f in model.model_fields.items()}
    return names


def _arguments(model: Any) -> tuple[Any, ...]:  # noqa: ANN401
    return tuple(a for a in getattr(model, "__args__", ()) if a is not Ellipsis)


def _options(model: Any) -> list[Any]:  # noqa: ANN401
    """Return the models that an annotation stands for: itself, or the members of a union."""
    if isinstance(model, type) and not hasattr(model, "__args__"):
        return [model]
    if hasattr(model, "__metadata__"):
        return _options(model.__origin__)
    if getattr(model, "__origin__", None) in {dict, list, tuple}:
        return [model]
    return [option for argument in _arguments(model) for option in _options(argument)]
