"""The models of the built-in kinds, one module each."""
