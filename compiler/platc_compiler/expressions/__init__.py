"""The languages inside platform.yaml: PromQL and Go templates, and the known metrics."""
