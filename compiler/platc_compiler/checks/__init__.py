"""Checks: one module for each code; its docstring is the only documentation of the code.

The folders are the groups of codes by their first digit: 0 syntax, 1 references, 2 budget, 3
network, 4 observability, 5 security, 6 recovery, 7 workloads. A module holds ``CODE`` and a
function that yields diagnostics. The name of the function states its input:
``check_language(context)``, ``check_platform(platform)`` or ``check_objects(manifests, platform)``.
If reading or validation emits a code, its module has no check: it holds only the documentation.

``stages`` lists every check once, under the stage that runs it.
"""
