"""How many pods of a service run: between two numbers, by what they use or by a metric."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from platc_spec.base import Duration, Model
from platc_spec.observability import PromQL
from platc_spec.quantities import parse_millicores

Scaler = Literal["metrics-server", "prometheus-adapter", "keda"]
"""A server of metrics for autoscalers."""

_LARGEST_SHARE = 1000


def _percent(value: object) -> int:
    text = value.rstrip() if isinstance(value, str) else ""
    number = text.removesuffix("%")
    if number == text or not number.isascii() or not number.isdigit() or len(number) > 4:  # noqa: PLR2004
        raise ValueError("write a share of the request, such as 70%")
    if not 1 <= int(number) <= _LARGEST_SHARE:
        raise ValueError(f"write a share from 1% to {_LARGEST_SHARE}%")
    return int(number)


def _thousandths(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError("write a number such as 100 or 0.5")  # noqa: TRY004 - a crash otherwise
    number = parse_millicores(value)
    if number < 1:
        raise ValueError("write a number above 0")
    return number


Share = Annotated[
    int,
    BeforeValidator(_percent),
    PlainSerializer(lambda share: f"{share}%", return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^[1-9][0-9]{0,3}%$",
            "x-type": "percent of the request",
            "examples": ["70%"],
        }
    ),
]
"""A share of what a container requests, in percent."""

Amount = Annotated[
    int,
    BeforeValidator(_thousandths),
    PlainSerializer(lambda number: str(Decimal(number) / 1000), return_type=str),
    WithJsonSchema({"type": ["string", "number"], "x-type": "number", "examples": [100]}),
]
"""A number above 0, kept in thousandths as Kubernetes keeps the targets of metrics."""


class ScalingMetric(Model):
    """A metric by which pods are added and removed."""

    query: PromQL
    """The expression, in PromQL; it returns one number for the whole service."""
    per_pod: Amount
    """How much of it one pod takes: there are as many pods as the query has times this."""


class Autoscale(Model):
    """Pods are added and removed between two numbers.

    The highest number of pods that ``cpu``, ``memory`` and ``metric`` ask for is taken. The budget
    counts ``max`` pods.
    """

    min: Annotated[int, Field(ge=0, le=1000, strict=True)] = 1
    """The least number of pods; 0 needs ``metric`` and KEDA."""
    max: Annotated[int, Field(ge=1, le=1000, strict=True)]
    """The highest number of pods."""
    cpu: Share | None = None
    """The use of CPU that is aimed at: the mean of the pods, as a share of their requests."""
    memory: Share | None = None
    """The same for memory."""
    metric: ScalingMetric | None = None
    """A metric of Prometheus that is aimed at."""
    scale_down_after: Duration | None = None
    """For how long fewer pods must be enough before some are removed; default: 5 minutes. At most
    one hour."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.cpu is None and self.memory is None and self.metric is None:
            raise ValueError("autoscale needs a target: cpu, memory or metric")
        if self.min > self.max:
            raise ValueError(f"min is {self.min}, more than max: {self.max}")
        if self.min == 0 and self.metric is None:
            raise ValueError(
                "without pods there is no use to measure: write min: 1, or add a metric"
            )
        if self.scale_down_after and self.scale_down_after.total_seconds() > 3600:  # noqa: PLR2004
            raise ValueError("scale_down_after is at most 1h")
        return self
