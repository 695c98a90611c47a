"""What a platform says of its secrets: which keys there are, and which values can be made."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from platc_compiler.language.references import Reference, references
from platc_compiler.seal.declared import Declared, KeyRef
from platc_spec.platform import Spec
from platc_spec.secret_references import parse_reference
from platc_spec.secrets import Secret

ISSUED_TYPES = {
    "kubernetes.io/dockerconfigjson": "the registry",
    "kubernetes.io/dockercfg": "the registry",
    "kubernetes.io/ssh-auth": "the owner of the SSH key",
    "kubernetes.io/tls": "the certificate authority",
}
"""Who issues the values of a type of Secret (``SecretType`` in ``k8s.io/api/core/v1``)."""


class Known(Struct, frozen=True):
    """What the fields that use a key tell of its value."""

    recipe: str = ""
    """How it can be made; empty where nothing tells."""
    issuer: str = ""
    """Who alone can make it; empty where nobody is known."""
    renewals: tuple[str, ...] = ()
    """What a new value needs beside a restart of its pods."""


def declarations(spec: Spec) -> tuple[Declared, ...]:
    """Return the secrets of a platform as sealing wants them.

    A value can be made by the recipe that platform.yaml states, or by that of a field that uses it
    as a password or a key of the platform's own. Any other value must be given.
    """
    known = known_values(spec, references(spec))
    return tuple(
        Declared(name, namespace, secret.keys, secret.scope, secret.type, recipes)
        for name, secret in spec.secrets.items()
        if secret.from_ == "sealed"
        for recipes in [_recipes(name, secret, known)]
        for namespace in spec.namespaces_of(secret)
    )


def known_values(spec: Spec, found: Iterable[Reference]) -> dict[tuple[str, str], Known]:
    """Return what is known of the value of each key, by secret and key."""
    known = {
        (name, key): Known(issuer=ISSUED_TYPES.get(secret.type, ""))
        for name, secret in spec.secrets.items()
        for key in secret.keys
    }
    for reference in found:
        if reference.to != "secret":
            continue
        place = parse_reference(reference.name)
        before = known.get(place)
        if before is not None:
            renewals = (*before.renewals, *((reference.renewal,) if reference.renewal else ()))
            known[place] = Known(
                recipe=before.recipe or reference.recipe,
                issuer=before.issuer or reference.issuer,
                renewals=tuple(dict.fromkeys(renewals)),
            )
    return known


def renewals(spec: Spec, sealed: Iterable[KeyRef]) -> dict[str, tuple[str, ...]]:
    """Return what the new values of sealed keys need beside a restart, by ``NAME/KEY``."""
    known = known_values(spec, references(spec))
    return {
        str(ref): known[ref.name, ref.key].renewals
        for ref in sealed
        if known[ref.name, ref.key].renewals
    }


def _recipes(name: str, secret: Secret, known: dict[tuple[str, str], Known]) -> dict[str, str]:
    recipes = {
        key: known[name, key].recipe
        for key in secret.keys
        if known[name, key].recipe and not known[name, key].issuer
    }
    return recipes | secret.generate
