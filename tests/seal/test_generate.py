import base64
import re
import uuid

import pytest
from cryptography.fernet import Fernet

from platc_compiler.seal.errors import SealError
from platc_compiler.seal.generate import generate


def test_a_password_is_43_url_safe_characters_and_no_option() -> None:
    for _ in range(200):
        assert re.fullmatch(rb"[A-Za-z0-9][A-Za-z0-9_-]{42}", generate("password").reveal())


def test_a_fernet_key_is_one_that_fernet_takes() -> None:
    fernet = Fernet(generate("fernet").reveal())
    assert fernet.decrypt(fernet.encrypt(b"value")) == b"value"


def test_a_uuid_is_a_random_one() -> None:
    assert uuid.UUID(generate("uuid").reveal().decode()).version == 4


@pytest.mark.parametrize("size", [16, 32, 1024])
def test_hex_and_base64_hold_so_many_bytes(size: int) -> None:
    assert len(bytes.fromhex(generate(f"hex:{size}").reveal().decode())) == size
    assert len(base64.b64decode(generate(f"base64:{size}").reveal(), validate=True)) == size


@pytest.mark.parametrize("recipe", ["password", "fernet", "uuid", "hex:16", "base64:16"])
def test_no_two_values_are_the_same(recipe: str) -> None:
    assert len({generate(recipe).reveal() for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "recipe",
    ["", "fernets", "hex", "hex:", "hex:15", "hex:1025", "base64:-32", "hex:99999", "x:20"],
)
def test_an_unknown_recipe_is_refused_with_the_known_ones(recipe: str) -> None:
    with pytest.raises(SealError, match="no such recipe") as caught:
        generate(recipe)
    assert "fernet" in caught.value.help
