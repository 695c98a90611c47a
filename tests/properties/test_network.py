"""The proof of the network against a second reading of the API's text, one packet at a time."""

from __future__ import annotations

from collections import Counter
from ipaddress import ip_address, ip_network
from itertools import product
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.network.evaluate import Direction, Evaluation
from platc_compiler.network.pods import Pod
from platc_compiler.network.ports import Ports
from platc_compiler.network.regions import regions
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source
from tests.depth import examples

Object = dict[str, Any]


# The oracle: may this packet pass? Written from the comments of k8s.io/api/networking/v1/types.go.


def passes(
    policies: list[Object], source: Object, target: Object, protocol: str, port: int
) -> bool:
    packet = (target, protocol, port)
    return direction_allows(policies, "Egress", source, target, packet) and direction_allows(
        policies, "Ingress", target, source, packet
    )


def direction_allows(
    policies: list[Object],
    direction: str,
    subject: Object,
    peer: Object,
    packet: tuple[Object, str, int],
) -> bool:
    if "namespace" not in subject:
        return True
    selecting = [
        policy
        for policy in policies
        if policy["metadata"]["namespace"] == subject["namespace"]
        and selects(policy["spec"].get("podSelector") or {}, subject["labels"])
        and direction in types_of(policy["spec"])
    ]
    if not selecting:
        return True
    peers = "from" if direction == "Ingress" else "to"
    for policy in selecting:
        for rule in policy["spec"].get(direction.lower()) or []:
            peer_fits = not rule.get(peers) or any(
                is_peer(item, peer, policy["metadata"]["namespace"]) for item in rule[peers]
            )
            port_fits = not rule.get("ports") or any(
                is_port(item, *packet) for item in rule["ports"]
            )
            if peer_fits and port_fits:
                return True
    return False


def types_of(spec: Object) -> list[str]:
    if spec.get("policyTypes"):
        return list(spec["policyTypes"])
    return ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]


def selects(selector: Object, labels: dict[str, str]) -> bool:
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    for item in selector.get("matchExpressions") or []:
        has, operator = item["key"] in labels, item["operator"]
        value = labels.get(item["key"])
        if operator == "In" and not (has and value in item["values"]):
            return False
        if operator == "NotIn" and has and value in item["values"]:
            return False
        if operator == "Exists" and not has:
            return False
        if operator == "DoesNotExist" and has:
            return False
    return True


def is_peer(item: Object, peer: Object, namespace: str) -> bool:
    block = item.get("ipBlock")
    if block is not None:
        if peer.get("address") is None:
            return False
        address = ip_address(peer["address"])
        return address in ip_network(block["cidr"]) and not any(
            address in ip_network(hole) for hole in block.get("except") or []
        )
    if "namespace" not in peer:
        return False
    if item.get("namespaceSelector") is None:
        if peer["namespace"] != namespace:
            return False
    elif not selects(item["namespaceSelector"], {"kubernetes.io/metadata.name": peer["namespace"]}):
        return False
    return item.get("podSelector") is None or selects(item["podSelector"], peer["labels"])


def is_port(item: Object, server: Object, protocol: str, port: int) -> bool:
    if (item.get("protocol") or "TCP") != protocol:
        return False
    wanted = item.get("port")
    if wanted is None:
        return True
    if isinstance(wanted, str):
        return (wanted, protocol, port) in server.get("named", [])
    return wanted <= port <= (item.get("endPort") or wanted)


# Random policies: the evaluator says of every packet what the oracle says.

NAMESPACES = ("a", "b")
LABELS = st.dictionaries(st.sampled_from(["app", "tier"]), st.sampled_from(["x", "y"]), max_size=2)
SELECTORS = st.fixed_dictionaries(
    {},
    optional={
        "matchLabels": LABELS,
        "matchExpressions": st.lists(
            st.builds(
                lambda key, operator, values: (
                    {"key": key, "operator": operator, "values": values}
                    if operator in {"In", "NotIn"}
                    else {"key": key, "operator": operator}
                ),
                st.sampled_from(["app", "tier"]),
                st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]),
                st.lists(st.sampled_from(["x", "y"]), min_size=1, max_size=2),
            ),
            max_size=1,
        ),
    },
)
NAMESPACE_SELECTORS = st.sampled_from(
    [
        {},
        {"matchLabels": {"kubernetes.io/metadata.name": "a"}},
        {
            "matchExpressions": [
                {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["a"]}
            ]
        },
    ]
)
BLOCKS = st.sampled_from(
    [
        {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]},
        {"cidr": "10.0.0.0/8"},
        {"cidr": "10.0.0.0/30", "except": ["10.0.0.1/32", "10.0.0.2/32"]},
        {"cidr": "2001:db8::/32"},
    ]
)
PEERS = st.one_of(
    st.fixed_dictionaries({"podSelector": SELECTORS}),
    st.fixed_dictionaries({"namespaceSelector": NAMESPACE_SELECTORS}),
    st.fixed_dictionaries({"podSelector": SELECTORS, "namespaceSelector": NAMESPACE_SELECTORS}),
    st.fixed_dictionaries({"ipBlock": BLOCKS}),
)
PROTOCOLS = st.sampled_from(["TCP", "UDP", "SCTP"])
PORTS = st.one_of(
    st.fixed_dictionaries({}, optional={"protocol": PROTOCOLS}),
    st.fixed_dictionaries(
        {"port": st.sampled_from([1, 80, 81, "web"])}, optional={"protocol": PROTOCOLS}
    ),
    st.just({"port": 80, "endPort": 90}),
)


def rules(peers: str) -> st.SearchStrategy[list[Object]]:
    rule = st.fixed_dictionaries(
        {}, optional={peers: st.lists(PEERS, max_size=2), "ports": st.lists(PORTS, max_size=2)}
    )
    return st.lists(rule, max_size=2)


POLICIES = st.lists(
    st.builds(
        lambda namespace, spec: {"metadata": {"namespace": namespace}, "spec": spec},
        st.sampled_from(NAMESPACES),
        st.fixed_dictionaries(
            {},
            optional={
                "podSelector": SELECTORS,
                "ingress": rules("from"),
                "egress": rules("to"),
                "policyTypes": st.sampled_from(
                    [[], ["Ingress"], ["Egress"], ["Ingress", "Egress"]]
                ),
            },
        ),
    ),
    max_size=4,
)
PODS = st.lists(
    st.builds(
        lambda namespace, labels, address, named: {
            "namespace": namespace, "labels": labels, "address": address, "named": named,
        },
        st.sampled_from(NAMESPACES),
        LABELS,
        st.sampled_from([None, "10.0.0.1", "10.0.0.3"]),
        st.sampled_from([[], [("web", "TCP", 80)], [("web", "UDP", 81)]]),
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip
PROBED = (0, 1, 79, 80, 81, 90, 91, 65535)
ADDRESSES = ("9.255.255.255", "10.0.0.0", "10.0.0.1", "10.0.0.4", "11.0.0.0", "2001:db8::1")


def holds(ports: Ports, protocol: str, port: int) -> bool:
    return any(p == protocol and low <= port <= high for p, low, high in ports.stretches)


def opened(evaluation: Evaluation, pod: int, direction: Direction, address: str) -> Ports:
    """Return what policies open to an address, by a walk through the regions up to it."""
    held: Counter[Ports] = Counter()
    blocks = evaluation.blocks(pod, direction)
    for region in regions((b["cidr"], tuple(b.get("except") or ()), p) for p, b in blocks):
        first = ip_address(region.address)
        if first.version != ip_address(address).version or int(first) > int(ip_address(address)):
            continue
        held.update(region.entered)
        held.subtract(region.left)
    result = evaluation.to_everywhere(pod, direction)
    for found in +held:
        result |= found
    return result


@given(POLICIES, PODS)
@examples(100)
def test_every_packet_passes_exactly_when_the_text_of_the_api_lets_it(
    policies: list[Object], pods: list[Object]
) -> None:
    known = [
        Pod(
            str(i), pod["namespace"], pod["labels"],
            {(name, protocol): port for name, protocol, port in pod["named"]}, pod["address"],
        )
        for i, pod in enumerate(pods)
    ]  # fmt: skip
    names = {name: {"kubernetes.io/metadata.name": name} for name in NAMESPACES}
    evaluation = Evaluation(policies, known, names)
    listed = {(c.source, c.target): c.ports for c in evaluation.connections()}
    for (i, source), (j, target) in product(enumerate(pods), repeat=2):
        for protocol, port in product(("TCP", "UDP", "SCTP"), PROBED):
            allowed = passes(policies, source, target, protocol, port)
            assert holds(evaluation.reach(i, j), protocol, port) == allowed
            assert holds(listed.get((i, j), Ports()), protocol, port) == allowed
    for (i, pod), address in product(enumerate(pods), ADDRESSES):
        outside = {"address": address}
        for protocol, port in product(("TCP", "UDP"), PROBED):
            out = passes(policies, pod, outside, protocol, port)
            assert holds(opened(evaluation, i, "Egress", address), protocol, port) == out
            back = passes(policies, outside, pod, protocol, port)
            assert holds(opened(evaluation, i, "Ingress", address), protocol, port) == back


# Random platforms: what is written to out/ lets through exactly what platform.yaml declares.


@st.composite
def platforms(draw: st.DrawFn) -> Object:
    names = [f"s{i}" for i in range(draw(st.integers(1, 4)))]
    services: Object = {}
    for name in names:
        ports = {f"p{n}": n for n in draw(st.sets(st.integers(1000, 1004), min_size=1, max_size=2))}
        services[name] = {
            "kind": "workload", "image": "example.com/i:1", "ports": ports,
            "namespace": draw(st.sampled_from(NAMESPACES)), "api_access": draw(st.booleans()),
        }  # fmt: skip
    services["mail"] = {
        "kind": "external", "address": {"host": "mail.example.com"}, "ports": {"smtp": 587},
    }  # fmt: skip
    services["queue"] = {
        "kind": "external", "ports": {"broker": 9092},
        "address": {
            "service": "queue", "namespace": draw(st.sampled_from(["a", "far"])),
            "replicas": draw(st.sampled_from([1, 3])),
        },
        "depends_on": [],
    }  # fmt: skip
    for name in names:
        others = draw(st.sets(st.sampled_from([*names, "mail", "queue"]), max_size=3)) - {name}
        services[name]["depends_on"] = [
            f"{other}:{draw(st.sampled_from(sorted(services[other]['ports'])))}"
            for other in sorted(others)
        ]
    called = draw(st.sets(st.sampled_from(names), max_size=2))
    services["queue"]["depends_on"] = [
        f"{other}:{draw(st.sampled_from(sorted(services[other]['ports'])))}"
        for other in sorted(called)
    ]
    return {
        "platform": "p", "version": 1, "cluster": {"nodes": {"n": {"memory": "8GB", "cpu": 4}}},
        "namespaces": {"a": None, "b": None}, "services": services,
    }  # fmt: skip


DNS_POD = {"namespace": "kube-system", "labels": {"k8s-app": "kube-dns"}}


@given(platforms())
@examples(20)
def test_the_written_policies_let_through_exactly_what_the_platform_declares(spec: Object) -> None:
    result = compile_platform(Source(yaml_text(spec)))
    assert not result.failed, result.diagnostics
    written = [
        yaml.safe_load(t) for path, t in result.files.items() if path.startswith("manifests/")
    ]
    policies = [body for body in written if body["kind"] == "NetworkPolicy"]
    pods = pods_of(spec, written)
    ports = [*range(999, 1006), 9092, 587, 53, 443, 6443]
    for (one, source), (other, target) in product(pods.items(), repeat=2):
        if not {source["namespace"], target["namespace"]} & set(NAMESPACES):
            continue
        for protocol, port in product(("TCP", "UDP"), ports):
            allowed = passes(policies, source, target, protocol, port)
            assert allowed == declared(spec, one, other, protocol, port), (one, other, port)
    outside = {
        "mail": "8.8.8.8",
        "api": "10.96.0.1",
        "cache": "169.254.20.10",
        "meta": "169.254.169.254",
    }
    for (one, source), (name, address) in product(pods.items(), outside.items()):
        if source["namespace"] in NAMESPACES:
            for protocol, port in product(("TCP", "UDP"), ports):
                allowed = passes(policies, source, {"address": address}, protocol, port)
                assert allowed == declared(spec, one, name, protocol, port), (one, name, port)
                assert not passes(policies, {"address": address}, source, protocol, port)


def pods_of(spec: Object, written: list[Object]) -> dict[str, Object]:
    queue = spec["services"]["queue"]["address"]["namespace"]
    pods = {
        "stranger in a": {"namespace": "a", "labels": {}},
        "stranger": {"namespace": "elsewhere", "labels": {"app.kubernetes.io/name": "workload"}},
        "dns": DNS_POD,
        "queue": {"namespace": queue, "labels": {"app.kubernetes.io/name": "queue"}},
    }
    for body in written:
        if body["kind"] == "Deployment":
            labels = body["spec"]["template"]["metadata"]["labels"]
            pods[body["metadata"]["name"]] = {
                "namespace": body["metadata"]["namespace"], "labels": labels,
            }  # fmt: skip
    return pods


def declared(spec: Object, one: str, other: str, protocol: str, port: int) -> bool:
    services = spec["services"]
    ours = services["queue"]["address"]["namespace"] in NAMESPACES
    if one == "queue" and ours:
        itself = other == "queue" and services["queue"]["address"]["replicas"] > 1
        if (port == 53 and other in {"dns", "cache"}) or (
            itself and (protocol, port) == ("TCP", 9092)
        ):
            return True
    if one not in services:
        return False
    wanted = services[one].get("depends_on", [])
    if other in {"dns", "cache"}:
        return port == 53 and bool(wanted)
    if other == "api":
        return protocol == "TCP" and port in {443, 6443} and services[one].get("api_access", False)
    return protocol == "TCP" and any(
        target == other and services[target]["ports"][name] == port
        for target, _, name in (dependency.partition(":") for dependency in wanted)
    )


# Random values: what a platform says of them is what its edges say.

FORMS = (
    ("URL", "http://{full}:{port}/x"),
    ("DSN", "postgresql+psycopg2://app@{full}:{port}/app"),
    ("JDBC", "jdbc:postgresql://{full}:{port}/app"),
    ("BROKERS", "{full}:{port},{full}:{port}"),
    ("LIBPQ", "host={full} port={port} dbname=app"),
    ("DB_HOST", "{full}"),
    ("ANY", "{name}.{namespace}.svc.cluster.local"),
    ("ANY", "nc -z {full} {port}"),
    ("ANY", "{name}.{namespace}:{port}"),
    ("ANY", '{{"host": "{full}", "port": {port}}}'),
)
SILENT = (
    ("ANY", "the {name} of {namespace}"),
    ("IMAGE", "registry.example.com/{name}:{port}"),
    ("APP", "{name}"),
    ("FOLDER", "/srv/{name}/{port}"),
    ("ALLOWED_HOSTS", "{full}"),
    ("BUCKET", "s3://{name}/{port}"),
)


@st.composite
def speaking(draw: st.DrawFn) -> tuple[Object, dict[tuple[str, str], str]]:
    """Return a platform with values in its services' variables, and whom each of them names."""
    spec = draw(platforms())
    services = spec["services"]
    named: dict[tuple[str, str], str] = {}
    for one in [name for name in services if name.startswith("s")]:
        variables: dict[str, str] = {}
        for number in range(draw(st.integers(0, 3))):
            speaks = draw(st.booleans())
            key, form = draw(st.sampled_from(FORMS if speaks else SILENT))
            other = draw(st.sampled_from([name for name in services if name.startswith("s")]))
            namespace = services[other]["namespace"]
            port = draw(st.sampled_from(sorted(services[other]["ports"])))
            variable = f"V{number}_{key}"
            variables[variable] = form.format(
                full=f"{other}.{namespace}.svc", name=other, namespace=namespace,
                port=services[other]["ports"][port],
            )  # fmt: skip
            if speaks and other != one:
                without = "{port}" not in form or key == "LIBPQ" or form.startswith("{{")
                named[one, variable] = other if without else f"{other}:{port}"
        services[one]["env"] = variables
    return spec, named


@given(speaking())
@examples(30)
def test_a_value_that_names_a_service_is_an_error_exactly_where_no_edge_leads_to_it(
    example: tuple[Object, dict[tuple[str, str], str]],
) -> None:
    spec, named = example
    result = compile_platform(Source(yaml_text(spec)))
    told = {d.path for d in result.diagnostics if d.code == "PLT307"}
    wanted: dict[str, tuple[str, str]] = {}
    for (one, variable), other in named.items():
        edges = spec["services"][one]["depends_on"]
        whole = ":" not in other and any(edge.partition(":")[0] == other for edge in edges)
        if other not in edges and not whole:
            wanted[f"services.{one}.env.{variable}"] = (one, other)
    assert told == set(wanted)
    assert {d.code for d in result.diagnostics if d.severity == "error"} <= {"PLT307"}
    for one, other in wanted.values():
        spec["services"][one]["depends_on"].append(other)
    assert not compile_platform(Source(yaml_text(spec))).failed
