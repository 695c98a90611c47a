"""Sealing as a whole: from what is declared, sealed and given to the text of the file."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from platc_compiler.seal import store
from platc_compiler.seal.assemble import assemble
from platc_compiler.seal.crypto import load_certificate, seal_value
from platc_compiler.seal.declared import (
    Declared,
    KeyRef,
    Scope,
    encryption_label,
    is_label,
    verify,
)
from platc_compiler.seal.errors import SealError
from platc_compiler.seal.generate import generate as generate_value
from platc_compiler.seal.plan import Missing, Plan, Step, plan
from platc_compiler.seal.recipes import DEFAULT
from platc_compiler.seal.secret_value import MOST_BYTES, SecretValue
from platc_compiler.seal.store import SealedKey, SealedObject
from platc_compiler.seal.values import Values


class Sealed(Struct, frozen=True):
    """The outcome; each tuple is in order of namespace, name and key.

    Attributes:
        text: of the file, canonical; equal to the existing one when nothing was to do.
        sealed: keys that were encrypted, because a value was given or generated.
        generated: those of `sealed` whose value was generated.
        kept: keys whose ciphertext stayed as it was.
        dropped: keys that are no longer declared, and no longer in the file.
        missing: keys whose value is needed; see `plan.Reason`. What was sealed of them
            before stands in the file still.
    """

    text: str
    sealed: tuple[KeyRef, ...]
    generated: tuple[KeyRef, ...]
    kept: tuple[KeyRef, ...]
    dropped: tuple[KeyRef, ...]
    missing: tuple[Missing, ...]


def seal(  # noqa: PLR0913 - each is a switch of the command
    declared: Sequence[Declared],
    certificate_pem: bytes,
    existing_text: str | None,
    values: Values,
    *,
    part_of: str,
    generate: bool = False,
    replace: bool = True,
    only: Sequence[str] = (),
    now: datetime | None = None,
) -> Sealed:
    """Seal what is given or generated, and keep the rest byte for byte.

    A value that is given again is sealed again, and its ciphertext differs, since whether it
    is the same cannot be known (see the package); `replace=False` avoids that.

    Args:
        declared: the secrets of `platform.yaml`.
        certificate_pem: the controller's certificate.
        existing_text: of `sealed-secrets.yaml`; None when there is none.
        values: by name of the secret and key.
        part_of: name of the platform, for the label.
        generate: make values for keys that have never been sealed.
        replace: seal given values of keys that are sealed already; otherwise leave those.
        only: `NAME` or `NAME/KEY`; everything else stays as it is and is not reported.
        now: with a time zone; the present when left out.

    Raises:
        SealError: for a fault in any of them.
    """
    verify(declared)
    if not is_label(part_of):
        message = f"'{part_of}' cannot be the value of a label (app.kubernetes.io/part-of)"
        raise SealError(message, "use at most 63 letters, digits, '-', '_' and '.'")
    certificate = load_certificate(certificate_pem, now=now or datetime.now(UTC))
    existing = store.parse(existing_text or "")
    decided = plan(
        declared,
        existing,
        certificate=certificate.fingerprint,
        given=frozenset((name, key) for name, keys in values.items() for key in keys),
        generate=generate,
        replace=replace,
        only=only,
    )
    ciphertexts = {
        ref: seal_value(certificate, value.reveal(), label)
        for ref, value, label in _plaintexts(declared, values, decided)
    }
    new = {ref: SealedKey(text, certificate.fingerprint) for ref, text in ciphertexts.items()}
    objects = assemble(declared, existing, new, part_of=part_of, partial=bool(only))
    _check_size(objects)
    return Sealed(
        text=store.render(objects),
        sealed=tuple(sorted(new)),
        generated=_with(decided, Step.GENERATE),
        kept=_with(decided, Step.KEEP),
        dropped=decided.dropped,
        missing=decided.missing,
    )


def _plaintexts(
    declared: Sequence[Declared], values: Values, decided: Plan
) -> Iterator[tuple[KeyRef, SecretValue, bytes]]:
    """Yield what is to be sealed, with its label; a name's namespaces share what is generated."""
    generated: dict[tuple[str, str], SecretValue] = {}
    for secret in declared:
        label = encryption_label(secret.namespace, secret.name, Scope(secret.scope))
        for key in secret.keys:
            ref = KeyRef(secret.namespace, secret.name, key)
            match decided.steps.get(ref):
                case Step.SEAL:
                    yield ref, values[secret.name][key], label
                case Step.GENERATE:
                    shared = (secret.name, key)
                    if shared not in generated:
                        generated[shared] = generate_value(secret.generate.get(key, DEFAULT))
                    yield ref, generated[shared], label


def _check_size(objects: Sequence[SealedObject]) -> None:
    for sealed in objects:
        size = sum(key.plaintext_bytes for key in sealed.keys.values())
        if size > MOST_BYTES:
            message = f"the values of secret '{sealed.name}' come to {size} bytes together"
            raise SealError(message, f"Kubernetes takes {MOST_BYTES}: split the secret in two")


def _with(decided: Plan, step: Step) -> tuple[KeyRef, ...]:
    return tuple(ref for ref in sorted(decided.steps) if decided.steps[ref] is step)
