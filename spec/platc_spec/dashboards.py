"""Dashboards of Grafana."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from platc_spec.base import Duration, Identifier, Lazily, Model, Name, Text
from platc_spec.observability import PromQL

Path = tuple[str | int, ...]
"""The keys and positions that lead to a part of a dashboard."""
Colour = Annotated[
    str,
    Field(
        pattern=r"^(((super-light|light|semi-dark|dark)-)?(red|orange|yellow|green|blue|purple)"
        r"|text|transparent|#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?)$",
        examples=["dark-red", "#56A64B"],
    ),
]
"""A colour of Grafana's palette or ``#RRGGBB``. Source: @grafana/data, visualization colors."""
DataSource = Annotated[
    str,
    Field(pattern=r"^(\$[A-Za-z_][A-Za-z0-9_]*|[a-z]([-a-z0-9]*[a-z0-9])?)$", max_length=41),
]
"""A data source of Grafana by its name, or ``$name`` of a variable that chooses one."""
Folder = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+( [A-Za-z0-9]+)*$", max_length=60)]
"""The title of a folder of Grafana."""
_PERCENT = r"^[0-9]+(\.[0-9]+)?%$"


def _threshold(value: object) -> object:
    # Without this, Pydantic would say of "80 %" that it is no number.
    return value.replace(" ", "") if isinstance(value, str) else value


Threshold = Annotated[
    Annotated[str, Field(pattern=_PERCENT)] | float | None,
    BeforeValidator(_threshold),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": _PERCENT}, {"type": "number"}, {"type": "null"}]}
    ),
]
"""The value from which a colour applies; ``80%`` is a share of ``min`` to ``max``."""
Thresholds = dict[Colour, Threshold]


class Query(Model):
    """A line, value or row of a panel."""

    expr: PromQL
    """The expression."""
    legend: str = ""
    """Its name; ``{{label}}`` is replaced."""
    datasource: DataSource | None = None
    """The data source that it asks; default: the panel's."""


PanelType = Literal[
    "timeseries",
    "stat",
    "gauge",
    "bargauge",
    "table",
    "heatmap",
    "piechart",
    "state-timeline",
    "text",
]


class Link(Model):
    """A link to another page, of a dashboard or of a panel."""

    title: str
    """Its text."""
    url: Annotated[str, Field(pattern=r"^(https?://|/|\$\{)\S*$", max_length=2048)] | None = None
    """Its address; variables are replaced."""
    dashboard: Name | None = None
    """The dashboard of this platform that it leads to, instead of an address."""
    new_tab: bool = False
    """Whether it opens in a new tab."""
    keep_time: bool = True
    """Whether it hands the time range over."""
    keep_variables: bool = True
    """Whether it hands the values of the variables over."""


class Override(Model):
    """Another presentation of some fields of a panel, such as one of its lines."""

    name: str | None = None
    """The name of the field, which is the legend of its query."""
    regex: str | None = None
    """A regular expression (JavaScript) of the names of the fields."""
    title: str | None = None
    """The name to show."""
    unit: str | None = None
    """Its unit."""
    decimals: Annotated[int, Field(ge=0, le=20, strict=True)] | None = None
    """How many decimals are shown."""
    min: float | None = None
    """The minimum of its scale."""
    max: float | None = None
    """The maximum of its scale."""
    color: Colour | None = None
    """Its colour."""
    axis: Literal["left", "right", "hidden"] | None = None
    """The side of its scale, in a panel of type ``timeseries``."""
    thresholds: Thresholds = {}
    """Its colours by value."""


class Panel(Model):
    """A panel of a dashboard."""

    title: str
    """Its heading."""
    type: PanelType = "timeseries"
    """Its type, one of Grafana's (Grafana has removed ``graph``)."""
    unit: str | None = None
    """Grafana's unit id, such as ``s``, ``bytes``, ``percentunit``, ``short``, ``recps``."""
    decimals: Annotated[int, Field(ge=0, le=20, strict=True)] | None = None
    """How many decimals are shown; default: as many as the values need."""
    description: str = ""
    """Its description."""
    expr: PromQL | None = None
    """Its expression; write several under ``queries``."""
    legend: str = ""
    """The legend of ``expr``."""
    queries: tuple[Query, ...] = ()
    """Its expressions, if there are several."""
    slo: Name | None = None
    """The objective whose error budget it shows, as the share that remains, instead of ``expr``."""
    datasource: DataSource | None = None
    """The data source that it asks; default: the dashboard's."""
    text: str | None = None
    """Markdown, for a panel of type ``text``."""
    buckets: bool | None = None
    """Whether the series of a heatmap are the buckets of a histogram, which Grafana then shows as
    they are. Default: whether the expression keeps the label ``le``."""
    min: float | None = None
    """The minimum of the scale."""
    max: float | None = None
    """The maximum of the scale."""
    thresholds: Thresholds = {}
    """Colours by the value from which they apply; ``null`` is the base. Write values, or shares of
    the scale such as ``80%``."""
    overrides: tuple[Annotated[Override, Lazily(__name__, "Override")], ...] = ()
    """Other presentations of some of its fields; a later one wins."""
    links: tuple[Annotated[Link, Lazily(__name__, "Link")], ...] = ()
    """Links at its heading."""
    repeat: Identifier | None = None
    """The variable for each of whose values the panel is shown once."""
    repeat_direction: Literal["horizontal", "vertical"] = "horizontal"
    """Where its repetitions stand."""
    width: Annotated[int, Field(ge=1, le=24, strict=True)] | None = None
    """Its width in columns, of 24; default: a width for its type."""
    height: Annotated[int, Field(ge=2, le=40, strict=True)] | None = None
    """Its height in rows; default: a height for its type."""
    at: (
        tuple[
            Annotated[int, Field(ge=0, le=23, strict=True)],
            Annotated[int, Field(ge=0, le=10_000, strict=True)],
        ]
        | None
    ) = None
    """Its place, as the number of columns left of it and of lines above it, in its row or above the
    first one: ``[12, 0]``. Default: beside the panel before it, or below where that does not
    fit."""


class Row(Model):
    """A row of panels below a heading that opens and closes it."""

    title: str
    """Its heading."""
    collapsed: bool = False
    """Whether it is closed at first; the panels of a closed row ask nothing."""
    repeat: Identifier | None = None
    """The variable for each of whose values the row is shown once."""
    panels: Annotated[tuple[Panel, ...], Field(min_length=1)]
    """Its panels."""


class Variable(Model):
    """A variable: people choose its value above the dashboard, queries use it as ``$name``.

    It has exactly one of ``query``, ``values``, ``datasources``, ``intervals``, ``text`` and
    ``constant``.
    """

    query: Annotated[str, Field(min_length=1, max_length=20_000)] | None = None
    """What Prometheus is asked for its values: ``label_values(metric, label)``,
    ``label_values(label)``, ``label_names()``, ``metrics(regex)`` or ``query_result(expression)``.
    """
    regex: str = ""
    """A regular expression between slashes that picks a part of each value of ``query``."""
    values: tuple[Text, ...] | dict[str, Text] | None = None
    """The values to choose from, or values by the words that are shown."""
    datasources: Literal["prometheus", "elasticsearch"] | None = None
    """The type of the data sources to choose from."""
    intervals: tuple[Duration, ...] | None = None
    """The lengths of time to choose from."""
    text: Text | None = None
    """The text at first, which people may overwrite."""
    constant: Text | None = None
    """A value that nobody sees or changes."""
    datasource: DataSource | None = None
    """The data source that answers ``query``; default: the dashboard's."""
    label: str = ""
    """The word before it; default: its name."""
    multi: bool = False
    """Whether several values may be chosen: use it with ``=~``."""
    all: bool = False
    """Whether "All" may be chosen, which is then the choice at first."""
    all_value: str | None = None
    """What stands for "All", such as ``.*``; default: all values."""
    hidden: bool = False
    """Whether it is not shown."""


class Annotation(Model):
    """A mark in all panels at the times when an expression has a value above zero."""

    expr: PromQL
    """The expression."""
    title: str = ""
    """The heading of a mark; ``{{label}}`` is replaced."""
    text: str = ""
    """The text of a mark; ``{{label}}`` is replaced."""
    color: Colour = "red"
    """Its colour."""
    enabled: bool = True
    """Whether it is shown at first."""
    datasource: DataSource | None = None
    """The data source that it asks; default: the dashboard's."""


class Dashboard(Model):
    """A Grafana dashboard."""

    title: str = ""
    """Its title."""
    file: Annotated[str, Field(pattern=r"^[^/\\\x00-\x1f]+(/[^/\\\x00-\x1f]+)*\.json$")] | None = (
        None
    )
    """A dashboard in Grafana's own JSON, in a file beside platform.yaml, instead of ``panels``:
    platc checks its queries, resolves its data sources and provisions it."""
    inputs: dict[str, DataSource] = {}
    """The data source for each of the file's ``__inputs``; default: the first of its type."""
    description: str = ""
    """Its purpose."""
    audience: Literal["operators", "developers", "management"] = "operators"
    """Its audience, which selects its folder."""
    folder: Folder | None = None
    """Its folder; default: a folder for its audience."""
    home: bool = False
    """Whether it is Grafana's start page."""
    refresh: Duration | None = timedelta(minutes=1)
    """How often it is refreshed."""
    range: Duration = timedelta(hours=6)
    """The time range that it shows."""
    datasource: DataSource | None = None
    """The data source that its panels ask; default: Grafana's default."""
    variables: dict[Identifier, Annotated[Variable, Lazily(__name__, "Variable")]] = {}
    """Its variables, from left to right."""
    annotations: dict[str, Annotated[Annotation, Lazily(__name__, "Annotation")]] = {}
    """Its annotations, by name."""
    links: tuple[Annotated[Link, Lazily(__name__, "Link")], ...] = ()
    """Links above it."""
    panels: tuple[Panel, ...] = ()
    """Its panels, from left to right and top to bottom."""
    rows: tuple[Annotated[Row, Lazily(__name__, "Row")], ...] = ()
    """Its rows, below the panels."""

    @property
    def folder_title(self) -> str:
        """The title of its folder."""
        return self.folder or self.audience.capitalize()

    def placed(self) -> Iterator[tuple[Path, Panel]]:
        """Yield every panel, also those in rows, with its path below the dashboard."""
        for number, panel in enumerate(self.panels):
            yield ("panels", number), panel
        for position, row in enumerate(self.rows):
            for number, panel in enumerate(row.panels):
                yield ("rows", position, "panels", number), panel
