"""Templates of the user's own: those of platc, bent, and hostile ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import platc_templates
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import TEMPLATES, Source
from platc_compiler.templating.templates import Templates
from tests.fuzz import hostile, judge
from tests.fuzz.kind import Kind, Texts
from tests.fuzz.kinds.platforms import answer
from tests.tools import ROOT

_PLATFORMS = ("external", "workload", "panels", "alerts")
_PIECES = (
    *(
        "{{ 1 }}",
        "{{ name }}",
        "{{ x }}",
        "{{ (10**9999)**9999 }}",
        "{{ 'a' * 10**9 }}",
        "{{ [0] * 10**9 }}",
    ),
    *(
        "{% for i in range(10**9) %}a{% endfor %}",
        "{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}",
    ),
    *(
        "{% macro m(n) %}{{ m(n) }}{% endmacro %}{{ m(1) }}",
        "{% include 'x' %}",
        "{% import 'x' as x %}",
    ),
    *(
        "{{ ''.__class__.__mro__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler }}",
        "{{ lipsum(9999) }}",
    ),
    *(
        "{% if %}",
        "{% set a = 1 %}{{ a }}",
        "{# ",
        "{{ '%999999999d' % 1 }}",
        "{{ '{:>999999999}'.format(1) }}",
    ),
    *(
        "{{ 'a'|center(999999999) }}",
        "{{ ('a' ~ 'b')|indent(10**9) }}",
        "{{ [1]|batch(10**9, 0)|list }}",
    ),
    *(
        "{{ 7|string * 3 }}",
        "{{ none }}",
        "{{ {} }}",
        "{{ {1: 2} }}",
        "{{ 1/0 }}",
        "{{ 1.5e308 * 10 }}",
        "{{ namespace() }}",
    ),
    *(
        "{% raw %}{{{% endraw %}",
        "\x00",
        "\x1b[31m",
        "\n- a\n",
        "  x: y\n",
        "{{ 'x'|replace('', 'y' * 99999) }}",
    ),
)


@cache
def _used(name: str) -> tuple[str, tuple[str, ...]]:
    """Return the text of a platform, and the paths of the templates that it uses."""
    text = (ROOT / f"tests/golden/platforms/{name}.yaml").read_text("utf-8")
    templates = Templates()
    compile_platform(Source(text), templates)
    return text, tuple(sorted(templates.used))


def _make(dice: Random) -> Texts:
    text, used = _used(dice.choice(_PLATFORMS))
    name = dice.choice(used)
    original = (Path(platc_templates.__file__).parent / name).read_text("utf-8")
    match dice.randrange(4):
        case 0:
            own = hostile.bent(dice, original)
        case 1:
            at = dice.randint(0, len(original))
            own = original[:at] + dice.choice(_PIECES) + original[at:]
        case 2:
            own = "".join(dice.choices(_PIECES, k=dice.randint(0, 3)))
        case _:
            lines = original.split("\n")
            own = "\n".join(dice.sample(lines, dice.randint(0, len(lines))))
    return {judge.PLATFORM: text, f"{TEMPLATES}/{name}": own}


OWN_TEMPLATES = Kind("own-templates", 5, _make, answer)
