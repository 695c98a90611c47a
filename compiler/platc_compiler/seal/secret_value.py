"""The type of secret values, which hides what it holds."""

from typing import NoReturn, Self

from platc_compiler.seal.errors import SealError

# Kubernetes' MaxSecretSize: the values of one Secret together, in bytes.
MOST_BYTES = 1024 * 1024


class SecretValue:
    """The bytes of a value; ``str``, ``repr``, formatting and pickling never show them."""

    __slots__ = ("_raw",)

    def __init__(self, raw: bytes) -> None:
        """Take the bytes that the Secret will hold."""
        self._raw = raw

    @classmethod
    def of_text(cls, text: str, where: str) -> Self:
        """Return the value that is ``text`` in UTF-8.

        Args:
            text: the value.
            where: the key that it is for, as the error names it.

        Raises:
            SealError: the text cannot be encoded (it holds half of a surrogate pair).
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
        """Return the same text for every value: its length alone would be a hint."""
        return "SecretValue(hidden)"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied: that would write the value out."""
        message = "a secret value is not to be serialised"
        raise TypeError(message)
