"""What is asked several times of one platform, and worked out once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Subject = TypeVar("Subject")
Answer = TypeVar("Answer")


def of_the_same(answer: Callable[[Subject], Answer]) -> Callable[[Subject], Answer]:
    """Return a function that remembers its last answer while asked of the very same object.

    A platform does not change, and hashing one, as ``functools.cache`` would, costs more than most
    answers do.
    """
    last: list[tuple[Subject, Answer]] = []

    @wraps(answer)
    def remembering(subject: Subject) -> Answer:
        if not last or last[0][0] is not subject:
            last[:] = [(subject, answer(subject))]
        return last[0][1]

    return remembering
