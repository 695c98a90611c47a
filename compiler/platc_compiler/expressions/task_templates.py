"""Jinja templates in the fields of a task, as Airflow reads them.

Airflow fills in the image, the command, the arguments and the variables of a pod before it starts
(``template_fields`` of ``KubernetesPodOperator``), with Jinja's own filters and five more, and
refuses names that have no value (``template_undefined`` of ``DAG`` is ``StrictUndefined``).

Source: ``airflow/utils/context.py`` and ``airflow/templates.py`` of Airflow 2.7.3;
``airflow/sdk/definitions/context.py`` and ``airflow/sdk/definitions/_internal/templater.py`` of
3.3.2. Names that a later 2.x has added are known for all of 2.x.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from platc_compiler.diagnostics import Hint
from platc_compiler.diagnostics.did_you_mean import did_you_mean

if TYPE_CHECKING:
    from jinja2 import Environment

_FILTERS = frozenset({"ds", "ds_nodash", "ts", "ts_nodash", "ts_nodash_with_tz"})
_BOTH = frozenset(
    {
        "conn", "dag", "dag_run", "data_interval_end", "data_interval_start", "ds", "ds_nodash",
        "exception", "expanded_ti_count", "inlet_events", "inlets", "logical_date", "macros",
        "map_index_template", "outlet_events", "outlets", "params",
        "prev_data_interval_end_success", "prev_data_interval_start_success",
        "prev_end_date_success", "prev_start_date_success", "reason", "run_id", "task",
        "task_instance", "task_instance_key_str", "task_reschedule_count", "templates_dict",
        "test_mode", "ti", "try_number", "ts", "ts_nodash", "ts_nodash_with_tz", "var",
    }
)  # fmt: skip
_OF_3 = frozenset(
    {"asset_state_store", "partition_date", "partition_key", "task_state_store"}
    | {"triggering_asset_events"}
)
_OF_2 = {
    "conf": "",
    "execution_date": "logical_date",
    "next_ds": "data_interval_end | ds",
    "next_ds_nodash": "data_interval_end | ds_nodash",
    "next_execution_date": "data_interval_end",
    "prev_ds": "",
    "prev_ds_nodash": "",
    "prev_execution_date": "",
    "prev_execution_date_success": "prev_data_interval_start_success",
    "tomorrow_ds": "macros.ds_add(ds, 1)",
    "tomorrow_ds_nodash": "",
    "triggering_dataset_events": "triggering_asset_events",
    "yesterday_ds": "macros.ds_add(ds, -1)",
    "yesterday_ds_nodash": "",
}
"""Names that Airflow 3 has not, and what says the same there, if anything does."""


def is_template(text: str) -> bool:
    """Return whether Jinja finds something to fill in."""
    return "{{" in text or "{%" in text or "{#" in text


def fault(text: str, generation: int) -> tuple[str, str | Hint]:
    """Return what is wrong with a text and what to write, both empty if Airflow can fill it in.

    Args:
        text: the whole value of a field.
        generation: the major version of Airflow, 2 or 3.
    """
    if not is_template(text):
        return "", ""
    try:
        return _fault(text, generation)
    except RecursionError:
        # Airflow's Jinja fails in the same way.
        return "Airflow cannot read the template: it nests too deep", "take a part out of it"


def _fault(text: str, generation: int) -> tuple[str, str | Hint]:
    from jinja2 import TemplateSyntaxError, meta, nodes

    environment = _environment()
    try:
        tree = environment.parse(text)
    except TemplateSyntaxError as refused:
        reason = (refused.message or "").rstrip(".")
        return f"Airflow cannot read the template: {reason}", _other_syntax(text, reason)
    for node in tree.find_all((nodes.Filter, nodes.Test)):
        known = environment.filters if isinstance(node, nodes.Filter) else environment.tests
        if node.name not in known:
            what = "filter" if isinstance(node, nodes.Filter) else "test"
            return f"Airflow has no {what} '{node.name}'", did_you_mean(node.name, known)
    for name in sorted(meta.find_undeclared_variables(tree)):
        why, hint = _unknown(name, generation)
        if why:
            return why, hint
    return "", ""


def _other_syntax(text: str, reason: str) -> str:
    """Return what is meant by a text that is no Jinja."""
    if "end of template" in reason:
        return "close the block"
    if "{{." in text or "{{ ." in text:
        # Go's templates, of Helm and of docker's --format.
        return "values begin with a dot in Go; for the text itself write {% raw %}…{% endraw %}"
    if text.count("{{") != text.count("}}"):
        return "close '{{' by '}}'"
    return "for the text itself write {% raw %}…{% endraw %}"


def _unknown(name: str, generation: int) -> tuple[str, str | Hint]:
    known = _BOTH | (_OF_2.keys() if generation == 2 else _OF_3)  # noqa: PLR2004 - Airflow 2
    if name in known or name in _environment().globals:
        return "", ""
    if name in _OF_2:
        instead = _OF_2[name]
        return f"Airflow 3 has no '{name}'", f"write {{{{ {instead} }}}}" if instead else ""
    return f"Airflow has no value '{name}'", did_you_mean(name, known)


@cache
def _environment() -> Environment:
    from jinja2 import Environment

    environment = Environment(autoescape=False)  # noqa: S701 - nothing is rendered
    environment.filters |= dict.fromkeys(_FILTERS, str)
    return environment
