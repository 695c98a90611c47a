"""The language of platform.yaml, from plain data to validated models."""
