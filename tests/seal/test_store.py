import base64
import contextlib
import re
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from platc_compiler.admission.pack import supported_versions
from platc_compiler.admission.validation import faults
from platc_compiler.seal import store
from platc_compiler.seal.declared import Scope
from platc_compiler.seal.errors import SealError
from platc_compiler.seal.store import SealedKey, SealedObject, document, parse, render
from platc_compiler.source import load

A, B = "a" * 64, "0" * 64
NAMES = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,8}[a-z0-9])?", fullmatch=True)
KEYS = st.from_regex(r"[-._a-zA-Z0-9]{1,12}", fullmatch=True).filter(lambda key: key not in "..")


def _ciphertext(inside: bytes = b"", rsa_bytes: int = 256) -> str:
    raw = rsa_bytes.to_bytes(2, "big") + bytes(rsa_bytes) + inside + bytes(16)
    return base64.b64encode(raw).decode()


SEALED_KEYS = st.builds(
    SealedKey,
    ciphertext=st.builds(_ciphertext, st.binary(max_size=9), st.sampled_from([256, 512, 2048])),
    certificate=st.sampled_from([None, A, B]),
)
OBJECTS = st.builds(
    SealedObject,
    namespace=NAMES,
    name=NAMES | st.sampled_from(["true", "null", "1.0", "1e3", "0x1f", "y"]),
    keys=st.dictionaries(KEYS, SEALED_KEYS, min_size=1, max_size=4),
    scope=st.sampled_from(Scope),
    type=st.sampled_from(["Opaque", "kubernetes.io/tls", "true"]),
    part_of=st.sampled_from(["", "ecommerce", "1.0"]),
)
LISTS = st.lists(OBJECTS, max_size=5, unique_by=lambda each: each.identity)


def _object(**changes: Any) -> SealedObject:  # noqa: ANN401 - any field
    fields: dict[str, Any] = {
        "namespace": "airflow",
        "name": "keys",
        "keys": {"b": SealedKey(_ciphertext(b"b"), A), "a": SealedKey(_ciphertext(b"a"), A)},
        "scope": Scope.STRICT,
        "type": "Opaque",
        "part_of": "shop",
    }
    return SealedObject(**fields | changes)


def _facts(sealed: SealedObject) -> tuple[object, ...]:
    return (*sealed.identity, dict(sealed.keys), sealed.scope, sealed.type, sealed.part_of)


@settings(deadline=None)
@given(objects=LISTS)
def test_what_is_written_is_read_back_and_written_the_same(objects: list[SealedObject]) -> None:
    text = render(objects)
    again = parse(text)
    assert list(map(_facts, again)) == [
        _facts(each) for each in sorted(objects, key=lambda each: each.identity)
    ]
    assert render(again) == text


@settings(deadline=None)
@given(objects=LISTS, seed=st.randoms(use_true_random=False))
def test_the_order_of_objects_and_keys_does_not_show(
    objects: list[SealedObject],
    seed: Any,  # noqa: ANN401 - Hypothesis' own type
) -> None:
    shuffled = list(objects)
    seed.shuffle(shuffled)
    assert render(shuffled) == render(objects)


@settings(deadline=None)
@given(objects=LISTS)
def test_every_reader_of_yaml_1_1_sees_text_only(objects: list[SealedObject]) -> None:
    documents = list(yaml.safe_load_all(render(objects)))
    if objects:
        ordered = sorted(objects, key=lambda each: each.identity)
        assert documents == [document(each) for each in ordered]


def test_the_file_is_sorted_ends_in_lf_and_says_who_writes_it() -> None:
    text = render([_object(namespace="z"), _object(name="b"), _object(name="a")])
    assert text.startswith("# Written by `platc seal`")
    assert "\r" not in text
    assert text.endswith("    type: Opaque\n")
    assert re.findall(r"^  name: (\w+)\n  namespace: (\w+)", text, re.MULTILINE) == [
        ("a", "airflow"),
        ("b", "airflow"),
        ("keys", "z"),
    ]
    assert re.findall(r"^    ([ab]): ", text, re.MULTILINE) == ["a", "b"] * 3


def test_an_object_carries_what_the_controller_reads() -> None:
    assert document(_object(type="kubernetes.io/tls")) == {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": {
            "name": "keys",
            "namespace": "airflow",
            "labels": {
                "app.kubernetes.io/managed-by": "platc",
                "app.kubernetes.io/part-of": "shop",
            },
            "annotations": {"platc.dev/certificate-sha256": A},
        },
        "spec": {
            "encryptedData": {"a": _ciphertext(b"a"), "b": _ciphertext(b"b")},
            "template": {
                "metadata": {
                    "name": "keys",
                    "namespace": "airflow",
                    "labels": {
                        "app.kubernetes.io/managed-by": "platc",
                        "app.kubernetes.io/part-of": "shop",
                    },
                },
                "type": "kubernetes.io/tls",
            },
        },
    }


@pytest.mark.parametrize("scope", [Scope.NAMESPACE_WIDE, Scope.CLUSTER_WIDE])
def test_a_wider_scope_stands_in_the_object_and_in_its_template(scope: Scope) -> None:
    written: Any = document(_object(scope=scope))
    annotation = {f"sealedsecrets.bitnami.com/{scope}": "true"}
    assert annotation.items() <= written["metadata"]["annotations"].items()
    assert written["spec"]["template"]["metadata"]["annotations"] == annotation


@pytest.mark.parametrize("scope", list(Scope))
def test_an_object_is_valid_by_the_controllers_own_schema(scope: Scope) -> None:
    written = document(_object(scope=scope, part_of=""))
    assert list(faults([written], supported_versions()[-1])) == []


def test_keys_sealed_for_different_certificates_are_told_apart() -> None:
    keys = {
        "a": SealedKey(_ciphertext(), A),
        "b": SealedKey(_ciphertext(), B),
        "c": SealedKey(_ciphertext(), A),
        "d": SealedKey(_ciphertext(), None),
    }
    text = render([_object(keys=keys)])
    assert f'platc.dev/certificate-sha256: "{B}: b; {A}: a, c"' in text
    assert dict(parse(text)[0].keys) == keys


@pytest.mark.parametrize("size", [0, 1, 1000])
def test_the_length_of_a_value_is_known_without_opening_it(size: int) -> None:
    assert SealedKey(_ciphertext(bytes(size), 512), A).plaintext_bytes == size


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "---\n---\nnull\n", render([])])
def test_an_empty_file_holds_nothing(text: str) -> None:
    assert parse(text) == ()


def test_what_kubeseal_writes_is_read_with_its_certificate_unknown() -> None:
    text = f"""\
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  creationTimestamp: null
  name: keys
  namespace: airflow
  annotations:
    sealedsecrets.bitnami.com/cluster-wide: "true"
spec:
  encryptedData:
    a: {_ciphertext()}
  template:
    metadata:
      annotations:
        sealedsecrets.bitnami.com/cluster-wide: "true"
      creationTimestamp: null
      name: keys
      namespace: airflow
"""
    (sealed,) = parse(text)
    assert sealed.keys == {"a": SealedKey(_ciphertext(), None)}
    assert (sealed.scope, sealed.type, sealed.part_of) == (Scope.CLUSTER_WIDE, "Opaque", "")


GOOD = render([_object()])
PASTED = GOOD.replace(_ciphertext(b"a"), "hunter2")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (GOOD + GOOD, 29, "airflow/keys stands at line 4 already"),
        (GOOD.replace("kind: SealedSecret", "kind: Secret"), 4, "kind must be SealedSecret"),
        (GOOD.replace("v1alpha1", "v1"), 4, "apiVersion must be bitnami.com/v1alpha1"),
        (GOOD.replace("  name: keys", "", 1), 8, "metadata lacks name"),
        (GOOD.replace("airflow", "Air flow"), 7, "a name that Kubernetes"),
        (GOOD.replace("  template:", "  data: AAAA\n  template:"), 18, "a field that is not kept"),
        (GOOD.replace("  annotations:", "  finalizers: [x]\n  annotations:"), 12, "not kept"),
        (GOOD[: GOOD.index("    a: ")].replace("Data:", "Data: {}"), 15, "encryptedData must map"),
        (GOOD.replace("    a: ", "    a/b: "), 16, "a key that Kubernetes"),
        (GOOD.replace("    a: ", "    b: "), 17, "twice"),
        (GOOD.replace("    a: ", "    a: &x "), 16, "anchors"),
        (GOOD.replace("    a: ", "    a: !x "), 16, "tag"),
        (GOOD.replace(A, "A" * 64), 7, "not a SHA-256"),
        (GOOD.replace("type: Opaque", "type: [x]"), 25, "must be text"),
        (GOOD.replace("type: Opaque", 'type: "a\\nb"'), 4, "a type or label"),
        (GOOD.replace("part-of: shop", 'part-of: "a\\"b"'), 4, "a type or label"),
        (PASTED, 16, "the value of 'a' is not sealed"),
        (GOOD.replace(_ciphertext(b"a"), _ciphertext()[:-40]), 16, "is not sealed"),
        (GOOD.replace(_ciphertext(b"a"), "{x: y}"), 16, "is not sealed"),
        ("a: [\n", 1, "not valid YAML"),
        ("a\x00b", 1, "no text"),
        ("a\n\ud800", 2, "no text"),
        ("- a\n", 1, "must be a mapping"),
        ("x\n", 1, "must be a mapping"),
        ("[" * 65, 1, "deeper than 64 levels"),
        ("a: &a [*a]", 1, "anchors"),
        ("? [a]\n: b\n", 1, "a key must be a plain word"),
    ],
)
def test_what_is_no_list_of_sealed_secrets_is_refused_at_its_line(
    text: str, line: int, message: str
) -> None:
    with pytest.raises(SealError, match=message) as caught:
        parse(text)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"line {line}: ")
    assert "hunter2" not in str(caught.value) + caught.value.help


def test_a_file_over_the_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "LARGEST_FILE", len(GOOD) - 1)
    with pytest.raises(SealError, match="larger than"):
        parse(GOOD)


def test_no_file_is_written_that_a_build_would_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert store.MOST_BYTES == load.LARGEST_FILE
    monkeypatch.setattr(store, "MOST_BYTES", len(GOOD) - 1)
    with pytest.raises(SealError, match="all sealed values together come to more than"):
        render([_object()])


def test_many_levels_are_refused_at_once() -> None:
    with pytest.raises(SealError, match="line 1: "):
        parse("[" * 1_000_000)


FRAGMENTS = st.sampled_from(
    [*GOOD.splitlines(keepends=True), "a: b\n", "- ", "&a ", "*a ", "!!binary ", "|\n", "{", "}"]
)


@settings(deadline=None)
@given(text=st.text() | st.lists(FRAGMENTS | st.text(max_size=3)).map("".join))
@example(text="%YAML 9.9\n---\na")
@example(text="\ufeff\ufeff")
@example(text="? ")
@example(text="!<tag:yaml.org,2002:str> x")
def test_any_text_gives_objects_or_a_seal_error(text: str) -> None:
    with contextlib.suppress(SealError):
        found = parse(text)
        assert render(parse(render(found))) == render(found)


@settings(deadline=None)
@given(at=st.integers(0, len(GOOD) - 1), piece=st.text(max_size=2), keep=st.booleans())
def test_any_damage_gives_objects_or_a_seal_error(at: int, piece: str, *, keep: bool) -> None:
    text = GOOD[:at] + piece + GOOD[at if keep else at + 1 :]
    with contextlib.suppress(SealError):
        assert all(each.keys for each in parse(text))
