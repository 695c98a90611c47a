"""The shapes of all artefacts, one Jinja2 template each, read by ``platc_compiler.templating``."""
