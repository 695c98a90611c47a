from __future__ import annotations

from collections import Counter
from ipaddress import ip_address, ip_network

from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.network.regions import regions
from tests.depth import examples

SMALL = [f"10.0.0.{16 * n}/{length}" for n in range(4) for length in (28, 30, 32)]
CIDRS = st.sampled_from(
    [*SMALL, "10.0.0.0/8", "0.0.0.0/0", "255.255.255.255/32", "::/0", "fd00::/8"]
)
NETWORKS = st.lists(st.tuples(CIDRS, st.lists(CIDRS, max_size=2).map(tuple)), max_size=6)
PROBES = [f"10.0.0.{n}" for n in range(70)] + ["0.0.0.0", "9.9.9.9", "255.255.255.255", "fd00::1"]  # noqa: S104 - an address


@given(NETWORKS)
@examples(100)
def test_a_region_is_held_by_what_holds_each_of_its_addresses(
    networks: list[tuple[str, tuple[str, ...]]],
) -> None:
    met = list(regions((cidr, holes, n) for n, (cidr, holes) in enumerate(networks)))
    for probe in map(ip_address, PROBES):
        held: Counter[int] = Counter()
        for region in met:
            first = ip_address(region.address)
            if first.version == probe.version and int(first) <= int(probe):
                held.update(region.entered)
                held.subtract(region.left)
        assert set(+held) == {
            n
            for n, (cidr, holes) in enumerate(networks)
            if probe in ip_network(cidr) and not any(probe in ip_network(hole) for hole in holes)
        }


def test_there_is_a_region_of_each_network_and_one_between_two() -> None:
    met = regions([("10.0.0.0/8", ("10.1.0.0/16",), "a")])
    assert [(region.address, region.entered, region.left) for region in met] == [
        ("0.0.0.0", (), ()), ("10.0.0.0", ("a",), ()), ("10.1.0.0", (), ("a",)),  # noqa: S104
        ("10.2.0.0", ("a",), ()), ("11.0.0.0", (), ("a",)), ("2001:db8::", (), ()),
    ]  # fmt: skip


def test_the_walk_looks_at_each_network_twice_however_many_there_are() -> None:
    networks = [(f"10.{n // 250}.{n % 250}.0/24", (), n) for n in range(5_000)]
    met = list(regions(networks))
    assert len(met) <= 2 * len(networks) + 2
    assert sum(len(region.entered) + len(region.left) for region in met) == 2 * len(networks)
