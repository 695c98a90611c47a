"""What the plugins of Fluentd take in the fragments under ``config``.

Fluentd says of a parameter that it does not know that it is not used, and goes on; with a value of
another type it does not start, as fluent.conf says ``strict_config_value``. A setting is named by
the kind of its plugin, the plugin, the sections in it, and the parameter:
``output.elasticsearch.buffer.flush_mode``.

The catalogue is what Fluentd 1.19.3 itself says of the plugins of the image that platc deploys. An
image of one's own may have further plugins; those that are not in the catalogue are not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.diagnostics.did_you_mean import closest_match, did_you_mean
from platc_compiler.settings.catalogue import Catalogue, Setting, catalogue
from platc_compiler.settings.fluent_conf import NotParsedError, Section, parse
from platc_compiler.settings.program import Program, Stated, Verdict
from platc_spec.kinds.fluentd import Fluentd

_PLUGINS = {
    "source": "input", "match": "output", "store": "output", "secondary": "output",
    "filter": "filter", "parse": "parser", "format": "formatter", "buffer": "buffer",
    "storage": "storage", "service_discovery": "sd",
}  # fmt: skip
"""The kind of the plugin that a section configures, by the name of the section."""
_INSIDE = {"buffer": ".buffer", "parser": ".parse", "formatter": ".format", "storage": ".storage"}
"""How the catalogue names what other plugins take in the section of a kind of plugin."""
_HOLDERS = frozenset({"", "label", "worker"})
"""Sections that hold others of the top level."""
_DIRECTIVES = frozenset({"source", "filter", "match"})
"""Sections of Fluentd itself that need a plugin."""
_TOP = frozenset({*_HOLDERS, *_DIRECTIVES, "system"})
"""Sections that Fluentd itself reads."""
_EVERYWHERE = frozenset({"id", "label", "log_level", "type"})
"""Parameters of every plugin, with an ``@`` before them."""
OWN_IDS = frozenset(
    {
        "containers", "kubernetes_metadata", "logs", "lost", "metrics", "metrics_output",
        "metrics_tail", "task_logs",
    }
)  # fmt: skip
"""Every ``@id`` of the fluent.conf in which the fragments stand."""
OWN_LABELS = frozenset({"@CONTAINERS", "@ERROR", "@FLUENT_LOG", "@LINES", "@OUTPUT", "@ROOT"})
"""Every label of it, and the one that Fluentd itself has."""
_DATA = "fluentd"
_FORMS = {
    "bool": ("true or false", re.compile(r"true|yes|false|no|")),
    "integer": (
        "a whole number",
        re.compile(
            r"\s*[+-]?(0[xX][\da-fA-F](_?[\da-fA-F])*|0[bB][01](_?[01])*|0[oO][0-7](_?[0-7])*"
            r"|0(_?[0-7])*|[1-9](_?\d)*)\s*"
        ),
    ),
    "float": (
        "a number",
        re.compile(r"\s*[+-]?(0[xX][\da-fA-F]+|(\d(_?\d)*)?\.?\d(_?\d)*([eE][+-]?\d+)?)\s*"),
    ),
}
_OPTIONS_OF_RUBY = 2
"""The most letters that Fluentd looks for after the last slash of a regular expression."""
_LENGTH = re.compile(r"\d[smhd]")
_CLASS = re.compile(r"\[\^?\]?(?:\[:\^?\w+:\]|[^\[\]])*\]")
"""A set of characters of a regular expression without its escaped characters."""
_SIZE = re.compile(r"\d[kmgt]", re.IGNORECASE)


class Part(Struct, frozen=True):
    """A section of which the parameters are known."""

    section: Section
    scopes: tuple[str, ...]
    """Where they stand in the catalogue, the closest first."""
    place: Origin
    certain: bool
    """Whether the catalogue has every parameter that it may have."""

    def names(self, known: Catalogue, parameter: str) -> tuple[str, ...]:
        """Return the settings of the catalogue that a parameter may be."""
        names = (f"{scope}.{parameter}" for scope in self.scopes)
        return tuple(name for name in names if known.lines(name))


def fragments(name: str, service: Fluentd) -> Iterator[tuple[str, Origin]]:
    """Yield each fragment with its place."""
    for group, texts in service.config.items():
        for key, text in texts.items():
            yield text, ("services", name, "config", group, key)


def plugin_of(section: Section) -> tuple[str, str]:
    """Return the kind and the name of the plugin that a section configures, empty if it is none."""
    return _PLUGINS.get(section.name, ""), section.value("@type") or section.value("type")


def plugins(root: Section) -> Iterator[Section]:
    """Yield each section of an input, a filter or an output, wherever it stands."""
    for section in root.sections:
        if _PLUGINS.get(section.name) in {"input", "filter", "output"}:
            yield section
        yield from plugins(section)


def typeless(root: Section) -> Iterator[Section]:
    """Yield each of the directives that name no plugin, and include nothing that may name it."""
    for section in root.sections:
        if section.name in _HOLDERS:
            yield from typeless(section)
        elif section.name in _DIRECTIVES and not (
            plugin_of(section)[1] or section.value("@include")
        ):
            yield section


def labels(root: Section) -> Iterator[str]:
    """Yield each label that a fragment has."""
    for section in root.sections:
        if section.name == "label":
            yield section.argument
        yield from labels(section)


def parts(root: Section, place: Origin) -> Iterator[Part]:
    """Yield the sections of a fragment whose parameters are known, the outer ones first."""
    known = catalogue(_DATA)
    for section in root.sections:
        if section.name in _HOLDERS:
            yield from parts(section, place)
        elif section.name in _PLUGINS:
            yield from _of_section(section, (), place, known)


def _of_section(
    section: Section, above: tuple[str, ...], place: Origin, known: Catalogue
) -> Iterator[Part]:
    kind, type_ = plugin_of(section)
    plugin = f"{kind}.{type_}" if kind and type_ else ""
    inherited = tuple(f"{scope}.{section.name}" for scope in above)
    own = tuple(scope for scope in inherited if _has(known, scope))
    if plugin and plugin in known.lists["plugins"]:
        own = (plugin, *own, f"{kind}.*")
    elif plugin or not own:
        # A plugin of another image, or a section that a plugin reads by itself.
        return
    elif kind:
        own = (*own, f"{kind}.*")
    yield Part(section, own, place, certain=bool(plugin) or not kind)
    for inner in section.sections:
        yield from _of_section(inner, own, place, known)


def _has(known: Catalogue, scope: str) -> bool:
    return any(line.setting.type == "section" for line in known.lines(scope))


def _stated(name: str, service: Fluentd) -> Iterator[Stated]:
    known = catalogue(_DATA)
    for text, place in fragments(name, service):
        try:
            root = parse(text)
        except NotParsedError:
            continue
        for section in root.sections:
            if section.name not in _TOP:
                yield Stated(section.name, "", place)
        for part in parts(root, place):
            for inner in _misspelt(part, known):
                yield Stated(f"{part.scopes[0]}.{inner.name}", "", place)
            for parameter in part.section.parameters:
                key = parameter.name
                found = part.names(known, key)
                if not key.startswith("@") and key not in _EVERYWHERE and (found or part.certain):
                    stated = found[0] if found else f"{part.scopes[0]}.{key}"
                    yield Stated(stated, parameter.value, place)


def _misspelt(part: Part, known: Catalogue) -> Iterator[Section]:
    """Yield the sections in a part whose names are nearly those of sections that it has.

    A plugin may read other sections by itself, of which the catalogue does not know.
    """
    several = (line.setting for line in known.all if line.setting.type == "section")
    beside = (setting.name.rpartition(".") for setting in several)
    there = {name for above, _, name in beside if above in part.scopes}
    for inner in part.section.sections:
        if inner.name not in there | _PLUGINS.keys() and closest_match(inner.name, there):
            yield inner


def _unknown(
    known: Catalogue, near: tuple[int, ...], stated: Stated, _version: str
) -> Verdict | None:
    """Return what a parameter was meant to be; Fluentd does not use one that it does not know."""
    scope, _, key = stated.name.rpartition(".")
    if not scope:
        hint = did_you_mean(key, _DIRECTIVES, "remove it")
        return Verdict(f"Fluentd does not use the section <{key}>", hint, "warning")
    kind, plugin, *inner = scope.split(".")
    general, inside = ".".join([kind, "*", *inner]), _INSIDE.get(kind, scope)
    names = (name.rpartition(".") for name in known.names(near))
    meant = [
        parameter
        for above, _, parameter in names
        if above in {scope, general} or above.endswith(inside)
    ]
    within = f" in <{inner[-1]}>" if inner else ""
    message = f"the {kind} plugin '{plugin}' of Fluentd does not use '{key}'{within}"
    return Verdict(message, did_you_mean(key, meant, "remove it"), "warning")


def _obsoleted(_setting: Setting, _text: str) -> str:
    return "remove it: this version refuses it"


def _choice(setting: Setting, text: str) -> str:
    return "" if text in setting.choices else f"write one of {', '.join(setting.choices)}"


def _expression(_setting: Setting, text: str) -> str:
    """Return why Ruby does not take a regular expression, as far as its brackets say it.

    Source of the slashes: ``regexp_value`` in lib/fluent/config/types.rb.
    """
    pattern, options = text, ""
    if text.startswith("/"):
        pattern, _, options = text[1:].rpartition("/") if "/" in text[1:] else ("", "", text[1:])
        if len(options) > _OPTIONS_OF_RUBY:
            return "it lacks the slash at its end"
    plain = re.sub(r"\\.", "", pattern, flags=re.DOTALL)
    while (inner := _CLASS.sub("", plain)) != plain:
        plain = inner
    if "[" in plain or plain.count("(") != plain.count(")"):
        return "a bracket of it is not closed"
    return ""


_BY_TYPE = {"obsoleted": _obsoleted, "enum": _choice, "regexp": _expression}


def _judge(setting: Setting, value: Any) -> str:  # noqa: ANN401 - a setting of the component's own
    """Return why Fluentd does not take a value, empty if it does, or if Ruby makes the value."""
    text = str(value)
    if "#{" in text:
        return ""
    if (judged := _BY_TYPE.get(setting.type)) is not None:
        return judged(setting, text)
    if (setting.type == "time" and _LENGTH.search(text)) or (
        setting.type == "size" and _SIZE.search(text)
    ):
        return ""
    form = {"time": "float", "size": "integer"}.get(setting.type, setting.type)
    wanted, shape = _FORMS.get(form, ("", None))
    if shape is None or shape.fullmatch(text):
        return ""
    units = {"time": ", with s, m, h or d after it", "size": ", with k, m, g or t after it"}
    return f"it is {wanted}{units.get(setting.type, '')}"


def _version(service: Fluentd, _services: Mapping[str, Any]) -> str:
    return service.version


PROGRAM = Program(
    title="Fluentd", version=_version, stated=_stated, decided={}, data=_DATA, unknown=_unknown,
    judge=_judge,
)  # fmt: skip
