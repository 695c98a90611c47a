"""Templates of the pods that executors start themselves, as files that they read."""

from __future__ import annotations

from platc_compiler.documents import Artefacts
from platc_compiler.emit import yaml_text
from platc_compiler.ir.pipelines import Runner
from platc_compiler.ir.platform import Platform
from platc_compiler.targets.kubernetes.metadata import common_labels
from platc_compiler.targets.kubernetes.pods import pod_template
from platc_compiler.templating import Templates


def pod_templates(platform: Platform, templates: Templates) -> Artefacts:
    """Return ``pod-templates/SERVICE.yaml`` for each service that runs pipelines."""
    return {
        f"pod-templates/{runner.service}.yaml": yaml_text(_pod(platform, templates, runner))
        for runner in platform.runners
    }


def _pod(platform: Platform, templates: Templates, runner: Runner) -> dict[str, object]:
    labels = {**common_labels(platform), "app.kubernetes.io/version": runner.version}
    selector = dict(runner.worker_labels)
    template = pod_template(
        templates, runner.worker, account=runner.worker.service_account or runner.service,
        labels={**labels, **selector}, annotations={}, selector=selector,
    )  # fmt: skip
    # The executor names each pod itself.
    metadata = {"name": runner.service, **template["metadata"]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
