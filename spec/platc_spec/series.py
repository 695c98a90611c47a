"""``series`` of a Prometheus: what it is expected to store."""

from typing import Annotated

from pydantic import Field

from platc_spec.base import Model


class Series(Model):
    """The series that Prometheus is expected to store, and how far a target may go beyond it."""

    margin: Annotated[float, Field(ge=1, le=100, allow_inf_nan=False)] = 3
    """How many times the expected series, and labels, a target may serve: Prometheus refuses the
    whole scrape beyond it (``sample_limit``, ``label_limit``)."""
    others: Annotated[int, Field(ge=0, le=1_000_000, strict=True)] = 20
    """How many pods of others run in the cluster, such as those of kube-system: the kubelets and
    kube-state-metrics tell of them too."""
