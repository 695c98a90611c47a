"""Keys of secrets as pods take them: as files, or as environment variables."""

from __future__ import annotations

from collections.abc import Mapping

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.pods import Env, SecretKey
from platc_spec.secret_references import parse_reference, variable_reference


def secret_key(reference: str, place: Origin) -> SecretKey:
    """Return the key that ``secret/key`` names; ``place`` is the path of the reference."""
    return SecretKey(*parse_reference(reference), place)


def environment_variables(stated: Mapping[str, str], place: Origin) -> tuple[Env, ...]:
    """Return environment variables; a value ``${secret/key}`` becomes a key of a secret."""
    return tuple(Env(name, _value(text, (*place, name))) for name, text in stated.items())


def _value(text: str, place: Origin) -> str | SecretKey:
    reference = variable_reference(text)
    return SecretKey(*reference, place) if reference else text
