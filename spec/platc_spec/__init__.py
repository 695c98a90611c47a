"""The language of ``platform.yaml``: Pydantic models and nothing about Kubernetes objects."""
