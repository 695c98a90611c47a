"""Kubernetes objects: what a target yields, and what changes them afterwards."""
