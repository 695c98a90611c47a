"""The versions and users that Elasticsearch shares with the programs beside it."""

from typing import Annotated

from pydantic import Field

NEWEST = "9.5.2"
"""The default version."""

StackVersion = Annotated[str, Field(pattern=r"^[89]\.[0-9]{1,3}\.[0-9]{1,3}$", examples=[NEWEST])]
"""A version of Elasticsearch and Kibana."""

ELASTIC = "elastic"
"""The built-in superuser."""

UserName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=50)]
"""A user of Elasticsearch."""
