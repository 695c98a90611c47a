"""Print the names of the metrics that Airflow 3 sends."""

import json
from importlib import resources

import yaml

template = resources.files("airflow._shared.observability.metrics") / "metrics_template.yaml"
print(json.dumps([each["name"] for each in yaml.safe_load(template.read_text())["metrics"]]))
