"""The texts of a platform that programs receive unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from platc_compiler.diagnostics import Origin
from platc_spec.platform import Spec

_LITERAL = ("config", "command", "args", "files")
"""Keys of services and tasks whose texts the program receives unchanged."""


def literal_texts(spec: Spec) -> Iterator[tuple[str, Origin]]:
    """Yield every text of services, tasks and patches that is passed on unchanged, and its path."""
    parts: list[tuple[BaseModel, Origin]] = [
        (service, ("services", name)) for name, service in spec.services.items()
    ]
    for name, pipeline in spec.pipelines.items():
        parts += [(task, ("pipelines", name, "tasks", key)) for key, task in pipeline.tasks.items()]
    for part, place in parts:
        for key in _LITERAL:
            yield from _texts(getattr(part, key, ()), (*place, key))
    for index, patch in enumerate(spec.patches):
        yield from _texts(patch.merge or {}, ("patches", index, "merge"))
        for position, operation in enumerate(patch.json_):
            yield from _texts(operation.value, ("patches", index, "json", position, "value"))


def _texts(value: object, place: Origin) -> Iterator[tuple[str, Origin]]:
    if isinstance(value, str):
        yield value, place
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*place, key))
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for index, item in enumerate(value):
            yield from _texts(item, (*place, index))
