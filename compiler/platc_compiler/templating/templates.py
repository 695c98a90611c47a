"""Templates with the shape of an artefact; an interpolation is data, never text.

``.yaml.j2`` and ``.json.j2``: an interpolation stands in the place of a whole value or key. It is
rendered as a marker, the shape is parsed as YAML, and the value itself replaces the marker. So no
value can break or change the shape. A shape depends only on the template's branches, so each is
parsed once. In the other languages, the environment's ``finalize`` encodes each value as a literal
of that language; the filter ``raw`` marks trusted text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, MutableMapping
from datetime import date, timedelta
from functools import cached_property, partial
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
from jinja2.loaders import split_template_path
from markupsafe import Markup

import platc_templates
from platc_compiler.source.load import load
from platc_compiler.templating import markdown
from platc_compiler.templating.cache import Stamp, TemplateCache, of_this_process
from platc_compiler.templating.overrides import FOLDER, lacks, place, reason
from platc_compiler.templating.work import Work
from platc_spec.durations import duration_text
from platc_spec.quantities import bytes_text, millicores_text

_MARKER = re.compile(r"__(\d+)__")
_ROOT = Path(platc_templates.__file__).parent


class TemplateError(Exception):
    """A template that cannot be rendered: the message names it and the reason."""

    def __init__(self, message: str, name: str = "", line: int = 1) -> None:
        super().__init__(message)
        self.name, self.line = name, line
        """The user's own template that is at fault, empty where it is none."""


class ValueRefused(TemplateError):  # noqa: N818 - it is raised for a user's value, not for a bug
    """A value that the language of a file cannot express."""


class Raw(Markup):
    """Trusted text in the template's own language."""

    __slots__ = ()


def _ini(value: object) -> str:
    text = str(value)
    if "\n" in text or "\r" in text:
        raise ValueRefused("a value of one line is wanted, and one has a line feed")
    return text


def _shell(value: object) -> str:
    import shlex

    return shlex.quote(str(value))


def _python(value: object) -> str:
    """Return a Python literal with double quotes, as a formatter would write it."""
    if isinstance(value, str):
        # JSON leaves U+007F and the control characters of C1 as they are.
        plain = all(map(str.isprintable, (c for c in value if c > "~")))
        return json.dumps(value, ensure_ascii=False) if plain else ascii(value)
    if isinstance(value, (list, tuple)):
        inner = ", ".join(map(_python, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner},)" if value else "()"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_python(k)}: {_python(v)}" for k, v in value.items()) + "}"
    return repr(value)


def _sql(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return "NULL" if value is None else str(value).upper()
    if isinstance(value, (int, float)):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def _conf(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


ENCODERS: Mapping[str, Callable[[object], str]] = {
    "py": _python,
    "sql": _sql,
    "ini": _ini,
    "cfg": _ini,
    "sh": _shell,
    "conf": _conf,
    "properties": _ini,
    "txt": str,
}
"""The encoder of a value, by the ending of the template's name before ``.j2``.

In Markdown (``md``) the encoding depends on the place: ``templating.markdown`` does it."""


def sql_identifier(name: str) -> Raw:
    """Return a quoted SQL identifier."""
    return Raw('"' + name.replace('"', '""') + '"')


class _WithoutGlobals(jinja2.Environment):
    """Templates that see only their arguments: each rendering copies the rest."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the other names that a template sees: none."""
        return d or {}


class _Loader(jinja2.BaseLoader):
    """Loads templates by their paths; each is compiled once for all runs."""

    def __init__(self, overrides: Mapping[str, str], cache: TemplateCache) -> None:
        self._overrides = overrides
        self._cache = cache
        self.used: set[str] = set()

    def load(
        self,
        environment: jinja2.Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja2's name for it
    ) -> jinja2.Template:
        """Return a template.

        Raises:
            jinja2.TemplateNotFound: no template has this path.
        """
        self.used.add(name)
        place = f"counted/{name}" if environment.sandboxed else name
        stamp, file, read = self._found(name)

        def compiled() -> CodeType:
            return environment.compile(read(), name, file)

        code = self._cache.code(place, stamp, compiled)
        return jinja2.Template.from_code(environment, code, globals or {})

    def _found(self, name: str) -> tuple[Stamp, str, Callable[[], str]]:
        """Return the stamp of a template, the name of its file, and a function that reads it.

        No path leads out of the folder of templates, even if a user's own template includes it.
        """
        own = self._overrides.get(name)
        if own is not None:
            return own, f"{FOLDER}{name}", lambda: own
        path = _ROOT.joinpath(*split_template_path(name))
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            raise jinja2.TemplateNotFound(name) from None
        return (status.st_mtime_ns, status.st_size), str(path), lambda: path.read_text("utf-8")


class Templates:
    """The templates of platc; a user's template of the same path overrides one."""

    def __init__(
        self, overrides: Mapping[str, str] | None = None, cache: TemplateCache | None = None
    ) -> None:
        self._overrides = dict(overrides or {})
        self._cache = cache or of_this_process()
        self._environments: dict[str, jinja2.Environment] = {}
        self._loaded: dict[tuple[jinja2.Environment, str], jinja2.Template] = {}
        self._loader = _Loader(self._overrides, self._cache)
        self._values: list[Any] = []
        self._work = Work()

    @property
    def used(self) -> set[str]:
        """The paths of all used templates."""
        return self._loader.used

    @property
    def overridden(self) -> tuple[str, ...]:
        """The used templates of the user, by their paths."""
        return tuple(sorted(self.used & self._overrides.keys()))

    def data(self, name: str, /, **context: Any) -> Any:  # noqa: ANN401
        """Render a ``.yaml.j2`` or ``.json.j2`` template to data.

        Raises:
            TemplateError: the template fails, or its output is not YAML.
        """
        if name not in self._overrides:
            return self._data(name, context)
        try:
            own = self._data(name, context)
        except TemplateError:
            raise
        except Exception as fault:
            raise TemplateError(f"the template {name} fails: {reason(fault)}", name) from fault
        lacking = lacks(own, self._originals.data(name, **context)) if brought(name) else ""
        if lacking:
            raise TemplateError(f"the template {name} has to yield {lacking}", name)
        return own

    def _data(self, name: str, context: Mapping[str, Any]) -> Any:  # noqa: ANN401
        outer, self._values = self._values, []
        try:
            shape_text = self._render(self._structured, name, context)
            shape = self._cache.shape(shape_text, lambda: _shape(self._parse(name, shape_text)))
            return _filled(shape, [_plain(value) for value in self._values])
        finally:
            self._values = outer

    @cached_property
    def _originals(self) -> Templates:
        return Templates(cache=self._cache)

    def text(self, name: str, /, **context: Any) -> str:  # noqa: ANN401
        """Render a template of another language to its text.

        Raises:
            TemplateError: the template fails.
        """
        language = name.removesuffix(".j2").rpartition(".")[2]
        if language == "md":
            return self._markdown_text(name, context)
        environment = self._environments.get(language)
        if environment is None:
            environment = self._environments[language] = self._environment(
                _literal(ENCODERS[language])
            )
        return self._render(environment, name, context)

    def _markdown_text(self, name: str, context: Mapping[str, Any]) -> str:
        outer, self._values = self._values, []
        try:
            return markdown.filled(self._render(self._markdown, name, context), self._values)
        finally:
            self._values = outer

    @cached_property
    def _markdown(self) -> jinja2.Environment:
        # Given the context, Jinja2 does not fold constants: every mark belongs to one rendering.
        @jinja2.pass_context
        def mark(_: object, value: object) -> str:
            if isinstance(value, (Raw, jinja2.Undefined)):
                return str(value)
            self._values.append(str(value))
            return markdown.mark(len(self._values) - 1)

        return self._environment(mark)

    @cached_property
    def _structured(self) -> jinja2.Environment:
        # With the context, Jinja2 does not fold constants: every marker belongs to one rendering.
        @jinja2.pass_context
        def mark(_: object, value: object) -> str:
            if isinstance(value, jinja2.Undefined):
                return str(value)
            values = self._values
            values.append(value)
            return f"__{len(values) - 1}__"

        return self._environment(mark)

    def begin(self) -> None:
        """Let the user's own templates do their work anew: a compilation begins."""
        self._work.begin()

    @cached_property
    def _kind_of_environment(self) -> Callable[..., jinja2.Environment]:
        if not self._overrides:
            return _WithoutGlobals
        from platc_compiler.templating.sandbox import Sandbox

        return partial(Sandbox, self._work)

    def _environment(self, finalize: Callable[..., Any]) -> jinja2.Environment:
        environment = self._kind_of_environment(
            loader=self._loader,
            undefined=jinja2.StrictUndefined,
            finalize=finalize,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            cache_size=-1,
            autoescape=False,
        )
        environment.filters.update(
            raw=Raw, bytes=bytes_text, millicores=millicores_text, duration=duration_text,
            identifier=sql_identifier, seconds=lambda length: int(length.total_seconds()),
        )  # fmt: skip
        return environment

    def _render(
        self, environment: jinja2.Environment, name: str, context: Mapping[str, Any]
    ) -> str:
        if not self._overrides:
            template = self._loaded.get((environment, name))
            if template is None:
                template = environment.get_template(name)
                self._loaded[environment, name] = template
            try:
                return template.render(context)
            except ValueRefused as fault:
                raise _refused(fault, name) from fault
        from platc_compiler.templating.sandbox import render

        try:
            return render(environment.get_template(name), context)
        except ValueRefused as fault:
            raise _refused(fault, name) from fault
        except Exception as fault:
            own, line = place(fault, self._overrides) or (name, 1)
            raise TemplateError(f"the template {own} fails: {reason(fault)}", own, line) from fault

    def _parse(self, name: str, text: str) -> Any:  # noqa: ANN401
        try:
            # A single value is a shape too; load() needs a mapping.
            return load("shape:\n" + "\n".join(f"  {line}" for line in text.splitlines())).data[
                "shape"
            ]
        except Exception as fault:
            message = f"the template {name} does not render to YAML: {fault}"
            raise TemplateError(message, name) from fault


def _shape(parsed: Any) -> Any:  # noqa: ANN401
    """Return the shape, with a tuple of its number in the place of each marker."""
    if isinstance(parsed, str):
        match = _MARKER.fullmatch(parsed)
        return (int(match[1]),) if match else parsed
    if isinstance(parsed, dict):
        return {_shape(key): _shape(value) for key, value in parsed.items()}
    if isinstance(parsed, list):
        return [_shape(item) for item in parsed]
    return parsed


def _filled(shape: Any, values: list[Any]) -> Any:  # noqa: ANN401
    """Return a copy of the shape, with the values in the places of their markers."""
    kind = type(shape)
    if kind is tuple:
        return values[shape[0]]
    if kind is dict:
        return {
            key if type(key) is str else _filled(key, values): _filled(value, values)
            for key, value in shape.items()
        }
    if kind is list:
        return [_filled(item, values) for item in shape]
    return shape


_ATOMS = frozenset({str, int, float, bool, type(None)})


def _plain(value: Any) -> Any:  # noqa: ANN401
    """Return a value as plain data: tuples of pairs stay lists, dates become text."""
    if type(value) in _ATOMS:
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (str, int, float)):
        return str(value) if isinstance(value, Raw) else value
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TemplateError(f"{type(value).__name__} is no value of a template")


def brought(name: str) -> bool:
    """Return whether platc has a template of this path."""
    return (_ROOT / name).is_file()


def brought_along() -> tuple[str, ...]:
    """Return the paths of all templates of platc."""
    return tuple(sorted(path.relative_to(_ROOT).as_posix() for path in _ROOT.rglob("*.j2")))


def _refused(fault: ValueRefused, name: str) -> ValueRefused:
    return ValueRefused(f"{fault} (in {name.removesuffix('.j2')})")


def _literal(encode: Callable[[object], str]) -> Callable[[Any], Any]:
    def finalize(value: Any) -> Any:  # noqa: ANN401
        return value if isinstance(value, (Raw, jinja2.Undefined)) else encode(value)

    return finalize
