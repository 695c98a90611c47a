"""Kubernetes objects: the output of a target, and the changes after it."""
