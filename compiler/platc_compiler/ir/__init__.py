"""The intermediate representation: a whole platform as frozen, target-neutral data.

Lowering makes it, passes return a richer one, checks and targets only read it. Each part knows
the place in ``platform.yaml`` that it came from: its *origin*.

Its records are ``msgspec`` structs: they behave like frozen dataclasses, but defining such a class
takes a hundredth of the time. A short command would spend most of its time on that.
"""
