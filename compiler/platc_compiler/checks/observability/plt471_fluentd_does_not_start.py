"""Fluentd does not start with a fragment of its configuration.

Why: Fluentd refuses a section that is not closed, a plugin that its image does not have, a plugin
without a parameter that it needs, an ``@id`` of two plugins, and a label that is not there. All
pods then restart without an end, and no log is shipped.

Bad:
```yaml
secrets: { logs: { keys: [elastic, fluentd] } }
services:
  search:
    kind: elasticsearch
    storage: 5Gi
    passwords: { elastic: logs/elastic, fluentd: logs/fluentd }
  logs:
    kind: fluentd
    password: logs/fluentd
    depends_on: [search]
    config:
      filters:
        audit: |
          <filter kubernetes.**>
            @type parser
            <parse>
              @type json
            </parse>
          </filter>
```

Good:
```yaml
secrets: { logs: { keys: [elastic, fluentd] } }
services:
  search:
    kind: elasticsearch
    storage: 5Gi
    passwords: { elastic: logs/elastic, fluentd: logs/fluentd }
  logs:
    kind: fluentd
    password: logs/fluentd
    depends_on: [search]
    config:
      filters:
        audit: |
          <filter kubernetes.**>
            @type parser
            key_name message
            <parse>
              @type json
            </parse>
          </filter>
```

Fix: close the section, or add the parameter. For a plugin of your own, build an image with it and
name it by ``image``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_compiler.settings.catalogue import Catalogue, catalogue
from platc_compiler.settings.fluent_conf import NotParsedError, Section, parse
from platc_compiler.settings.fluentd import (
    OWN_IDS,
    OWN_LABELS,
    Part,
    fragments,
    labels,
    parts,
    plugin_of,
    plugins,
    typeless,
)
from platc_spec.kinds.fluentd import Fluentd

CODE = "PLT471"
_RUBY = "#{"
"""What Ruby makes, when Fluentd starts, is in such a bracket."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such fault of a fragment."""
    for name, service in context.of_kind(Fluentd).items():
        read: list[tuple[Section, Origin]] = []
        for text, place in fragments(name, service):
            try:
                root = parse(text)
            except NotParsedError as fault:
                hint = "close each section that is opened, in the order of their opening"
                yield error(CODE, str(fault), place, hint, on_key=True)
                continue
            read.append((root, place))
            known = catalogue("fluentd")
            for section in typeless(root):
                message = f"<{section.name}> of line {section.line} lacks '@type'"
                yield error(CODE, message, place, "add @type, which names the plugin")
            if service.image is None:
                yield from _plugins(root, place, known)
            for part in parts(root, place):
                yield from _missing(part, known)
        yield from _twice(read)
        if len(read) == sum(1 for _ in fragments(name, service)):
            yield from _nowhere(read)


def _twice(read: Sequence[tuple[Section, Origin]]) -> Iterator[Diagnostic]:
    """Yield each id that another plugin has, platc's among them."""
    taken = set(OWN_IDS)
    for root, place in read:
        for section in plugins(root):
            own = section.value("@id")
            if own in taken:
                message = f"another plugin has the @id '{own}' of line {section.line}"
                yield error(CODE, message, place, "write another one")
            elif own and _RUBY not in own:
                taken.add(own)


def _nowhere(read: Sequence[tuple[Section, Origin]]) -> Iterator[Diagnostic]:
    """Yield each label that a plugin hands its lines to, and that is not there."""
    known = OWN_LABELS.union(*(labels(root) for root, _ in read))
    for root, place in read:
        for section in plugins(root):
            wanted = section.value("@label")
            if wanted and wanted not in known and _RUBY not in wanted:
                message = f"there is no label '{wanted}' (line {section.line})"
                hint = did_you_mean(wanted, known, f"add <label {wanted}> under sources")
                yield error(CODE, message, place, hint)


def _plugins(root: Section, place: Origin, known: Catalogue) -> Iterator[Diagnostic]:
    """Yield each plugin that the image does not have."""
    for section in root.sections:
        kind, plugin = plugin_of(section)
        if plugin and kind and f"{kind}.{plugin}" not in known.lists["plugins"]:
            message = f"the image has no {kind} plugin '{plugin}' (line {section.line})"
            there = [p.partition(".")[2] for p in known.lists["plugins"] if p.startswith(kind)]
            yield error(CODE, message, place, did_you_mean(plugin, there, "name an image with it"))
        yield from _plugins(section, place, known)


def _missing(part: Part, known: Catalogue) -> Iterator[Diagnostic]:
    """Yield each parameter that a section must have and has not."""
    stated = {parameter.name for parameter in part.section.parameters}
    for scope in part.scopes:
        for line in known.all:
            above, _, name = line.setting.name.rpartition(".")
            needed = above == scope and line.setting.changed == "required"
            if needed and name not in {*stated, "type"} and line.setting.type != "section":
                section = part.section
                message = f"<{section.name}> of line {section.line} lacks '{name}'"
                yield error(CODE, message, part.place, f"add {name}")
