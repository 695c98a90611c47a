"""ConfigMaps: the files that pods read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import Artefact, Config, Workload
from platc_compiler.objects.digests import files_digest
from platc_compiler.objects.labels import workload_labels
from platc_compiler.objects.manifest import CONFIG, Manifest
from platc_compiler.targets.kubernetes.metadata import metadata
from platc_compiler.templating.templates import Templates


def config_manifests(
    platform: Platform, templates: Templates, artefacts: Mapping[str, str]
) -> Iterator[Manifest]:
    """Yield a ConfigMap for each configuration of each workload and of each task."""
    for workload in platform.workloads:
        for config in workload.configs:
            about = metadata(
                templates, config.name, workload.namespace, workload_labels(platform.name, workload)
            )
            body = templates.data(
                "kubernetes/configmap.yaml.j2", metadata=about, data=content(config, artefacts),
                binary=dict(sorted(config.binary)),
            )  # fmt: skip
            yield Manifest(CONFIG, body, workload.origin, config.released)
    for pipeline in platform.pipelines:
        for task in pipeline.tasks:
            for config in task.configs:
                about = metadata(templates, config.name, pipeline.runner.namespace, {})
                body = templates.data(
                    "kubernetes/configmap.yaml.j2", metadata=about, data=content(config, artefacts),
                    binary={},
                )  # fmt: skip
                yield Manifest(CONFIG, body, task.origin, config.released)


def content(config: Config, artefacts: Mapping[str, str]) -> dict[str, str]:
    """Return the files of a configuration by key, in the order of their keys."""
    files = {
        key: artefacts[value.path] if isinstance(value, Artefact) else value
        for key, value in config.files
    }
    if config.artefacts is not None:
        prefix = config.artefacts
        files |= {
            path.rpartition("/")[2]: text
            for path, text in artefacts.items()
            if path.startswith(prefix)
        }
    return dict(sorted(files.items()))


def checksum(workload: Workload, artefacts: Mapping[str, str]) -> str | None:
    """Return the digest of files that a workload reads only at its start, ``None`` without any."""
    configs = [config for config in workload.configs if not config.reloads]
    files = (
        (config.name, {**content(config, artefacts), **dict(sorted(config.binary))})
        for config in configs
    )
    return files_digest(files) if configs else None
