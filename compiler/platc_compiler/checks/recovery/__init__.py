"""Codes PLT600 to PLT699."""
