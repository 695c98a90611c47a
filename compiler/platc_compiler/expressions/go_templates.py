"""The functions of Go's text templates that Prometheus and Alertmanager know.

Source: pkg.go.dev/text/template, and the functions of both programs.
"""

from __future__ import annotations

_BUILT_IN = frozenset(
    """and call html index slice js len not or print printf println urlquery eq ge gt le lt ne
    """.split()  # noqa: SIM905 - reads better
)
PROMETHEUS = _BUILT_IN | frozenset(
    """query first label value strvalue args reReplaceAll safeHtml match title toUpper toLower
    graphLink tableLink sortByLabel stripPort stripDomain humanize humanize1024 humanizeDuration
    humanizePercentage humanizeTimestamp toTime toDuration now pathPrefix externalURL
    parseDuration urlQueryEscape""".split()  # noqa: SIM905 - reads better
)
"""Source: prometheus/template/template.go."""
ALERTMANAGER = _BUILT_IN | frozenset(
    """toUpper toLower title trimSpace join match safeHtml safeUrl urlUnescape reReplaceAll
    stringSlice date tz since humanizeDuration toJson""".split()  # noqa: SIM905 - reads better
)
"""Source: alertmanager/template/template.go."""
