"""The user's own templates of messages: texts, or files beside platform.yaml."""

from __future__ import annotations

from platc_compiler.source.beside import Beside, named_text
from platc_spec.observability import Notifications


def file_of(text: str) -> str | None:
    """Return the path of the file that holds a template; ``None`` for a text."""
    text = text.strip()
    one_word = "{" not in text and not any(letter.isspace() for letter in text)
    return text if one_word and text.endswith(".tmpl") else None


def own_templates(notifications: Notifications | None, beside: Beside) -> dict[str, str]:
    """Return the text of each template, by the name of its file; a missing file is empty.

    Raises:
        Unreadable: a file cannot be read.
    """
    stated = notifications.templates if notifications else {}
    return {
        name: text if (path := file_of(text)) is None else named_text(beside, path) or ""
        for name, text in stated.items()
    }
