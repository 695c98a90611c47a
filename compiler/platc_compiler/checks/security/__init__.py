"""Codes PLT500 to PLT599."""
