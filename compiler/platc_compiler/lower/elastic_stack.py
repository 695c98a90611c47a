"""What Elasticsearch and its clients have in common."""

from __future__ import annotations

from platc_compiler.lower.facts import LogStore
from platc_compiler.lower.kind import Context
from platc_spec.elastic_stack import NEWEST

IMAGE = "docker.elastic.co/elasticsearch/elasticsearch"
STREAM = "container-logs"
"""The data stream of the containers' logs."""


def log_store(dependency: str, context: Context) -> LogStore:
    """Return the log store that an entry of ``depends_on`` names.

    Nothing is known of one that platc does not deploy: the newest version is assumed.
    """
    return context.offering(dependency).log_store or LogStore(version=NEWEST, stream=STREAM)
