from __future__ import annotations

import pytest

from platc_compiler.expressions.task_templates import fault


@pytest.mark.parametrize(
    "text", ["{{" + "{" * 3000, "{{ " + "(" * 3000, "{{ " + "not " * 3000 + "1 }}"]
)
def test_a_template_that_nests_too_deep_is_refused(text: str) -> None:
    assert fault(text, 3)[0] == "Airflow cannot read the template: it nests too deep"
