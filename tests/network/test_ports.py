"""Sets of ports."""

from __future__ import annotations

import pytest

from platc_compiler.network.ports import EVERY, Ports, ports


@pytest.mark.parametrize(
    ("left", "right", "both", "either", "without"),
    [
        (ports([("TCP", 1, 5)]), ports([("TCP", 4, 9)]), "TCP 4-5", "TCP 1-9", "TCP 1-3"),
        (ports([("TCP", 1, 5)]), ports([("UDP", 1, 5)]), "", "TCP 1-5, UDP 1-5", "TCP 1-5"),
        (ports([("TCP", 1, 9)]), ports([("TCP", 4, 4)]), "TCP 4", "TCP 1-9", "TCP 1-3, TCP 5-9"),
        (
            EVERY, ports([("TCP", 0, 65535)]),
            "TCP 0-65535", "every port", "SCTP 0-65535, UDP 0-65535",
        ),
    ],
)  # fmt: skip
def test_sets_of_ports_are_exact(
    left: Ports, right: Ports, both: str, either: str, without: str
) -> None:
    assert (str(left & right), str(left | right), str(left - right)) == (both, either, without)
