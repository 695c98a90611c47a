"""Decides what happens to each key: the rules of sealing, without cryptography and values."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum, StrEnum
from typing import Self, TypeAlias

from msgspec import Struct

from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.seal.declared import Declared, KeyRef, verify
from platc_compiler.seal.errors import SealError
from platc_compiler.seal.store import SealedKey, SealedObject, parse

# A key as the user names it: name of the secret and key, whatever the namespace.
Given: TypeAlias = AbstractSet[tuple[str, str]]


class Reason(StrEnum):
    """Why the value of a key is needed."""

    NEVER = "has not been sealed yet"
    GIVEN = "has not been sealed yet, and must be given"
    CERTIFICATE = "was sealed for another certificate"
    SCOPE = "belongs to a secret whose scope changed: the values of all its keys are needed"
    RENAMED = "seems to be renamed, and what was sealed under another name cannot be opened"
    ELSEWHERE = "is sealed in another namespace, where it must be the same"


class Missing(Struct, frozen=True):
    """A key whose value is needed.

    Attributes:
        ref: the key.
        reason: why its value is needed.
        given: whether a value was given that can only be used together with other values.
    """

    ref: KeyRef
    reason: Reason
    given: bool = False

    def __str__(self) -> str:
        """Return a sentence for people."""
        return f"{self.ref} (namespace {self.ref.namespace}) {self.reason}"


class Step(Enum):
    """What happens to a key whose value is not missing."""

    SEAL = "seal the value that was given"
    GENERATE = "generate a value and seal it"
    KEEP = "leave the ciphertext as it is"


class Plan(Struct, frozen=True):
    """What happens to every key, sorted by namespace, name and key.

    Attributes:
        steps: what happens to each declared key whose value is not missing. Keys that ``only``
            leaves out are kept, whatever certificate they are sealed for.
        missing: the keys whose value is needed. Their earlier ciphertext stays in the file.
        dropped: keys that are sealed, but no longer declared.
    """

    steps: Mapping[KeyRef, Step]
    missing: tuple[Missing, ...]
    dropped: tuple[KeyRef, ...]


def plan(  # noqa: PLR0913 - each is a switch of the command
    declared: Sequence[Declared],
    existing: Sequence[SealedObject],
    *,
    certificate: str | None,
    given: Given = frozenset(),
    generate: bool = False,
    replace: bool = True,
    only: Sequence[str] = (),
) -> Plan:
    """Decide what happens to each key.

    Args:
        declared: the secrets of ``platform.yaml``.
        existing: what is sealed.
        certificate: fingerprint of the certificate to seal for. ``None`` takes every certificate
            for the right one, where there is none to compare with (a build, ``--check``).
        given: keys for which there is a value.
        generate: make values for keys that have never been sealed and have a recipe.
        replace: seal given values of keys that are sealed already; otherwise leave those.
        only: ``NAME`` or ``NAME/KEY``; everything else stays as it is and is not reported.

    Raises:
        SealError: ``given`` or ``only`` name something that is not declared.
    """
    _check_names(declared, given, only)
    planner = _Planner(
        _Sealings.of(declared, existing, certificate),
        given,
        generate=generate,
        replace=replace,
        only=frozenset(only),
    )
    steps: dict[KeyRef, Step] = {}
    missing: list[Missing] = []
    for secret in sorted(declared, key=lambda each: (each.namespace, each.name)):
        for outcome in planner.secret(secret):
            if isinstance(outcome, Missing):
                missing.append(outcome)
            else:
                steps[outcome[0]] = outcome[1]
    dropped = () if only else tuple(sorted(_dropped(declared, existing)))
    return Plan(steps, tuple(missing), dropped)


def outstanding(declared: Sequence[Declared], existing_text: str | None) -> Plan:
    """Return which declared keys are not sealed, and which sealed keys are not declared.

    A build and ``--check`` ask this. It needs neither a certificate nor values: the certificate
    that a key was sealed for counts as the right one.

    Raises:
        SealError: the declarations or the file have a fault.
    """
    verify(declared)
    return plan(declared, parse(existing_text or ""), certificate=None)


def _dropped(declared: Sequence[Declared], existing: Sequence[SealedObject]) -> Iterator[KeyRef]:
    wanted = {KeyRef(each.namespace, each.name, key) for each in declared for key in each.keys}
    for sealed in existing:
        for key in sealed.keys:
            ref = KeyRef(sealed.namespace, sealed.name, key)
            if ref not in wanted:
                yield ref


class _Sealings(Struct, frozen=True):
    """The sealed objects, looked up by what is declared.

    Attributes:
        objects: the sealed objects by namespace and name.
        twins: the declarations of each name, one for each namespace.
        orphans: objects that are sealed, but no longer declared.
        certificate: fingerprint of the certificate that counts; ``None`` if every one counts.
    """

    objects: Mapping[tuple[str, str], SealedObject]
    twins: Mapping[str, Sequence[Declared]]
    orphans: Sequence[SealedObject]
    certificate: str | None

    @classmethod
    def of(
        cls, declared: Sequence[Declared], existing: Sequence[SealedObject], certificate: str | None
    ) -> Self:
        twins: dict[str, list[Declared]] = {}
        for secret in declared:
            twins.setdefault(secret.name, []).append(secret)
        identities = {(secret.namespace, secret.name) for secret in declared}
        orphans = [sealed for sealed in existing if sealed.identity not in identities]
        return cls({sealed.identity: sealed for sealed in existing}, twins, orphans, certificate)

    def held(self, ref: KeyRef) -> SealedKey | None:
        sealed = self.objects.get((ref.namespace, ref.name))
        return sealed.keys.get(ref.key) if sealed else None

    def current(self, ref: KeyRef) -> bool:
        held = self.held(ref)
        return held is not None and self.certificate in {None, held.certificate}

    def everywhere(self, ref: KeyRef) -> Iterator[KeyRef]:
        """Yield the key in each namespace that declares it."""
        for twin in self.twins[ref.name]:
            if ref.key in twin.keys:
                yield KeyRef(twin.namespace, ref.name, ref.key)

    def reason(self, secret: Declared, ref: KeyRef) -> Reason:
        """Return why the value of a key is needed."""
        if self.held(ref) is not None:
            return Reason.CERTIFICATE
        if any(self.held(twin) for twin in self.everywhere(ref)):
            return Reason.ELSEWHERE
        wanted = set(secret.keys)
        new = (secret.namespace, secret.name) not in self.objects
        if new and any(wanted <= orphan.keys.keys() for orphan in self.orphans):
            return Reason.RENAMED
        return Reason.NEVER if ref.key in secret.generate else Reason.GIVEN


class _Planner(Struct, frozen=True):
    sealings: _Sealings
    given: Given
    generate: bool
    replace: bool
    only: AbstractSet[str]

    def secret(self, secret: Declared) -> Iterator[Missing | tuple[KeyRef, Step]]:
        """Yield what happens to each key of a secret."""
        old = self.sealings.objects.get((secret.namespace, secret.name))
        refs = [KeyRef(secret.namespace, secret.name, key) for key in sorted(secret.keys)]
        if old is not None and old.scope != secret.scope:
            yield from self._rescoped(refs)
            return
        for ref in refs:
            step = self._step(secret, ref)
            if step is not None:
                yield ref, step
            elif self._selected(ref):
                yield Missing(ref, self.sealings.reason(secret, ref))

    def _rescoped(self, refs: Sequence[KeyRef]) -> Iterator[Missing | tuple[KeyRef, Step]]:
        """Yield what happens to the keys of a secret with a new scope: all change, or none.

        One SealedSecret has one scope for all of its keys.
        """
        selected = any(self._selected(ref) for ref in refs)
        complete = all(self._is_given(ref) for ref in refs)
        for ref in refs:
            if selected and complete:
                yield ref, Step.SEAL
            elif selected:
                yield Missing(ref, Reason.SCOPE, given=self._is_given(ref))
            elif self.sealings.held(ref):
                yield ref, Step.KEEP

    def _step(self, secret: Declared, ref: KeyRef) -> Step | None:
        if not self._selected(ref):
            return Step.KEEP if self.sealings.held(ref) else None
        if self._is_given(ref) and (self.replace or not self._settled(ref)):
            return Step.SEAL
        if self.sealings.current(ref):
            return Step.KEEP
        if self.generate and self.sealings.reason(secret, ref) is Reason.NEVER:
            return Step.GENERATE
        return None

    def _settled(self, ref: KeyRef) -> bool:
        """Whether the key is sealed in all namespaces that share its value."""
        return all(self.sealings.current(twin) for twin in self.sealings.everywhere(ref))

    def _is_given(self, ref: KeyRef) -> bool:
        return (ref.name, ref.key) in self.given

    def _selected(self, ref: KeyRef) -> bool:
        return not self.only or ref.name in self.only or str(ref) in self.only


def _check_names(declared: Sequence[Declared], given: Given, only: Sequence[str]) -> None:
    keys = {f"{secret.name}/{key}" for secret in declared for key in secret.keys}
    names = {secret.name for secret in declared}
    for name, key in sorted(given):
        if f"{name}/{key}" not in keys:
            message = f"a value is given for {name}/{key}, which platform.yaml does not declare"
            raise SealError(message, _nearest(f"{name}/{key}", keys))
    for wanted in only:
        if wanted not in keys | names:
            message = f"platform.yaml declares no secret or key '{wanted}'"
            raise SealError(message, _nearest(wanted, keys | names))


def _nearest(wanted: str, known: AbstractSet[str]) -> str:
    return did_you_mean(wanted, known, "declare it under `secrets:` first").text
