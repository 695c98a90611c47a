"""The shapes of all artefacts, one Jinja2 template each; `platc_compiler.templating` reads them."""
