"""What makes the command start and end fast; the library does none of it.

Each is measured by ``make bench`` on a cold build of the root platform (two cores, Python 3.11,
medians of 15 interleaved rounds), with and without it.
"""

from __future__ import annotations

import gc
import os
import sys
from types import SimpleNamespace
from typing import NoReturn


def without_collector() -> None:
    """Switch the cyclic garbage collector off: a build ends before it could free anything.

    It would run a hundred times while modules and models are made. Gain: GAIN_GC ms.
    """
    gc.disable()


def without_pydantic_plugins() -> None:
    """Let Pydantic find no plugins, and so not import ``importlib.metadata``.

    Pydantic's loader looks into every installed package, and imports that module even where
    plugins are switched off. Gain: GAIN_PLUGINS ms.
    """
    loader = SimpleNamespace(get_plugins=tuple)
    sys.modules["pydantic.plugin._loader"] = loader  # type: ignore[assignment]


def leave(code: object) -> NoReturn:
    """End the process without freeing every module and model. Gain: GAIN_LEAVE ms."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # It is None where the stream was closed before the start.
            stream.flush()
    if code is not None and not isinstance(code, int):
        raise TypeError(f"{code!r} is no exit code")
    os._exit(code or 0)
