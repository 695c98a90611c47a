"""Codes PLT300 to PLT399."""
