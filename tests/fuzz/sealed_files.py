"""Texts of sealed-secrets.yaml."""

from __future__ import annotations

from functools import cache
from random import Random

from tests.checks.examples import CIPHERTEXT
from tests.tools import ROOT


@cache
def _real() -> tuple[str, ...]:
    """Return the documents of the repository's own file."""
    text = (ROOT / "sealed-secrets.yaml").read_text("utf-8")
    return tuple(f"---\n{each}" for each in text.split("---\n")[1:])


def sealed_text(dice: Random) -> str:
    """Return one or two documents, with ciphertexts that are short."""
    return "".join(
        _document(dice) if dice.random() < 0.8 else dice.choice(_real())[:3_000]
        for _ in range(dice.choice((1, 1, 2)))
    )


def _document(dice: Random) -> str:
    names = "".join(
        f'    {key}: "{CIPHERTEXT}"\n'
        for key in dice.sample(("password", "user", "key.pem", "A_B"), dice.randint(1, 3))
    )
    return f"""---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: {dice.choice(("db", "a.b", "x" * 70))}
  namespace: {dice.choice(("shop", "data"))}
  annotations:
    platc.dev/certificate-sha256: "{dice.choice("0af") * 64}"
spec:
  encryptedData:
{names}  template:
    metadata: {{ name: db, namespace: shop }}
    type: Opaque
"""
