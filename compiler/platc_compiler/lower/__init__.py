"""Lowering turns each service into the intermediate representation: one module for each kind."""
