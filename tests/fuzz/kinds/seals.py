"""Sealing of values of every form: no value is ever shown, and nothing but them is lost."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random

from click.testing import CliRunner

from platc_compiler.cli.seal import command
from platc_compiler.seal import run, store
from platc_compiler.seal.declared import Declared
from platc_compiler.seal.errors import SealError
from platc_compiler.seal.values import parse_values
from platc_compiler.source.source import SEALED
from tests.fuzz import hostile, judge
from tests.fuzz.kind import Kind, Texts, demand
from tests.fuzz.sealed_files import sealed_text
from tests.tools import ROOT

_MARK = "Kanarienvogel"
"""Stands in every value that is given, and in nothing else."""
_NAMES = ("db", "db-credentials", "a.b", "shop", "Db", "-a", "x" * 254, "a_b", "", "é")
_KEYS = ("password", "user", "A_B", "key.pem", ".", "..", "x" * 254, "a/b", "", "ü", "0")
_NOW = datetime(2026, 6, 1, tzinfo=UTC)


@cache
def _certificate() -> bytes:
    return (ROOT / "examples/throwaway-certificate.pem").read_bytes()


def _make(dice: Random) -> Texts:
    secrets = {
        _name(dice, _NAMES): sorted({_name(dice, _KEYS) for _ in range(dice.randint(1, 3))})
        for _ in range(dice.randint(1, 2))
    }
    values = {
        name if dice.random() < 0.95 else _name(dice, _NAMES): {
            key if dice.random() < 0.95 else _name(dice, _KEYS): _value(dice)
            for key in keys
            if dice.random() < 0.9
        }
        for name, keys in secrets.items()
    }
    texts = {"secrets": json.dumps(secrets), "values": _written(dice, values)}
    if dice.random() < 0.4:
        held = sealed_text(dice)
        texts[SEALED] = held if dice.random() < 0.7 else hostile.bent(dice, held, 2)
    if dice.random() < 0.02:
        texts["command"] = dice.choice(("--generate", "--keep", "--only=db"))
    return texts


def _name(dice: Random, known: tuple[str, ...]) -> str:
    """Return a name that is mostly a valid one."""
    return dice.choice(known[:4]) if dice.random() < 0.9 else dice.choice(known)


def _value(dice: Random) -> str:
    if dice.random() < 0.02:
        return _MARK + hostile.long_text(dice, 300_000)
    return f"{hostile.text(dice, 2)}{_MARK}{hostile.text(dice, 2)}"


def _written(dice: Random, values: dict[str, dict[str, str]]) -> str:
    match dice.randrange(5):
        case 0:
            text = "".join(
                f"{name}/{key}={value}\n"
                for name, keys in values.items()
                for key, value in keys.items()
            )
        case 1:
            text = "".join(
                f"{name}:\n" + "".join(f"  {key}: {value}\n" for key, value in keys.items())
                for name, keys in values.items()
            )
        case 2:
            text = "".join(
                f"{name}:\n" + "".join(f"  {key}: |\n    {value}\n" for key, value in keys.items())
                for name, keys in values.items()
            )
        case _:
            text = json.dumps(values, ensure_ascii=dice.random() < 0.5)
    return text if dice.random() < 0.9 else hostile.bent(dice, text, 2)


def _answer(texts: Texts) -> str:
    secrets = json.loads(texts["secrets"])
    if "command" in texts:
        return _commanded(texts, secrets)
    declared = [Declared(name, "shop", tuple(keys)) for name, keys in secrets.items()]
    existing = texts.get(SEALED)
    try:
        given = parse_values(texts["values"])
        sealed = run.seal(declared, _certificate(), existing, given, part_of="shop", now=_NOW)
    except SealError as fault:
        _hidden(fault)
        return "refused"
    demand(_MARK not in repr(sealed), "a value is shown")
    demand(_MARK not in repr(given), "a value is shown by repr")
    again = run.seal(declared, _certificate(), sealed.text, {}, part_of="shop", now=_NOW)
    demand(again.text == sealed.text, "sealing nothing changes the file")
    held = {(o.name, key) for o in store.parse(sealed.text) for key in o.keys}
    demand(all((ref.name, ref.key) in held for ref in sealed.sealed), "a sealed key is lost")
    return "sealed"


def _hidden(fault: BaseException | None) -> None:
    """Demand that neither an error nor its causes name a value."""
    while fault is not None:
        said = f"{fault!r} {fault} {getattr(fault, 'help', '')} {vars(fault)}"
        demand(_MARK not in said, "an error shows a value")
        fault = fault.__cause__ or fault.__context__


def _commanded(texts: Texts, secrets: dict[str, list[str]]) -> str:
    """Run the command itself: nothing of it shows a value, and the file is whole."""
    with tempfile.TemporaryDirectory() as folder:
        platform, values = Path(folder, judge.PLATFORM), Path(folder, "values")
        declared = {name: {"namespace": "shop", "keys": keys} for name, keys in secrets.items()}
        stated = {
            "platform": "shop", "version": 1, "namespaces": {"shop": {}}, "secrets": declared,
            "cluster": {"nodes": {"main": {"memory": "8GB", "cpu": 4}}}, "services": {},
        }  # fmt: skip
        platform.write_text(json.dumps(stated), "utf-8")
        values.write_bytes(texts["values"].encode("utf-8", "surrogatepass"))
        if SEALED in texts:
            Path(folder, SEALED).write_bytes(texts[SEALED].encode("utf-8", "surrogatepass"))
        certificate = str(ROOT / "examples/throwaway-certificate.pem")
        arguments = ["-f", str(platform), "--cert", certificate, "--from-file", str(values)]
        ended = CliRunner().invoke(command, [*arguments, texts["command"]])
        if ended.exception is not None and not isinstance(ended.exception, SystemExit):
            raise ended.exception
        shown = ended.output + ended.stderr
        demand(_MARK not in shown, "the command shows a value")
        demand(not judge.CONTROL.search(shown.replace("\n", "")), "a control character is shown")
        if ended.exit_code == 0:
            store.parse(Path(folder, SEALED).read_text("utf-8"))
        rests = {p.name for p in Path(folder).iterdir()} - {judge.PLATFORM, "values", SEALED}
        demand(not rests, f"rests: {sorted(rests)}")
        return f"command, exit {ended.exit_code}"


SEALS = Kind("seals", 20, _make, _answer)
