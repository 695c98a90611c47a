"""Functions that tasks of the generated DAGs call; written by hand."""
