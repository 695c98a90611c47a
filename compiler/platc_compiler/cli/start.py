"""The settings that make the command start and end fast; the library uses none of them.

Each gain is the additional time of a cold build of the root platform without the setting, of about
350 ms of processor time (Python 3.11, medians of 15 interleaved rounds). A setting that gains less
than 10 ms is not used.
"""

from __future__ import annotations

import gc
import os
import sys
from types import SimpleNamespace
from typing import NoReturn


def without_collector() -> None:
    """Switch the cyclic garbage collector off: a build ends before it could free anything.

    It would run a hundred times while modules and models are created. Gain: 35 ms.
    """
    gc.disable()


def without_pydantic_plugins() -> None:
    """Disable the search for plugins of Pydantic, which imports ``importlib.metadata``.

    Pydantic's loader searches every installed package, and imports that module even if plugins are
    turned off. Gain: 13 ms.
    """
    loader = SimpleNamespace(get_plugins=tuple)
    sys.modules["pydantic.plugin._loader"] = loader  # type: ignore[assignment]


def leave(code: object) -> NoReturn:
    """End the process without freeing every module and model. Gain: 60 ms."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # None if the stream was closed before the start
            stream.flush()
    if code is not None and not isinstance(code, int):
        raise TypeError(f"{code!r} is no exit code")
    os._exit(code or 0)
