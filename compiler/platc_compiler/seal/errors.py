"""The exception that sealing raises."""


class SealError(Exception):
    """A mistake of the user; it holds no secret value.

    Attributes:
        message: what is wrong, in one sentence, without the line.
        help: what to do instead.
        line: of the file that the message is about, counted from 1; ``None`` if it is about none.
    """

    def __init__(self, message: str, help: str, *, line: int | None = None) -> None:  # noqa: A002 - the name every diagnostic uses
        """Keep the parts; ``str()`` of the error is the message, with its line."""
        super().__init__(message if line is None else f"line {line}: {message}")
        self.message = message
        self.help = help
        self.line = line
