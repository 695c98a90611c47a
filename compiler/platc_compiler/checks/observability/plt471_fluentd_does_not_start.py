"""Fluentd does not start with a fragment of its configuration.

Why: Fluentd refuses a section that is not closed, a plugin that its image does not have, and a
plugin without a parameter that it needs. All pods then restart without an end, and no log is
shipped.

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

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_compiler.settings.catalogue import Catalogue, catalogue
from platc_compiler.settings.fluent_conf import NotParsedError, Section, parse
from platc_compiler.settings.fluentd import Part, fragments, parts, plugin_of
from platc_spec.kinds.fluentd import Fluentd

CODE = "PLT471"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such fault of a fragment."""
    for name, service in context.of_kind(Fluentd).items():
        for text, place in fragments(name, service):
            try:
                root = parse(text)
            except NotParsedError as fault:
                hint = "close each section that is opened, in the order of their opening"
                yield error(CODE, str(fault), place, hint, on_key=True)
                continue
            known = catalogue("fluentd")
            if service.image is None:
                yield from _plugins(root, place, known)
            for part in parts(root, place):
                yield from _missing(part, known)


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
