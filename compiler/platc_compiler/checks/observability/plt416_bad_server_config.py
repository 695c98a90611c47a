"""The server would refuse what stands under ``config`` of Prometheus or Alertmanager.

Why: both servers read their configuration strictly. With one unknown key they do not start; a
running server keeps its old configuration, and only its log says so.

Bad:
```yaml
services:
  prometheus: { config: { scrape_confgs: [{ job_name: extra }] } }
```

Good:
```yaml
services:
  switch: { kind: external, address: { host: 192.0.2.1 }, ports: { metrics: 9100 } }
  prometheus:
    depends_on: [alertmanager, switch]
    config:
      scrape_configs: [{ job_name: extra, static_configs: [{ targets: ["192.0.2.1:9100"] }] }]
```

Fix: write the key as in the server's documentation. platc checks the first two levels; ``promtool
check config`` and ``amtool check-config`` check the rest in ``out/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from platc_compiler.checks.observability.server_keys import SERVERS, Part, Server
from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.language.pydantic_messages import shown
from platc_compiler.lower.kind import Context
from platc_spec.service import Service

CODE = "PLT416"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each unknown key, and for each value of a wrong type."""
    for name, service in context.spec.services.items():
        if service.kind in SERVERS:
            yield from _of(service, SERVERS[service.kind], ("services", name, "config"))


def _of(service: Service, server: Server, place: Origin) -> Iterator[Diagnostic]:
    config: Mapping[str, object] = getattr(service, "config", {})
    # Another version may have more keys; the keys of this table have existed for a long time.
    exact = getattr(service, "version", None) == server.release
    for key, value in config.items():
        part = server.parts.get(key)
        if part is not None:
            yield from _part(server, part, value, (*place, key), exact=exact)
        elif exact:
            yield _unknown(server, key, server.parts, (*place, key))


def _part(
    server: Server, part: Part, value: object, place: Origin, *, exact: bool
) -> Iterator[Diagnostic]:
    key = place[-1]
    if value is None:
        if part.kept:
            message = f"{server.title} would be left without '{key}'"
            yield error(CODE, message, place, "write only what is to be otherwise")
    elif part.items is not None:
        yield from _items(part, value, place)
    elif not isinstance(value, Mapping):
        yield error(CODE, f"'{key}' is a mapping, not {shown(value)}", place)
    elif part.keys and exact:
        for below in value:
            if below not in part.keys:
                yield _unknown(server, below, part.keys, (*place, below))


def _items(part: Part, value: object, place: Origin) -> Iterator[Diagnostic]:
    key = place[-1]
    if not isinstance(value, list):
        yield error(CODE, f"'{key}' is a list, not {shown(value)}", place)
        return
    for index, item in enumerate(value):
        if part.items is str and not isinstance(item, str):
            yield error(CODE, f"'{key}' is a list of texts", (*place, index))
        elif part.items is dict and not isinstance(item, Mapping):
            yield error(CODE, f"'{key}' is a list of mappings", (*place, index))
        elif part.name and isinstance(item, Mapping) and not isinstance(item.get(part.name), str):
            message = f"an item of '{key}' needs its '{part.name}'"
            yield error(CODE, message, (*place, index), f"add {part.name}:")


def _unknown(server: Server, key: object, known: Iterable[str], place: Origin) -> Diagnostic:
    hint = did_you_mean(str(key), known, "remove it")
    return error(CODE, f"{server.title} has no '{key}' here", place, hint, on_key=True)
