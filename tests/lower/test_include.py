"""Objects that somebody else wrote become a part of the platform."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from platc_compiler.budget.report import report
from platc_compiler.diagnostics.rendering import as_text
from platc_compiler.language import included
from platc_compiler.pipeline import Result
from tests.included_objects import CACHE, built, compiled

ENTRY = "include: { cache: { files: [vendor/cache.yaml] } }\n"
FILES = {"vendor/cache.yaml": CACHE}
MI = 1 << 20


def _object(result: Result, path: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(result.files[f"manifests/{path}"])
    return read


def _without_metadata_of_platc(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != "metadata"}


def test_objects_stand_in_the_folder_of_their_kind_and_carry_the_labels_of_the_platform() -> None:
    result = built(ENTRY, FILES)
    config = _object(result, "30-config/shop/configmap-cache.yaml")
    assert config["metadata"]["labels"] == {
        "app.kubernetes.io/component": "configmap",
        "app.kubernetes.io/instance": "cache",
        "app.kubernetes.io/managed-by": "platc",
        "app.kubernetes.io/name": "cache",
        "app.kubernetes.io/part-of": "demo",
        "helm.sh/chart": "cache-1.0",
    }
    assert config["metadata"]["namespace"] == "shop"
    assert "manifests/20-rbac/shop/serviceaccount-cache.yaml" in result.files
    assert "manifests/50-workloads/shop/service-cache.yaml" in result.files


def test_everything_but_labels_and_namespace_stays_as_it_was_written() -> None:
    result = built(ENTRY, FILES)
    wanted = {
        (body["kind"], body["metadata"]["name"]): body
        for body in yaml.safe_load_all(CACHE)
        if body is not None
    }
    paths = {
        ("ServiceAccount", "cache"): "20-rbac/shop/serviceaccount-cache.yaml",
        ("ConfigMap", "cache"): "30-config/shop/configmap-cache.yaml",
        ("Service", "cache"): "50-workloads/shop/service-cache.yaml",
        ("Service", "cache-pods"): "50-workloads/shop/service-cache-pods.yaml",
        ("StatefulSet", "cache"): "50-workloads/shop/statefulset-cache.yaml",
    }
    assert paths.keys() == wanted.keys()
    for key, path in paths.items():
        written = _object(result, path)
        if key[0] == "StatefulSet":
            labels = written["spec"]["template"]["metadata"].pop("labels")
            assert labels.pop("platc.dev/workload") == "statefulset-cache"
            assert labels == {
                "app": "cache",
                "app.kubernetes.io/managed-by": "platc",
                "app.kubernetes.io/part-of": "demo",
                "platc.dev/include": "cache",
            }
            del wanted[key]["spec"]["template"]["metadata"]["labels"]
        assert _without_metadata_of_platc(written) == _without_metadata_of_platc(wanted[key])


def test_numbers_and_words_are_read_as_kubectl_reads_them() -> None:
    text = CACHE.replace("automountServiceAccountToken: false", "automountServiceAccountToken: no")
    result = built(ENTRY, {"vendor/cache.yaml": text})
    pod = _object(result, "50-workloads/shop/statefulset-cache.yaml")["spec"]["template"]["spec"]
    assert pod["volumes"][0]["configMap"]["defaultMode"] == 0o440
    account = _object(result, "20-rbac/shop/serviceaccount-cache.yaml")
    assert account["automountServiceAccountToken"] is False


def test_who_depends_on_an_entry_reaches_the_port_of_its_pods_and_nobody_else_does() -> None:
    result = built(ENTRY, FILES, web="    depends_on: [cache:redis]\n")
    policy = _object(result, "10-policies/shop/networkpolicy-allow-cache.yaml")["spec"]
    assert policy["podSelector"]["matchLabels"] == {
        "platc.dev/include": "cache",
        "platc.dev/workload": "statefulset-cache",
    }
    assert policy["ingress"] == [
        {
            "from": [
                {
                    "podSelector": {
                        "matchLabels": {
                            "app.kubernetes.io/component": "main",
                            "app.kubernetes.io/instance": "web",
                            "app.kubernetes.io/name": "workload",
                        }
                    }
                }
            ],
            # The port of the pods, not that of the Service (16379).
            "ports": [{"protocol": "TCP", "port": 6379}],
        }
    ]
    assert not policy.get("egress")


def test_pods_of_an_entry_connect_to_what_is_declared() -> None:
    entry = ENTRY.replace("] } }", "], depends_on: [store], peers: [redis], api_access: true } }")
    store = (
        "  store: { kind: external, address: { host: s3.example.com, cidrs: [203.0.113.7/32] },"
        " ports: { https: 443 } }\n"
    )
    result = built(entry, FILES, web=store)
    policy = _object(result, "10-policies/shop/networkpolicy-allow-cache.yaml")["spec"]
    ports = {
        (str(peer.get("ipBlock", {}).get("cidr") or "pods"), port["port"])
        for rule in policy["egress"]
        for peer in rule["to"]
        for port in rule["ports"]
    }
    assert ("203.0.113.7/32", 443) in ports
    assert ("pods", 6379) in ports
    assert ("10.0.0.0/8", 6443) in ports
    assert [port["port"] for rule in policy["ingress"] for port in rule["ports"]] == [6379]


_COUNTED = """\
apiVersion: apps/v1
kind: Deployment
metadata: { name: scaled }
spec:
  selector: { matchLabels: { app: scaled } }
  template:
    metadata: { labels: { app: scaled } }
    spec:
      initContainers: [{ name: first, image: "a:1.0", resources: { requests: { memory: 100Mi } } }]
      containers:
        - name: a
          image: "a:1.0"
          resources: { requests: { memory: 10Mi }, limits: { cpu: 20m } }
        - { name: b, image: "a:1.0", resources: { requests: { memory: 20Mi, cpu: 5m } } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: scaled }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: scaled }
  minReplicas: 1
  maxReplicas: 5
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: each }
spec:
  selector: { matchLabels: { app: each } }
  template:
    metadata: { labels: { app: each } }
    spec:
      tolerations: [{ operator: Exists }]
      containers:
        - { name: each, image: "a:1.0", resources: { requests: { memory: 7Mi, cpu: 3m } } }
---
apiVersion: batch/v1
kind: Job
metadata: { name: once }
spec:
  template:
    metadata: { labels: { app: once } }
    spec:
      restartPolicy: Never
      containers:
        - { name: once, image: "a:1.0", resources: { requests: { memory: 11Mi, cpu: 2m } } }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec:
  schedule: "0 3 * * *"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      activeDeadlineSeconds: 60
      template:
        spec:
          restartPolicy: Never
          containers:
            - { name: n, image: "a:1.0", resources: { requests: { memory: 13Mi, cpu: 1m } } }
"""


def test_included_pods_are_counted_as_a_sum_by_hand_counts_them() -> None:
    def sums(result: Result) -> tuple[int, int]:
        assert result.platform is not None
        used = report(result.platform).requests
        return used.memory, used.cpu

    entry = "include: { more: { files: [vendor/more.yaml] } }\n"
    with_it = sums(built(entry, {"vendor/more.yaml": _COUNTED}, nodes=2))
    without = sums(built("", {}, nodes=2))
    # Five pods of the autoscaler's maximum and two of the surge (a quarter of five, rounded up):
    # the init container is larger than the two others together. A pod on each of the two nodes, of
    # which one is the control plane, one Job, one run.
    memory = (5 + 2) * 100 * MI + 2 * 7 * MI + 11 * MI + 13 * MI
    # A container with a limit alone requests it.
    cpu = (5 + 2) * (20 + 5) + 2 * 3 + 2 + 1
    assert (with_it[0] - without[0], with_it[1] - without[1]) == (memory, cpu)


def test_an_entry_that_does_not_fit_is_refused_at_its_line() -> None:
    text = CACHE.replace("memory: 64Mi", "memory: 6Gi").replace("memory: 128Mi", "memory: 6Gi")
    result = compiled(ENTRY, {"vendor/cache.yaml": text})
    found = [each for each in result.diagnostics if each.code == "PLT201"]
    assert found
    assert found[0].file == "vendor/cache.yaml"
    assert text.splitlines()[found[0].line - 1].strip() == "resources:"


def test_removing_a_file_removes_its_objects_from_the_output() -> None:
    entry = "include: { all: { files: [vendor] } }\n"
    other = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: other }\ndata: { a: b }\n"
    both = built(entry, {**FILES, "vendor/other.yaml": other}).files
    one = built(entry, {"vendor/other.yaml": other}).files
    none = built("", {}).files
    assert {path for path in both if path.endswith("statefulset-cache.yaml")}
    assert not {path for path in one if "cache" in path}
    assert {path for path in one if path.endswith("configmap-other.yaml")}
    assert not {path for path in none if path.endswith("configmap-other.yaml")}


def test_objects_of_a_list_are_taken_one_by_one() -> None:
    text = """\
{"apiVersion": "v1", "kind": "List", "items": [
  {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}, "data": {"a": "b"}},
  {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "two"}, "data": {"a": 1}}]}
"""
    entry = "include: { list: { files: [list.json] } }\n"
    result = compiled(entry, {"list.json": text})
    assert [(each.code, each.line) for each in result.diagnostics] == [("PLT701", 3)]
    result = built(entry, {"list.json": text.replace('{"a": 1}', '{"a": "1"}')})
    assert "manifests/30-config/shop/configmap-two.yaml" in result.files


def test_definitions_come_first_and_webhooks_last() -> None:
    text = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: indices.search.example.com }
spec:
  group: search.example.com
  names: { kind: Index, plural: indices }
  scope: Cluster
  versions:
    - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }
---
apiVersion: search.example.com/v1
kind: Index
metadata: { name: products }
---
apiVersion: v1
kind: Service
metadata: { name: hook }
spec: { selector: { app: hook }, ports: [{ port: 443, targetPort: 8443 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: hook }
spec:
  selector: { matchLabels: { app: hook } }
  template:
    metadata: { labels: { app: hook } }
    spec:
      containers:
        - name: hook
          image: example.com/hook:1.0.0
          resources: { requests: { memory: 64Mi, cpu: 50m }, limits: { memory: 64Mi, cpu: 100m } }
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: hook }
webhooks:
  - name: hook.example.com
    admissionReviewVersions: [v1]
    sideEffects: None
    clientConfig: { service: { name: hook, namespace: shop } }
"""
    entry = (
        "include: { search: { files: [search.yaml],"
        " allow: { webhooks: it keeps indices in order } } }\n"
    )
    result = built(entry, {"search.yaml": text})
    paths = [path.removeprefix("manifests/") for path in result.files]
    name = "customresourcedefinition-indices.search.example.com.yaml"
    assert f"05-definitions/{name}" in paths
    # It has no namespace, as its definition says.
    assert "60-custom-resources/index-products.yaml" in paths
    assert "60-custom-resources/validatingwebhookconfiguration-hook.yaml" in paths
    policy = _object(result, "10-policies/shop/networkpolicy-allow-hook.yaml")["spec"]
    # The API server calls the pods at their own port.
    assert [port["port"] for rule in policy["ingress"] for port in rule["ports"]] == [8443]


@pytest.mark.parametrize(
    "schema",
    [
        "{ type: object, properties: { spec: null } }",
        "{ type: object, properties: { spec: [a] } }",
        "{ type: object, properties: { spec: { type: 1.5 } } }",
        "{ type: object, properties: { spec: { pattern: '(' } } }",
        "{ type: object, required: spec }",
        "{ type: object, allOf: [null] }",
        "[]",
    ],
)
def test_a_definition_whose_schema_is_none_is_no_bug(schema: str) -> None:
    text = f"""\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{ name: indices.search.example.com }}
spec:
  group: search.example.com
  names: {{ kind: Index, plural: indices }}
  scope: Namespaced
  versions:
    - {{ name: v1, served: true, storage: true, schema: {{ openAPIV3Schema: {schema} }} }}
---
apiVersion: search.example.com/v1
kind: Index
metadata: {{ name: products }}
spec: {{ shards: 3 }}
"""
    compiled("include: { search: { files: [search.yaml] } }\n", {"search.yaml": text})


def test_a_changed_secret_rolls_included_pods() -> None:
    sealed = """\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: { name: cache, namespace: shop }
spec:
  encryptedData: { password: %s }
  template: { metadata: { name: cache, namespace: shop }, type: Opaque }
"""
    from tests.checks.examples import CIPHERTEXT

    files = {**FILES, "sealed-secrets.yaml": sealed % CIPHERTEXT}
    result = built(ENTRY, files)
    template = _object(result, "50-workloads/shop/statefulset-cache.yaml")["spec"]["template"]
    assert "platc.dev/secret-checksum" in template["metadata"]["annotations"]


def test_an_environment_changes_an_entry_and_its_faults_are_found_there() -> None:
    more = "environments: { production: { include: { cache: { files: [vendor/large.yaml] } } } }\n"
    result = compiled(ENTRY + more, FILES, environment="production")
    told = [each for each in result.diagnostics if each.code == "PLT125"]
    assert [(each.line, each.path) for each in told] == [(7, "include.cache.files[0]")]
    large = CACHE.replace("replicas: 2", "replicas: 3")
    result = built(ENTRY + more, {"vendor/large.yaml": large}, environment="production")
    assert _object(result, "50-workloads/shop/statefulset-cache.yaml")["spec"]["replicas"] == 3


def test_a_patch_changes_an_included_object() -> None:
    patch = (
        "patches: [{ target: { kind: Service, name: cache },"
        " merge: { metadata: { annotations: { example.com/a: b } } } }]\n"
    )
    body = _object(built(ENTRY + patch, FILES), "50-workloads/shop/service-cache.yaml")
    assert body["metadata"]["annotations"] == {"example.com/a": "b"}


@pytest.mark.parametrize(
    "style", ["stringData: { password: correct-horse }", "data: {a: Y29ycg==}"]
)
def test_no_value_of_an_included_secret_is_shown_or_written(style: str) -> None:
    text = f"apiVersion: v1\nkind: Secret\nmetadata: {{ name: cache }}\n{style}\n"
    result = compiled(ENTRY, {"vendor/cache.yaml": text})
    assert [each.code for each in result.diagnostics if each.severity == "error"] == ["PLT525"]
    shown = as_text(result.diagnostics)
    assert "correct-horse" not in shown
    assert "Y29ycg" not in shown
    assert not result.files


def test_what_is_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(included, "MOST_OBJECTS", 4)
    assert _codes(compiled(ENTRY, FILES)) == {"PLT125"}
    monkeypatch.undo()
    monkeypatch.setattr(included, "LARGEST", 1000)
    assert _codes(compiled(ENTRY, FILES)) == {"PLT125"}
    monkeypatch.undo()
    monkeypatch.setattr(included, "MOST_FILES", 2)
    many = {f"vendor/{n}.yaml": f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: c{n} }}\n"
            for n in range(3)}  # fmt: skip
    folder = "include: { cache: { files: [vendor] } }\n"
    assert _codes(compiled(folder, many)) == {"PLT125"}
    monkeypatch.undo()
    assert not _codes(compiled(folder, many))


def _codes(result: Result) -> set[str]:
    return {each.code for each in result.diagnostics if each.severity == "error"}


def test_a_name_of_an_included_service_in_a_value_needs_its_edge() -> None:
    result = compiled(ENTRY, FILES, web="    env: { CACHE_URL: 'redis://cache:16379' }\n")
    assert "PLT307" in _codes(result)
    web = "    env: { CACHE_URL: 'redis://cache:16379' }\n    depends_on: [cache:redis]\n"
    assert not _codes(compiled(ENTRY, FILES, web=web))


def test_a_value_in_an_included_pod_that_names_a_service_needs_its_edge() -> None:
    text = CACHE.replace("env: [", "env: [{ name: WEB_URL, value: 'http://web:8080' }, ")
    files, web = {"vendor/cache.yaml": text}, "    ports: { http: 8080 }\n"
    result = compiled(ENTRY, files, web=web)
    told = [each for each in result.diagnostics if each.code == "PLT307"]
    assert [each.file for each in told] == ["vendor/cache.yaml"]
    entry = ENTRY.replace("] } }", "], depends_on: [web] } }")
    assert not _codes(compiled(entry, files, web=web))
