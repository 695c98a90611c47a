"""Values of postgresql.conf, as PostgreSQL reads them.

Sources: ``parse_int``, ``parse_real``, ``convert_to_base_unit`` and ``parse_and_validate_value`` in
src/backend/utils/misc/guc.c, and ``parse_bool_with_len`` in src/backend/utils/adt/bool.c of 18.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from platc_compiler.settings.catalogue import Setting

_KIB = 1024
_BYTES: Mapping[str, int] = {
    "B": 1, "kB": _KIB, "MB": _KIB**2, "GB": _KIB**3, "TB": _KIB**4,
}  # fmt: skip
_MICROSECONDS: Mapping[str, int] = {
    "us": 1, "ms": 1000, "s": 1_000_000, "min": 60_000_000, "h": 3_600_000_000,
    "d": 86_400_000_000,
}  # fmt: skip
_NUMBER = re.compile(
    r"\s*(?P<number>[+-]?(0[xX][0-9a-fA-F]+|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?))"
    r"\s*(?P<unit>\S*)\s*",
    re.ASCII,
)
_LONGEST = 64
"""Characters of a number at most that is judged."""
_FAR = 300
"""An exponent beyond it is beyond what a floating point number can be trusted to hold."""


class NoValueError(ValueError):
    """A value that the server refuses; its text says why."""


def judge(setting: Setting, text: str) -> str:
    """Return why the server refuses a value, empty if it takes it or if that is not known."""
    if setting.type == "bool":
        return "" if _is_bool(text) else "it is on or off"
    if setting.type == "enum":
        known = {choice.lower() for choice in setting.choices}
        return "" if text.lower() in known else f"it is one of {', '.join(_shown(setting))}"
    if setting.type in ("int", "real"):
        try:
            _in_range(setting, number(setting, text))
        except NoValueError as fault:
            return str(fault)
    return ""


def _shown(setting: Setting) -> list[str]:
    """Return the words that the manual names: no second spelling of on and off."""
    hidden = {"true", "false", "yes", "no", "1", "0", "debug", "archive", "hot_standby", ""}
    return [word for word in setting.choices if word not in hidden]


def _is_bool(text: str) -> bool:
    """Return whether a text is a boolean: any beginning of a word that no other word has."""
    word = text.lower()
    if word in ("on", "of", "off", "1", "0"):
        return True
    return bool(word) and any(full.startswith(word) for full in ("true", "false", "yes", "no"))


def number(setting: Setting, text: str) -> Fraction:
    """Return a number in the setting's own unit, rounded as the server does.

    Raises:
        NoValueError: the server cannot read it.
    """
    kind = "a whole number" if setting.type == "int" else "a number"
    match = _NUMBER.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise NoValueError(f"it is {kind}{_of_units(setting)}")
    value = _read(match["number"], whole=setting.type == "int")
    if match["unit"]:
        value = _in_base_unit(setting, value, match["unit"], kind)
    return Fraction(round(value)) if setting.type == "int" else value


def _read(text: str, *, whole: bool) -> Fraction:
    sign, digits = (-1, text[1:]) if text[0] == "-" else (1, text.removeprefix("+"))
    if digits[:2].lower() == "0x":
        return Fraction(sign * int(digits, 16))
    if whole and re.fullmatch(r"0[0-9]+", digits):
        return Fraction(sign * _octal(digits))
    mantissa, _, exponent = digits.lower().partition("e")
    if exponent and abs(int(exponent)) > _FAR:
        raise NoValueError("it is out of range")
    return sign * Fraction(mantissa) * Fraction(10) ** int(exponent or 0)


def _octal(digits: str) -> int:
    try:
        return int(digits, 8)
    except ValueError:
        raise NoValueError("with a 0 before it, it is an octal number") from None


def _in_base_unit(setting: Setting, value: Fraction, unit: str, kind: str) -> Fraction:
    """Convert a number; one with a fraction is rounded to the next smaller unit first."""
    found = _base(setting.unit)
    if found is None:
        raise NoValueError(f"it is {kind} without a unit")
    base, units = found
    if unit not in units:
        raise NoValueError(f"it is {kind}{_of_units(setting)}")
    converted = value * Fraction(units[unit], base)
    smaller = [Fraction(size, base) for size in units.values() if size < units[unit]]
    if smaller:
        step = max(smaller)
        return Fraction(round(converted / step)) * step
    return converted


def _base(unit: str) -> tuple[int, Mapping[str, int]] | None:
    """Return a unit of ``pg_settings`` in its smallest one, and the units that can be written."""
    blocks = re.fullmatch(r"(\d*)(B|kB|MB)", unit)
    if blocks:
        return int(blocks[1] or 1) * _BYTES[blocks[2]], _BYTES
    return (_MICROSECONDS[unit], _MICROSECONDS) if unit in _MICROSECONDS else None


def _of_units(setting: Setting) -> str:
    found = _base(setting.unit)
    return "" if found is None else f", with {', '.join(found[1])} or no unit"


def amount(setting: Setting, text: str) -> int | None:
    """Return a setting of memory or disk in bytes, ``None`` if it is none or cannot be read."""
    found = _base(setting.unit)
    if found is None or found[1] is not _BYTES:
        return None
    try:
        return int(number(setting, text) * found[0])
    except NoValueError:
        return None


def _in_range(setting: Setting, value: Fraction) -> None:
    least, most = _bound(setting.least), _bound(setting.most)
    if (least is not None and value < least) or (most is not None and value > most):
        unit = f" {setting.unit}" if setting.unit and not setting.unit[0].isdigit() else ""
        unit = f" blocks of {setting.unit}" if setting.unit[:1].isdigit() else unit
        if most is None:
            raise NoValueError(f"it is {setting.least} at least")
        raise NoValueError(f"it is between {setting.least} and {setting.most}{unit}")


def _bound(text: str) -> Fraction | None:
    """Return a bound; the greatest floating point number is none, as not all its digits stand."""
    return Fraction(text) if text and "e+308" not in text else None
