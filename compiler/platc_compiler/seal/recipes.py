"""The ways to generate a value, by name."""

import re

from platc_compiler.seal.errors import SealError

PASSWORD = "password"  # noqa: S105 - the name of a recipe
FERNET = "fernet"
UUID = "uuid"
DEFAULT = PASSWORD

# 128 bits cannot be guessed; 1 KiB is more than any component takes.
_FEWEST_BYTES = 16
_MOST_BYTES = 1024
_SIZED = re.compile(r"(hex|base64):([0-9]{1,4})")

HELP = (
    f"recipes: {PASSWORD} (43 URL-safe characters), {FERNET}, {UUID}, hex:N and base64:N"
    f" (N random bytes, {_FEWEST_BYTES} to {_MOST_BYTES})"
)


def check_recipe(recipe: str, where: str) -> None:
    """Refuse a recipe that does not exist.

    Args:
        recipe: as written in `platform.yaml`.
        where: what it is for, to name it in the error.

    Raises:
        SealError: for an unknown name or a bad number of bytes.
    """
    if recipe in {PASSWORD, FERNET, UUID}:
        return
    _, size = sized(recipe) or ("", 0)
    if not _FEWEST_BYTES <= size <= _MOST_BYTES:
        message = f"unknown recipe '{recipe}' to generate {where}"
        raise SealError(message, HELP)


def sized(recipe: str) -> tuple[str, int] | None:
    """Split `hex:N` and `base64:N` into encoding and number of bytes; None for others."""
    match = _SIZED.fullmatch(recipe)
    return None if match is None else (match[1], int(match[2]))
