"""A secret value that does not show itself."""

from typing import NoReturn, Self

from platc_compiler.seal.errors import SealError

# Kubernetes' MaxSecretSize: the values of one Secret together, in bytes.
MOST_BYTES = 1024 * 1024


class SecretValue:
    """The bytes of a value; `str`, `repr`, formatting and pickling never yield them."""

    __slots__ = ("_raw",)

    def __init__(self, raw: bytes) -> None:
        """Wrap the bytes that the Secret shall hold."""
        self._raw = raw

    @classmethod
    def of_text(cls, text: str, where: str) -> Self:
        """Wrap text, in UTF-8.

        Args:
            text: the value.
            where: what it is for, to name it in the error.

        Raises:
            SealError: when the text cannot be encoded (half of a surrogate pair).
        """
        raw = text.encode(errors="replace")
        # "replace" instead of an exception: that would carry the whole text with it.
        if raw.decode() != text:
            message = f"the value of {where} is not valid Unicode text"
            raise SealError(message, "give bytes in YAML as: !!binary BASE64")
        return cls(raw)

    def reveal(self) -> bytes:
        """Return the bytes, to encrypt them."""
        return self._raw

    def __repr__(self) -> str:
        """Return the same for every value, even its length being a hint."""
        return "SecretValue(hidden)"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied, which would write the value out."""
        message = "a secret value is not to be serialised"
        raise TypeError(message)
