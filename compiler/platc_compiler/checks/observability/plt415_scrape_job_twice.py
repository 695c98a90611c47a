"""Two scrape jobs of Prometheus have the same name.

Why: Prometheus refuses its whole configuration. A job has the name of its service, or of its entry
under ``federation``. The jobs of the discovery are called kubelet, cadvisor, kubernetes-pods and
kubernetes-services.

Bad:
```yaml
services:
  cadvisor:
    kind: workload
    image: "example.com/shop/cadvisor:1.0"
    ports: { http: 8080 }
    metrics: { port: http }
```

Good:
```yaml
services:
  cadvisor-extra:
    kind: workload
    image: "example.com/shop/cadvisor:1.0"
    ports: { http: 8080 }
    metrics: { port: http }
```

Fix: rename the service or the entry, or turn the discovery off under ``discover`` of Prometheus.

Source: ``Config.UnmarshalYAML`` in Prometheus' config/config.go ("found multiple scrape configs
with job name").
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.observability import Federated, ScrapeJob
from platc_compiler.ir.platform import Platform

CODE = "PLT415"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each service or federation whose job has the name of another job."""
    yield from _federations(platform)
    first: dict[str, ScrapeJob] = {}
    for job in platform.scrapes if platform.monitors else ():
        if isinstance(job.discovery, Federated):
            continue
        other = first.setdefault(job.name, job)
        if other is not job:
            at = job if job.service else other
            whose = f"that of '{other.service}'" if job.service else "one of Prometheus' own"
            message = f"the scrape job '{job.name}' of this service has the name of {whose}"
            yield error(CODE, message, ("services", at.service), "rename it", on_key=True)


def _federations(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each federation named as another job, or as a service that is scraped."""
    others = [each for each in platform.scrapes if not isinstance(each.discovery, Federated)]
    taken = {name for each in others for name in (each.name, each.service)}
    for job in platform.scrapes:
        if isinstance(job.discovery, Federated) and job.name in taken:
            message = f"the name '{job.name}' is that of another scrape job"
            yield error(CODE, message, job.origin, "rename it", on_key=True)
