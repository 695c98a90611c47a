"""Checks: one module per code, its docstring the code's only documentation.

A module holds ``CODE`` and ``check``; codes that loading and validation emit by themselves have a
module without ``check``, for their documentation. Groups by the first digit: 0 syntax,
1 references, 2 budget, 3 network, 4 observability, 5 security, 6 recovery, 7 workloads.

``before_lowering``, ``of_language``, ``of_platform``, ``of_documents`` and ``of_network`` list the
checks by what they are asked of.
"""
