"""The rules of sealing, on the whole way from declaration to text."""

import re
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platc_compiler.seal import store
from platc_compiler.seal.declared import Declared, KeyRef, Scope, encryption_label
from platc_compiler.seal.errors import SealError
from platc_compiler.seal.plan import Missing, Reason, outstanding
from platc_compiler.seal.run import Sealed, seal
from platc_compiler.seal.secret_value import SecretValue
from tests.seal.controller import Controller

DB = Declared("db", "data", ("user", "password"), generate={"password": "password"})
KEYS = Declared("keys", "airflow", ("fernet-key",), generate={"fernet-key": "fernet"})
VALUES = {"db": {"user": "etl", "password": "p1"}, "keys": {"fernet-key": "f1"}}


def _wrap(values: Mapping[str, Mapping[str, str | bytes]]) -> dict[str, dict[str, SecretValue]]:
    return {
        name: {
            key: SecretValue(value.encode() if isinstance(value, str) else value)
            for key, value in keys.items()
        }
        for name, keys in values.items()
    }


def _seal(
    controller: Controller,
    declared: Sequence[Declared],
    text: str | None = None,
    values: Mapping[str, Mapping[str, str | bytes]] | None = None,
    **switches: Any,  # noqa: ANN401 - those of seal
) -> Sealed:
    return seal(
        declared, controller.certificate, text, _wrap(values or {}), part_of="shop", **switches
    )


def _opened(controller: Controller, text: str) -> dict[str, dict[str, bytes]]:
    """Open the file as the controller would: the label follows from the object itself."""
    return {
        f"{sealed.namespace}/{sealed.name}": {
            key: controller.unseal(
                value.ciphertext, encryption_label(sealed.namespace, sealed.name, sealed.scope)
            )
            for key, value in sealed.keys.items()
        }
        for sealed in store.parse(text)
    }


def _ciphertexts(text: str) -> dict[str, str]:
    return {
        f"{sealed.namespace}/{sealed.name}/{key}": value.ciphertext
        for sealed in store.parse(text)
        for key, value in sealed.keys.items()
    }


def _refs(refs: Sequence[KeyRef]) -> list[str]:
    return [f"{ref.namespace}/{ref}" for ref in refs]


def _reasons(missing: Sequence[Missing]) -> dict[str, Reason]:
    return {f"{each.ref.namespace}/{each.ref}": each.reason for each in missing}


@pytest.mark.parametrize("scope", list(Scope))
def test_each_scope_is_opened_from_the_object_alone(controller: Controller, scope: Scope) -> None:
    declared = Declared("db", "data", ("user", "password"), scope=scope)
    sealed = _seal(controller, [declared], None, {"db": VALUES["db"]})
    assert _opened(controller, sealed.text) == {"data/db": {"user": b"etl", "password": b"p1"}}
    assert _refs(sealed.sealed) == ["data/db/password", "data/db/user"]
    assert (sealed.kept, sealed.dropped, sealed.missing) == ((), (), ())


def test_under_strict_scope_a_renamed_object_cannot_be_opened(controller: Controller) -> None:
    text = _seal(controller, [DB], None, {"db": VALUES["db"]}).text
    with pytest.raises(ValueError, match="ecryption failed"):
        _opened(controller, text.replace("name: db", "name: db2"))


def test_what_has_no_new_value_keeps_its_ciphertext_byte_for_byte(controller: Controller) -> None:
    first = _seal(controller, [DB, KEYS], None, VALUES)
    second = _seal(controller, [KEYS, DB], first.text)
    assert second.text == first.text
    assert _refs(second.kept) == ["airflow/keys/fernet-key", "data/db/password", "data/db/user"]
    third = _seal(controller, [DB, KEYS], first.text, {"db": {"password": "p2"}})
    assert _refs(third.sealed) == ["data/db/password"]
    assert _opened(controller, third.text)["data/db"] == {"user": b"etl", "password": b"p2"}
    before, after = _ciphertexts(first.text), _ciphertexts(third.text)
    assert {key for key in before if before[key] != after[key]} == {"data/db/password"}


def test_the_same_value_given_again_is_sealed_again_unless_told_otherwise(
    controller: Controller,
) -> None:
    first = _seal(controller, [DB], None, {"db": VALUES["db"]})
    again = _seal(controller, [DB], first.text, {"db": VALUES["db"]})
    assert not set(_ciphertexts(first.text).values()) & set(_ciphertexts(again.text).values())
    left = _seal(controller, [DB], first.text, {"db": VALUES["db"]}, replace=False)
    assert left.text == first.text


def test_nothing_tells_two_equal_values_apart_from_two_different_ones(
    controller: Controller,
) -> None:
    text = _seal(controller, [DB], None, {"db": {"user": "same", "password": "same"}}).text
    assert len(set(_ciphertexts(text).values())) == 2
    other = _seal(controller, [DB], None, {"db": {"user": "same", "password": "else"}}).text
    for ciphertext in (*_ciphertexts(text).values(), *_ciphertexts(other).values()):
        text, other = text.replace(ciphertext, "x"), other.replace(ciphertext, "x")
    assert text == other


def test_what_is_no_longer_declared_is_dropped(controller: Controller) -> None:
    text = _seal(controller, [DB, KEYS], None, VALUES).text
    sealed = _seal(controller, [Declared("db", "data", ("user",))], text)
    assert _refs(sealed.dropped) == ["airflow/keys/fernet-key", "data/db/password"]
    assert list(_ciphertexts(sealed.text)) == ["data/db/user"]
    assert _seal(controller, [], text).text == store.render([])


def test_a_key_never_sealed_is_missing_and_the_rest_is_sealed(controller: Controller) -> None:
    sealed = _seal(controller, [DB], None, {"db": {"user": "etl"}})
    assert _reasons(sealed.missing) == {"data/db/password": Reason.NEVER}
    assert list(_ciphertexts(sealed.text)) == ["data/db/user"]


@pytest.mark.parametrize(
    "moved", [Declared("db2", "data", DB.keys), Declared("db", "data2", DB.keys)]
)
def test_a_rename_needs_the_values_again_and_generates_none(
    controller: Controller, moved: Declared
) -> None:
    text = _seal(controller, [DB], None, {"db": VALUES["db"]}).text
    sealed = _seal(controller, [moved], text, generate=True)
    assert set(_reasons(sealed.missing).values()) == {Reason.RENAMED}
    assert _refs(sealed.dropped) == ["data/db/password", "data/db/user"]
    assert store.parse(sealed.text) == ()
    again = _seal(controller, [moved], text, {moved.name: VALUES["db"]})
    assert again.missing == ()
    assert list(_opened(controller, again.text)) == [f"{moved.namespace}/{moved.name}"]


def test_a_new_key_of_a_sealed_secret_is_no_rename(controller: Controller) -> None:
    old = Declared("old", "data", ("user", "password", "port"))
    values = {"db": VALUES["db"], "old": {"user": "u", "password": "p", "port": "1"}}
    text = _seal(controller, [DB, old], None, values).text
    grown = Declared("db", "data", ("user", "password", "port"))
    sealed = _seal(controller, [grown], text)
    assert _reasons(sealed.missing) == {"data/db/port": Reason.GIVEN}


def test_another_certificate_needs_the_values_again_and_keeps_what_the_old_key_opens(
    controller: Controller, other_controller: Controller
) -> None:
    text = _seal(controller, [DB], None, {"db": VALUES["db"]}).text
    sealed = _seal(other_controller, [DB], text, generate=True)
    assert set(_reasons(sealed.missing).values()) == {Reason.CERTIFICATE}
    assert (sealed.text, sealed.kept) == (text, ())


def test_one_object_may_hold_values_for_two_certificates_until_all_are_given(
    controller: Controller, other_controller: Controller
) -> None:
    text = _seal(controller, [DB], None, {"db": VALUES["db"]}).text
    half = _seal(other_controller, [DB], text, {"db": {"user": "new"}})
    assert _reasons(half.missing) == {"data/db/password": Reason.CERTIFICATE}
    assert _ciphertexts(half.text)["data/db/password"] == _ciphertexts(text)["data/db/password"]
    unseal = other_controller.unseal
    assert unseal(_ciphertexts(half.text)["data/db/user"], b"data/db") == b"new"
    whole = _seal(other_controller, [DB], half.text, {"db": {"password": "p2"}})
    assert _refs(whole.kept) == ["data/db/user"]
    assert _opened(other_controller, whole.text)["data/db"] == {"user": b"new", "password": b"p2"}
    assert re.search(r'sha256: "?[0-9a-f]{64}"?\n', whole.text)


def test_a_changed_scope_needs_all_values_at_once_and_changes_nothing_before(
    controller: Controller,
) -> None:
    text = _seal(controller, [DB], None, {"db": VALUES["db"]}).text
    wider = Declared("db", "data", DB.keys, scope="namespace-wide")
    half = _seal(controller, [wider], text, {"db": {"user": "new"}}, generate=True)
    assert half.text == text
    assert [(each.reason, each.given) for each in half.missing] == [
        (Reason.SCOPE, False),
        (Reason.SCOPE, True),
    ]
    whole = _seal(controller, [wider], text, {"db": {"user": "new", "password": "p"}})
    assert "namespace-wide" in whole.text
    assert _opened(controller, whole.text)["data/db"] == {"user": b"new", "password": b"p"}


def test_the_type_follows_the_declaration_without_sealing_anew(controller: Controller) -> None:
    text = _seal(controller, [DB], None, {"db": VALUES["db"]}).text
    typed = Declared("db", "data", DB.keys, type="kubernetes.io/basic-auth")
    sealed = _seal(controller, [typed], text)
    assert _ciphertexts(sealed.text) == _ciphertexts(text)
    assert sealed.text == text.replace("type: Opaque", "type: kubernetes.io/basic-auth")


def test_generating_fills_what_was_never_sealed_by_its_recipe(controller: Controller) -> None:
    sealed = _seal(controller, [DB, KEYS], None, {"db": {"user": "etl"}}, generate=True)
    opened = _opened(controller, sealed.text)
    assert opened["data/db"]["user"] == b"etl"
    assert len(opened["data/db"]["password"]) == 43
    assert len(opened["airflow/keys"]["fernet-key"]) == 44
    assert _refs(sealed.generated) == ["airflow/keys/fernet-key", "data/db/password"]
    assert len(sealed.sealed) == 3
    assert _seal(controller, [DB, KEYS], sealed.text, generate=True).text == sealed.text


def test_what_has_no_recipe_is_never_generated(controller: Controller) -> None:
    sealed = _seal(controller, [DB], None, generate=True)
    assert _refs(sealed.generated) == ["data/db/password"]
    assert _reasons(sealed.missing) == {"data/db/user": Reason.GIVEN}


def test_what_replaces_another_ciphertext_is_told_apart(controller: Controller) -> None:
    first = _seal(controller, [DB], None, {"db": {"user": "etl"}}, generate=True)
    assert first.replaced == ()
    again = _seal(controller, [DB, KEYS], first.text, {"db": {"user": "etl"}}, generate=True)
    assert _refs(again.replaced) == ["data/db/user"]


TWINS = [
    Declared("db", "a", ("user", "x"), generate={"user": "uuid", "x": "uuid"}),
    Declared("db", "b", ("user", "y"), generate={"user": "uuid", "y": "uuid"}),
]


@pytest.mark.parametrize("switches", [{"generate": True}, {"values": {"db": {"user": "etl"}}}])
def test_a_name_in_two_namespaces_holds_one_value(
    controller: Controller, switches: dict[str, Any]
) -> None:
    opened = _opened(controller, _seal(controller, TWINS, None, **switches).text)
    assert opened["a/db"]["user"] == opened["b/db"]["user"]


def test_a_value_sealed_in_one_namespace_is_not_generated_anew_for_another(
    controller: Controller,
) -> None:
    text = _seal(controller, TWINS[:1], None, generate=True).text
    sealed = _seal(controller, TWINS, text, generate=True)
    assert _reasons(sealed.missing) == {"b/db/user": Reason.ELSEWHERE}
    both = _seal(controller, TWINS, text, {"db": {"user": "etl"}}, generate=True, replace=False)
    opened = _opened(controller, both.text)
    assert opened["a/db"]["user"] == opened["b/db"]["user"] == b"etl"


@pytest.mark.parametrize("only", ["db", "db/password"])
def test_only_touches_nothing_else(
    controller: Controller, other_controller: Controller, only: str
) -> None:
    text = _seal(other_controller, [DB, KEYS], None, VALUES).text
    newer = Declared("slack", "monitoring", ("url",))
    changed = {**VALUES, "db": {"user": "etl2", "password": "p2"}}
    sealed = _seal(controller, [DB, newer], text, changed | {"keys": {}}, only=[only])
    before, after = _ciphertexts(text), _ciphertexts(sealed.text)
    touched = {key for key in before if before[key] != after.get(key)}
    assert touched == {"db": {"data/db/user", "data/db/password"}}.get(only, {"data/db/password"})
    assert (sealed.missing, sealed.dropped) == ((), ())
    assert before.keys() == after.keys()


def test_only_leaves_a_changed_declaration_of_others_alone(controller: Controller) -> None:
    text = _seal(controller, [DB, KEYS], None, VALUES).text
    wider = Declared("db", "data", ("user", "new"), scope="cluster-wide", type="x/y")
    values = {"keys": {"fernet-key": "f"}, "db": {"user": "etl", "new": "n"}}
    sealed = _seal(controller, [wider, KEYS], text, values, only=["keys"])
    assert sealed.text.partition("name: db")[2] == text.partition("name: db")[2]
    assert _refs(sealed.sealed) == ["airflow/keys/fernet-key"]
    assert _refs(sealed.kept) == ["data/db/user"]


def test_only_keeps_a_key_of_the_same_secret_that_is_no_longer_declared(
    controller: Controller,
) -> None:
    text = _seal(controller, [DB], None, {"db": VALUES["db"]}).text
    less = Declared("db", "data", ("user",))
    sealed = _seal(controller, [less], text, {"db": {"user": "etl2"}}, only=["db/user"])
    assert _ciphertexts(sealed.text)["data/db/password"] == _ciphertexts(text)["data/db/password"]
    assert sealed.dropped == ()


def test_only_reports_what_it_left_as_kept(controller: Controller) -> None:
    text = _seal(controller, [DB, KEYS], None, VALUES).text
    sealed = _seal(controller, [DB, KEYS], text, {"db": {"user": "x"}}, only=["db/user"])
    assert _refs(sealed.kept) == ["airflow/keys/fernet-key", "data/db/password"]


@pytest.mark.parametrize(
    ("values", "only", "message", "help_"),
    [
        ({"db": {"pasword": "hunter2"}}, [], "db/pasword, which platform.yaml", "'db/password'"),
        ({"zz": {"qq": "hunter2"}}, [], "zz/qq, which platform.yaml", "under `secrets:`"),
        ({}, ["dbs"], "no secret or key 'dbs'", "'db'"),
        ({}, ["db/usr"], "no secret or key 'db/usr'", "'db/user'"),
    ],
)
def test_what_is_not_declared_is_refused_with_the_nearest_name(
    controller: Controller,
    values: Mapping[str, Mapping[str, str]],
    only: Sequence[str],
    message: str,
    help_: str,
) -> None:
    with pytest.raises(SealError, match=message) as caught:
        _seal(controller, [DB, KEYS], None, values, only=only)
    assert help_ in caught.value.help
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ([Declared("Db", "data", ("user",))], "'Db' cannot be the name"),
        ([Declared("d" * 254, "data", ("user",))], "cannot be the name"),
        ([Declared("db", "da.ta", ("user",))], "'da.ta' cannot be a namespace"),
        ([Declared("db", "data", ())], "are empty or hold one twice"),
        ([Declared("db", "data", ("a", "a"))], "are empty or hold one twice"),
        ([Declared("db", "data", ("a b",))], "'a b' cannot be a key"),
        ([Declared("db", "data", ("..",))], "'..' cannot be a key"),
        ([Declared("db", "data", ("a",), scope="wide")], "unknown scope 'wide'"),
        ([Declared("db", "data", ("a",), type='"')], "cannot be the type"),
        ([Declared("db", "data", ("a",), generate={"b": "uuid"})], "no key 'b' to generate"),
        ([Declared("db", "data", ("a",), generate={"a": "hex:1"})], "no such recipe"),
        ([DB, DB], "is declared 2 times in namespace 'data'"),
    ],
)
def test_a_declaration_no_secret_can_be_made_of_is_refused(
    controller: Controller, declared: Sequence[Declared], message: str
) -> None:
    with pytest.raises(SealError, match=message):
        _seal(controller, declared)


def test_a_platform_name_that_is_no_label_is_refused(controller: Controller) -> None:
    with pytest.raises(SealError, match="value of a label"):
        seal([DB], controller.certificate, None, {}, part_of="a b")


def test_more_than_a_secret_may_hold_is_refused_old_and_new_counted_together(
    controller: Controller,
) -> None:
    text = _seal(controller, [DB], None, {"db": {"user": b"x" * (1 << 20)}}).text
    with pytest.raises(SealError, match="secret 'db' come to 1048577 bytes"):
        _seal(controller, [DB], text, {"db": {"password": "p"}})


def test_an_expired_certificate_is_refused_at_the_given_time(controller: Controller) -> None:
    with pytest.raises(SealError, match="expired"):
        _seal(controller, [DB], None, {}, now=datetime(9999, 1, 1, tzinfo=UTC))


def test_what_is_outstanding_is_known_without_a_certificate(controller: Controller) -> None:
    text = _seal(controller, [DB, KEYS], None, VALUES).text
    assert outstanding([DB, KEYS], text).missing == ()
    lacking = outstanding([DB, Declared("keys", "airflow", ("fernet-key", "jwt"))], text)
    assert _reasons(lacking.missing) == {"airflow/keys/jwt": Reason.GIVEN}
    assert _refs(outstanding([DB], text).dropped) == ["airflow/keys/fernet-key"]
    assert len(outstanding([DB, KEYS], None).missing) == 3
    wider = Declared("db", "data", DB.keys, scope="cluster-wide")
    assert set(_reasons(outstanding([wider, KEYS], text).missing).values()) == {Reason.SCOPE}


NAMES = st.sampled_from(["db", "keys", "slack"])
DECLARED = st.lists(
    st.builds(
        Declared,
        name=NAMES,
        namespace=st.sampled_from(["a", "b"]),
        keys=st.lists(st.sampled_from("xyz"), min_size=1, unique=True).map(tuple),
        scope=st.sampled_from(Scope),
    ),
    max_size=4,
    unique_by=lambda each: (each.namespace, each.name),
)
SECRETS = st.binary(min_size=6, max_size=12)


@settings(deadline=None)
@given(before=DECLARED, after=DECLARED, raw=SECRETS, data=st.data())
def test_every_key_has_one_outcome_and_no_value_shows(
    controller: Controller,
    before: list[Declared],
    after: list[Declared],
    raw: bytes,
    data: st.DataObject,
) -> None:
    first = _seal(controller, before, None, generate=True)
    wanted = {(each.name, key) for each in after for key in each.keys}
    chosen = data.draw(st.sets(st.sampled_from(sorted(wanted)))) if wanted else set()
    values: dict[str, dict[str, bytes]] = {}
    for name, key in chosen:
        values.setdefault(name, {})[key] = raw
    second = _seal(controller, after, first.text, values, generate=data.draw(st.booleans()))

    outcomes = [*second.sealed, *second.kept, *(each.ref for each in second.missing)]
    assert sorted(outcomes) == sorted(
        KeyRef(each.namespace, each.name, key) for each in after for key in each.keys
    )
    old, new = _ciphertexts(first.text), _ciphertexts(second.text)
    assert all(new[ref] == old[ref] for ref in _refs(second.kept))
    assert all(new[ref] != old.get(ref) for ref in _refs(second.sealed))
    assert not new.keys() & set(_refs(second.dropped))
    opened = _opened(controller, second.text)
    for ref in second.sealed:
        if (ref.name, ref.key) in chosen:
            assert opened[f"{ref.namespace}/{ref.name}"][ref.key] == raw
    shown = repr(second) + repr(_wrap(values))
    assert raw.decode("latin-1") not in shown
    assert repr(raw)[2:-1] not in shown
    settled = _seal(controller, after, second.text)
    assert settled.text == second.text
