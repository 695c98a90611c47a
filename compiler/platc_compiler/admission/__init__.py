"""What a cluster takes: the embedded schemas of Kubernetes and what the API server adds to them.

`validation` says what JSON Schema can say of an object, `admission` what is refused beyond that;
both are as strict as the API server.
"""
