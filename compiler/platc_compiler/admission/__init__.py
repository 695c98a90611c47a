"""The rules of a cluster: the embedded schemas of Kubernetes, and the API server's own rules.

`validation` judges an object by its JSON Schema, `rules` by all other rules of the API server; both
are as strict as the API server.
"""
