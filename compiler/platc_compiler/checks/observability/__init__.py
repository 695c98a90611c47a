"""Codes PLT400 to PLT499."""
