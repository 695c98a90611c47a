"""The syntax of Go's templates: from a text to its tree, or to what Go refuses.

Source: ``text/template/parse`` of Go 1.26, lex.go and parse.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct

from platc_compiler.diagnostics.did_you_mean import closest_match

LONGEST = 256 << 10
"""Characters of a text at most."""
DEEPEST = 50
"""Blocks and parentheses inside each other at most."""


class TemplateFault(ValueError):  # noqa: N818 - it says what it is
    """Go refuses a template, or fails when it fills it in."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset
        """Where in the text."""


class Operand(Struct, frozen=True):
    """A value: ``.``, ``.A.B``, ``$x.A``, a function, a literal or a pipeline in parentheses."""

    kind: str
    """``dot``, ``variable``, ``function``, ``text``, ``literal`` or ``pipeline``."""
    name: str = ""
    """Of a variable or a function; the content of a text."""
    fields: tuple[str, ...] = ()
    inner: Pipeline | None = None
    offset: int = 0


class Pipeline(Struct, frozen=True):
    """Commands that take the result of the one before; each is a list of operands."""

    commands: tuple[tuple[Operand, ...], ...]
    variables: tuple[str, ...] = ()
    """The variables that get its value."""
    offset: int = 0


class Node(Struct, frozen=True):
    """A part of a template, but for its plain text."""

    kind: str
    """``action``, ``if``, ``with``, ``range``, ``template``, ``block`` or ``define``."""
    name: str = ""
    """Of a template."""
    pipeline: Pipeline | None = None
    body: tuple[Node, ...] = ()
    otherwise: tuple[Node, ...] = ()
    offset: int = 0


class _Token(Struct, frozen=True):
    kind: str
    text: str
    offset: int


_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)|(?P<text>"(?:\\.|[^"\\\n])*"|`[^`]*`)|(?P<char>'(?:\\.|[^'\\\n])+')"""
    r"""|(?P<number>[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?"""
    r"""|\.\d+(?:[eE][+-]?\d+)?)i?)(?![\w.])|(?P<variable>\$\w*)|(?P<field>\.\w+)|(?P<dot>\.)|(?P<word>\w+)"""
    r"""|(?P<sign>:=|[=|(),])"""
)
_CONTROL = frozenset({"if", "range", "with"})
_WORDS = frozenset({"true", "false", "nil"})
_Tokens: TypeAlias = list[_Token]


def _actions(text: str) -> list[tuple[str, int]]:
    """Return the inside of every ``{{ … }}`` but comments, with its offset."""
    found, position = [], 0
    while (start := text.find("{{", position)) >= 0:
        inside = start + 2
        if re.match(r"-[ \t\r\n]", text[inside : inside + 2]):
            inside += 1
        body = text[inside:].lstrip(" \t\r\n") if text[inside - 1] == "-" else text[inside:]
        if body.startswith("/*"):
            end = text.find("*/", inside)
            closed = re.compile(r"\*/(?:[ \t\r\n]+-)?\}\}").match(text, end) if end >= 0 else None
            if closed is None:
                raise TemplateFault("a comment is not closed by '*/}}'", start)
            position = closed.end()
            continue
        end = _end(text, inside, start)
        found.append((re.sub(r"[ \t\r\n]-$", " ", text[inside:end]), inside))
        position = end + 2
    return found


_QUOTED = re.compile(r""""(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])+'|\}\}|["`]""")


def _end(text: str, inside: int, start: int) -> int:
    """Return where the action that begins at ``inside`` is closed."""
    for match in _QUOTED.finditer(text, inside):
        if match[0] == "}}":
            return match.start()
        if len(match[0]) == 1:
            raise TemplateFault("a string is not closed", match.start())
    raise TemplateFault("'{{' is not closed by '}}'", start)


def _tokens(body: str, offset: int) -> _Tokens:
    tokens: _Tokens = []
    position = 0
    while position < len(body):
        match = _TOKEN.match(body, position)
        if match is None:
            raise TemplateFault(f"unexpected {body[position]!r}", offset + position)
        tokens.append(_Token(str(match.lastgroup), match[0], offset + position))
        position = match.end()
    return tokens


def parse(text: str, functions: frozenset[str]) -> tuple[Node, ...]:
    """Return the tree of a template.

    Raises:
        TemplateFault: Go refuses it.
    """
    if len(text) > LONGEST:
        raise TemplateFault(f"it has {len(text)} characters, of {LONGEST} at most")
    parser = _Parser(text, functions)
    nodes, ended = parser.block(_Scope(["$"], top=True))
    if ended is not None:
        raise TemplateFault(f"'{ended.text}' ends nothing", ended.offset)
    return nodes


class _Scope(Struct):
    """Where a node stands."""

    variables: list[str]
    """The known variables; nodes add to them."""
    depth: int = 0
    looping: bool = False
    """Whether it is inside of ``range``."""
    top: bool = False
    """Whether it is inside of no block."""

    def below(self, variables: list[str], *, looping: bool = False) -> _Scope:
        """Return the scope of a block inside this one."""
        return _Scope(list(variables), self.depth + 1, looping)


class _Parser:
    """Reads actions one after the other."""

    def __init__(self, text: str, functions: frozenset[str]) -> None:
        self._functions = functions
        self._actions = _actions(text)
        self._position = 0

    def block(self, scope: _Scope) -> tuple[tuple[Node, ...], _Token | None]:
        """Return the nodes up to ``end``, ``else`` or the end of the text, and what ended them."""
        if scope.depth > DEEPEST:
            offset = self._actions[min(self._position, len(self._actions) - 1)][1]
            raise TemplateFault("its blocks are nested too deeply", offset)
        nodes: list[Node] = []
        while self._position < len(self._actions):
            body, offset = self._actions[self._position]
            tokens = _tokens(body, offset)
            first = next((token for token in tokens if token.kind != "space"), None)
            if first is None:
                raise TemplateFault("'{{ }}' is empty", offset)
            if first.kind == "word" and first.text in {"end", "else"}:
                return tuple(nodes), first
            self._position += 1
            nodes.append(self._node(first, tokens, scope))
        return tuple(nodes), None

    def _node(self, first: _Token, tokens: _Tokens, scope: _Scope) -> Node:
        word = first.text if first.kind == "word" else ""
        rest = [token for token in tokens if token.offset > first.offset]
        if word in _CONTROL:
            return self._control(word, first.offset, rest, scope)
        if word == "define" and not scope.top:
            raise TemplateFault("'define' stands inside another block", first.offset)
        if word in {"define", "block", "template"}:
            return self._named(first, rest, scope)
        if word in {"break", "continue"}:
            if not scope.looping:
                raise TemplateFault(f"'{word}' stands outside of 'range'", first.offset)
            return Node("action", offset=first.offset)
        pipeline = self._pipeline(tokens, first.offset, scope.variables)
        return Node("action", pipeline=pipeline, offset=first.offset)

    def _pipeline(
        self, tokens: _Tokens, offset: int, variables: list[str], *, most: int = 1
    ) -> Pipeline:
        return _Pipelines(tokens, self._functions, offset).whole(variables, most=most)

    def _control(self, word: str, offset: int, rest: _Tokens, scope: _Scope) -> Node:
        inner = list(scope.variables)
        pipeline = self._pipeline(rest, offset, inner, most=2 if word == "range" else 1)
        body, ended = self.block(scope.below(inner, looping=scope.looping or word == "range"))
        otherwise: tuple[Node, ...] = ()
        if ended is None:
            raise TemplateFault(f"'{word}' has no '{{{{ end }}}}'", offset)
        if ended.text == "else":
            otherwise = self._otherwise(word, scope.below(inner, looping=scope.looping))
        else:
            self._close(ended)
        return Node(word, pipeline=pipeline, body=body, otherwise=otherwise, offset=offset)

    def _otherwise(self, word: str, scope: _Scope) -> tuple[Node, ...]:
        body, offset = self._actions[self._position]
        self._position += 1
        tokens = [token for token in _tokens(body, offset) if token.kind != "space"]
        if len(tokens) > 1:
            # {{ else if … }} and {{ else with … }} share the 'end'.
            if tokens[1].text != word or word == "range":
                raise TemplateFault(f"unexpected '{tokens[1].text}' after 'else'", tokens[1].offset)
            rest = [t for t in _tokens(body, offset) if t.offset > tokens[1].offset]
            return (self._control(word, tokens[1].offset, rest, scope),)
        nodes, ended = self.block(scope)
        if ended is None or ended.text != "end":
            raise TemplateFault(f"'{word}' has no '{{{{ end }}}}' after 'else'", offset)
        self._close(ended)
        return nodes

    def _close(self, ended: _Token) -> None:
        body = self._actions[self._position][0].strip()
        if body != "end":
            raise TemplateFault(f"unexpected '{body[4:]}' after 'end'", ended.offset)
        self._position += 1

    def _named(self, first: _Token, rest: _Tokens, scope: _Scope) -> Node:
        word = first.text
        spoken = [token for token in rest if token.kind != "space"]
        if not spoken or spoken[0].kind != "text":
            raise TemplateFault(f"'{word}' needs a name in quotes", first.offset)
        name, pipeline = spoken[0].text[1:-1], None
        if len(spoken) > 1:
            if word == "define":
                raise TemplateFault(f"unexpected '{spoken[1].text}' in 'define'", spoken[1].offset)
            following = [token for token in rest if token.offset > spoken[0].offset]
            pipeline = self._pipeline(following, first.offset, list(scope.variables))
        if word == "template":
            return Node("template", name=name, pipeline=pipeline, offset=first.offset)
        if word == "block" and pipeline is None:
            raise TemplateFault("'block' needs a value", first.offset)
        body, ended = self.block(scope.below(["$"]))
        if ended is None or ended.text != "end":
            raise TemplateFault(f"'{word} \"{name}\"' has no '{{{{ end }}}}'", first.offset)
        self._close(ended)
        return Node(word, name=name, pipeline=pipeline, body=body, offset=first.offset)


class _Pipelines:
    """Reads the tokens of one action."""

    def __init__(self, tokens: _Tokens, functions: frozenset[str], offset: int) -> None:
        self._tokens = tokens
        self._functions = functions
        self._offset = offset
        self._position = 0

    def whole(self, variables: list[str], *, most: int) -> Pipeline:
        """Return the pipeline that all the tokens are; declared variables are added."""
        self._skip()
        names, declares = self._declared(most)
        pipeline = self._pipeline(variables, 0)
        if self._position < len(self._tokens):
            token = self._tokens[self._position]
            raise TemplateFault(f"unexpected '{token.text}'", token.offset)
        for name in names:
            if not declares and name not in variables:
                raise TemplateFault(f"unknown variable '{name}'", self._offset)
        if declares:
            variables += names
        return Pipeline(pipeline.commands, names, self._offset)

    def _declared(self, most: int) -> tuple[tuple[str, ...], bool]:
        tokens = [token for token in self._tokens[self._position :] if token.kind != "space"]
        signs = [token.text for token in tokens[:4]]
        for number in (1, 2):
            at = number * 2 - 1
            heads = tokens[:at:2]
            if len(tokens) > at and signs[at] in {":=", "="} and all(
                head.kind == "variable" for head in heads
            ) and (number == 1 or signs[1] == ","):  # fmt: skip
                if number > most:
                    raise TemplateFault("too many variables are declared", tokens[0].offset)
                last = tokens[at]
                while self._tokens[self._position] is not last:
                    self._position += 1
                self._position += 1
                self._skip()
                return tuple(head.text for head in heads), signs[at] == ":="
        return (), False

    def _pipeline(self, variables: list[str], depth: int) -> Pipeline:
        if depth > DEEPEST:
            raise TemplateFault("its parentheses are nested too deeply", self._offset)
        commands = [self._command(variables, depth)]
        while (token := self._peek()) is not None and token.text == "|":
            self._position += 1
            command = self._command(variables, depth)
            if command[0].kind in {"text", "literal", "dot"} and not command[0].fields:
                raise TemplateFault("what follows '|' takes no value", command[0].offset)
            commands.append(command)
        return Pipeline(tuple(commands), (), self._offset)

    def _command(self, variables: list[str], depth: int) -> tuple[Operand, ...]:
        self._skip()
        operands: list[Operand] = []
        while (token := self._peek()) is not None and token.text not in {"|", ")"}:
            operands.append(self._operand(variables, depth))
            following = self._peek()
            if following is None or following.text in {"|", ")"}:
                break
            if following.kind != "space":
                raise TemplateFault(f"unexpected '{following.text}'", following.offset)
            self._skip()
        if not operands:
            raise TemplateFault("a value is missing", token.offset if token else self._offset)
        if operands[0].kind == "literal" and operands[0].name == "nil":
            raise TemplateFault("nil is no command", operands[0].offset)
        return tuple(operands)

    def _operand(self, variables: list[str], depth: int) -> Operand:
        token = self._tokens[self._position]
        self._position += 1
        kind, text, offset = token.kind, token.text, token.offset
        if kind in {"number", "char"} or text in _WORDS:
            return Operand("literal", text, offset=offset)
        if kind == "text":
            return Operand("text", text[1:-1], offset=offset)
        if kind in {"dot", "field"}:
            fields = (text[1:], *self._fields()) if kind == "field" else ()
            return Operand("dot", "", fields, offset=offset)
        if kind in {"variable", "word"}:
            what = "variable" if kind == "variable" else "function"
            known = variables if kind == "variable" else self._functions
            if text not in known:
                raise TemplateFault(_unknown(what, text, known), offset)
            return Operand(what, text, self._fields(), offset=offset)
        if text == "(":
            inner = self._pipeline(variables, depth + 1)
            closing = self._peek()
            if closing is None or closing.text != ")":
                raise TemplateFault("a '(' is not closed", token.offset)
            self._position += 1
            return Operand("pipeline", "", self._fields(), inner, token.offset)
        raise TemplateFault(f"unexpected '{token.text}'", token.offset)

    def _fields(self) -> tuple[str, ...]:
        fields: list[str] = []
        while (token := self._peek()) is not None and token.kind == "field":
            fields.append(token.text[1:])
            self._position += 1
        return tuple(fields)

    def _peek(self) -> _Token | None:
        """Return the next token; blanks before ``|``, ``)`` and the end do not count."""
        position = self._position
        if position < len(self._tokens) and self._tokens[position].kind == "space":
            following = self._tokens[position + 1] if position + 1 < len(self._tokens) else None
            if following is None or following.text in {"|", ")"}:
                self._position += 1
        return self._tokens[self._position] if self._position < len(self._tokens) else None

    def _skip(self) -> None:
        while self._position < len(self._tokens) and self._tokens[self._position].kind == "space":
            self._position += 1


def _unknown(what: str, word: str, known: Iterable[str]) -> str:
    close = closest_match(word, list(known))
    return f"unknown {what} '{word}'" + (f", did you mean '{close}'?" if close else "")
