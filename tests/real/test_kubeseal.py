"""What we seal, opened by the real kubeseal v0.40.0, which runs the controller's own code."""

import base64
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives import serialization

from platc_compiler.seal import store
from platc_compiler.seal.declared import Declared, Scope
from platc_compiler.seal.run import seal
from platc_compiler.seal.secret_value import SecretValue
from tests.seal.controller import Controller, make_controller
from tests.tools import tool

pytestmark = pytest.mark.e2e

VALUES: Mapping[str, bytes] = {
    "user": b"etl",
    "password": "pässword: 'with' \"quotes\" \U0001f512".encode(),
    "binary": bytes(range(256)),
    "certificate": b"-----BEGIN-----\nline\n\n",
    "long": b"x" * 100_000,
}


@pytest.fixture(scope="module")
def controller() -> Controller:
    return make_controller(4096)


@pytest.fixture(scope="module")
def private_key(controller: Controller, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("controller") / "key.pem"
    path.write_bytes(
        controller.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def _kubeseal(text: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    # No configuration of a cluster is to be found, so that nothing of one can help.
    environment = {"HOME": "/nonexistent", "KUBECONFIG": "/nonexistent"}
    command = [tool("kubeseal"), *arguments]
    return subprocess.run(
        command, input=text, capture_output=True, text=True, check=False, env=environment
    )


def _open(text: str, key: Path) -> subprocess.CompletedProcess[str]:
    return _kubeseal(text, "--recovery-unseal", "--recovery-private-key", key)


def _sealed(controller: Controller, declared: Declared) -> str:
    values = {declared.name: {key: SecretValue(VALUES[key]) for key in declared.keys}}
    return seal([declared], controller.certificate, None, values, part_of="shop").text


def _data(secret: Mapping[str, Any]) -> dict[str, bytes]:
    return {key: base64.b64decode(value) for key, value in secret["data"].items()}


@pytest.mark.parametrize("scope", list(Scope))
def test_kubeseal_opens_every_scope_to_the_exact_values(
    controller: Controller, private_key: Path, scope: Scope
) -> None:
    declared = Declared("db", "data", tuple(VALUES), scope=scope, type="example.com/database")
    opened = _open(_sealed(controller, declared), private_key)
    assert opened.returncode == 0, opened.stderr
    secret = json.loads(opened.stdout)
    assert _data(secret) == VALUES
    assert (secret["kind"], secret["type"]) == ("Secret", "example.com/database")
    metadata = secret["metadata"]
    assert (metadata["namespace"], metadata["name"]) == ("data", "db")
    assert metadata["labels"] == {
        "app.kubernetes.io/managed-by": "platc",
        "app.kubernetes.io/part-of": "shop",
    }


@pytest.mark.parametrize(
    ("scope", "change", "opens"),
    [
        (Scope.STRICT, ("name: db", "name: db2"), False),
        (Scope.STRICT, ("namespace: data", "namespace: data2"), False),
        (Scope.NAMESPACE_WIDE, ("name: db", "name: db2"), True),
        (Scope.NAMESPACE_WIDE, ("namespace: data", "namespace: data2"), False),
        (Scope.NAMESPACE_WIDE, ("namespace-wide", "cluster-wide"), False),
        (Scope.CLUSTER_WIDE, ("namespace: data", "namespace: data2"), True),
        (Scope.CLUSTER_WIDE, ("cluster-wide", "namespace-wide"), False),
    ],
)
def test_a_moved_object_opens_only_as_far_as_its_scope_allows(
    controller: Controller, private_key: Path, scope: Scope, change: tuple[str, str], *, opens: bool
) -> None:
    text = _sealed(controller, Declared("db", "data", ("user",), scope=scope))
    assert change[0] in text
    opened = _open(text.replace(*change), private_key)
    assert (opened.returncode == 0) is opens
    if not opens:
        assert "no key could decrypt secret" in opened.stderr


@pytest.mark.parametrize("scope", list(Scope))
def test_an_object_of_ours_has_the_shape_of_one_of_kubeseals(
    controller: Controller, tmp_path: Path, scope: Scope
) -> None:
    (tmp_path / "cert.pem").write_bytes(controller.certificate)
    labels = {"app.kubernetes.io/managed-by": "platc", "app.kubernetes.io/part-of": "shop"}
    metadata = {"name": "db", "namespace": "data", "labels": labels}
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": "Opaque",
        "stringData": {"user": "etl", "password": "x"},
    }
    theirs = _kubeseal(
        json.dumps(secret), "--cert", tmp_path / "cert.pem", "--scope", scope, "-o", "yaml"
    )
    assert theirs.returncode == 0, theirs.stderr
    ours = _sealed(controller, Declared("db", "data", ("user", "password"), scope=scope))
    mine, yours = (_comparable(text) for text in (ours, theirs.stdout))
    # kubeseal labels the Secret alone; the SealedSecret is an object of the platform too.
    del mine["metadata"]["labels"]
    assert mine == yours


def _comparable(text: str) -> dict[str, Any]:
    sealed: dict[str, Any] = yaml.safe_load(text)
    encrypted = sealed["spec"]["encryptedData"]
    sealed["spec"]["encryptedData"] = sorted(encrypted)
    for metadata in (sealed["metadata"], sealed["spec"]["template"]["metadata"]):
        metadata.pop("creationTimestamp", None)
        metadata.setdefault("annotations", {}).pop(store.CERTIFICATE_ANNOTATION, None)
    return sealed


def test_what_kubeseal_sealed_is_adopted_and_kept_once_its_certificate_is_told(
    controller: Controller, private_key: Path, tmp_path: Path
) -> None:
    (tmp_path / "cert.pem").write_bytes(controller.certificate)
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "db", "namespace": "data"},
        "stringData": {"user": "etl"},
    }
    theirs = _kubeseal(json.dumps(secret), "--cert", tmp_path / "cert.pem", "-o", "yaml").stdout
    declared = Declared("db", "data", ("user",))
    unknown = seal([declared], controller.certificate, theirs, {}, part_of="shop")
    assert [str(each.ref) for each in unknown.missing] == ["db/user"]
    fingerprint = store.parse(_sealed(controller, declared))[0].keys["user"].certificate
    known = theirs.replace(
        "  name: db\n",
        f"  annotations:\n    {store.CERTIFICATE_ANNOTATION}: '{fingerprint}'\n  name: db\n",
        1,
    )
    kept = seal([declared], controller.certificate, known, {}, part_of="shop")
    assert kept.missing == ()
    assert _data(json.loads(_open(kept.text, private_key).stdout)) == {"user": b"etl"}
