"""A user's own templates: the shape that they must keep, and the line where they fail."""

from __future__ import annotations

from collections.abc import Container

import jinja2

FOLDER = "templates/"
"""The folder before the path of an override, wherever it is named."""


def reason(fault: Exception) -> str:
    """Return why a template fails, in the words of the program that has noticed it."""
    if isinstance(fault, jinja2.TemplateNotFound):
        return f"there is no template {fault.name}"
    if isinstance(fault, jinja2.TemplateError):
        return str(fault.message or fault)
    return f"{type(fault).__name__}: {fault}" if str(fault) else type(fault).__name__


def place(fault: Exception, overrides: Container[str]) -> tuple[str, int] | None:
    """Return the override in which a fault has occurred, and the line if Jinja2 knows it."""
    if isinstance(fault, jinja2.TemplateSyntaxError) and fault.name in overrides:
        return fault.name or "", fault.lineno
    import traceback

    for frame in reversed(traceback.extract_tb(fault.__traceback__)):
        name = frame.filename.removeprefix(FOLDER)
        if name != frame.filename and name in overrides:
            return name, frame.lineno or 1
    return None


def lacks(own: object, original: object) -> str:
    """Return what the original yields and the override does not; empty if nothing."""
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
