"""Scalars that are likely to break what reads them."""

from __future__ import annotations

from random import Random

UNITS = (
    *"()[]{}<>+-*/%^,=~!@#'`\"\\|&:;?.$_ \t\n\r\x00\x01\x07\x08\x0b\x1b\x7f\x85\xa0é٣ß",
    *(
        "\u2028",
        "\u202e",
        "\ufeff",
        "\ufffe",
        "😀",
        "a\u0301",
        "\x9b31m",
        "\x1b[31m",
        "\x1b]0;t\x07",
    ),
    *("::error::", "##[error]", "---", "...", "<<", "*a", "&a", "!!x", "|-", ">", "? ", "- ", ": "),
    *("${a/b}", "${", "$(A)", "$$", "{{", "}}", "{%", "{{ .Values.a }}", "{{ ds }}", "%s", "%(a)s"),
    *("0", "1", "-1", "9" * 20, "1e999", "0x10", "1_000", "0.1", ".5", "1e-9", "NaN", ".inf", "~"),
    *("true", "no", "null", "on", "5m", "0s", "1y", "90d", "1ms", "10Gi", "100m", "1.5GB", "Ki"),
    *("* * * * *", "@daily", "*/7", "0 3 31 2 *", "30 2 * * 1-5", "L", "1-5/2"),
    *(
        "10.0.0.0/8",
        "0.0.0.0/0",
        "::/0",
        "fe80::1/128",
        "127.0.0.1",
        "169.254.169.254",
        "256.1.1.1",
    ),
    *("http://u:p@h:1/x?token=t", "postgresql://a@db:5432/x", "jdbc:postgresql://db/x", "https://"),
    *(
        "db.shop.svc.cluster.local",
        "web.shop",
        "localhost",
        "web:8080",
        "a,b",
        "a=b",
        "a/b",
        "../x",
    ),
    *(
        "/etc/passwd",
        "/",
        "C:\\x",
        "s3://b/p",
        "file:///x",
        "x" * 63,
        "x" * 64,
        "x" * 254,
        "-x",
        "X",
    ),
    *(
        "sum(rate(up[5m]))",
        "up == 0",
        "'; drop table x; --",
        "$(touch x)",
        "`id`",
        "a\nb",
        "a\r\nb",
    ),
)
"""Pieces of texts that mean something to one of the languages that platform.yaml may hold."""

NUMBERS = (
    *(0, 1, -1, 2, 3, 7, 10, 15, 60, 63, 64, 65, 80, 100, 255, 256, 443, 1000, 1024, 3600, 5432),
    *(8080, 32767, 65535, 65536, 86400, 2**31 - 1, 2**31, 2**32, 2**53, 2**63 - 1, 2**63, 10**30),
    *(0.0, -0.0, 0.5, 1.5, 1e-9, 1e300, 99.9, 99.99, 100.0),
)


def text(dice: Random, most: int = 6) -> str:
    """Return a text of a few pieces, one of them sometimes repeated many times."""
    pieces = dice.choices(UNITS, k=dice.randint(0, most))
    return "".join(
        piece * dice.choice((1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 40, 700)) for piece in pieces
    )


def long_text(dice: Random, longest: int) -> str:
    """Return one or two pieces over and over."""
    unit = "".join(dice.choices(UNITS, k=dice.randint(1, 2)))
    return unit * (dice.randint(1, longest) // len(unit))


def scalar(dice: Random) -> str | float | bool | None:
    """Return a text, a number, or nothing."""
    match dice.randrange(8):
        case 0:
            return dice.choice((None, True, False))
        case 1 | 2 | 3:
            return dice.choice(NUMBERS)
        case _:
            return text(dice)


def data(dice: Random, depth: int = 3) -> object:
    """Return a scalar or a small collection."""
    match dice.randrange(4) if depth else 3:
        case 0:
            return [data(dice, depth - 1) for _ in range(dice.randrange(4))]
        case 1:
            return {text(dice, 2): data(dice, depth - 1) for _ in range(dice.randrange(4))}
        case _:
            return scalar(dice)


def bent(dice: Random, original: str, most: int = 4) -> str:
    """Return a text with a few pieces removed, doubled, exchanged or put in."""
    for _ in range(dice.randint(1, most)):
        start = dice.randint(0, len(original))
        end = min(len(original), start + dice.choice((0, 1, 1, 2, 5, 30)))
        match dice.randrange(6):
            case 0:
                between = ""
            case 1:
                between = original[start:end] * dice.choice((2, 2, 3, 50))
            case 2:
                at = dice.randint(0, len(original))
                between = original[at : at + dice.randint(1, 40)]
            case 3:
                between = chr(dice.randrange(256))
            case _:
                between = dice.choice(UNITS)
        original = original[:start] + between + original[end:]
    return original
