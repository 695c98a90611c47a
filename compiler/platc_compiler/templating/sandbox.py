"""The sandbox for a user's own templates: no access outside, and bounded work.

Jinja2 has no hook for loops, ``~`` and comparisons: before it compiles a template, their operands
are wrapped in filters that count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from platc_compiler.templating.work import (
    LARGEST,
    Work,
    check_format,
    check_numbers,
    check_widths,
    size,
)

_STEPS, _JOINED, _MADE = "platc steps", "platc joined", "platc made"
"""The filters that count; no template can name them."""
_WITH_WIDTHS = frozenset({"center", "indent", "batch", "slice", "truncate", "wordwrap", "round"})
_WITH_WIDTHS_TOO = frozenset({"ljust", "rjust", "zfill", "expandtabs", "tojson"})
_WITH_TEXTS = frozenset({"indent", "replace", "join", "wordwrap", "xmlattr", "translate"})
"""Filters and methods that may write an argument once for each character of the value."""
_WITH_FORMATS = frozenset({"format", "format_map"})
_SLOW = frozenset({"urlize", "striptags", "pprint"})
_LONGEST_FOR_THEM = 1 << 16
_BY_CHANCE = ("random",)
"""Filters by which two compilations of one platform would differ."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 without access to Python's internals, and without operations that fill the memory."""

    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def __init__(self, work: Work, **options: Any) -> None:  # noqa: ANN401
        super().__init__(**options)
        self.work = work
        for name in _BY_CHANCE:
            del self.filters[name]
        del self.globals["lipsum"]
        self.filters.update({name: self._counted(name, f) for name, f in self.filters.items()})
        self.filters.update({_STEPS: work.steps, _JOINED: work.joined, _MADE: work.made})

    def concat(self, parts: Iterable[str]) -> str:
        """Return what a block, a macro or a call yields."""
        return self.work.joined(parts)

    def call_binop(
        self,
        context: jinja2.runtime.Context,
        operator: str,
        left: Any,  # noqa: ANN401
        right: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Return the result of an operator, unless it is too large.

        Raises:
            OverflowError: it is.
        """
        if operator in {"*", "**"}:
            check_numbers(operator, left, right)
            for part, times in ((left, right), (right, left)):
                if isinstance(times, int):
                    self.work.room(size(part) * max(times, 0))
        elif operator == "%":
            check_format(left)
        self.work.room(size(left) + size(right))
        return self.work.made(super().call_binop(context, operator, left, right))

    def call(
        self,
        context: jinja2.runtime.Context,
        obj: Any,  # noqa: ANN401
        /,
        *args: Any,  # noqa: ANN401
        **kwargs: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Return what a call returns.

        Raises:
            OverflowError: it would be too large.
        """
        # Jinja2 wraps the methods that fill in a format.
        owner = getattr(getattr(obj, "__wrapped__", obj), "__self__", None)
        if isinstance(owner, (str, bytes)):
            stated = (*args, *kwargs.values())
            name = obj.__name__
            _check(name, (*stated, owner) if name == "join" else (owner, *stated))
        self.work.made(owner)
        for each in args:
            self.work.made(each)
        return self.work.made(super().call(context, obj, *args, **kwargs))

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401
        """Return an item or a slice."""
        found = super().getitem(obj, argument)
        return self.work.made(found) if isinstance(argument, slice) else found

    def _counted(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        work = self.work
        # A filter that wants the context, the environment or the like gets it first.
        first = 1 if hasattr(function, "jinja_pass_arg") else 0

        @wraps(function)
        def counted(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            stated = (*args[first:], *kwargs.values())
            _check(name, stated)
            work.made(stated[0] if stated else None)
            given = [work.steps(each) if isinstance(each, Iterator) else each for each in args]
            return work.made(function(*given, **kwargs))

        return counted

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = super()._parse(source, name, filename)
        _Counting().visit(tree)
        return tree


def _check(name: str, stated: tuple[Any, ...]) -> None:
    """Refuse a filter or a method whose result would be too large.

    Args:
        name: of the filter or the method.
        stated: the value that it is applied to, and its arguments.

    Raises:
        OverflowError: it would be.
    """
    if name in _WITH_WIDTHS or name in _WITH_WIDTHS_TOO:
        check_widths(stated[1:])
    if name in _WITH_FORMATS and stated:
        check_format(stated[0])
    if name in _WITH_TEXTS:
        texts = sum(len(each) for each in stated[1:] if isinstance(each, str))
        items = sum(size(each) for each in stated if not isinstance(each, str))
        if (1 + size(stated[0]) + items) * max(texts, 1) > LARGEST:
            raise OverflowError(f"a text of more than {LARGEST} characters")
    if name in _SLOW and size(stated[0]) > _LONGEST_FOR_THEM:
        raise OverflowError(f"{name} of more than {_LONGEST_FOR_THEM} characters")


class _Counting(NodeTransformer):
    """Wraps what loops, joins and compares in filters that count."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 - Jinja2's name
        self.generic_visit(node)
        node.iter = _through(_STEPS, node.iter)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802 - Jinja2's name
        self.generic_visit(node)
        return _through(_JOINED, nodes.List(node.nodes, lineno=node.lineno))

    def visit_Operand(self, node: nodes.Operand) -> nodes.Operand:  # noqa: N802 - Jinja2's name
        self.generic_visit(node)
        node.expr = _through(_MADE, node.expr)
        return node


def _through(name: str, node: Any) -> nodes.Filter:  # noqa: ANN401 - Jinja2's types
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def render(template: jinja2.Template, context: Mapping[str, Any]) -> str:
    """Render a template, up to the maximum size.

    Raises:
        OverflowError: it is not.
    """
    parts: list[str] = []
    size = 0
    for part in template.generate(context):
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            raise OverflowError(f"it renders to more than {LARGEST} characters")
    return "".join(parts)
