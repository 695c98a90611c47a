"""What every service that platc deploys can state about all of its pods.

Kinds say nothing of it: it is added to each pod when the kind has lowered the service.
"""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import Pod
from platc_compiler.ir.taints import Toleration
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.secret_keys import secret_key
from platc_spec import service as spec
from platc_spec.platform import Spec


def with_settings(fragment: Fragment, name: str, platform: Spec) -> Fragment:
    """Return the part of a service with its settings in every pod and service account."""
    service = platform.services[name]
    if not isinstance(service, spec.Deployed):
        return fragment
    noted = tuple(sorted(service.service_account.annotations.items()))
    return replace(
        fragment,
        workloads=tuple(
            replace(each, pod=settled(each.pod, name, platform), account_annotations=noted)
            for each in fragment.workloads
        ),
        runners=tuple(
            replace(each, worker=settled(each.worker, name, platform)) for each in fragment.runners
        ),
        rights=tuple(replace(each, account_annotations=noted) for each in fragment.rights),
    )


def settled(pod: Pod, name: str, platform: Spec) -> Pod:
    """Return a pod with the settings of its service; doing it twice changes nothing."""
    service = platform.services[name]
    if not isinstance(service, spec.Deployed):
        return pod
    stated = tuple(_toleration(each) for each in service.tolerations)
    return replace(
        pod,
        node_selector=tuple(sorted(service.node_selector.items())),
        tolerations=tuple(dict.fromkeys((*pod.tolerations, *stated))),
        pull_secrets=tuple(
            secret_key(reference, service_origin(name, "pull_secrets", index))
            for index, reference in enumerate(service.pull_secrets)
        ),
    )


def _toleration(stated: spec.Toleration) -> Toleration:
    return Toleration(
        stated.key or "", stated.operator == "Exists", stated.value, stated.effect or ""
    )
