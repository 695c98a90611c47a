"""The DAGs target: pipelines as Python files for the orchestrator that runs them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from msgspec import Struct

from platc_compiler.ir.pipelines import TASK, Pipeline, Task
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import (
    Amounts,
    ConfigFiles,
    Env,
    FieldRef,
    Mount,
    Pod,
    SecretKey,
    Volume,
)
from platc_compiler.ir.taints import Toleration
from platc_compiler.objects.manifest import Artefacts, File
from platc_compiler.targets.dags import code
from platc_compiler.targets.dags.order import order
from platc_compiler.templating.templates import Raw, Templates
from platc_spec.quantities import bytes_text, millicores_text

_T = TypeVar("_T")
_MODERN = 3
_TAKEN = (
    "CronDataIntervalTimetable", "DAG", "KubernetesPodOperator", "LABELS", "NOTIFY", "POD",
    "PythonOperator", "Secret", "SmtpNotifier", "chain", "k8s", "pendulum", "timedelta",
)  # fmt: skip
"""Names that the generated file itself defines."""


class _Identity(Struct, frozen=True):
    """The user and groups that the containers of a pod run as."""

    user: int
    group: int
    fs_group: int | None


class _Storage(Struct, frozen=True):
    """A volume that a pod can write to."""

    volumes: tuple[Volume, ...]
    mounts: tuple[Mount, ...]


class _Volume(Struct, frozen=True):
    """A volume, as the template writes it."""

    name: str
    size: int | None
    """Of an empty folder, in bytes."""
    settings: Raw | None
    """The ConfigMap that fills it."""


class _Pod(Struct, frozen=True, kw_only=True):
    """The pod of a task: what differs from the pods of most tasks."""

    name: str
    image: Raw
    command: Raw | None
    args: Raw | None
    labels: Raw
    """Its own labels, added to those of all tasks."""
    requests: Raw
    limits: Raw
    identity: _Identity | None
    """``None`` when it is the same as that of the others."""
    volumes: tuple[_Volume, ...] | None
    """Where they, or their mounts, are others."""
    mounts: tuple[Raw, ...]
    account: str | None
    """The service account, where it is another."""
    node_selector: Raw | None
    tolerations: tuple[Raw, ...]


class _Shared(Struct, frozen=True, kw_only=True):
    """What the pods of all tasks, or of most of them, have in common."""

    namespace: str
    account: str
    identity: _Identity
    labels: tuple[tuple[Raw, Raw], ...]
    pull_secrets: Raw | None
    storage: _Storage
    volumes: tuple[_Volume, ...]
    mounts: tuple[Raw, ...]


class _Secret(Struct, frozen=True, kw_only=True):
    """An environment variable that is taken from a secret."""

    variable: Raw
    secret: str
    key: str
    operator: Raw
    """The pod, as arguments of KubernetesPodOperator."""


class _Field(Struct, frozen=True, kw_only=True):
    """An environment variable that is a field of the pod, or a text that refers to one."""

    variable: Raw
    path: Raw | None
    value: Raw | None
    operator: Raw
    """The variable as an argument of KubernetesPodOperator."""


class _Task(Struct, frozen=True, kw_only=True):
    """A task, as the template writes it."""

    name: str
    variable: Raw
    pod: _Pod | None
    function: Raw | None
    env: tuple[tuple[Raw, Raw], ...]
    fields: tuple[_Field, ...]
    """They stand after ``env``: so the operator orders them."""
    secrets: tuple[_Secret, ...]
    retries: int | None
    timeout: Raw | None
    pool: Raw | None
    description: Raw | None


def dags(platform: Platform, templates: Templates, _: Artefacts) -> Iterator[File]:
    """Yield a file below ``dags/`` for each pipeline."""
    for pipeline in platform.pipelines:
        yield File(f"{pipeline.name}.py", _dag(pipeline, templates), "dags")


def _dag(pipeline: Pipeline, templates: Templates) -> str:
    modern = int(pipeline.runner.version.partition(".")[0]) >= _MODERN
    names = code.Names(_TAKEN)
    imported = _functions(pipeline, names)
    variables = {task.name: names.fresh(task.name) for task in pipeline.tasks}
    shared = _shared(pipeline)
    tasks = [
        _task(task, variables[task.name], imported.get(task.python or ""), shared)
        for task in pipeline.tasks
    ]
    sequence = order({task.name: task.after for task in pipeline.tasks}, variables)
    mailed = pipeline.email_on_failure or pipeline.email_on_retry
    email = pipeline.email if mailed else ()
    return templates.text(
        "dags/dag.py.j2",
        modern=modern, pipeline=pipeline, tasks=tasks, order=sequence, shared=shared,
        docstring=code.docstring(pipeline.description or f"The pipeline {pipeline.name}"),
        description=code.text(pipeline.description), schedule=pipeline.schedule,
        start=Raw(f"{pipeline.start.year}, {pipeline.start.month}, {pipeline.start.day}"),
        tags=code.sequence(pipeline.tags, len("    tags="), 4), owner=code.text(pipeline.owner),
        email=code.sequence(email, len('        "email": '), 8) if email else None,
        notify=_notify(email) if modern and email else None,
        functions=_imports(imported), retry_delay=code.length_of_time(pipeline.retry_delay),
        timeout=code.length_of_time(pipeline.timeout),
        uses={
            "timedelta": _uses_time(pipeline),
            "pods": any(task.pod for task in pipeline.tasks),
            "secrets": any(view.secrets and view.pod for view in tasks),
            "kubernetes": any(v.pod or v.env or v.fields or v.secrets for v in tasks),
        },
    )  # fmt: skip


def _notify(email: tuple[str, ...]) -> Raw:
    to = code.sequence(email, len("NOTIFY = SmtpNotifier(to=)"), 0)
    return Raw(f"NOTIFY = SmtpNotifier(to={to})")


def _uses_time(pipeline: Pipeline) -> bool:
    stated = (pipeline.retry_delay, pipeline.timeout, *(task.timeout for task in pipeline.tasks))
    return any(length is not None for length in stated)


def _functions(pipeline: Pipeline, names: code.Names) -> Mapping[str, Raw]:
    """Return the name of each function by its reference, ``module:function``."""
    references = dict.fromkeys(task.python for task in pipeline.tasks if task.python)
    return {reference: names.fresh(reference.partition(":")[2]) for reference in references}


def _imports(functions: Mapping[str, Raw]) -> tuple[Raw, ...]:
    """Return the lines that import functions, in the order of isort."""
    by_module: dict[str, list[str]] = {}
    for reference, name in functions.items():
        module, _, function = reference.partition(":")
        alias = function if name == function else f"{function} as {name}"
        by_module.setdefault(module, []).append(alias)
    return tuple(_import(module, sorted(by_module[module])) for module in sorted(by_module))


def _import(module: str, names: list[str]) -> Raw:
    head = f"from {module} import "
    line = head + ", ".join(names)
    return Raw(line) if len(line) < 88 else code.bracketed(f"{head}(", names, ")", 88, 0)  # noqa: PLR2004


def _task(task: Task, variable: Raw, function: Raw | None, shared: _Shared | None) -> _Task:
    texts, fields = _variables(task)
    return _Task(
        name=task.name, variable=variable, function=function,
        pod=_pod(task.pod_name, task.pod, shared) if task.pod and shared else None,
        env=_texts(texts), fields=tuple(_field(each) for each in fields),
        secrets=tuple(
            _secret(e.name, e.value) for e in task.env if isinstance(e.value, SecretKey)
        ),
        retries=task.retries, timeout=code.length_of_time(task.timeout),
        pool=code.text(task.pool) if task.pool else None,
        description=code.text(task.description) if task.description else None,
    )  # fmt: skip


def _variables(task: Task) -> tuple[list[tuple[str, str]], list[Env]]:
    """Return the texts among a task's variables, and the fields with the texts that name them.

    They are those of its pod, which may have more than are stated. Kubernetes replaces ``$(NAME)``
    only by a variable that stands before it.
    """
    texts: list[tuple[str, str]] = []
    fields: list[Env] = []
    for each in task.env if task.pod is None else task.pod.containers[0].env:
        if isinstance(each.value, str):
            value = each.value
            if any(f"$({field.name})" in value for field in fields):
                fields.append(each)
            else:
                texts.append((each.name, value))
        elif isinstance(each.value, FieldRef):
            fields.append(each)
    return texts, fields


def _pod(name: str, pod: Pod, shared: _Shared) -> _Pod:
    container = pod.containers[0]
    identity, storage = _identity(pod), _storage(pod)
    account = pod.service_account
    return _Pod(
        name=name, image=code.text(container.image),
        command=_arguments("cmds", container.command), args=_arguments("arguments", container.args),
        labels=_own_labels(pod, shared),
        identity=identity if identity != shared.identity else None,
        volumes=_volumes(storage, 20) if storage != shared.storage else None,
        mounts=_mounts(storage, 16), account=account if account != shared.account else None,
        requests=_amounts("requests", container.resources.requests),
        limits=_amounts("limits", container.resources.limits),
        node_selector=_node_selector(pod), tolerations=tuple(map(_toleration, pod.tolerations)),
    )  # fmt: skip


def _node_selector(pod: Pod) -> Raw | None:
    items = [f"{key}: {value}" for key, value in _texts(pod.node_selector)]
    return code.bracketed("{", items, "}", len("        node_selector="), 8) if items else None


def _toleration(toleration: Toleration) -> Raw:
    stated = {
        "key": toleration.key, "operator": "Exists" if toleration.exists else "Equal",
        "value": toleration.value, "effect": toleration.effect,
    }  # fmt: skip
    items = [f"{name}={code.text(value)}" for name, value in stated.items() if value]
    return code.bracketed("k8s.V1Toleration(", items, ")", 12, 12)


def _field(variable: Env) -> _Field:
    name = code.text(variable.name)
    if isinstance(variable.value, FieldRef):
        path = code.text(variable.value.path)
        selector = _call("k8s.V1ObjectFieldSelector", "field_path", path, 32, 20)
        source = _call("k8s.V1EnvVarSource", "field_ref", selector, 27, 16)
        items = [f"name={name}", f"value_from={source}"]
        operator = code.bracketed("k8s.V1EnvVar(", items, ")", 12, 12)
        return _Field(variable=name, path=path, value=None, operator=operator)
    value = code.text(str(variable.value))
    operator = code.bracketed("k8s.V1EnvVar(", [f"name={name}", f"value={value}"], ")", 12, 12)
    return _Field(variable=name, path=None, value=value, operator=operator)


def _call(function: str, parameter: str, value: str, column: int, indent: int) -> Raw:
    """Return a call with one argument that begins at ``column``."""
    return code.bracketed(f"{function}(", [f"{parameter}={value}"], ")", column, indent)


def _volumes(storage: _Storage, indent: int) -> tuple[_Volume, ...]:
    return tuple(
        _Volume(v.name, getattr(v.source, "size", None), _settings(v, indent))
        for v in storage.volumes
    )


def _settings(volume: Volume, indent: int) -> Raw | None:
    """Return the source of a volume that a ConfigMap fills, ``None`` of any other."""
    if not isinstance(volume.source, ConfigFiles):
        return None
    name = code.text(volume.source.config)
    column = indent + len("config_map=")
    return _call("k8s.V1ConfigMapVolumeSource", "name", name, column, indent)


def _identity(pod: Pod) -> _Identity:
    return _Identity(pod.user, pod.group, pod.fs_group)


def _storage(pod: Pod) -> _Storage:
    return _Storage(pod.volumes, pod.containers[0].mounts)


def _mounts(storage: _Storage, indent: int) -> tuple[Raw, ...]:
    return tuple(_mount(mount, indent) for mount in storage.mounts)


def _mount(mount: Mount, indent: int) -> Raw:
    stated = {"name": mount.volume, "mount_path": mount.path, "sub_path": mount.sub_path}
    items = [f"{name}={code.text(value)}" for name, value in stated.items() if value is not None]
    return code.bracketed("k8s.V1VolumeMount(", items, ")", indent, indent)


def _own_labels(pod: Pod, shared: _Shared) -> Raw:
    own = [item for item in _texts(pod.labels) if item not in shared.labels]
    items = ["**LABELS", *(f"{key}: {value}" for key, value in own)]
    return code.bracketed("{", items, "}", len("        labels="), 8)


def _texts(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[Raw, Raw], ...]:
    return tuple((code.text(key), code.text(value)) for key, value in pairs)


def _arguments(parameter: str, values: tuple[str, ...]) -> Raw | None:
    return code.sequence(values, len(f"        {parameter}="), 8) if values else None


def _amounts(parameter: str, amounts: Amounts) -> Raw:
    stated = (
        ("memory", amounts.memory, bytes_text),
        ("cpu", amounts.cpu, millicores_text),
        ("ephemeral-storage", amounts.ephemeral_storage, bytes_text),
    )
    items = [f'"{name}": "{write(value)}"' for name, value, write in stated if value is not None]
    items += [f'"{name}": "{number}"' for name, number in amounts.extended]
    return code.bracketed("{", items, "}", len(f"            {parameter}="), 12)


def _secret(variable: str, key: SecretKey) -> _Secret:
    items = [code.text(part) for part in ("env", variable, key.secret, key.key)]
    return _Secret(
        variable=items[1], secret=key.secret, key=key.key,
        operator=code.bracketed("Secret(", items, ")", 12, 12),
    )  # fmt: skip


def _shared(pipeline: Pipeline) -> _Shared | None:
    pods = [task.pod for task in pipeline.tasks if task.pod]
    if not pods:
        return None
    runner = pipeline.runner
    storage = _most_common(_storage(each) for each in pods)
    return _Shared(
        namespace=runner.namespace, account=f"{runner.service}-task",
        labels=_texts(label for label in pods[0].labels if label[0] != TASK),
        pull_secrets=_pull_secrets(pods[0].pull_secrets),
        identity=_most_common(_identity(each) for each in pods), storage=storage,
        volumes=_volumes(storage, 12), mounts=_mounts(storage, 8),
    )  # fmt: skip


def _pull_secrets(keys: tuple[SecretKey, ...]) -> Raw | None:
    items = [f"k8s.V1LocalObjectReference(name={code.text(key.secret)})" for key in keys]
    column = len('    "image_pull_secrets": ')
    return code.bracketed("[", items, "]", column, 4) if items else None


def _most_common(items: Iterable[_T]) -> _T:
    """Return the most frequent item, the first one of several."""
    return Counter(items).most_common(1)[0][0]
