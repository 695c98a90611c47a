"""A value of ``env`` looks like a reference but is not one: the program would get it as text.

Why: other tools have other notations, such as ``${NAME}`` of a shell and Docker Compose, or ``{{
.Values }}`` of Helm. In ``env``, platc replaces a whole ``${secret/key}`` or ``${pod.ip}``, and
Kubernetes replaces ``$(NAME)`` of a variable before it. The program receives everything else
unchanged, and takes it for the value itself. In ``command`` and ``args`` Helm's notation and fields
of the pod are reported too.

Bad:
```yaml
services:
  web: { env: { LOG_LEVEL: "${LOG_LEVEL:-info}" } }
```

Good:
```yaml
services:
  web: { env: { LOG_LEVEL: info, GREETING: "$${LOG_LEVEL} stays as it is" } }
```

Fix: follow the hint. ``$$`` is a literal dollar: the program receives ``$${NAME}`` as ``${NAME}``.
The fields of a pod are ``pod.name``, ``pod.namespace``, ``pod.ip``, ``pod.uid``,
``pod.service_account``, ``node.name`` and ``node.ip``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from platc_compiler.checks.references.literal_texts import literal_texts
from platc_compiler.diagnostics import Diagnostic, Origin, error, warning
from platc_compiler.diagnostics.did_you_mean import closest_match
from platc_compiler.language.lookalikes import DeclaredSecrets, helm, hint_in_env, shown
from platc_compiler.language.references import environments_of
from platc_compiler.lower.kind import Context
from platc_compiler.lower.secret_keys import FIELDS, pod_field
from platc_spec.secret_references import (
    Expression,
    expressions,
    parse_reference,
    variable_reference,
)

CODE = "PLT120"
_OF_A_SERVICE = "services."
_ARGUMENTS = frozenset({"command", "args"})


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each value with an expression that nothing replaces."""
    secrets = DeclaredSecrets.of(context.spec.secrets)
    services = context.spec.services.keys() - context.spec.secrets.keys()
    for stated, place in environments_of(context.spec):
        for name, text in stated.items():
            found = _judged(text, secrets, stated.keys(), services, (*place, name))
            if found is not None:
                yield found
    for text, place in literal_texts(context.spec):
        if _ARGUMENTS.isdisjoint(place):
            continue
        if helm(text):
            yield _of_helm(place)
        fields = [each for each in expressions(text) if _names_a_field(each)]
        if fields:
            message = f"'{fields[0]}' is filled in only as a whole value of env"
            hint = "give it a variable of env, and write $(NAME) of that variable here"
            yield error(CODE, message, place, hint)


def _names_a_field(expression: Expression) -> bool:
    return expression.bracket == "{" and expression.inner in FIELDS


def _of_a_pod(expression: Expression, services: Collection[str]) -> str:
    """Return what to write where an expression seems to name a field of the pod."""
    if _names_a_field(expression):
        return "give it a variable of its own above this one, and write $(NAME) of that one here"
    owner, dot, _ = expression.inner.partition(".")
    meant = expression.bracket == "{" and expression.closed and dot and owner in {"pod", "node"}
    if not meant or owner in services:
        return ""
    close = closest_match(expression.inner, FIELDS)
    known = f"pods have {', '.join(FIELDS)}"
    literal = f"$${str(expression)[1:]} for the text itself"
    return f"did you mean ${{{close}}}? Or write {literal}" if close else f"{known}; or {literal}"


def _of_a_service(expression: Expression, services: Collection[str]) -> str:
    """Return the correct notation of what a service has, if an expression seems to mean that."""
    name, dot, part = expression.inner.removeprefix("resources.").partition(".")
    meant = expression.bracket == "{" and expression.closed and dot and name in services
    return f"write ${{services.{name}.{part or 'host'}}}" if meant else ""


def _judged(
    text: str,
    secrets: DeclaredSecrets,
    names: Collection[str],
    services: Collection[str],
    place: Origin,
) -> Diagnostic | None:
    if variable_reference(text) is not None or pod_field(text) is not None:
        return None
    if helm(text):
        return _of_helm(place)
    if text.count("/") == 1 and "$" not in text:
        name, key = parse_reference(text)
        if name in secrets.by_name and key in secrets.by_name[name].keys:
            message = f"'{text}' is text here, though a secret is named like this"
            return warning(CODE, message, place, f"write ${{{text}}}")
        return None
    for expression in expressions(text):
        if expression.inner.startswith(_OF_A_SERVICE) and expression.bracket == "{":
            continue  # Filled in already, or PLT129 has reported it.
        hint = (
            _of_a_pod(expression, services)
            or _of_a_service(expression, services)
            or hint_in_env(expression, secrets, names)
        )
        if hint and not _embedded(str(expression), secrets):
            message = f"'{shown(expression)}' is no reference: the program gets it as text"
            return error(CODE, message, place, hint)
    return None


def _of_helm(place: Origin) -> Diagnostic:
    message = "the value of a Helm chart is not filled in here"
    return error(CODE, message, place, "write the value: there is no templating")


def _embedded(text: str, secrets: DeclaredSecrets) -> bool:
    """Return whether PLT114 reports the text: it names a declared secret inside a longer text."""
    reference = variable_reference(text)
    return reference is not None and reference.secret in secrets.by_name
