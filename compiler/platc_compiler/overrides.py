"""A user's own templates: what they may ask for, which shape they keep, and where they fail."""

from __future__ import annotations

import traceback
from collections.abc import Container, Mapping
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

FOLDER = "templates/"
"""What stands before the path of an override wherever it is named."""
LARGEST = 16 << 20
"""Characters of one rendering at most."""
_LARGEST_EXPONENT = 10_000


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 without the ways out of a template, and without those to fill the memory at once."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(
        self,
        context: jinja2.runtime.Context,
        operator: str,
        left: Any,  # noqa: ANN401
        right: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Return a product or a power, unless it is out of all proportion.

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
    """Render a template as far as it is of a sensible size.

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


def reason(fault: Exception) -> str:
    """Return why a template fails, in the words of whoever has noticed it."""
    if isinstance(fault, jinja2.TemplateNotFound):
        return f"there is no template {fault.name}"
    if isinstance(fault, jinja2.TemplateError):
        return str(fault.message or fault)
    return f"{type(fault).__name__}: {fault}" if str(fault) else type(fault).__name__


def place(fault: Exception, overrides: Container[str]) -> tuple[str, int] | None:
    """Return the override in which a fault has come up, and the line, as far as Jinja2 knows."""
    if isinstance(fault, jinja2.TemplateSyntaxError) and fault.name in overrides:
        return fault.name or "", fault.lineno
    for frame in reversed(traceback.extract_tb(fault.__traceback__)):
        name = frame.filename.removeprefix(FOLDER)
        if name != frame.filename and name in overrides:
            return name, frame.lineno or 1
    return None


def lacks(own: object, original: object) -> str:
    """Return what an override fails to yield where the original does; empty if nothing."""
    if isinstance(original, list):
        return "" if isinstance(own, list) else "a list"
    if not isinstance(original, dict):
        return "one value" if isinstance(own, (dict, list)) else ""
    if not isinstance(own, dict):
        return "a mapping"
    if not {"apiVersion", "kind", "metadata"} <= original.keys():
        return ""
    about = own.get("metadata")
    named = about.get("name") if isinstance(about, dict) else None
    texts = (own.get("apiVersion"), own.get("kind"), named)
    complete = all(isinstance(text, str) and text for text in texts)
    return "" if complete else "an object with apiVersion, kind and metadata.name"
