"""What the checks say of a platform, and of the objects that are made from it.

They are half of a build, and can go on while files are rendered. A second process that is forked
for them has the platform at once, imports by itself what only they need, and answers through a
pipe. The checks are imported where they are asked, so that the first process need not.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NoReturn, Self

from platc_compiler.diagnostics import Diagnostic
from platc_compiler.documents import Manifest
from platc_compiler.ir.platform import Platform
from platc_compiler.lower.kind import Context

_ROOM = 1 << 20
"""Bytes that may be under way; any process may have a pipe of this size (pipe(7))."""


def language_judged(context: Context) -> list[Diagnostic]:
    """Return what is wrong with the language's view: what it names and is not there, above all."""
    from platc_compiler.checks import of_language

    return [found for check in of_language.CHECKS for found in check(context)]


class Judgement:
    """The checks, asked when what they say is wanted."""

    def __init__(self, context: Context, platform: Platform) -> None:
        self._context = context
        self._platform = platform
        self._objects: Sequence[Manifest] = ()

    def of_platform(self) -> list[Diagnostic]:
        """Return what is wrong with the language's view; if nothing, also with the platform."""
        told = language_judged(self._context)
        if any(diagnostic.severity == "error" for diagnostic in told):
            return told
        from platc_compiler.checks import of_platform

        return told + [found for check in of_platform.CHECKS for found in check(self._platform)]

    def begin(self, objects: Sequence[Manifest]) -> None:
        """Take all Kubernetes objects, which are judged next."""
        self._objects = objects

    def of_objects(self) -> list[Diagnostic]:
        """Return what is wrong with the objects."""
        from platc_compiler.checks import of_documents

        objects, platform = self._objects, self._platform
        return [found for check in of_documents.CHECKS for found in check(objects, platform)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End it, whether all was asked or not."""


class Aside(Judgement):
    """The checks, asked from now on in a second process.

    Whatever becomes of that process, the answers are the same: one that does not come is worked
    out in this.

    Raises:
        OSError: there can be no second process.
    """

    def __init__(self, context: Context, platform: Platform) -> None:
        import fcntl

        super().__init__(context, platform)
        there_reads, here_writes = os.pipe()
        here_reads, there_writes = os.pipe()
        # What comes from the other process, and what goes to it.
        self.coming, self.going = os.fdopen(here_reads, "rb"), os.fdopen(here_writes, "wb")
        with suppress(OSError):  # So much is sent that the first process would have to wait.
            fcntl.fcntl(here_writes, fcntl.F_SETPIPE_SZ, _ROOM)
        with os.fdopen(there_reads, "rb") as asked, os.fdopen(there_writes, "wb") as told:
            try:
                first = os.fork() != 0
            except OSError:
                self.__exit__()
                raise
            if not first:
                self.__exit__()  # While it held these ends open, it would never see them closed.
                self.coming, self.going = asked, told
                self._answer()

    def _answer(self) -> NoReturn:
        """Be the second process, which leaves without a trace when it is done or not wanted."""
        try:
            self._send(super().of_platform())
            self._prepare()
            super().begin(pickle.load(self.coming))  # noqa: S301 - of the first process
            self._send(super().of_objects())
        finally:
            os._exit(0)

    def _prepare(self) -> None:
        """Read what judging objects takes, while there are none yet."""
        from platc_compiler.checks import of_documents  # noqa: F401
        from platc_compiler.schemas.validation import schemas

        schemas(self._platform.spec.cluster.kubernetes)

    def _send(self, what: object) -> None:
        pickle.dump(what, self.going, protocol=pickle.HIGHEST_PROTOCOL)
        self.going.flush()

    def _told(self, otherwise: Callable[[], list[Diagnostic]]) -> list[Diagnostic]:
        try:
            told: list[Diagnostic] = pickle.load(self.coming)  # noqa: S301 - of the second process
        except (EOFError, OSError, pickle.UnpicklingError):
            return otherwise()
        return told

    def of_platform(self) -> list[Diagnostic]:
        """Return what is wrong with the language's view; if nothing, also with the platform."""
        return self._told(super().of_platform)

    def begin(self, objects: Sequence[Manifest]) -> None:
        """Take all Kubernetes objects, which are judged next."""
        super().begin(objects)
        with suppress(OSError):  # That the other has ended shows when it is to answer.
            self._send(objects)

    def of_objects(self) -> list[Diagnostic]:
        """Return what is wrong with the objects."""
        return self._told(super().of_objects)

    def __exit__(self, *_: object) -> None:
        """End it, whether all was asked or not."""
        self.coming.close()
        with suppress(OSError):
            self.going.close()


def aside(context: Context, platform: Platform) -> Judgement:
    """Judge a platform in a second process where that can be and is worth it, otherwise here.

    It can be on Linux with no other thread, where a process that is forked is a sound one, and is
    worth it where there is a second processor.
    """
    alone = sys.platform == "linux" and threading.active_count() == 1
    if alone and len(os.sched_getaffinity(0)) > 1:
        with suppress(OSError):
            return Aside(context, platform)
    return Judgement(context, platform)
