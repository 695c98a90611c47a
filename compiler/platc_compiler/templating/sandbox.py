"""The sandbox for a user's own templates: no access outside, and a limited size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

LARGEST = 16 << 20
"""The maximum of characters of one rendering."""
_LARGEST_EXPONENT = 10_000


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 without access to Python's internals, and without operations that fill the memory."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(
        self,
        context: jinja2.runtime.Context,
        operator: str,
        left: Any,  # noqa: ANN401
        right: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Return a product or a power, unless it is too large.

        Raises:
            OverflowError: it is.
        """
        if operator == "**" and isinstance(right, (int, float)) and abs(right) > _LARGEST_EXPONENT:
            raise OverflowError(f"an exponent above {_LARGEST_EXPONENT}")
        for text, times in ((left, right), (right, left)):
            repeated = isinstance(text, (str, list, tuple)) and isinstance(times, int)
            if operator == "*" and repeated and len(text) * times > LARGEST:
                raise OverflowError(f"a text or a list of more than {LARGEST} parts")
        return super().call_binop(context, operator, left, right)


def render(template: jinja2.Template, context: Mapping[str, Any]) -> str:
    """Render a template, up to the maximum size.

    Raises:
        OverflowError: it is not.
    """
    parts: list[str] = []
    size = 0
    for part in template.generate(context):
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            raise OverflowError(f"it renders to more than {LARGEST} characters")
    return "".join(parts)
