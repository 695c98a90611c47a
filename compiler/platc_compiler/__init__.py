"""The compiler: ``platform.yaml`` in, files and diagnostics out."""
