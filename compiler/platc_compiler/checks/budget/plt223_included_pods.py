"""The budget cannot count the pods of an included object as they will run.

Why: platc counts a run of a Job as one pod, and places pods by their requests, node selectors and
tolerations. A Job of several pods, runs of a CronJob that overlap, or a rule of affinity can need
more room than was counted.

Bad:
```yaml
include:
  report: { files: [vendor/report.yaml] }
```
```yaml file=vendor/report.yaml
apiVersion: batch/v1
kind: CronJob
metadata: { name: report }
spec:
  schedule: "0 4 * * *"
  jobTemplate:
    spec:
      activeDeadlineSeconds: 600
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: report
              image: example.com/report:1.0.0
              resources:
                requests: { memory: 64Mi, cpu: 50m }
                limits: { memory: 64Mi, cpu: 100m }
```

Good:
```yaml
include:
  report: { files: [vendor/report.yaml] }
```
```yaml file=vendor/report.yaml
apiVersion: batch/v1
kind: CronJob
metadata: { name: report }
spec:
  schedule: "0 4 * * *"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      activeDeadlineSeconds: 600
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: report
              image: example.com/report:1.0.0
              resources:
                requests: { memory: 64Mi, cpu: 50m }
                limits: { memory: 64Mi, cpu: 100m }
```

Fix: write what the hint says, or leave room for more and say why: ``allow: { PLT223: REASON }``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from platc_compiler.diagnostics import Diagnostic, Origin, warning
from platc_compiler.lower.kind import Context

if TYPE_CHECKING:
    from platc_compiler.lower.include.objects import Object
from platc_compiler.lower.include.entries import Entry

CODE = "PLT223"


def check_included(entries: Sequence[Entry], _context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each object whose pods are counted otherwise than they run."""
    for entry in entries:
        for found in entry.objects:
            if found.pod:
                for what, path, hint in _uncounted(found):
                    message = f"the {found.kind} '{found.name}' {what}"
                    yield warning(CODE, message, path, hint)


def _uncounted(found: Object) -> Iterator[tuple[str, Origin, str]]:
    from platc_compiler.lower.include.raw import mapping, mappings, number

    stated = mapping(found.body, "spec")
    place = (*found.origin, "spec")
    if found.kind == "CronJob":
        if stated.get("concurrencyPolicy", "Allow") == "Allow":
            what = "may run beside itself, and one run at a time is counted"
            yield what, (*place, "concurrencyPolicy"), "write concurrencyPolicy: Forbid"
        stated, place = mapping(stated, "jobTemplate", "spec"), (*place, "jobTemplate", "spec")
        if "activeDeadlineSeconds" not in stated:
            what = "has no end: its run is counted at every moment"
            yield what, place, "write activeDeadlineSeconds"
    if found.kind in {"Job", "CronJob"} and number(stated, "parallelism", 1) > 1:
        what = f"runs {stated['parallelism']} pods at once, and one is counted"
        yield what, (*place, "parallelism"), "write parallelism: 1, or run it elsewhere"
    for path in _placing(found.pod):
        what = "has a rule of placement that the budget does not know"
        yield what, (*found.pod_path, *path), "write a nodeSelector instead"
    if mappings(found.pod, "ephemeralContainers"):
        yield "has ephemeral containers", found.pod_path, "remove them"


def _placing(pod: Mapping[str, object]) -> Iterator[Origin]:
    from platc_compiler.lower.include.raw import mapping, mappings, text

    required = "requiredDuringSchedulingIgnoredDuringExecution"
    for kind in ("nodeAffinity", "podAffinity", "podAntiAffinity"):
        if mapping(pod, "affinity", kind).get(required):
            yield ("affinity", kind, required)
    for index, spread in enumerate(mappings(pod, "topologySpreadConstraints")):
        if text(spread, "whenUnsatisfiable") != "ScheduleAnyway":
            yield ("topologySpreadConstraints", index)
