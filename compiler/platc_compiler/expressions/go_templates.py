"""A parser of Go's text templates that finds those which Go would refuse.

Prometheus refuses a whole rule file because of one bad template; Alertmanager notices one only when
it sends a message. Source: pkg.go.dev/text/template, and the functions of both programs.
"""

from __future__ import annotations

import re

from platc_compiler.diagnostics.did_you_mean import closest_match

LONGEST = 16 << 10
"""Characters of a text at most."""
_ACTION = re.compile(r"\{\{-?(.*?)-?\}\}", re.DOTALL)
_STRING = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`]*`')
_DECLARED = re.compile(r"\$(\w+)(?:\s*,\s*\$(\w+))?\s*:=")
_VARIABLE = re.compile(r"\$(\w*)")
_WORD = re.compile(r"(?<![\w.$])[A-Za-z_]\w*")
_OPENING = frozenset({"if", "range", "with", "define", "block"})
_KEYWORDS = _OPENING | {"else", "end", "template", "break", "continue", "true", "false", "nil"}
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


def fault(text: str, functions: frozenset[str], variables: frozenset[str] = frozenset()) -> str:
    """Return why Go refuses a template, empty if it does not."""
    if len(text) > LONGEST:
        return f"it has {len(text)} characters, of {LONGEST} at most"
    if "{{" in text.rpartition("}}")[2]:
        return "'{{' is not closed by '}}'"
    known, depth = set(variables), 0
    for action in _ACTION.findall(text):
        body = action.strip()
        if body.startswith("/*"):
            continue
        said = _of_action(body, functions, known)
        if said:
            return said
        first = body.split(maxsplit=1)[0]
        depth += (first in _OPENING) - (first == "end")
        if depth < 0 or (first == "else" and depth == 0):
            return f"'{first}' ends nothing"
    return "" if depth == 0 else "a block has no '{{ end }}'"


def _of_action(body: str, functions: frozenset[str], known: set[str]) -> str:
    plain = _STRING.sub(" ", body)
    if not body:
        return "'{{ }}' is empty"
    if '"' in plain or "`" in plain:
        return "a string is not closed"
    known |= {name for pair in _DECLARED.findall(plain) for name in pair if name}
    for name in _VARIABLE.findall(plain):
        if name and name not in known:
            close = closest_match(name, known)
            return f"unknown variable '${name}'" + (f", did you mean '${close}'?" if close else "")
    for word in _WORD.findall(plain):
        if word not in functions and word not in _KEYWORDS:
            close = closest_match(word, functions)
            return f"unknown function '{word}'" + (f", did you mean '{close}'?" if close else "")
    return ""
