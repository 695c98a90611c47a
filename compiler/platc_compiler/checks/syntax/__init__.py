"""Codes PLT000 to PLT099."""
