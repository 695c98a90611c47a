"""Ask Airflow's user interface for pages, in this process, and print the status of each."""

import json
import sys
from typing import Any


def client() -> Any:  # noqa: ANN401
    """Return a client of this generation's application."""
    try:
        from airflow.api_fastapi.app import create_app
    except ImportError:
        from airflow.www import app

        return app.create_app(testing=True).test_client()
    from fastapi.testclient import TestClient

    return TestClient(create_app())


asked = client()
print(json.dumps([asked.get(path).status_code for path in sys.argv[1:]]))
