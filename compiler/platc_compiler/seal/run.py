"""Makes the new text of sealed-secrets.yaml from declarations, sealed keys and given values."""

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
from platc_compiler.seal.secret_value import MOST_BYTES, SecretValue
from platc_compiler.seal.store import SealedKey, SealedObject
from platc_compiler.seal.values import Values


class Sealed(Struct, frozen=True):
    """What sealing has done; each tuple is sorted by namespace, name and key.

    Attributes:
        text: of the file, in canonical form; it equals the existing text when nothing changed.
        sealed: keys that were encrypted, because a value was given or generated.
        generated: the keys of ``sealed`` whose value was generated.
        kept: keys whose ciphertext did not change.
        dropped: keys that are no longer declared and were removed from the file.
        replaced: keys of ``sealed`` that had another ciphertext before.
        missing: keys whose value is needed (``plan.Reason`` says why). Their earlier ciphertext
            stays in the file.
    """

    text: str
    sealed: tuple[KeyRef, ...]
    generated: tuple[KeyRef, ...]
    kept: tuple[KeyRef, ...]
    dropped: tuple[KeyRef, ...]
    replaced: tuple[KeyRef, ...]
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
    """Seal the values that are given or generated, and keep all other ciphertexts byte for byte.

    A value that is given a second time gets a new ciphertext, because sealing cannot know that it
    is the same (see the package); ``replace=False`` keeps the old one.

    Args:
        declared: the secrets of ``platform.yaml``.
        certificate_pem: the controller's certificate.
        existing_text: of ``sealed-secrets.yaml``; None when there is none.
        values: by name of the secret and key.
        part_of: name of the platform, for the label.
        generate: make values for keys that have never been sealed and have a recipe.
        replace: seal given values of keys that are sealed already; otherwise leave those.
        only: ``NAME`` or ``NAME/KEY``; everything else stays as it is and is not reported.
        now: with a time zone; the present time when left out.

    Raises:
        SealError: one of the arguments has a fault.
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
        replaced=tuple(sorted(new.keys() & _held(existing))),
        missing=decided.missing,
    )


def _plaintexts(
    declared: Sequence[Declared], values: Values, decided: Plan
) -> Iterator[tuple[KeyRef, SecretValue, bytes]]:
    """Yield each value to seal with its label; all namespaces of a name share a generated value."""
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
                        generated[shared] = generate_value(secret.generate[key])
                    yield ref, generated[shared], label


def _held(existing: Sequence[SealedObject]) -> set[KeyRef]:
    return {KeyRef(each.namespace, each.name, key) for each in existing for key in each.keys}


def _check_size(objects: Sequence[SealedObject]) -> None:
    for sealed in objects:
        size = sum(key.plaintext_bytes for key in sealed.keys.values())
        if size > MOST_BYTES:
            message = f"the values of secret '{sealed.name}' come to {size} bytes together"
            raise SealError(message, f"Kubernetes takes {MOST_BYTES}: split the secret in two")


def _with(decided: Plan, step: Step) -> tuple[KeyRef, ...]:
    return tuple(ref for ref in sorted(decided.steps) if decided.steps[ref] is step)
