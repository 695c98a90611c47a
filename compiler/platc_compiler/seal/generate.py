"""Makes random values by recipe."""

import base64
import secrets
import uuid

from platc_compiler.seal import recipes
from platc_compiler.seal.secret_value import SecretValue

_BYTES = 32


def generate(recipe: str) -> SecretValue:
    """Return a new random value.

    * ``password``: 32 random bytes as 43 URL-safe characters, the first a letter or digit, so
      that no command line takes it for an option.
    * ``fernet``: 32 random bytes in URL-safe base64 with padding, as ``cryptography.fernet`` and
      so Airflow's ``[core] fernet_key`` want it.
    * ``hex:N``, ``base64:N``: N random bytes, in hexadecimal or standard base64.
    * ``uuid``: a random UUID (version 4).

    Raises:
        SealError: there is no such recipe.
    """
    recipes.check_recipe(recipe, "a value")
    match recipe:
        case recipes.PASSWORD:
            return SecretValue(_password().encode())
        case recipes.FERNET:
            return SecretValue(base64.urlsafe_b64encode(secrets.token_bytes(_BYTES)))
        case recipes.UUID:
            return SecretValue(str(uuid.uuid4()).encode())
        case _:
            return SecretValue(_sized(recipe))


def _password() -> str:
    while True:
        password = secrets.token_urlsafe(_BYTES)
        if password[0].isalnum():
            return password


def _sized(recipe: str) -> bytes:
    encoding, size = recipes.sized(recipe) or ("", 0)
    raw = secrets.token_bytes(size)
    return raw.hex().encode() if encoding == "hex" else base64.b64encode(raw)
