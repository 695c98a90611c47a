"""A user's own templates may do bounded work, whatever they are made of."""

from __future__ import annotations

import pytest

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from platc_compiler.templating import work
from platc_compiler.templating.templates import TemplateError, Templates
from tests.checks.examples import MINIMAL
from tests.sources import own_templates

NAME = "kinds/elasticsearch/jvm.options.properties.j2"
REPORT = "report/network.md.j2"

BOMBS = (
    "{{ (10**9999)**9999 }}",
    "{{ 9**(9**9) }}",
    "{{ 'a' * 10**9 }}",
    "{{ [0] * 10**9 }}",
    "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "{% for i in range(99999) %}{% if i in [1] * 9999 %}{% endif %}{% endfor %}",
    "{% set x = namespace(t='ab') %}{% for i in range(40) %}{% set x.t = x.t ~ x.t %}{% endfor %}",
    "{% set x = namespace(t='ab') %}{% for i in range(40) %}{% set x.t = x.t + x.t %}{% endfor %}",
    "{% set x = 'ab' %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 40,
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "{{ '%999999999d' % 1 }}",
    "{{ '%*d' % (999999999, 1) }}",
    "{{ '{:>999999999}'.format(1) }}",
    "{{ '{:>{}}'.format(1, 999999999) }}",
    "{{ 'a'|center(999999999) }}",
    "{{ 'a'.ljust(999999999) }}",
    "{{ [1]|batch(10**9, 0)|list }}",
    "{{ ('a' * 9999)|replace('', 'y' * 9999) }}",
    "{{ ('a' * 9999).replace('', 'y' * 9999) }}",
    "{{ ('y' * 9999).join(['a'] * 9999) }}",
    "{{ range(99999)|map('string')|map('center', 9999)|join|length }}",
)


@pytest.mark.parametrize("text", BOMBS)
def test_a_bomb_is_refused_after_bounded_work(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    most = 0
    add = work.Work.add

    def counted(self: work.Work, units: int) -> None:
        nonlocal most
        most = max(most, units)
        add(self, units)

    monkeypatch.setattr(work.Work, "add", counted)
    templates = Templates({NAME: text})
    with pytest.raises(TemplateError, match=r"OverflowError|RecursionError|ValueError"):
        templates.text(NAME)
    assert most <= work.MOST_WORK


def test_a_filter_that_chooses_by_chance_is_unknown() -> None:
    with pytest.raises(TemplateError, match="random"):
        Templates({NAME: "{{ [1, 2]|random }}"}).text(NAME)


def test_what_templates_of_a_careful_user_do_is_not_refused() -> None:
    text = (
        "{% set ns = namespace(n=0) %}{% for i in range(9999) %}{% set ns.n = ns.n + i %}"
        "{% endfor %}{{ ns.n }} {{ ['a', 'b']|join(', ') }} {{ 'a b'|replace(' ', '-') }}"
        " {{ 2147483648|default(1) }} {{ '%5.1f'|format(1.25) }} {{ 'a'.ljust(3) ~ '|' }}"
        " {% for i in range(2) %}{{ loop.index }}/{{ loop.length }}{% endfor %}"
    )
    made = Templates({NAME: text}).text(NAME)
    assert made == "49985001 a, b a-b 2147483648   1.2 a  | 1/22/2"


def test_each_compilation_may_do_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "{% for i in range(999) %}{% endfor %}"
    monkeypatch.setattr(work, "MOST_WORK", 20_000)
    source = Source(MINIMAL.read_text("utf-8"), beside=own_templates({REPORT: text}))
    templates = Templates(source.templates)
    assert not any(compile_platform(source, templates).failed for _ in range(30))
