"""Codes PLT100 to PLT199."""
