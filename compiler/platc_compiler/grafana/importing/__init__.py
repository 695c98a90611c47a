"""From Grafana's own JSON to the language, and what the language cannot say."""
