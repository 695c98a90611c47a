"""Print the type of each option that this Airflow knows."""

import json

from airflow.configuration import conf
from airflow.providers_manager import ProvidersManager

ProvidersManager().initialize_providers_configuration()
print(
    json.dumps(
        {
            f"{section}.{option}": said.get("type", "string")
            for section, about in conf.configuration_description.items()
            for option, said in about["options"].items()
        }
    )
)
