"""Pod templates as files, for programs that start pods themselves."""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.labels import VERSION
from platc_compiler.ir.pipelines import Executors, Runner
from platc_compiler.ir.platform import Platform
from platc_compiler.objects.labels import common_labels
from platc_compiler.objects.manifest import Artefacts, File
from platc_compiler.objects.pod_template import pod_template
from platc_compiler.source.emit import yaml_text
from platc_compiler.templating.templates import Templates


def pod_templates(platform: Platform, templates: Templates, _: Artefacts) -> Iterator[File]:
    """Yield a template for each service that runs pipelines, and for each task with executors."""
    for runner in platform.runners:
        text = yaml_text(_pod(platform, templates, runner))
        yield File(f"pod-templates/{runner.service}.yaml", text)
    for pipeline in platform.pipelines:
        for task in pipeline.tasks:
            if task.executors is not None:
                text = yaml_text(_executor(templates, task.pod_name, task.executors))
                yield File(task.executors.template, text)


def _pod(platform: Platform, templates: Templates, runner: Runner) -> dict[str, object]:
    labels = {**common_labels(platform.name), VERSION: runner.version}
    selector = dict(runner.worker_labels)
    template = pod_template(
        templates, runner.worker, account=runner.worker.service_account or runner.service,
        labels={**labels, **selector}, annotations={}, selector=selector,
    )  # fmt: skip
    # The executor names each pod itself.
    metadata = {"name": runner.service, **template["metadata"]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}


def _executor(templates: Templates, name: str, executors: Executors) -> dict[str, object]:
    pod = executors.pod
    template = pod_template(
        templates, pod, account=pod.service_account or "", labels={}, annotations={}, selector={}
    )
    # The driver names each pod itself.
    metadata = {"name": name, **template["metadata"]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
