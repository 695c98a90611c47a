"""A step of a recovery procedure names nothing, two things, or something without a backup.

Why: during an incident there is no time to find out that a step of the runbook is impossible.

Bad:
```yaml
recovery:
  rto: 4h
  rpo: 1h
  procedures: { Loss: { steps: [{ deploy: wev }] } }
```

Good:
```yaml
recovery:
  rto: 4h
  rpo: 1h
  procedures: { Loss: { steps: [{ deploy: web }] } }
```

Fix: name a declared service (or, after ``deploy``, a namespace). ``restore`` needs a service with a
``backup``, or ``cluster`` and a top-level ``backup:``; ``deploy`` creates a service without backup
again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.platform import Spec
from platc_spec.recovery import Step

CODE = "PLT604"

_WORDS: Mapping[str, frozenset[str]] = {
    "stop": frozenset({"pipelines"}),
    "deploy": frozenset({"platform"}),
    "restore": frozenset({"cluster"}),
    "upgrade": frozenset(),
    "replay": frozenset(),
    "verify": frozenset({"platform", "alerts", "notifications"}),
    "resume": frozenset({"pipelines"}),
}
"""The allowed targets of an action beside services."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each step that is impossible."""
    recovery = context.spec.recovery
    for name, procedure in (recovery.procedures if recovery else {}).items():
        for index, step in enumerate(procedure.steps):
            if step.action in _WORDS:
                place = ("recovery", "procedures", name, "steps", index, step.action)
                yield from _step(context.spec, step, place)


def _step(spec: Spec, step: Step, place: Origin) -> Iterator[Diagnostic]:
    what: str = getattr(step, step.action)
    known = set(_WORDS[step.action]) | spec.services.keys()
    if step.action == "deploy":
        known |= spec.namespaces.keys()
    if what in _WORDS[step.action] and what in spec.services:
        message = f"'{what}' after {step.action} is a word of its own, and a service here"
        yield error(CODE, message, place, "call the service otherwise")
    elif what not in known:
        hint = did_you_mean(what, known, "name a declared service")
        yield error(CODE, f"there is no '{what}' to {step.action}", place, hint)
    elif step.action in {"restore", "upgrade"}:
        yield from _restore(spec, what, place)
    elif what == "pipelines" and not spec.pipelines:
        yield error(CODE, f"there are no pipelines to {step.action}", place, "declare pipelines:")
    elif what in {"alerts", "notifications"} and spec.notifications is None:
        yield error(CODE, f"there are no {what} to verify", place, "declare notifications:")


def _restore(spec: Spec, what: str, place: Origin) -> Iterator[Diagnostic]:
    if what == "cluster":
        if spec.backup is None:
            yield error(CODE, "nothing backs the cluster up", place, "declare backup:")
    elif getattr(spec.services[what], "backup", None) is None:
        instead = "" if place[-1] == "upgrade" else f", or write deploy: {what}"
        hint = f"give it a backup{instead}"
        yield error(CODE, f"'{what}' has no backup to restore", place, hint)
