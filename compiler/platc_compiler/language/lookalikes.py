"""Texts that look like a reference to a secret or a variable, and are not one.

The replacement in a text depends on its field:

* a value of ``env``: platc takes a whole ``${secret/key}`` from the secret. In any other value
  Kubernetes replaces ``$(NAME)`` by a variable that stands before it, and ``$$`` by a dollar.
* ``command`` and ``args``: Kubernetes replaces ``$(NAME)`` by any variable of the container, and
  ``$$`` by a dollar. The program, such as a shell, receives everything else unchanged.
* ``files`` and ``config``: nothing is replaced; the program receives the whole text.

Source of Kubernetes' part: ``third_party/forked/golang/expansion/expand.go`` and
``makeEnvironmentVariables`` in ``pkg/kubelet/kubelet_pods.go`` of kubernetes/kubernetes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Self

from msgspec import Struct

from platc_compiler.diagnostics.did_you_mean import closest_match
from platc_spec.secret_references import Expression, SecretReference, named_by
from platc_spec.secrets import Secret

_PARTS = re.compile(r"\s*([A-Za-z0-9][-A-Za-z0-9_]*)?\s*([/.:])\s*([-._a-zA-Z0-9]*)\s*")
_NAME = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*")
_WITH_DEFAULT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*:?[-=]([^$]+)")
_HELM = re.compile(r"\{\{-?\s*\.(Values|Release|Chart|Capabilities|Files|Template)\b")
_LONGEST = 60


def shown(expression: Expression) -> str:
    """Return an expression as a message names it."""
    text = str(expression)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def helm(text: str) -> bool:
    """Return whether a text contains a value of a Helm chart."""
    return "{{" in text and _HELM.search(text) is not None


class DeclaredSecrets(Struct, frozen=True):
    """The declared secrets, by the parts of their names that an expression can contain."""

    by_name: Mapping[str, Secret]
    by_key: Mapping[str, tuple[str, ...]]
    """The secrets that have a key."""

    @classmethod
    def of(cls, secrets: Mapping[str, Secret]) -> Self:
        """Return the secrets of a platform."""
        by_key: dict[str, tuple[str, ...]] = {}
        for name, secret in secrets.items():
            for key in secret.keys:
                by_key[key] = (*by_key.get(key, ()), name)
        return cls(secrets, by_key)

    def meant(self, expression: Expression) -> SecretReference | None:
        """Return the declared secret that an expression seems to name; its key may be unknown."""
        parts = _PARTS.fullmatch(expression.inner) if expression.bracket else None
        if parts is None:
            return None
        name, separator, key = (parts[1] or "").lower(), parts[2], parts[3]
        if name in self.by_name:
            # Placeholders of programs often contain a dot: only a known key shows that a secret is
            # meant.
            clear = separator == "/" or key in self.by_name[name].keys
            return SecretReference(name, key) if clear else None
        close = closest_match(name, self.by_key.get(key, ())) if name and separator == "/" else None
        return SecretReference(close, key) if close else None

    def instead(self, reference: SecretReference) -> str:
        """Return the correct notation of a reference that is written in another one."""
        keys = self.by_name[reference.secret].keys
        close = reference.key if reference.key in keys else closest_match(reference.key, keys)
        written = f"${{{reference.secret}/{close or keys[0]}}}"
        return f"write {written}" if close else f"name a key, such as {written}"


def hint_in_env(expression: Expression, secrets: DeclaredSecrets, names: Collection[str]) -> str:
    """Return the correct notation of an expression in a value of ``env``; empty if it is valid.

    PLT121 judges ``$(NAME)``, because it knows the order of all variables.

    Args:
        expression: not a whole ``${secret/key}``.
        secrets: the declared secrets.
        names: the variables of the same ``env``.
    """
    if not expression.bracket:
        return f"write $({expression.inner})" if expression.inner in names else ""
    reference = secrets.meant(expression)
    if reference is not None:
        return secrets.instead(reference)
    if expression.bracket == "(":
        return f"write ${{{expression.inner.strip()}}}" if "/" in expression.inner else ""
    return _hint_in_braces(expression, secrets, names)


def _hint_in_braces(
    expression: Expression, secrets: DeclaredSecrets, names: Collection[str]
) -> str:
    literal = f"$${shown(expression)[1:]} for the text itself"
    name, default = _NAME.fullmatch(expression.inner), _WITH_DEFAULT.fullmatch(expression.inner)
    if named_by(expression) is not None:
        return f"a reference is a whole value; write {literal}"
    if not expression.closed:
        return f"close the brace, or write {literal}"
    if name and name[1] in secrets.by_name:
        return secrets.instead(SecretReference(name[1], ""))
    if name and name[1] in names:
        return f"write $({name[1]}) below that variable, or {literal}"
    if default:
        return f"write the value, such as {default[1]}, or {literal}"
    return f"write the value: nothing comes from your shell; or {literal}"
