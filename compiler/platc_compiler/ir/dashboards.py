"""Dashboards, their data sources, and the server that shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from platc_compiler.diagnostics import Origin

Thresholds: TypeAlias = tuple[tuple[str, float | None], ...]
"""Colours by the value from which they apply; ``None`` for the base."""
Choices: TypeAlias = tuple[tuple[str, str], ...]
"""The words that are shown, and the values that they stand for."""
VariableType: TypeAlias = Literal[
    "query", "custom", "datasource", "interval", "textbox", "constant"
]


STANDARD_PREFIX = "standard-"
"""What the uids of standard dashboards begin with."""
STANDARD_HOME = f"{STANDARD_PREFIX}home"
"""The uid of the standard start page."""


class Query(Struct, frozen=True):
    """An expression of a panel, an annotation or a variable."""

    expr: str
    """PromQL with variables of Grafana."""
    legend: str = ""
    origin: Origin = ()
    source: str = ""
    """A data source, or ``$name`` of a variable that chooses one; empty for the default."""


class Link(Struct, frozen=True, kw_only=True):
    """A link of a dashboard or a panel."""

    title: str
    url: str
    to_dashboard: bool = False
    new_tab: bool = False
    keep_time: bool = True
    keep_variables: bool = True


class Override(Struct, frozen=True, kw_only=True):
    """Other properties of some fields of a panel."""

    by: Literal["byName", "byRegexp"]
    pattern: str
    properties: tuple[tuple[str, Any], ...]
    """Grafana's ids of properties, and their values."""


class Panel(Struct, frozen=True, kw_only=True):
    """A panel, laid out on Grafana's grid of 24 columns."""

    title: str
    type: str
    unit: str | None = None
    decimals: int | None = None
    description: str = ""
    queries: tuple[Query, ...] = ()
    source: str = ""
    text: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    thresholds: Thresholds = ()
    percentage: bool = False
    """Whether the thresholds are shares of the scale, in percent."""
    buckets: bool = False
    """Whether the series are the buckets of a histogram."""
    overrides: tuple[Override, ...] = ()
    links: tuple[Link, ...] = ()
    repeat: str | None = None
    vertical: bool = False
    """Whether its repetitions stand below each other."""
    width: int | None = None
    height: int | None = None
    at: tuple[int, int] | None = None
    """The column and the line at which it begins, where they are stated."""
    origin: Origin = ()


class Row(Struct, frozen=True, kw_only=True):
    """A row of panels below a heading."""

    title: str
    collapsed: bool = False
    repeat: str | None = None
    panels: tuple[Panel, ...]
    origin: Origin = ()


class Variable(Struct, frozen=True, kw_only=True):
    """A variable of a dashboard."""

    name: str
    type: VariableType
    text: str = ""
    """The query, the type of data sources, or the text of the only value."""
    values: Choices = ()
    regex: str = ""
    source: str = ""
    label: str = ""
    multi: bool = False
    every: bool = False
    """Whether all values may be chosen at once."""
    all_value: str | None = None
    hidden: bool = False
    asked: tuple[Query, ...] = ()
    """The expressions that the query asks Prometheus for."""
    label_asked: str = ""
    """The label whose values it asks for."""
    origin: Origin = ()


class Annotation(Struct, frozen=True, kw_only=True):
    """Marks at the times when an expression has a value above zero."""

    name: str
    query: Query
    title: str = ""
    text: str = ""
    colour: str
    enabled: bool = True


class Dashboard(Struct, frozen=True, kw_only=True):
    """A dashboard; its name is its uid."""

    name: str
    title: str
    description: str = ""
    audience: str = "operators"
    folder: str
    """The title of its folder."""
    home: bool = False
    refresh: timedelta | None = None
    range: timedelta = timedelta(hours=6)
    variables: tuple[Variable, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    links: tuple[Link, ...] = ()
    panels: tuple[Panel, ...] = ()
    """The panels above the first row."""
    rows: tuple[Row, ...] = ()
    source: str = ""
    """The data source of its panels; empty for the default."""
    standard: bool = False
    """Whether it is one of platc's own, of which a pass removes what nobody exports."""
    whole: Whole | None = None
    """The dashboard in Grafana's own JSON, when it comes from a file."""
    origin: Origin = ()

    @property
    def directory(self) -> str:
        """The name of the directory of its folder in the pod."""
        return directory(self.folder)

    def every_panel(self) -> Iterator[Panel]:
        """Yield its panels, also those in rows."""
        yield from self.panels
        for row in self.rows:
            yield from row.panels

    def values(self) -> dict[str, str]:
        """Return the first value of each variable that holds its values itself."""
        found = {
            v.name: v.values[0][1] if v.values else v.text for v in self.variables if not v.asked
        }
        return {**found, **(self.whole.values if self.whole is not None else {})}

    def queries(self) -> Iterator[Query]:
        """Yield everything that it asks a Prometheus."""
        for variable in self.variables:
            yield from variable.asked
        yield from (annotation.query for annotation in self.annotations)
        for panel in self.every_panel():
            yield from panel.queries
        if self.whole is not None:
            yield from self.whole.queries


class Whole(Struct, frozen=True):
    """A dashboard that was written for Grafana itself."""

    model: dict[str, Any]
    """Its JSON model, as the file has it."""
    queries: tuple[Query, ...]
    """Its expressions in PromQL, each once."""
    inputs: Mapping[str, str]
    """The data source for each of its inputs, as far as platform.yaml names it."""
    values: Mapping[str, str]
    """The first value of each variable that holds its values itself."""


class DataSource(Struct, frozen=True, kw_only=True):
    """A data source of dashboards."""

    uid: str
    name: str
    type: str
    url: str
    interval: timedelta | None = None
    """How often the samples of a Prometheus are taken."""
    index: str = ""
    """The indices or data streams of an Elasticsearch."""
    time_field: str = ""
    user: str = ""
    password_file: str = ""
    """Where the pod has the password of the user."""
    tenant: str = ""
    """Whose samples are asked for, where the server has several tenants."""
    default: bool = False
    own: bool = False
    """Whether it is a Prometheus that this platform configures."""


class DashboardServer(Struct, frozen=True, kw_only=True):
    """A Grafana: what its provisioning is generated from."""

    service: str
    workload: str
    """The workload into whose pods a pass mounts the dashboards."""
    folder: str
    """The folder in the pod that contains the dashboards."""
    schema: int
    """The ``schemaVersion`` of the dashboards that this version writes."""
    sources: tuple[DataSource, ...]
    standard: tuple[str, ...] = ()
    """The names of the standard dashboards that it asks for."""
    receivers: str = ""
    """The folder with the credentials of receivers, if it evaluates alerts."""
    origin: Origin


def directory(folder: str) -> str:
    """Return the name of the directory in the pod for a folder of Grafana."""
    return folder.lower().replace(" ", "-")


def threshold_steps(thresholds: Thresholds, *, percentage: bool) -> dict[str, Any]:
    """Return Grafana's steps in ascending order; the first is the base, which has no value."""
    stated = sorted(thresholds, key=lambda step: (step[1] is not None, step[1] or 0))
    if not stated or stated[0][1] is not None:
        stated = [("green", None), *stated]
    steps = [{"color": colour, "value": value} for colour, value in stated]
    return {"mode": "percentage" if percentage else "absolute", "steps": steps}
