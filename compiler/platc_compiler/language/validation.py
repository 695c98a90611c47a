"""From plain data to the language's models, and from Pydantic's errors to diagnostics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from platc_compiler.diagnostics import Diagnostic, Hint, Origin, error
from platc_compiler.diagnostics.did_you_mean import closest_match, did_you_mean
from platc_compiler.diagnostics.many import MOST, at_most
from platc_compiler.language import habits
from platc_compiler.language.environments import Selected
from platc_compiler.language.models_at import models_at
from platc_compiler.language.paths import has_path, mapping_at, path_in, value_at
from platc_compiler.language.pydantic_messages import is_mismatch, mismatch, not_here, sentence
from platc_spec.platform import Spec
from platc_spec.service import Service


def validate(
    selected: Selected, kinds: Mapping[str, type[Service]]
) -> tuple[Spec | None, tuple[Diagnostic, ...]]:
    """Return the platform that the data describe, or the faults of the data.

    If a key is unknown or missing, or a value has the wrong type, there is no platform.
    """
    try:
        return Spec.model_validate(selected.data, context={"kinds": kinds}), ()
    except ValidationError as fault:
        found = dict.fromkeys(at_most(_diagnostics(fault, selected, kinds)))
        return None, tuple(_without_values_of_secrets(each, selected.data) for each in found)


def _without_values_of_secrets(found: Diagnostic, data: Mapping[str, Any]) -> Diagnostic:
    """Return a diagnostic without values below ``secrets:``: such a value may be the secret
    itself.
    """
    if found.path[:1] != ("secrets",) or found.path[2:] in _PLAIN:
        return found
    value = None if found.on_key else value_at(found.path, data)
    if found.path[2:] == ("keys",) and isinstance(value, Mapping):
        hint = f"write the names alone: [{', '.join(map(str, value))}]; platc seal takes the values"
        return replace(found, hint=hint, hidden=True)
    if not isinstance(value, (str, int, float)):
        return replace(found, hidden=True)
    message, hint = (text.replace(str(value), "•••") for text in (found.message, found.hint))
    if hint.startswith("write a list"):
        # Its words are parts of the value.
        hint = "write a list of names"
    return replace(found, message=message, hint=hint, hidden=True)


_MOST_PLACES = 4 * MOST
"""Places whose errors are looked at: some have none to tell, as the error is further inside."""
_PLAIN = {("from",), ("namespace",), ("scope",)}
"""Keys of a secret whose values are not secret."""


class _Finding(Struct, frozen=True):
    """An error of Pydantic with its place in the data."""

    path: Origin
    on_key: bool
    details: ErrorDetails

    @property
    def kind(self) -> str:
        return self.details["type"]


def _diagnostics(
    fault: ValidationError, selected: Selected, kinds: Mapping[str, type[Service]]
) -> Iterator[Diagnostic]:
    data = selected.data
    findings: dict[Origin, list[_Finding]] = {}
    for details in fault.errors(include_url=False, include_input=False):
        if details["type"] == "default_factory_not_called":
            continue  # A default that depends on other fields, of which one is reported itself.
        if len(findings) > _MOST_PLACES:
            break
        path, on_key = path_in(details, data)
        findings.setdefault(path, []).append(_Finding(path, on_key, details))
    looked_into = {path[:length] for path in findings for length in range(len(path))}
    told: list[Diagnostic] = []
    for path, group in findings.items():
        telling = _telling(group, looked_into=path in looked_into)
        if telling and len(told) <= MOST:
            told += _of_group(telling, selected, kinds)
    yield from _without_named_otherwise(told)


def _without_named_otherwise(told: list[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield the diagnostics, without missing keys that stand there under another name."""
    renamed = {
        (*each.fix.path[:-1], each.fix.new)
        for each in told
        if each.fix is not None and each.fix.action == "rename"
    }
    yield from (d for d in told if d.code != "PLT006" or d.path not in renamed)


def _telling(group: list[_Finding], *, looked_into: bool) -> list[_Finding]:
    """Return the relevant errors of one place.

    Each member of a union has errors of its own; the member whose type fits has the better ones. If
    there are errors further inside, the type and the number of items are correct.
    """
    if looked_into:
        of_the_whole = {"too_short", "literal_error"}
        return [f for f in group if not is_mismatch(f.kind) and f.kind not in of_the_whole]
    beyond_type = [finding for finding in group if not is_mismatch(finding.kind)]
    beyond_choice = [finding for finding in beyond_type if finding.kind != "literal_error"]
    return beyond_choice or beyond_type or group


def _of_group(
    group: list[_Finding], selected: Selected, kinds: Mapping[str, type[Service]]
) -> Iterator[Diagnostic]:
    data = selected.data
    path, on_key = group[0].path, group[0].on_key
    if all(is_mismatch(finding.kind) for finding in group):
        example = _example(path, data, kinds)
        value = value_at(path, data)
        said = mismatch([f.kind for f in group], value, example)
        hint = habits.of_value(path, value, data) or said.hint
        yield error("PLT005", said.message, path, hint, on_key=on_key)
        return
    yield from (_of_finding(finding, selected, kinds) for finding in group)


def _of_finding(
    finding: _Finding, selected: Selected, kinds: Mapping[str, type[Service]]
) -> Diagnostic:
    data = selected.data
    path, context = finding.path, finding.details.get("ctx", {})
    match finding.kind:
        case "extra_forbidden":
            word = str(path[-1])
            # The platform itself may have the key that an environment misspells.
            beside = selected.over if has_path(path, selected.over) else data
            present = mapping_at(path[:-1], beside)
            hint = habits.of_key(path, present)
            hint = hint or _instead(word, _keys_at(path[:-1], data, kinds), present)
            return error("PLT004", f"unknown key '{word}'", path, hint, on_key=True)
        case "missing":
            return _meant(path, selected) or _missing(path)
        case "missing_kind":
            return _meant((*path, "kind"), selected) or _missing((*path, "kind"))
        case "unknown_kind":
            word = context["kind"]
            hint = did_you_mean(word, context["known"])
            return error("PLT007", f"unknown kind '{word}'", (*path, "kind"), hint)
        case "secret_reference":
            # The text in the place of a name may be the credential itself.
            message, hint = "a credential is named here, never written", finding.details["msg"]
            return replace(error("PLT005", message, path, hint), hidden=True)
        case kind:
            value = path[-1] if finding.on_key else value_at(path, data)
            said = sentence(kind, finding.details["msg"], context, value)
            hint = not_here(str(value)) if finding.on_key else ""
            return error("PLT005", said.message, path, hint or said.hint, on_key=finding.on_key)


def _instead(word: str, known: set[str], present: Mapping[str, Any]) -> str | Hint:
    """Return the hint for an unknown key; a key that exists already is not suggested."""
    meant = closest_match(word, known)
    if meant in present:
        return f"remove it: '{meant}' stands here already"
    return not_here(word) or did_you_mean(word, known - present.keys()) or "remove it"


def _meant(path: Origin, selected: Selected) -> Diagnostic | None:
    """Return the fault of an environment's entry that was probably not meant to be a new one."""
    entry = next(
        (path[:n] for n in range(1, len(path)) if not has_path(path[:n], selected.base)), ()
    )
    siblings = mapping_at(entry[:-1], selected.base)
    if (
        not entry
        or not has_path(entry, selected.over)
        or not closest_match(str(entry[-1]), siblings)
    ):
        return None
    message = f"the platform has no '{entry[-1]}' that this environment could change"
    return error("PLT006", message, entry, did_you_mean(str(entry[-1]), siblings), on_key=True)


def _missing(path: Origin) -> Diagnostic:
    word = str(path[-1])
    return error("PLT006", f"the key '{word}' is missing", path, f"add '{word}:' here", on_key=True)


def _keys_at(path: Origin, data: Mapping[str, Any], kinds: Mapping[str, type[Service]]) -> set[str]:
    """Return the keys that the language knows at a path."""
    return {
        field.alias or name
        for model in models_at(path, data, kinds)
        for name, field in model.model_fields.items()
    }


def _example(path: Origin, data: Mapping[str, Any], kinds: Mapping[str, type[Service]]) -> str:
    """Return an example of the value of a key, empty where the language gives none."""
    found = [
        example
        for model in models_at(path[:-1], data, kinds)
        for name, field in model.model_fields.items()
        if (field.alias or name) == path[-1]
        for example in field.examples or ()
    ]
    return str(found[0]) if found else ""
