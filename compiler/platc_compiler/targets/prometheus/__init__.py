"""The Prometheus target: ``prometheus.yml``, rules, and unit tests of the rules."""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import Artefacts, File
from platc_compiler.source.emit import yaml_text
from platc_compiler.targets.prometheus.config import configuration
from platc_compiler.targets.prometheus.rule_tests import tests_of
from platc_compiler.targets.prometheus.rules import Group, groups, of_grafana, rule_file
from platc_compiler.templating.templates import Templates


def prometheus(platform: Platform, templates: Templates, _: Artefacts) -> Iterator[File]:
    """Yield the files of the platform's Prometheus, nothing when it has none."""
    if not platform.monitors:
        return
    server = configuration(platform, platform.monitors[0], templates)
    yield File("prometheus/prometheus.yml", yaml_text(server))
    for group in groups(platform):
        yield File(f"prometheus/rules/{group.name}.yml", yaml_text(rule_file(group, templates)))
        yield from _tests(group, platform, templates)
    elsewhere = of_grafana(platform)
    if elsewhere is not None:
        rules = yaml_text(rule_file(elsewhere, templates))
        yield File(f"prometheus/tests/{elsewhere.file}", rules)
        yield from _tests(elsewhere, platform, templates)


def _tests(group: Group, platform: Platform, templates: Templates) -> Iterator[File]:
    tests = tests_of(group, platform, templates)
    if tests is not None:
        yield File(f"prometheus/tests/{group.name}.test.yml", yaml_text(tests))
