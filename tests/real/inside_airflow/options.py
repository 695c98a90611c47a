"""Print the options that this Airflow knows by section, and which of them may be commands."""

import json

from airflow.configuration import conf
from airflow.providers_manager import ProvidersManager

ProvidersManager().initialize_providers_configuration()
known = {name: sorted(about["options"]) for name, about in conf.configuration_description.items()}
print(json.dumps({"known": known, "sensitive": sorted(map(list, conf.sensitive_config_values))}))
