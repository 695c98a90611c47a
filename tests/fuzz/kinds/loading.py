"""Raw bytes and bent texts in the place of platform.yaml and sealed-secrets.yaml."""

from __future__ import annotations

from random import Random

from platc_compiler.pipeline import read, specify
from platc_compiler.source.beside import InMemory, decoded
from platc_compiler.source.load import Unreadable
from platc_compiler.source.source import SEALED, Source
from tests.fuzz import hostile, judge, originals
from tests.fuzz.kind import Kind, Texts
from tests.fuzz.sealed_files import sealed_text

_BYTES = "bytes"
"""The name of an input that need not be text: each character is one byte."""
_FRAMES = (
    "{}",
    "platform: {}",
    "services: {{ a: {} }}",
    "a:\n  - {}\n",
    "? {}\n: b",
    "'{}'",
    "- {}",
)


def _make(dice: Random) -> Texts:
    if dice.random() < _LONG:
        return {judge.PLATFORM: hostile.long_text(dice, 1 << 20)}
    return dice.choice(_WAYS)(dice)


def _raw(dice: Random) -> Texts:
    if dice.random() < 0.5:
        return {_BYTES: dice.randbytes(dice.randint(0, 300)).decode("latin-1")}
    raw = dice.choice(originals.texts()).encode()
    at = dice.randrange(len(raw))
    bent = raw[:at] + dice.randbytes(dice.randint(1, 4)) + raw[at + dice.randint(0, 3) :]
    return {_BYTES: bent.decode("latin-1")}


def _framed(dice: Random) -> Texts:
    return {judge.PLATFORM: dice.choice(_FRAMES).format(hostile.text(dice, 12))}


def _sealed(dice: Random) -> Texts:
    return {judge.PLATFORM: "platform: a\n", SEALED: hostile.bent(dice, sealed_text(dice))}


def _cut(dice: Random) -> Texts:
    text = dice.choice(originals.texts())
    start = dice.randrange(len(text))
    return {judge.PLATFORM: hostile.bent(dice, text[start : start + dice.choice((30, 400))])}


def _early(dice: Random) -> Texts:
    text = dice.choice(originals.texts())
    return {judge.PLATFORM: text[: dice.randrange(len(text))]}


def _bent(dice: Random) -> Texts:
    text = dice.choice(originals.texts())
    start = dice.randrange(len(text) - _SOME) if len(text) > _SOME else 0
    return {judge.PLATFORM: hostile.bent(dice, text[start : start + _SOME])}


_SOME = 2_000
"""Characters of a text that are bent; whole texts take ten times as long."""
_LONG = 0.001
"""The share of long texts: they take a hundred times as long."""
_WAYS = (
    *(_raw, _raw, _framed, _framed, _framed, _framed, _sealed, _sealed, _sealed),
    *(_cut, _cut, _cut, _early, _bent, _bent, _bent, _bent, _bent, _bent, _bent),
)


def _answer(texts: Texts) -> str:
    text = texts.get(judge.PLATFORM)
    if text is None:
        raw = texts[_BYTES].encode("latin-1")
        texts = {judge.PLATFORM: raw.decode("utf-8", "replace")}
        try:
            text = decoded(raw)
        except Unreadable as fault:
            judge.diagnostics(Source("").located([fault.diagnostic]), texts)
            return "no text"
    source = Source(text, beside=InMemory({k: v for k, v in texts.items() if k == SEALED}))
    data = read(source)
    if data.diagnostics:
        judge.diagnostics(source.located(data.diagnostics), texts)
        return "refused"
    if len(text) % 16 == 0:
        specified = specify(data)
        judge.diagnostics(source.located(specified.diagnostics), texts)
        return "invalid" if specified.diagnostics else "valid"
    return "read"


LOADING = Kind("loading", 750, _make, _answer)
