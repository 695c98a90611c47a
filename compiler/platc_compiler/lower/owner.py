"""The alerts of a kind: what they have in common."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.observability import Alert, RuleTest, Severity


class Owner(Struct, frozen=True):
    """The owner of alerts."""

    group: str
    """Their group of rules."""
    origin: Origin
    service: str = ""
    """The service that they are about; empty when the samples have the label."""

    @property
    def title(self) -> str:
        """How the names of the alerts of one service begin: ``ShopDb`` of ``shop-db``."""
        return "".join(part.capitalize() for part in self.service.split("-"))

    def series(self, metric: str, **labels: str) -> str:
        """Return the selector of a metric that the exporter of the service serves."""
        stated = {"job": self.service, **labels}.items()
        inner = ",".join(f'{key}="{value}"' for key, value in stated)
        return f"{metric}{{{inner}}}"

    def alert(  # noqa: PLR0913, PLR0917 - each is a part of a rule
        self,
        name: str,
        expr: str,
        severity: Severity,
        summary: str,
        description: str,
        test: RuleTest,
        *,
        minutes: int = 0,
        liveness: bool = False,
    ) -> Alert:
        """Return an alert that fires when the condition has held for ``minutes``."""
        return Alert(
            name=name, expr=expr, group=self.group, severity=severity, service=self.service,
            lasting=timedelta(minutes=minutes), summary=summary, description=description, test=test,
            liveness=liveness, origin=self.origin,
        )  # fmt: skip
