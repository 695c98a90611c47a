"""The recipes by which a value can be generated."""

import re

from platc_compiler.seal.errors import SealError

PASSWORD = "password"  # noqa: S105 - the name of a recipe
FERNET = "fernet"
UUID = "uuid"

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
        recipe: as it is written in ``platform.yaml``.
        where: the key that it is for, as the error names it.

    Raises:
        SealError: its name is unknown, or its number of bytes is not allowed.
    """
    if recipe in {PASSWORD, FERNET, UUID}:
        return
    _, size = sized(recipe) or ("", 0)
    if not _FEWEST_BYTES <= size <= _MOST_BYTES:
        # Not repeated: it may be the value itself, in the wrong place.
        message = f"there is no such recipe to generate {where}"
        raise SealError(message, HELP)


def sized(recipe: str) -> tuple[str, int] | None:
    """Return encoding and number of bytes of ``hex:N`` and ``base64:N``; ``None`` for others."""
    match = _SIZED.fullmatch(recipe)
    return None if match is None else (match[1], int(match[2]))
