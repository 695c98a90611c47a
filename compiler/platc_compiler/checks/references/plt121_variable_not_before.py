"""``$(NAME)`` names a variable that Kubernetes does not know there, and stays as text.

Why: Kubernetes replaces ``$(NAME)`` in a value of ``env`` only by a variable that stands before it
in the list; it leaves every other name unchanged. It does not know the variables that an image
sets, such as PATH. In ``command`` and ``args`` it knows all variables of ``env``. Only a shell
replaces ``${NAME}``, so the command must call one.

Bad:
```yaml
services:
  web: { env: { DATABASE_URL: "postgres://web@$(DB_HOST)/shop", DB_HOST: db.example.com } }
```

Good:
```yaml
services:
  web: { env: { DB_HOST: db.example.com, DATABASE_URL: "postgres://web@$(DB_HOST)/shop" } }
```

Fix: put the variable above the value that names it. The program receives ``$$(NAME)`` as
``$(NAME)``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from platc_compiler.diagnostics import Diagnostic, Origin, error, warning
from platc_compiler.diagnostics.did_you_mean import closest_match
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Container, Pod
from platc_compiler.language.lookalikes import shown
from platc_compiler.language.references import variables
from platc_spec.secret_references import Expression, expressions

CODE = "PLT121"

_ALWAYS = re.compile(r"KUBERNETES_(SERVICE_HOST|SERVICE_PORT(_HTTPS)?|PORT(_443_TCP(_\w+)?)?)")
"""Variables of the API server's own Service, which every container has."""
_UPPER = re.compile(r"[A-Z_][A-Z0-9_]*")
_COMMAND_STRING = re.compile(r"-[a-z]*c")
"""The flag that makes a shell read its commands from the next argument."""


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each named variable that Kubernetes does not replace."""
    stated: dict[tuple[str, str], list[Origin]] = {}
    for name, value, place in variables(platform.spec):
        stated.setdefault((name, value), []).append(place)
    told: set[Origin] = set()
    for pod, owner in _pods(platform):
        for container in (*pod.init, *pod.containers):
            for found in _of_container(container, owner, stated):
                if found.path not in told:
                    told.add(found.path)
                    yield found
    yield from _of_arguments(platform)


def _pods(platform: Platform) -> Iterator[tuple[Pod, Origin]]:
    """Yield every pod with the part of platform.yaml that states its ``env``."""
    for workload in platform.workloads:
        yield workload.pod, ("services", workload.service)
    for runner in platform.runners:
        yield runner.worker, ("services", runner.service)
    for pipeline in platform.pipelines:
        for task in pipeline.tasks:
            if task.pod is not None:
                yield task.pod, task.origin


def _of_container(
    container: Container, owner: Origin, stated: Mapping[tuple[str, str], list[Origin]]
) -> Iterator[Diagnostic]:
    """Yield the faults of a container's variables that platform.yaml states."""
    before: set[str] = set()
    names = dict.fromkeys(variable.name for variable in container.env)
    for variable in container.env:
        value = variable.value if isinstance(variable.value, str) else ""
        places = stated.get((variable.name, value), []) if "$(" in value else []
        for place in places:
            if place[: len(owner)] == owner:
                yield from _of_value(value, variable.name, before, names, place)
        before.add(variable.name)


def _of_value(
    text: str, name: str, before: Collection[str], names: Collection[str], place: Origin
) -> Iterator[Diagnostic]:
    for expression in expressions(text):
        if expression.bracket != "(" or not expression.closed or "/" in expression.inner:
            continue
        wanted = expression.inner
        if wanted not in before and not _ALWAYS.fullmatch(wanted):
            message = f"'{shown(expression)}' is not filled in: {_why(wanted, name, names)}"
            yield error(CODE, message, place, _hint(expression, name, names))
            return


def _why(wanted: str, name: str, names: Collection[str]) -> str:
    if wanted == name:
        return "a variable does not know what it was before"
    if wanted in names:
        return "the variable stands below"
    return "no variable of this name stands before it"


def _hint(expression: Expression, name: str, names: Collection[str]) -> str:
    wanted = expression.inner
    if wanted == name:
        return "write the whole value: the variables of the image are not known"
    if wanted in names:
        return f"put {wanted} above {name}"
    close = closest_match(wanted, names, but=name)
    if close:
        return f"did you mean $({close})?"
    return f"add the variable above, or write $${str(expression)[1:]} for the text itself"


def _of_arguments(platform: Platform) -> Iterator[Diagnostic]:
    """Yield the faults of the commands and arguments that platform.yaml states."""
    parts = [(service, ("services", name)) for name, service in platform.spec.services.items()]
    tasks = [
        (task, ("pipelines", name, "tasks", key))
        for name, pipeline in platform.spec.pipelines.items()
        for key, task in pipeline.tasks.items()
    ]
    for part, place in (*parts, *tasks):
        words = [
            (text, (*place, key, index))
            for key in ("command", "args")
            for index, text in enumerate(getattr(part, key, ()))
        ]
        if not any(_COMMAND_STRING.fullmatch(text) for text, _ in words):
            for text, path in words:
                yield from _of_argument(text, tuple(getattr(part, "env", ())), path)


def _of_argument(text: str, names: Collection[str], place: Origin) -> Iterator[Diagnostic]:
    for expression in expressions(text):
        wanted = expression.inner
        if expression.bracket == "(" and expression.closed:
            if _UPPER.fullmatch(wanted) and wanted not in names and not _ALWAYS.fullmatch(wanted):
                close = closest_match(wanted, names)
                hint = f"did you mean $({close})?" if close else f"add {wanted} to env"
                message = f"'{shown(expression)}' is not filled in: no variable has this name"
                yield error(CODE, message, place, hint)
        elif wanted in names:
            message = f"'{shown(expression)}' is filled in by a shell only, and none is called"
            yield warning(CODE, message, place, f"write $({wanted})")
