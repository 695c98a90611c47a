"""Lowering: each kind of service to the intermediate representation, one module per kind."""
