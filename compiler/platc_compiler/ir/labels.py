"""Labels of Kubernetes objects: the recommended ones, and those that select pods.

Source: kubernetes.io/docs/concepts/overview/working-with-objects/common-labels
"""

from __future__ import annotations

from typing import TypeAlias

Labels: TypeAlias = tuple[tuple[str, str], ...]
"""Keys and values, sorted by key."""

RECOMMENDED = "app.kubernetes.io/"
"""The prefix of the recommended labels."""
COMPONENT = f"{RECOMMENDED}component"
INSTANCE = f"{RECOMMENDED}instance"
MANAGED_BY = f"{RECOMMENDED}managed-by"
NAME = f"{RECOMMENDED}name"
PART_OF = f"{RECOMMENDED}part-of"
VERSION = f"{RECOMMENDED}version"

MANAGER = "platc"
"""The value of ``managed-by``."""

HOSTNAME, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
"""The labels of nodes by which places are told apart: each node, and each zone."""


def selector_labels(app: str, service: str, component: str) -> Labels:
    """Return the labels that select the pods of one component of a service, and no others.

    Args:
        app: what the pods run, such as ``grafana``.
        service: the service in platform.yaml.
        component: the component of the service, such as ``server``.
    """
    return ((COMPONENT, component), (INSTANCE, service), (NAME, app))
