"""A text with ``{{ … }}`` will not be understood.

Why: Prometheus refuses the whole rule file because of one bad summary or description. Alertmanager
refuses a bad file of templates, but notices a bad subject or title only when it sends a message,
and then the message is lost.

Bad:
```yaml
alerts:
  WebDown: { summary: "{{ $label.job }} does not answer" }
```

Good:
```yaml
alerts:
  WebDown: { summary: "{{ $labels.job }} does not answer" }
```

Fix: close ``{{`` by ``}}``. An alert can use ``$labels.NAME``, ``$value`` and the functions of
prometheus.io/docs/prometheus/latest/configuration/template_reference; a text of a receiver can use
the fields and functions of prometheus.io/docs/alerting/latest/notifications, and the templates that
``notifications.templates`` defines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, Origin, Span, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.alertmanager import Alertmanager
from platc_spec.observability import Notifications
from platc_spec.platform import Spec

CODE = "PLT413"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each text that is not a valid template."""
    for text, place in _of_alerts(context.spec):
        yield from _said(_fault_of_alert(text), place)
    notifications = context.spec.notifications
    texts = [
        (text, place)
        for found in (_of_receivers(notifications), _of_own(context.spec))
        for text, place in found
        if "{{" in text
    ]
    if texts or (notifications is not None and notifications.templates):
        yield from _of_messages(texts, notifications, context)


def _of_messages(
    texts: list[tuple[str, Origin]], notifications: Notifications | None, context: Context
) -> Iterator[Diagnostic]:
    """Yield the faults of texts of receivers, and of the templates that they call."""
    from platc_compiler.expressions import alertmanager_templates
    from platc_compiler.servers.own_templates import file_of, own_templates
    from platc_compiler.source.load import Unreadable

    try:
        files = own_templates(notifications, context.beside)
    except Unreadable as unreadable:
        yield unreadable.diagnostic
        return
    for name, stated in notifications.templates.items() if notifications else ():
        file = file_of(stated)
        if file is not None and context.file(file) is None:
            place: Origin = ("notifications", "templates", name)
            yield error(CODE, f"there is no file '{file}' beside platform.yaml", place)
    library, refused = alertmanager_templates.library(files)
    for name, why in refused.items():
        before = files[name][: why.offset]
        line = before.count("\n")
        stated = notifications.templates[name] if notifications else ""
        place = ("notifications", "templates", name)
        found = error(CODE, f"Alertmanager refuses line {line + 1} of this template: {why}", place)
        file = file_of(stated)
        if file is not None:
            column = len(before.rpartition("\n")[2])
            width = len(files[name].splitlines()[line]) if files[name] else 0
            span = Span(line, column, line, max(width, column + 1))
            found = replace(found, path=(), span=span, file=file)
        yield found
    for text, path in texts:
        said = alertmanager_templates.fault(text, library)
        if said is not None:
            yield error(CODE, f"this text cannot be filled in: {said}", path)


def _fault_of_alert(text: str) -> str:
    """Return why the text of an alert cannot be filled in, empty if it can."""
    if "{{" not in text:
        return ""
    from platc_compiler.expressions.go_template_syntax import TemplateFault
    from platc_compiler.expressions.prometheus_templates import examined
    from platc_compiler.expressions.promql import PromqlError, parse

    try:
        for query in examined(text).queries:
            parse(query)
    except TemplateFault as fault:
        return str(fault)
    except PromqlError as fault:
        return f"its query is no PromQL: {fault}"
    return ""


def _said(why: str, place: Origin) -> Iterator[Diagnostic]:
    if why:
        yield error(CODE, f"this text cannot be filled in: {why}", place)


def _of_alerts(spec: Spec) -> Iterator[tuple[str, Origin]]:
    for name, alert in spec.alerts.items():
        yield alert.summary, ("alerts", name, "summary")
        yield alert.description, ("alerts", name, "description")
        for part, texts in (("labels", alert.labels), ("annotations", alert.annotations)):
            for key, text in texts.items():
                yield text, ("alerts", name, part, key)


def _of_receivers(notifications: Notifications | None) -> Iterator[tuple[str, Origin]]:
    """Yield the texts of every channel; only those with braces are templates."""
    for name, receiver in notifications.receivers.items() if notifications else ():
        stated = receiver.model_dump(by_alias=True, exclude_none=True)
        yield from _texts(stated, ("notifications", "receivers", name))


def _of_own(spec: Spec) -> Iterator[tuple[str, Origin]]:
    """Yield the texts of receivers under ``config`` of Alertmanager."""
    for name, service in spec.services.items():
        if isinstance(service, Alertmanager):
            place = ("services", name, "config", "receivers")
            yield from _texts(service.config.get("receivers"), place)


def _texts(value: object, at: Origin) -> Iterator[tuple[str, Origin]]:
    waiting: list[tuple[object, Origin]] = [(value, at)]
    while waiting:
        found, place = waiting.pop()
        if isinstance(found, str):
            yield found, place
        elif isinstance(found, Mapping):
            waiting += [(item, (*place, key)) for key, item in found.items()]
        elif isinstance(found, (list, tuple)):
            waiting += [(item, (*place, index)) for index, item in enumerate(found)]
