"""Print the options that this Airflow knows by section, and what has become of earlier ones."""

import json

from airflow.configuration import conf
from airflow.providers_manager import ProvidersManager

ProvidersManager().initialize_providers_configuration()
known = {name: sorted(about["options"]) for name, about in conf.configuration_description.items()}
moved = {
    f"{old_section}.{old}": f"{section}.{option}"
    for (section, option), (old_section, old, _) in conf.deprecated_options.items()
}
sections = {
    old: section
    for section, (old, _) in getattr(conf, "deprecated_sections", {}).items()
}  # fmt: skip
gone = []
try:
    from airflow.cli.commands.config_command import CONFIGS_CHANGES
except ImportError:
    CONFIGS_CHANGES = []
for change in CONFIGS_CHANGES:
    place = f"{change.config.section}.{change.config.option}"
    if change.renamed_to:
        moved[place] = f"{change.renamed_to.section}.{change.renamed_to.option}"
    elif change.was_removed:
        gone.append(place)
print(
    json.dumps(
        {
            "known": known,
            "sensitive": sorted(map(list, conf.sensitive_config_values)),
            "moved": moved,
            "sections": sections,
            "gone": sorted(gone),
        }
    )
)
