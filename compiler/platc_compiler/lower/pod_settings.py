"""What every service that platc deploys can state about all of its pods.

Kinds say nothing of it: it is added to each pod when the kind has lowered the service.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import Amounts, Dns, Pod, SecretKey
from platc_compiler.ir.taints import Toleration
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.secret_keys import secret_key
from platc_spec import service as spec
from platc_spec.platform import Spec

if TYPE_CHECKING:
    from platc_spec.images import Images


def with_settings(fragment: Fragment, name: str, platform: Spec) -> Fragment:
    """Return the part of a service with its settings in every pod and service account."""
    service = platform.services[name]
    if not isinstance(service, spec.Deployed):
        return fragment
    noted = tuple(sorted(service.service_account.annotations.items()))
    if platform.images is not None:
        fragment = _pulled(fragment, platform.images)
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


def _pulled(fragment: Fragment, images: Images) -> Fragment:
    """Return the part of a service with the registry in what stands for no pod of its own yet."""
    from platc_compiler.lower.images import pulled, with_pulled

    return replace(
        fragment,
        migrations=tuple(
            replace(each, wait=with_pulled(each.wait, images)) for each in fragment.migrations
        ),
        database_backups=tuple(
            replace(
                each, image=pulled(each.image, images),
                upload_image=pulled(each.upload_image, images),
            )
            for each in fragment.database_backups
        ),
    )  # fmt: skip


def settled(pod: Pod, name: str, platform: Spec) -> Pod:
    """Return a pod with the settings of its service; doing it twice changes nothing."""
    service = platform.services[name]
    if not isinstance(service, spec.Deployed):
        return pod
    if platform.images is not None:
        from platc_compiler.lower.images import with_all_pulled

        pod = with_all_pulled(pod, platform.images)
    return replace(
        pod,
        node_selector=tuple(sorted(service.node_selector.items())),
        tolerations=tuple(dict.fromkeys((*pod.tolerations, *tolerations(service.tolerations)))),
        runtime_class=service.runtime_class,
        overhead=_overhead(service, platform),
        priority_class=service.priority_class,
        host_aliases=tuple(service.host_aliases.items()),
        dns=_dns(service),
        sysctls=tuple(sorted(service.sysctls.items())),
        pull_secrets=pull_secrets(name, platform),
    )


def pull_secrets(name: str, platform: Spec) -> tuple[SecretKey, ...]:
    """Return the secrets with which the pods of a service pull: its own, then the platform's.

    They stand in the pods. Those of a service account would count only for pods without any
    (``plugin/pkg/admission/serviceaccount`` of kubernetes/kubernetes), so a service with a secret
    of its own would lose those of the platform.
    """
    service = platform.services[name]
    stated = service.pull_secrets if isinstance(service, spec.Deployed) else ()
    shared = platform.images.pull_secrets if platform.images is not None else ()
    own = (
        secret_key(each, service_origin(name, "pull_secrets", index))
        for index, each in enumerate(stated)
    )
    common = (
        secret_key(each, ("images", "pull_secrets", index))
        for index, each in enumerate(shared)
        if each not in stated
    )
    return (*own, *common)


def tolerations(stated: Iterable[spec.Toleration]) -> tuple[Toleration, ...]:
    """Return the stated tolerations, each once."""
    return tuple(
        dict.fromkeys(
            Toleration(each.key or "", each.operator == "Exists", each.value, each.effect or "")
            for each in stated
        )
    )


def _overhead(service: spec.Deployed, platform: Spec) -> Amounts:
    stated = platform.cluster.runtime_classes.get(service.runtime_class or "")
    if stated is None:
        return Amounts()
    return Amounts(cpu=stated.cpu, memory=stated.memory, ephemeral_storage=stated.ephemeral_storage)


def _dns(service: spec.Deployed) -> Dns | None:
    stated = service.dns
    if stated is None:
        return None
    return Dns(
        policy=stated.policy, nameservers=stated.nameservers, searches=stated.searches,
        options=tuple(stated.options.items()),
    )  # fmt: skip
