"""Keys and values of Docker Compose, Kubernetes and Airflow, and what platform.yaml has for them.

People write them by habit, and the nearest name of the language is often something else: the
nearest to ``env_file`` is ``files``.

Source: the Compose Specification (github.com/compose-spec/compose-spec, 05-services.md); the API
reference of Kubernetes (PodSpec, Container, Probe); the arguments of DAG and KubernetesPodOperator
in Airflow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from platc_compiler.diagnostics import Edit, Hint, Origin
from platc_compiler.language.paths import mapping_at
from platc_compiler.source.emit import flow


class Habit(Struct, frozen=True):
    """What to write instead of a key of another tool."""

    hint: str
    key: str = ""
    """The key of the language that takes the same value, if there is one."""


_PROBES = "write probes: { readiness: { http: /health } }, beside liveness and startup"
_SIZE = "write resources: { requests: { memory: 256Mi, cpu: 100m }, limits: { memory: 512Mi } }"
_PODS = "pods run again by themselves: remove it"
_NAMED = "remove it: the name of the service is its host name"
_NO_POD = "write image, command, ports and env of the service itself: platc makes the pod"

_OF_A_SERVICE: Mapping[str, Habit] = {
    "build": Habit("build and push the image elsewhere, and write image:"),
    "configs": Habit("write files: { /path/in/the/container: the text }"),
    "container_name": Habit(_NAMED),
    "containers": Habit(_NO_POD),
    "cpus": Habit(_SIZE),
    "deploy": Habit(f"write replicas:, and {_SIZE.removeprefix('write ')}"),
    "entrypoint": Habit("write command: (what Compose calls command is args: here)", "command"),
    "env_file": Habit("files of variables are not read: write env: { NAME: value }"),
    "envFrom": Habit("write each variable: env: { NAME: value, OTHER: ${secret/key} }"),
    "env_from": Habit("write each variable: env: { NAME: value, OTHER: ${secret/key} }"),
    "environment": Habit("write env:", "env"),
    "healthcheck": Habit(_PROBES),
    "hostname": Habit(_NAMED),
    "imagePullPolicy": Habit("remove it: an image has a tag that does not move, or a digest"),
    "imagePullSecrets": Habit("write pull_secrets: [NAME]"),
    "initContainers": Habit("write init: { NAME: { image: …, command: […] } }"),
    "lifecycle": Habit("write pre_stop: [program, argument], which runs before the pod ends"),
    "limits": Habit(_SIZE),
    "links": Habit("write depends_on:", "depends_on"),
    "liveness": Habit("write probes: { liveness: … }"),
    "livenessProbe": Habit("write probes: { liveness: { http: /health } }"),
    "mem_limit": Habit(_SIZE),
    "metadata": Habit("the name of the service is its key; write namespace: beside kind:"),
    "networks": Habit("remove it: depends_on states who connects to whom"),
    "readiness": Habit("write probes: { readiness: … }"),
    "readinessProbe": Habit("write probes: { readiness: { http: /health } }"),
    "requests": Habit(_SIZE),
    "restart": Habit(_PODS),
    "restartPolicy": Habit(_PODS),
    "restart_policy": Habit(_PODS),
    "secrets": Habit("write env: { NAME: ${secret/key} }, or secret_files: { /path: secret/key }"),
    "spec": Habit(_NO_POD),
    "startup": Habit("write probes: { startup: … }"),
    "startupProbe": Habit("write probes: { startup: { http: /health } }"),
    "template": Habit(_NO_POD),
    "terminationGracePeriodSeconds": Habit("write grace: 30s"),
    "tmpfs": Habit("write volumes: { NAME: { mount: /path, size: 64Mi, medium: Memory } }"),
    "volumeMounts": Habit("write volumes: { NAME: { mount: /path, size: 1Gi } }"),
    "working_dir": Habit("write it into the command: [sh, -c, cd /path && exec …]"),
}
_OF_A_PROBE: Mapping[str, Habit] = {
    "exec": Habit("write command: [program, argument]"),
    "failureThreshold": Habit("write failures:", "failures"),
    "httpGet": Habit("write http: /path, and port: its name"),
    "initialDelaySeconds": Habit("remove it: the startup probe runs first, and the others wait"),
    "interval": Habit("write period:", "period"),
    "path": Habit("write http:", "http"),
    "periodSeconds": Habit("write period: 10s"),
    "retries": Habit("write failures:", "failures"),
    "start_period": Habit("remove it: the startup probe runs first, and the others wait"),
    "tcpSocket": Habit("write tcp: true, and port: its name"),
    "test": Habit("write http: /path, or command: [program, argument]"),
    "timeoutSeconds": Habit("write timeout: 5s"),
}
_OF_A_PIPELINE: Mapping[str, Habit] = {
    "dag_id": Habit("remove it: the id of the DAG is the key of the pipeline"),
    "default_args": Habit("write defaults:", "defaults"),
    "is_paused_upon_creation": Habit("write paused:", "paused"),
    "schedule_interval": Habit("write schedule:", "schedule"),
    "start_date": Habit("write start:", "start"),
}
_OF_A_TASK: Mapping[str, Habit] = {
    "arguments": Habit("write args:", "args"),
    "bash_command": Habit("write image:, and command: [sh, -c, …]"),
    "cmds": Habit("write command:", "command"),
    "env_vars": Habit("write env:", "env"),
    "execution_timeout": Habit("write timeout:", "timeout"),
    "operator": Habit("remove it: a task is an image: or a function (python:)"),
    "python_callable": Habit("write python: package.module:function"),
    "task_id": Habit("remove it: the id of the task is its key"),
    "upstream": Habit("write after:", "after"),
    "upstream_tasks": Habit("write after:", "after"),
}


def of_key(path: Origin, present: Mapping[str, Any]) -> str | Hint:
    """Return what to write instead of an unknown key, empty if it is nobody's habit.

    Args:
        path: of the key.
        present: the mapping that has the key.
    """
    if path[-2:-1] == ("resources",) and path[-1] in _AMOUNTS:
        return _amounts(path, present)
    habit = _table(path).get(str(path[-1]))
    if habit is None:
        above = path[-2] if len(path) > 1 else ""
        device = above in {"limits", "requests"} and "/" in str(path[-1])
        return f"write extended: {{ {path[-1]}: 1 }} beside {above}" if device else ""
    if not habit.key or habit.key in present:
        return habit.hint
    return Hint(habit.hint, Edit("rename", habit.key, str(path[-1])))


_AMOUNTS = frozenset({"cpu", "memory", "ephemeral_storage"})


def _amounts(path: Origin, present: Mapping[str, Any]) -> str | Hint:
    """Return where an amount belongs that stands beside requests and limits."""
    stated = {key: value for key, value in present.items() if key in _AMOUNTS}
    written = flow({"requests": stated})
    if stated.keys() != present.keys():
        return f"write it below requests: or limits:, as in {written}"
    return Hint(f"write {written[2:-2]}", Edit("replace", written, path=path[:-1]))


def _table(path: Origin) -> Mapping[str, Habit]:
    match path:
        case ("services", _, _):
            return _OF_A_SERVICE
        case ("services", _, "probes", _, _):
            return _OF_A_PROBE
        case ("pipelines", _, _):
            return _OF_A_PIPELINE
        case ("pipelines", _, "tasks", _, _):
            return _OF_A_TASK
        case _:
            return {}


_MOUNT = re.compile(r"([^:]+):(/[^:]*)(?::(?:ro|rw|z|Z)(?:,\w+)*)?")
_PORT = re.compile(r"(?:[0-9.]+:)?(?:[0-9]+:)?([0-9]+)(?:/(?:tcp|udp))?")


def of_value(path: Origin, value: object, data: Mapping[str, Any]) -> str | Hint:
    """Return what to write instead of a value of a wrong type, empty if it is nobody's habit."""
    match path:
        case ("services", _, "volumes") if isinstance(value, list):
            return _volumes(value)
        case (*_, "command") if isinstance(value, str):
            return _script(value)
        case ("services", _, "ports") if isinstance(value, list):
            return _ports(value)
        case ("services", name, *_, "port") if isinstance(value, int):
            return _port(value, mapping_at(("services", name, "ports"), data))
        case _:
            return ""


def _volumes(value: list[object]) -> str:
    """Return the notation of Compose's ``name:/path``."""
    found = [_MOUNT.fullmatch(item) if isinstance(item, str) else None for item in value]
    if any(match is None for match in found) or not found:
        return ""
    sources = [match[1] for match in found if match is not None]
    if any(source.startswith((".", "/", "~")) for source in sources):
        return "folders of a machine are not mounted: write files: { /path: the text } or volumes:"
    mounts = {match[1]: {"mount": match[2], "size": "1Gi"} for match in found if match is not None}
    return f"write a mapping, with a size for each: {flow(mounts)}"


def _ports(value: list[object]) -> str:
    """Return the notation of Compose's ``host:container`` and of Kubernetes' ``containerPort``."""
    value = [_number(item) for item in value]
    found = [_PORT.fullmatch(str(item)) for item in value]
    if any(match is None for match in found) or not found:
        return ""
    numbers = [int(match[1]) for match in found if match is not None]
    names = ["http", *(f"port-{number}" for number in numbers[1:])]
    ports = dict(zip(names, numbers, strict=True))
    return f"write a mapping, with a name for each port of the container: {flow(ports)}"


def _number(port: object) -> object:
    """Return the number of a port as Kubernetes writes it, anything else as it is."""
    return port.get("containerPort", port) if isinstance(port, Mapping) else port


def _port(number: int, ports: Mapping[str, Any]) -> str | Hint:
    """Return the name of a port that stands as its number."""
    for name, stated in ports.items():
        if number == (stated.get("port") if isinstance(stated, Mapping) else stated):
            return Hint(f"write its name: {name}", Edit("replace", flow(name)))
    return f"write the name of a port, and declare it: ports: {{ NAME: {number} }}"


_QUOTED = re.compile(r"'[^']*'|\"(?:\\.|[^\"\\])*\"|\\.", re.DOTALL)
_OF_A_SHELL = re.compile(r"&&|[|;<>\n`]|\$\(|\s&\s")
_LONGEST = 240


def _script(text: str) -> str | Hint:
    """Return how a command is written that needs a shell, empty if it needs none."""
    if not _OF_A_SHELL.search(_QUOTED.sub("", text.strip())):
        return ""
    command = flow(["sh", "-c", text])
    if len(command) > _LONGEST:
        return "write a list: [sh, -c, the text]"
    return Hint(f"write a list: {command}", Edit("replace", command))
