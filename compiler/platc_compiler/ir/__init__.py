"""The intermediate representation: a whole platform as frozen, target-neutral data.

Lowering makes it, passes return a richer one, checks and targets only read it. Each part knows
the place in ``platform.yaml`` that it came from: its *origin*.

Its records are ``msgspec`` structs: they behave as frozen dataclasses and are made in a hundredth
of the time, which a command that is over in a moment would otherwise spend on their methods.
"""
