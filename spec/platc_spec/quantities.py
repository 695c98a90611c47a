"""Exact Kubernetes quantities: memory in bytes and CPU in millicores, both plain integers.

The grammar and the rounding rule (upwards, to the unit of the field) are those of
``k8s.io/apimachinery/pkg/api/resource``. Unlike Kubernetes, platc accepts a trailing ``B`` for
bytes, because people write ``8GB``; it means 8·10⁹ bytes, never 8·2³⁰.
"""

import re
from fractions import Fraction

_NUMBER = re.compile(r"([+-]?)(\d+\.?\d*|\.\d+)(?:([eE][+-]?\d{1,3})|([A-Za-zµ]{0,3}))")

_BINARY = {"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40, "Pi": 1 << 50, "Ei": 1 << 60}
_DECIMAL = {
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 1000),
    "": Fraction(1),
    "k": Fraction(10**3),
    "M": Fraction(10**6),
    "G": Fraction(10**9),
    "T": Fraction(10**12),
    "P": Fraction(10**15),
    "E": Fraction(10**18),
}
_WHOLE = _BINARY | {unit: factor.numerator for unit, factor in _DECIMAL.items() if factor >= 1}
_LARGEST = (1 << 63) - 1
_LONGEST = 64
"""Characters of a quantity at most: Python refuses to read numbers of thousands of digits."""


class QuantityError(ValueError):
    """A text that is not a quantity; the message says what is wrong."""

    def __init__(self, message: str, instead: str = "") -> None:
        super().__init__(message)
        self.instead = instead
        """The quantity that is certainly meant, empty if there is none."""


def parse_quantity(text: str | float) -> Fraction:
    """Return the exact value of a quantity such as ``512Mi``, ``250m``, ``1.5`` or ``8GB``.

    Raises:
        QuantityError: the text is not a quantity, is negative, or exceeds 2⁶³−1.
    """
    if isinstance(text, bool):
        raise QuantityError("a quantity such as 512Mi or 250m is wanted, not a boolean")
    match = _NUMBER.fullmatch(str(text)) if len(str(text)) <= _LONGEST else None
    if match is None:
        raise QuantityError(f"{text!r} is not a quantity; write one such as 512Mi, 8GB or 250m")
    sign, number, exponent, suffix = match.groups()
    value = Fraction(number) * _factor(exponent, suffix or "", str(text))
    if sign == "-":
        raise QuantityError(f"{text!r} is negative; a quantity here is zero or more")
    if value > _LARGEST:
        raise QuantityError(f"{text!r} is larger than Kubernetes can hold (2^63-1)")
    return value


def _factor(exponent: str | None, suffix: str, text: str) -> Fraction:
    if exponent is not None:
        return Fraction(10) ** int(exponent[1:])
    bare = suffix.removesuffix("B") if len(suffix) > 1 or suffix == "B" else suffix
    if bare == "K":
        raise QuantityError(f"{text!r}: write k for a thousand or Ki for 1024")
    if bare in _BINARY:
        return Fraction(_BINARY[bare])
    if bare in _DECIMAL:
        return _DECIMAL[bare]
    raise QuantityError(f"{text!r} has the unknown suffix {suffix!r}")


def parse_bytes(text: str | float) -> int:
    """Return a quantity in whole bytes, rounded up.

    Raises:
        QuantityError: the text is no quantity, or ends in ``m`` (a thousandth of a byte is
            what ``512m`` means to Kubernetes, and never what was meant).
    """
    try:
        value = parse_quantity(text)
    except QuantityError as fault:
        raise _meant(fault, str(text), _MEMORY, "Ki, Mi, Gi, Ti or k, M, G, T") from None
    if str(text).endswith(("m", "u", "n")):
        number = str(text)[:-1]
        raise QuantityError(f"{text!r} is a fraction of a byte", f"{number}Mi")
    return _ceil(value)


def parse_millicores(text: str | float) -> int:
    """Return a CPU quantity in millicores, rounded up: ``250m`` is 250, ``1.5`` is 1500.

    Raises:
        QuantityError: the text is not a quantity, or has a suffix for bytes.
    """
    try:
        value = parse_quantity(text)
    except QuantityError as fault:
        raise _meant(fault, str(text), _CPU, "m for thousandths of a core, or none") from None
    if str(text)[-1:] in {"i", "B", "M", "G", "T", "P"}:
        raise QuantityError(f"{text!r} is an amount of memory; CPU is written 250m or 1.5")
    return _ceil(value * 1000)


_OTHER = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)")
_MEMORY = {
    **dict.fromkeys(("mb", "megabyte", "megabytes"), "MB"),
    **dict.fromkeys(("gb", "gigabyte", "gigabytes"), "GB"),
    **dict.fromkeys(("mi", "mib", "mebibytes"), "Mi"),
    **dict.fromkeys(("gi", "gib", "gibibytes"), "Gi"),
    **dict.fromkeys(("ki", "kib"), "Ki"),
    **dict.fromkeys(("ti", "tib"), "Ti"),
    "kb": "kB",
    "tb": "TB",
    "g": "G",
    "t": "T",
}
"""Units of memory as people write them, in lower case."""
_CPU = {
    **dict.fromkeys(("mc", "mcpu", "mcore", "mcores", "millicore", "millicores", "millicpu"), "m"),
    **dict.fromkeys(("c", "core", "cores", "cpu", "cpus", "vcpu", "vcpus"), ""),
}
"""Units of CPU as people write them, in lower case."""


def _meant(fault: QuantityError, text: str, units: dict[str, str], known: str) -> QuantityError:
    """Return a fault with the quantity that is meant, or with the units that there are."""
    match = _OTHER.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    unit = units.get(match[2].lower()) if match is not None else None
    if match is not None and unit is not None:
        return QuantityError(str(fault), f"{match[1]}{unit}")
    unknown = "unknown suffix" in str(fault)
    return QuantityError(f"{fault}; use {known}" if unknown else str(fault))


def _ceil(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def bytes_text(amount: int) -> str:
    """Return bytes in Kubernetes' notation, exactly: 536870912 is ``512Mi``, 8·10⁹ is ``8G``."""
    texts = [f"{amount // factor}{unit}" for unit, factor in _WHOLE.items() if amount % factor == 0]
    return min(texts, key=len) if amount else "0"


def millicores_text(amount: int) -> str:
    """Return millicores in Kubernetes' notation: 250 is ``250m``, 2000 is ``2``."""
    return str(amount // 1000) if amount % 1000 == 0 else f"{amount}m"


def human_bytes(amount: int) -> str:
    """Return bytes for people, rounded to a hundredth of a GiB or to a MiB: ``1.50 GiB``."""
    if abs(amount) >= 1 << 30:
        return f"{amount / (1 << 30):.2f} GiB"
    if 0 < abs(amount) < 1 << 20:
        return f"{amount} bytes"
    return f"{amount / (1 << 20):.0f} MiB"
