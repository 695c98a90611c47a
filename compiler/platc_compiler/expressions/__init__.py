"""The languages inside platform.yaml: PromQL, Go templates, and the metrics that they may name."""
