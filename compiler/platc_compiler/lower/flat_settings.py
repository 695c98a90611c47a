"""Settings files of Elasticsearch and Kibana: one ``key: value`` on each line."""

from __future__ import annotations

import json
from collections.abc import Mapping


def flat_settings(*layers: Mapping[str, object]) -> str:
    """Return the text of settings, later layers over earlier ones, sorted by key.

    Values are written as JSON, which is valid YAML.
    """
    merged = {key: value for layer in layers for key, value in layer.items()}
    return "".join(
        f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in sorted(merged.items())
    )
