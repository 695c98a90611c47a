"""``backup.encryption`` of ``postgres``: how the object store encrypts the dumps that it keeps."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from platc_spec.base import Model


class Encryption(Model):
    """Encryption of the dumps by the object store. Each upload asks for it and checks that the
    store has done it. Whoever may read the bucket, and use the key, reads the dumps.
    """

    sse: Literal["AES256", "aws:kms"]
    """With keys of the store (``AES256``), or with a key of its key management (``aws:kms``)."""
    key_id: (
        Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9:/_.-]*$", max_length=2048)] | None
    ) = None
    """The key: its id, its ARN or an alias; default: the store's own key for S3."""

    @model_validator(mode="after")
    def _key_of_kms(self) -> Self:
        if self.key_id is not None and self.sse != "aws:kms":
            raise ValueError(f"{self.sse} has keys of the store: write sse: aws:kms for key_id")
        return self
