"""Codes PLT200 to PLT299."""
