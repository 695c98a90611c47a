"""Checks: one module per code, its docstring the code's only documentation.

The folders are the groups of codes by their first digit: 0 syntax, 1 references, 2 budget,
3 network, 4 observability, 5 security, 6 recovery, 7 workloads. A module holds ``CODE`` and a
function that yields diagnostics, named by what it judges: ``check_language(context)``,
``check_platform(platform)`` or ``check_objects(manifests, platform)``. A code that reading or
validation emits has a module without a check, for its documentation.

``stages`` names every check once, by the stage that asks it.
"""
