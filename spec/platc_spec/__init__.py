"""The language of ``platform.yaml``: Pydantic models, without any Kubernetes object."""
