"""Sources whose files beside platform.yaml are held in memory."""

from __future__ import annotations

from collections.abc import Mapping

from platc_compiler.source.beside import InMemory
from platc_compiler.source.source import SEALED, TEMPLATES


def own_templates(templates: Mapping[str, str]) -> InMemory:
    """Return a folder that holds templates of the user's own, by path below ``templates/``."""
    return InMemory({f"{TEMPLATES}/{name}": text for name, text in templates.items()})


def beside(
    sealed: str | None,
    templates: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
) -> InMemory:
    """Return a folder with sealed-secrets.yaml, if there is one, templates and other files."""
    stated = {} if sealed is None else {SEALED: sealed}
    return InMemory({**own_templates(templates or {}).files, **stated, **(files or {})})
