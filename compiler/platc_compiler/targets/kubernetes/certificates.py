"""Certificates of servers inside the cluster, for cert-manager to issue.

Source: cert-manager.io/docs/reference/api-docs, CertificateSpec.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import CUSTOM, Manifest
from platc_compiler.targets.kubernetes.metadata import metadata
from platc_compiler.templating.templates import Templates


def certificate_manifests(platform: Platform, templates: Templates) -> Iterator[Manifest]:
    """Yield the object of each certificate."""
    for certificate in platform.certificates:
        about = metadata(templates, certificate.name, certificate.namespace, {}, ())
        body = templates.data(
            "kubernetes/server-certificate.yaml.j2",
            metadata=about,
            certificate=certificate,
            labels=dict(certificate.labels),
        )
        yield Manifest(CUSTOM, body, certificate.origin)
