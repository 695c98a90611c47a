"""Settings files of Elasticsearch and Kibana: one ``key: value`` on each line."""

from __future__ import annotations

from collections.abc import Mapping

from platc_compiler.source.emit import one_line, word


def flat_settings(*layers: Mapping[str, object]) -> str:
    """Return the text of settings, later layers over earlier ones, sorted by key.

    Values are written as JSON, which is valid YAML. The readers of both programs (SnakeYAML,
    js-yaml) refuse a whole file because of one control character, and take some of them for the
    end of a line: these are escaped, in keys too.
    """
    merged = {key: value for layer in layers for key, value in layer.items()}
    return "".join(f"{word(key)}: {one_line(value)}\n" for key, value in sorted(merged.items()))
