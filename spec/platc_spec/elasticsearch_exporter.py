"""The exporter of an Elasticsearch: how it is watched."""

from typing import Annotated

from pydantic import Field

from platc_spec.base import Image, Model, OwnPassword, Resources
from platc_spec.elastic_stack import UserName


class ElasticsearchExporter(Model):
    """elasticsearch_exporter 1.11 and its alerts."""

    password: OwnPassword | None = None
    """The password of its user, if security is on."""
    user: UserName = "exporter"
    """Its user, which the set-up job creates: it may see figures (``monitor``) and no document."""
    sample_limit: Annotated[int, Field(ge=500, le=1_000_000, strict=True)] = 2000
    """The most samples of one scrape; Prometheus refuses a scrape with more. A node has some 600;
    there is none for each index."""
    image: Image | None = None
    """Another image with elasticsearch_exporter 1.11."""
    resources: Resources = Resources()
    """Requests and limits."""
