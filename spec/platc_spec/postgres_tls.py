"""TLS of a PostgreSQL server."""

from typing import Literal, Self

from pydantic import model_validator

from platc_spec.base import Model, Name
from platc_spec.exposure import TlsSecret


class PostgresTls(Model):
    """The certificate of the server. It stands for the names of its Services, and what platc itself
    runs checks it (``verify-full``) with the ``ca.crt`` beside it.
    """

    secret_name: TlsSecret | None = None
    """A declared secret of the type ``kubernetes.io/tls`` that holds it, with a key ``ca.crt``."""
    cluster_issuer: Name | None = None
    """The ClusterIssuer of cert-manager that issues it, into the secret ``SERVICE-server-tls``. It
    must be one that hands out its CA: an own CA or Vault, not ACME."""
    issuer: Name | None = None
    """The Issuer of cert-manager in the service's namespace that issues it, into the same."""
    required: bool = True
    """Whether connections without TLS are refused."""
    min_version: Literal["TLSv1.2", "TLSv1.3"] = "TLSv1.2"
    """The oldest version of the protocol that the server accepts."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        named = (self.secret_name, self.cluster_issuer, self.issuer)
        if sum(each is not None for each in named) != 1:
            raise ValueError("a certificate has one origin: secret_name, cluster_issuer or issuer")
        return self
