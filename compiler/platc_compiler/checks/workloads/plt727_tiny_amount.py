"""An amount of memory or storage is smaller than anything that runs or is stored.

Why: Kubernetes takes a number without a unit as bytes. A pod with a limit of 256 bytes never
starts, and its request reserves nothing.

Bad:
```yaml
services: { web: { resources: { requests: { memory: 256 }, limits: { memory: 512 } } } }
```

Good:
```yaml
services: { web: { resources: { requests: { memory: 256Mi }, limits: { memory: 512Mi } } } }
```

Fix: write the unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import get_args

from pydantic import BaseModel

from platc_compiler.diagnostics import Diagnostic, Edit, Hint, Origin, warning
from platc_compiler.lower.kind import Context
from platc_spec.base import Memory
from platc_spec.quantities import bytes_text

CODE = "PLT727"
_SMALLEST = 64 << 10
"""Bytes. No container runs in less, and no buffer, volume or size of a file is of use below."""
_MARK = get_args(Memory)[1]


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each amount below the smallest that can be meant."""
    for part in ("services", "pipelines"):
        yield from _below(getattr(context.spec, part), (part,))


def _below(value: object, place: Origin) -> Iterator[Diagnostic]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _below(item, (*place, key))
    elif isinstance(value, BaseModel):
        amounts = _amounts(type(value))
        for name, field in type(value).model_fields.items():
            key, item = field.alias or name, getattr(value, name)
            if name in amounts and isinstance(item, int) and 0 < item < _SMALLEST:
                yield _tiny(item, (*place, key))
            else:
                yield from _below(item, (*place, key))


@cache
def _amounts(model: type[BaseModel]) -> frozenset[str]:
    """Return the fields of a model that are amounts of memory or storage."""
    return frozenset(
        name
        for name, field in model.model_fields.items()
        if _MARK in field.metadata
        or any(_MARK in get_args(each)[1:] for each in get_args(field.annotation))
    )


def _tiny(amount: int, place: Origin) -> Diagnostic:
    text = bytes_text(amount)
    number = re.match(r"\d+", text)
    unit = "Gi" if place[-1] == "storage" else "Mi"
    meant = f"{number[0] if number else text}{unit}"
    hint = Hint(f"did you mean {meant}?", Edit("replace", meant))
    bytes_ = "byte" if amount == 1 else "bytes"
    return warning(CODE, f"this is {amount} {bytes_}: too little for anything", place, hint)
