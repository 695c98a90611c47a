"""The one exception of sealing."""


class SealError(Exception):
    """A fault of the user's, told without any secret value.

    Attributes:
        message: what is wrong, in one sentence, without the line.
        help: what to do instead.
        line: 1-based line of the file that the message is about, when it is about one.
    """

    def __init__(self, message: str, help: str, *, line: int | None = None) -> None:  # noqa: A002 - the name every diagnostic uses
        """Keep the parts; `str()` of the error is the message, with its line."""
        super().__init__(message if line is None else f"line {line}: {message}")
        self.message = message
        self.help = help
        self.line = line
