"""The secrets that ``platform.yaml`` declares: names and keys, never a value."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct, field

from platc_compiler.seal.errors import SealError
from platc_compiler.seal.recipes import check_recipe

# Kubernetes: a Secret is named by a DNS subdomain, a namespace by a DNS label, a key by
# the characters of a file name.
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_TYPE = re.compile(r"[A-Za-z0-9][-._/a-zA-Z0-9]*")
_LABEL = re.compile(r"[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?")
_LONGEST = 253


class Scope(StrEnum):
    """Where the controller may open a sealed value."""

    STRICT = "strict"
    NAMESPACE_WIDE = "namespace-wide"
    CLUSTER_WIDE = "cluster-wide"


class Declared(Struct, frozen=True):
    """A secret of ``platform.yaml``.

    Attributes:
        name: of the Secret.
        namespace: of the Secret.
        keys: of its data.
        scope: ``strict``, ``namespace-wide`` or ``cluster-wide``.
        type: of the Secret, such as ``kubernetes.io/tls``.
        generate: recipe by key (see ``recipes``); the value of a key without one must be given.
    """

    name: str
    namespace: str
    keys: tuple[str, ...]
    scope: str = Scope.STRICT
    type: str = "Opaque"
    generate: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class KeyRef(Struct, frozen=True, order=True):
    """One key of one secret; ``str()`` gives ``NAME/KEY``, as the user writes it."""

    namespace: str
    name: str
    key: str

    def __str__(self) -> str:
        """Return ``NAME/KEY``."""
        return f"{self.name}/{self.key}"


def encryption_label(namespace: str, name: str, scope: Scope) -> bytes:
    """Return the OAEP label that ties a value to where it may be opened.

    As ``EncryptionLabel`` of the controller's pkg/apis/sealedsecrets/v1alpha1.
    """
    match scope:
        case Scope.STRICT:
            return f"{namespace}/{name}".encode()
        case Scope.NAMESPACE_WIDE:
            return namespace.encode()
        case Scope.CLUSTER_WIDE:
            return b""


def is_secret_name(text: str) -> bool:
    """Return whether Kubernetes takes ``text`` for the name of a Secret."""
    return len(text) <= _LONGEST and _NAME.fullmatch(text) is not None


def is_namespace(text: str) -> bool:
    """Return whether Kubernetes takes ``text`` for the name of a namespace."""
    return _NAMESPACE.fullmatch(text) is not None


def is_key(text: str) -> bool:
    """Return whether Kubernetes takes ``text`` for a key of a Secret."""
    return len(text) <= _LONGEST and text not in {".", ".."} and _KEY.fullmatch(text) is not None


def is_type(text: str) -> bool:
    """Return whether ``text`` can be the type of a Secret, such as ``kubernetes.io/tls``."""
    return len(text) <= _LONGEST and _TYPE.fullmatch(text) is not None


def is_label(text: str) -> bool:
    """Return whether Kubernetes takes ``text`` for the value of a label that is not empty."""
    return _LABEL.fullmatch(text) is not None


def verify(declared: Sequence[Declared]) -> None:
    """Refuse declarations of which Kubernetes would not take the Secret.

    Raises:
        SealError: a name, key, scope or recipe is bad, or two secrets of one namespace have the
            same name.
    """
    for secret in declared:
        _verify_one(secret)
    counted = Counter((secret.namespace, secret.name) for secret in declared)
    for (namespace, name), times in counted.items():
        if times > 1:
            message = f"secret '{name}' is declared {times} times in namespace '{namespace}'"
            raise SealError(message, "declare it once, with all of its keys")


def _verify_one(secret: Declared) -> None:
    if not is_secret_name(secret.name):
        message = f"'{secret.name}' cannot be the name of a Secret"
        raise SealError(message, "use lower-case letters, digits, '-' and '.', at most 253")
    if not is_namespace(secret.namespace):
        message = f"'{secret.namespace}' cannot be a namespace (secret '{secret.name}')"
        raise SealError(message, "use lower-case letters, digits and '-', at most 63")
    if not secret.keys or len(set(secret.keys)) != len(secret.keys):
        message = f"the keys of secret '{secret.name}' are empty or hold one twice"
        raise SealError(message, "list each key once, and at least one")
    for key in secret.keys:
        if not is_key(key):
            message = f"'{key}' cannot be a key of a Secret (secret '{secret.name}')"
            raise SealError(message, "use letters, digits, '-', '_' and '.', at most 253")
    if secret.scope not in list(Scope):
        message = f"unknown scope '{secret.scope}' of secret '{secret.name}'"
        raise SealError(message, f"use one of: {', '.join(Scope)}")
    if not is_type(secret.type):
        message = f"'{secret.type}' cannot be the type of a Secret (secret '{secret.name}')"
        raise SealError(message, "leave it out, or use one such as kubernetes.io/tls")
    for key, recipe in secret.generate.items():
        if key not in secret.keys:
            message = f"secret '{secret.name}' has no key '{key}' to generate"
            raise SealError(message, f"its keys are: {', '.join(secret.keys)}")
        check_recipe(recipe, f"{secret.name}/{key}")
