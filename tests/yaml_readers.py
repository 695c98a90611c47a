"""Readers of YAML that others use, each returning plain data with strings told from all else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ruamel.yaml
import yaml

from platc_compiler.source.load import load


def pyyaml(text: str) -> Any:  # noqa: ANN401
    """Return what a reader of YAML 1.1 sees."""
    return yaml.load(text, Loader=yaml.CSafeLoader)


def ruamel_12(text: str) -> Any:  # noqa: ANN401
    """Return what a reader of YAML 1.2 sees, one that is written in Python alone."""
    return ruamel.yaml.YAML(typ="safe", pure=True).load(text)


def own(text: str) -> Any:  # noqa: ANN401
    """Return what platc itself reads."""
    return load(
        f"document:\n{''.join(f'  {line}' for line in text.splitlines(keepends=True))}"
    ).data["document"]


READERS: tuple[Callable[[str], Any], ...] = (pyyaml, ruamel_12, own)
