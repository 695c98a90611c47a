"""Codes PLT700 to PLT799."""
