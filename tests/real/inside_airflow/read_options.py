"""Read options as Airflow does: a line of JSON with their name, type and text each."""

import json
import os
import sys

from airflow.configuration import conf

READERS = {"bool": conf.getboolean, "int": conf.getint, "real": conf.getfloat}
for line in sys.stdin:
    name, kind, text = json.loads(line)
    section, _, option = name.partition(".")
    variable = f"AIRFLOW__{section.upper()}__{option.upper()}"
    os.environ[variable] = text
    try:
        READERS[kind](section, option)
        print("ok")
    except Exception as refusal:  # noqa: BLE001 - whatever it is, it is a refusal
        print(str(refusal).replace("\n", " ") or "refused")
    del os.environ[variable]
