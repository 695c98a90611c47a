"""The platforms that are built: the committed one, and one of a thousand services."""

import shutil
from pathlib import Path

SERVICES = 1000
_NAMESPACES = 20
_HEAD = """\
platform: thousand
version: 1
cluster:
  kubernetes: "1.37"
  nodes:
    worker: { count: 100, memory: 64Gi, cpu: 16 }
namespaces:
"""
_SERVICE = """\
  service-{number}:
    kind: workload
    namespace: team-{team}
    image: example.com/shop/service-{number}:1.4.2
    ports: {{ http: 8080 }}
    depends_on: [{depends_on}]
    resources: {{ requests: {{ cpu: 50m, memory: 64Mi }}, limits: {{ memory: 64Mi }} }}
"""
_METRICS = "    metrics: { port: http }\n"
_PROMETHEUS = """\
  prometheus:
    kind: prometheus
    namespace: team-0
    version: "3.5.0"
    storage: 50Gi
    resources: { requests: { cpu: 1, memory: 4Gi }, limits: { memory: 4Gi } }
"""


def committed(root: Path, folder: Path, *, with_output: bool) -> Path:
    """Copy into FOLDER the platform at ROOT as it is committed, with its output or without."""
    folder.mkdir()
    for file in root.glob("*.yaml"):
        shutil.copy(file, folder)
    shutil.copytree(root / "dags", folder / "dags")
    if with_output:
        shutil.copytree(root / "out", folder / "out")
    return folder


def thousand(folder: Path) -> Path:
    """Write into FOLDER a platform of 1,000 workloads, each reached by two others.

    Half of them are scraped: with more, releases before 0.2 run out of recursion.
    """
    folder.mkdir()
    names = "".join(f"  team-{team}:\n" for team in range(_NAMESPACES))
    services = "".join(map(_service, range(SERVICES)))
    text = f"{_HEAD}{names}services:\n{_PROMETHEUS}{services}"
    (folder / "platform.yaml").write_text(text, encoding="utf-8")
    return folder


def _service(number: int) -> str:
    before = sorted({n for n in ((number - 1) // 2, number - 7) if 0 <= n < number})
    depends_on = ", ".join(f"service-{each}" for each in before)
    text = _SERVICE.format(number=number, team=number % _NAMESPACES, depends_on=depends_on)
    return text + (_METRICS if number % 2 else "")
