"""The files of sealing as YAML documents, with faults that repeat nothing of what they hold."""

from __future__ import annotations

from yaml.reader import Reader

from platc_compiler.seal.errors import SealError
from platc_compiler.source import written
from platc_compiler.source.load import NotYaml, UnknownTag, Unreadable
from platc_compiler.source.written import Node


def documents(text: str) -> tuple[Node, ...]:
    """Return the documents of a text that may hold secret values.

    Raises:
        SealError: with the line, for what is no YAML or is refused by ``written``. No message
            holds a piece of the text.
    """
    # The error is raised outside of ``except``: as its context, the other would carry the text.
    try:
        return written.documents(text)
    except Unreadable as fault:
        refused = _without_text(fault, text)
    raise refused


def _without_text(fault: Unreadable, text: str) -> SealError:
    line = fault.span.line + 1
    if isinstance(fault, UnknownTag):
        return SealError("an unknown YAML tag", "only !!str and !!binary are read", line=line)
    if isinstance(fault, NotYaml):
        strange = Reader.NON_PRINTABLE.search(text)
        if strange is not None:
            line = 1 + text.count("\n", 0, strange.start())
            message = f"a character that is no text (U+{ord(strange[0]):04X}); is the file binary?"
            return SealError(message, "remove it, or give bytes as: !!binary BASE64", line=line)
        help_ = "correct it at or just above that line"
        return SealError("this is not valid YAML", help_, line=line)
    return SealError(fault.message, fault.hint or "is this the right file?", line=line)
