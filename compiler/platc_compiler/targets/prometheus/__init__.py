"""The Prometheus target: ``prometheus.yml``, its rules, and tests that prove them."""

from __future__ import annotations

from platc_compiler.documents import Artefacts
from platc_compiler.emit import yaml_text
from platc_compiler.ir.platform import Platform
from platc_compiler.targets.prometheus.config import configuration
from platc_compiler.targets.prometheus.rule_tests import tests_of
from platc_compiler.targets.prometheus.rules import groups, rule_file
from platc_compiler.templating import Templates


def prometheus(platform: Platform, templates: Templates) -> Artefacts:
    """Return the files of the platform's Prometheus; none where there is no Prometheus."""
    if not platform.monitors:
        return {}
    files = {
        "prometheus/prometheus.yml": yaml_text(
            configuration(platform, platform.monitors[0], templates)
        )
    }
    for group in groups(platform):
        files[f"prometheus/rules/{group.name}.yml"] = yaml_text(rule_file(group, templates))
        tests = tests_of(group, platform, templates)
        if tests is not None:
            files[f"prometheus/tests/{group.name}.test.yml"] = yaml_text(tests)
    return files
