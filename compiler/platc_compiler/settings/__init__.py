"""What programs know of settings: catalogues of their releases, and what platc decides itself.

A kind with ``config:`` has a module of its name here, with its ``Program``. ``docs/settings.md``
says where each catalogue comes from.
"""
