"""The user's own configuration over the generated one: no list is lost."""

from __future__ import annotations

from platc_compiler.targets.alertmanager.own import merged, own_routes

GENERATED = {
    "global": {"resolve_timeout": "5m"},
    "route": {"receiver": "a", "routes": [{"receiver": "b"}]},
    "inhibit_rules": [{"equal": ["x"]}],
    "receivers": [{"name": "a", "email_configs": [{"to": "a"}]}, {"name": "b"}],
}


def test_a_declared_receiver_gets_channels_and_others_are_added() -> None:
    own = [{"name": "a", "email_configs": [{"to": "b"}], "webhook_configs": [{}]}, {"name": "c"}]
    assert merged(GENERATED, {"receivers": own})["receivers"] == [
        {"name": "a", "email_configs": [{"to": "a"}, {"to": "b"}], "webhook_configs": [{}]},
        {"name": "b"},
        {"name": "c"},
    ]


def test_inhibitions_and_times_are_added() -> None:
    own = {"inhibit_rules": [{"equal": ["y"]}], "time_intervals": [{"name": "n"}]}
    made = merged(GENERATED, own)
    assert made["inhibit_rules"] == [{"equal": ["x"]}, {"equal": ["y"]}]
    assert made["time_intervals"] == [{"name": "n"}]


def test_routes_are_taken_before_the_merge() -> None:
    own = {"route": {"routes": [{"receiver": "c"}]}, "global": {"resolve_timeout": "1m"}}
    assert own_routes(own) == [{"receiver": "c"}]
    made = merged(GENERATED, own)
    assert made["route"] == GENERATED["route"]
    assert made["global"] == {"resolve_timeout": "1m"}


def test_nothing_of_ones_own_changes_nothing() -> None:
    assert merged(GENERATED, {"receivers": None, "inhibit_rules": None}) == GENERATED
    assert own_routes({"route": None}) == ()
