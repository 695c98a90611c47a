"""``operator`` of ``postgres``: where CloudNativePG runs, whose installation is not platc's."""

from platc_spec.base import Labels, Model, Name


class CloudNativePg(Model):
    """The pods of the operator CloudNativePG: the policies let them reach each server."""

    namespace: Name = "cnpg-system"
    """Their namespace."""
    labels: Labels = {"app.kubernetes.io/name": "cloudnative-pg"}
    """Their labels; default: those of the operator's own manifests and chart."""
