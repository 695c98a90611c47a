"""Credentials known by their form alone: the rules of gitleaks, as ``data/gitleaks.json`` has them.

A rule has words, one of which stands in every text that it is about. So a text is compared with
the words first. The pattern of a rule is compiled when one of its words stands there, and looked
for around it. The rules are read when a text has a run of characters as long as the shortest
credential.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from math import log2
from pathlib import Path

from msgspec import Struct

RUN = re.compile(
    r"(?=[A-Za-z_~-]{0,40}[0-9])[A-Za-z0-9_~-]{16}|[A-Za-z]{32}|[A-Z0-9]{20}|-[A-Za-z]{20}"
    r"|hooks\.slack\.com/\w"
)
"""What every credential that has a form of its own holds, and few words of a platform do."""
_DATA = Path(__file__).parent / "data" / "gitleaks.json"
_BEFORE, _BEHIND = 80, 1200
"""How far a rule looks around its word, in characters: no credential it knows is longer."""
_NO_CREDENTIAL = (
    # Words that stand for one, as gitleaks leaves them out, and what documentation shows.
    r"(?i)(.)\1*|.*EXAMPLE|.*abcdefghijklmnopqrstuvwxyz.*|.*(?:1234567890){2}.*"
)


class Rule(Struct, frozen=True):
    """A form of credential."""

    id: str
    keywords: tuple[str, ...]
    """Words in lower case, one of which stands in every text that it is about."""
    pattern: str
    entropy: float
    """Bits for each character that the credential has at least."""
    group: int
    """The group of the pattern that is the credential; 0 for the first that has matched."""


_OF_PLATC = (
    Rule("discord-webhook", ("/api/webhooks/",), r"/api/webhooks/\d{5,25}/([\w-]{20,120})", 3, 1),
    Rule(
        "slack-webhook", ("hooks.slack.com",),
        r"hooks\.slack\.com/(?:services|workflows|triggers)/([\w/]{20,120})", 2, 1,
    ),
    Rule("telegram-bot", ("bot", ":aa"), r"\b(?:bot)?(\d{6,12}:AA[\w-]{30,40})(?![\w-])", 3, 1),
    Rule("github-token", ("github_pat_",), r"github_pat_\w{22,120}", 3, 0),
    Rule("aws-key", ("akia", "asia"), r"\b((?:AKIA|ASIA)[A-Z0-9]{16})\b", 3, 1),
    Rule("openai-key", ("sk-",), r"\b(sk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{40,200})(?![\w-])", 4, 1),
)  # fmt: skip
"""Forms that gitleaks has not, or takes more narrowly than the issuers do."""


@cache
def _rules() -> tuple[Rule, ...]:
    data = json.loads(_DATA.read_text("utf-8"))
    taken = (
        Rule(r["id"], tuple(r["keywords"]), r["pattern"], r["entropy"], r["group"])
        for r in data["rules"]
    )
    return (*taken, *_OF_PLATC)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def find(name: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where in a text a credential stands; ``name`` is what the text stands under.

    Rules that want the name of a service beside the value see ``name=text``.
    """
    lead = f"{name}=" if name else ""
    whole = lead + text
    lowered = whole.lower()
    for rule in _rules():
        for keyword in rule.keywords:
            if keyword in lowered:
                for start, end in _windows(lowered, keyword):
                    yield from _of_rule(rule, whole, start, end, len(lead))


def _windows(lowered: str, keyword: str) -> Iterator[tuple[int, int]]:
    """Yield the surroundings of each place of a word; those that overlap are one."""
    place = lowered.find(keyword)
    while place != -1:
        start, end = max(0, place - _BEFORE), place + _BEHIND
        place = lowered.find(keyword, place + len(keyword))
        while place != -1 and place - _BEFORE < end:
            end = place + _BEHIND
            place = lowered.find(keyword, place + len(keyword))
        yield start, end


def _of_rule(rule: Rule, whole: str, start: int, end: int, lead: int) -> Iterator[tuple[int, int]]:
    for match in _compiled(rule.pattern).finditer(whole, start, end):
        group = rule.group or next((n for n, g in enumerate(match.groups(), 1) if g), 0)
        secret = match[group]
        if re.fullmatch(_NO_CREDENTIAL, secret) or _entropy(secret) < rule.entropy:
            continue
        first, last = match.span(group)
        if first >= lead:
            yield first - lead, last - lead


def _entropy(text: str) -> float:
    """Return Shannon's entropy of a text, in bits for each character."""
    shares = [text.count(char) / len(text) for char in set(text)]
    return -sum(share * log2(share) for share in shares)
