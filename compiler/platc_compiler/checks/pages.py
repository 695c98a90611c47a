"""The documentation of codes, read from the docstrings of their checks.

A docstring states, in this order: the fault (its first sentence is the title), ``Why:``, ``Bad:``
and ``Good:`` with fenced examples, and ``Fix:``. An example is YAML that is merged (RFC 7386) over
``examples/minimal/platform.yaml``, unless a word after the fence's language says otherwise:
``whole`` for a complete text, ``env=NAME`` for the environment that it is compiled with, ``sealed``
for the text of sealed-secrets.yaml, ``template=PATH`` for a template beside platform.yaml,
``file=PATH`` for another file there, ``earlier`` for a platform whose output is in ``out/``
already.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

from msgspec import Struct

from platc_compiler import checks

_SECTIONS = re.compile(
    r"(?P<what>.+?)\n\nWhy: (?P<why>.+?)\n\nBad:\n(?P<bad>.+?)"
    r"\n\nGood:\n(?P<good>.+?)\n\nFix: (?P<fix>.+)",
    re.DOTALL,
)
_FENCE = re.compile(r"```(?P<info>[^\n]*)\n(?P<text>.*?)(?<=\n)```(?:\n|\Z)", re.DOTALL)
_OF_A_CODE = re.compile(r"\.plt\d{3}_\w+$")
_LITERAL = re.compile(r"``([^`]+)``")
_WORD = re.compile(r"whole|sealed|earlier|env=[\w-]+|template=[\w/.-]+\.j2|file=[\w/.-]+")


class Fence(Struct, frozen=True):
    """One fenced block of an example."""

    language: str
    words: tuple[str, ...]
    """The words after the language, such as ``whole`` or ``env=production``."""
    text: str


class Page(Struct, frozen=True):
    """The documentation of a code."""

    code: str
    what: str
    why: str
    bad: tuple[Fence, ...]
    good: tuple[Fence, ...]
    fix: str

    @property
    def title(self) -> str:
        """The first sentence, on one line."""
        # A text in backticks is one word, whatever it contains.
        bound = _LITERAL.sub(lambda match: match[0].replace(" ", "\0"), " ".join(self.what.split()))
        first: str = re.split(r"(?<=[.:]) ", bound, maxsplit=1)[0]
        return first.replace("\0", " ").rstrip(".:")


def parse(module: ModuleType) -> Page:
    """Return the page of a check's module.

    Raises:
        ValueError: its docstring is not of the form that this module describes.
    """
    text = (module.__doc__ or "").strip()
    match = _SECTIONS.fullmatch(text)
    if match is None:
        raise ValueError(f"{module.__name__}: a section is missing, or their order is another")
    bad, good = (_fences(module, match[section]) for section in ("bad", "good"))
    return Page(module.CODE, match["what"], match["why"], bad, good, match["fix"])


def _fences(module: ModuleType, text: str) -> tuple[Fence, ...]:
    fences = []
    position = 0
    for match in _FENCE.finditer(text):
        language, *words = match["info"].split() or [""]
        unknown = [word for word in words if not _WORD.fullmatch(word)]
        if match.start() != position or not language or unknown:
            break
        fences.append(Fence(language, tuple(words), match["text"]))
        position = match.end()
    if not fences or position != len(text):
        raise ValueError(f"{module.__name__}: an example is no fenced text, or has unknown words")
    return tuple(fences)


@cache
def documented() -> tuple[ModuleType, ...]:
    """Return every module of a code, in the order of the codes."""
    modules = walk_packages(checks.__path__, f"{checks.__name__}.")
    names = [module.name for module in modules if _OF_A_CODE.search(module.name)]
    return tuple(import_module(name) for name in sorted(names, key=_by_code))


def _by_code(name: str) -> str:
    return name.rpartition(".")[2]


def codes() -> tuple[tuple[str, str], ...]:
    """Return every code with its title, in order."""
    pages = map(parse, documented())
    return tuple(sorted((page.code, _LITERAL.sub(r"`\1`", page.title)) for page in pages))


def page(code: str) -> str | None:
    """Return the documentation of a code as text, ``None`` if there is no such code."""
    for module in documented():
        if code == module.CODE:
            return _text(parse(module))
    return None


def _text(page: Page) -> str:
    said = "\n\n".join(
        (
            f"{page.code}: {page.what}",
            f"Why: {page.why}",
            f"Bad:\n{_examples(page.bad)}",
            f"Good:\n{_examples(page.good)}",
            f"Fix: {page.fix}",
        )
    )
    return _LITERAL.sub(r"`\1`", said)


def _examples(fences: tuple[Fence, ...]) -> str:
    return "\n\n".join(_indented(fence) for fence in fences)


def _indented(fence: Fence) -> str:
    lines = [*map(_heading, fence.words), *fence.text.rstrip("\n").split("\n")]
    return "\n".join(f"  {line}".rstrip() for line in lines if line is not None)


def _heading(word: str) -> str | None:
    """Return the comment that explains a word of the fence, empty if it needs none."""
    kind, _, name = word.partition("=")
    headings = {"earlier": "# what was built before", "sealed": "# sealed-secrets.yaml"}
    headings |= {"template": f"# templates/{name}"}
    return f"# platc build --env {name}" if kind == "env" else headings.get(kind)
