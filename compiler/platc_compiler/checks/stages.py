"""The checks by the stage that runs them: each is named once, in the order of the codes.

A check is named by its module below this package, and after a colon by the kinds of services that
it looks at, if it looks at no other part of the platform. The module is imported when its stage
begins, for a platform with a service of such a kind: a command imports no check that can find
nothing. ``tests/checks/test_stages.py`` proves
that each name is a module, and that every module with a check is listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from platc_compiler.checks.foreign_dashboards import softened
from platc_compiler.diagnostics import Diagnostic, has_error
from platc_compiler.diagnostics.many import at_most
from platc_compiler.ir.platform import Platform
from platc_compiler.lower.kind import Context
from platc_compiler.objects.earlier import Changes
from platc_compiler.objects.manifest import Manifest
from platc_spec.platform import Spec

if TYPE_CHECKING:
    from platc_compiler.lower.include.entries import Entry

_INCLUDE = "include"
"""The kind of what ``include`` names."""

PARTS = (
    "syntax.plt014_template_of_a_task: airflow",
    "syntax.plt015_name_that_is_no_label",
    "references.plt101_unknown_service",
    "references.plt102_unknown_secret",
    "references.plt104_namespace",
    "references.plt105_unknown_task: airflow",
    "references.plt106_cycle_of_tasks",
    "references.plt108_metric_of_unknown_component",
    "references.plt110_unknown_port",
    "references.plt111_unknown_database",
    "references.plt112_task_without_work",
    "references.plt114_secret_inside_text",
    "references.plt117_unknown_role: postgres",
    "references.plt118_generated_value",
    "references.plt119_issued_value_generated",
    "references.plt120_reference_that_is_none",
    "references.plt122_like_a_secret",
    "references.plt123_secret_of_another_type",
    "budget.plt222_values_not_stated",
    "budget.plt224_sessions_of_no_dependency",
    "budget.plt228_unknown_runtime_class",
    "network.plt302_port_not_offered",
    "network.plt303_port_not_chosen",
    "network.plt304_depends_on_itself",
    "network.plt317_no_way_in",
    "observability.plt401_bad_promql",
    "observability.plt404_unknown_receiver",
    "observability.plt407_second_of_its_kind",
    "observability.plt411_empty_panel",
    "observability.plt413_bad_text: alertmanager",
    "observability.plt414_bad_sample",
    "observability.plt436_not_exactly_one",
    "observability.plt438_bad_dashboard_file",
    "observability.plt441_events_not_counted",
    "observability.plt442_unknown_objective",
    "observability.plt443_name_that_no_collector_serves",
    "observability.plt444_pipeline_that_cannot_run: otel_collector",
    "observability.plt445_limiter_that_comes_too_late: otel_collector",
    "observability.plt446_differences_instead_of_sums",
    "observability.plt450_requests_are_no_selector",
    "observability.plt454_name_that_prometheus_client_changes",
    "observability.plt455_federation_without_selector: prometheus",
    "observability.plt456_thanos_without_labels: prometheus",
    "observability.plt459_remote_that_does_not_answer: prometheus",
    "observability.plt460_text_of_prometheus: grafana",
    "observability.plt421_time_of_notifications",
    "security.plt503_literal_credential",
    "security.plt506_reserved_namespace",
    "security.plt530_keys_of_a_type",
    "recovery.plt606_backup_of_unknown_namespace",
    "recovery.plt609_drill_of_nothing: postgres",
    "workloads.plt703_unknown_kubernetes",
    "workloads.plt709_port_number_twice",
    "workloads.plt710_mounted_twice",
    "workloads.plt711_unknown_airflow_option: airflow",
    "workloads.plt713_mount_hides_the_system",
    "workloads.plt714_without_effect",
    "workloads.plt727_tiny_amount",
    "workloads.plt728_path_for_a_file",
    "workloads.plt729_decided_by_platc",
    "workloads.plt730_unknown_setting",
    "workloads.plt731_value_of_a_setting",
    "workloads.plt732_settings_not_checked",
    "workloads.plt734_module_not_in_the_image: postgres",
    "workloads.plt735_log_fills_volume: postgres",
    "workloads.plt736_more_connections_than_the_server_has: airflow postgres",
    "workloads.plt737_data_at_risk: postgres",
    "security.plt520_tls_secret_lacks_a_key: postgres",
    "security.plt521_tls_beside_tls: postgres",
    "security.plt522_audit_without_pgaudit: postgres",
    "security.plt523_client_without_tls: postgres",
    "workloads.plt747_role_of_platc_declared: postgres",
    "workloads.plt742_setting_of_no_session: postgres",
    "workloads.plt750_transaction_without_end: postgres",
    "workloads.plt752_maintenance_of_unknown_database: postgres",
    "observability.plt471_fluentd_does_not_start: fluentd",
    "workloads.plt738_chunk_larger_than_buffer: fluentd",
    "workloads.plt739_rollover_larger_than_volume: elasticsearch",
    "workloads.plt767_waits_in_a_circle",
    "workloads.plt768_never_ready",
    "workloads.plt795_volume_of_nobody: workload",
    "workloads.plt796_volume_on_several_nodes: workload",
    "workloads.plt797_class_of_one_node: workload",
    "workloads.plt798_written_by_another_group: workload",
    "workloads.plt753_pool_of_no_database: postgres",
    "workloads.plt754_setting_of_pgbouncer: postgres",
    "workloads.plt772_share_of_no_request",
    "workloads.plt762_schema_of_no_login: keycloak",
    "workloads.plt782_tables_of_two_programs",
    "workloads.plt763_no_realm: keycloak",
    "workloads.plt764_credential_of_a_realm: keycloak",
    "workloads.plt765_database_of_no_login: grafana",
    "workloads.plt766_client_of_no_login: keycloak",
    "workloads.plt757_replica_for_a_writer: postgres",
    "workloads.plt758_migration_that_cannot_run: postgres",
    "workloads.plt759_schema_of_another: postgres",
    "workloads.plt761_gap_between_versions: postgres",
    "workloads.plt783_password_of_the_operator: postgres",
    "workloads.plt784_not_with_cloudnative_pg: postgres",
    "workloads.plt785_refused_by_cloudnative_pg: postgres",
    "workloads.plt786_too_few_for_replicas: postgres",
)
"""Checks of the language that judge one part of platform.yaml at a time, with the names that others
declare. They also run on the valid parts when other parts are invalid."""

LANGUAGE = (
    "references.plt113_service_without_port",
    "references.plt115_alertmanager_without_notifications",
    "references.plt116_elasticsearch_without_password",
    "observability.plt403_receiver_without_channel",
    "observability.plt409_retention_fills_volume: prometheus",
    "observability.plt410_missing_component",
    "observability.plt416_bad_server_config",
    "observability.plt417_objective_not_watched",
    "observability.plt418_decided_by_platc",
    "observability.plt419_secret_file_of_nobody",
    "observability.plt420_version_not_known",
    "observability.plt422_rhythm_not_kept: alertmanager",
    "observability.plt423_two_keys_of_aws",
    "observability.plt457_grafana_cannot_evaluate",
    "observability.plt458_grafana_cannot_tell: grafana",
    "recovery.plt604_step_of_nothing",
    "workloads.plt773_nobody_measures",
)
"""Checks of the language that need every part: they report a missing part, or a cycle."""

INCLUDED_PARTS = (
    "references.plt102_unknown_secret",
    "references.plt126_included_object",
    "security.plt503_literal_credential",
)
"""Checks of what ``include`` names, an entry at a time. They also run on the valid parts when other
parts are invalid. Nothing of them is imported where nothing is included."""

INCLUDED = (
    "references.plt127_unchecked_kind",
    "references.plt128_included_port",
    "budget.plt223_included_pods",
    "network.plt318_included_way_in",
    "network.plt319_api_not_reached",
    "security.plt525_included_secret",
    "security.plt526_included_rights",
    "security.plt527_reason_without_need",
    "workloads.plt701_invalid_object",
    "workloads.plt702_refused_object",
)
"""Checks of what ``include`` names that need every part."""

PLATFORM = (
    "references.plt103_secret_elsewhere",
    "references.plt109_unused_secret",
    "references.plt121_variable_not_before",
    "budget.plt201_memory_over_budget",
    "budget.plt202_cpu_over_budget",
    "budget.plt203_disk_or_pods_over_budget",
    "budget.plt204_overcommit",
    "budget.plt205_no_placement",
    "budget.plt206_pod_too_large",
    "budget.plt207_unbounded_container",
    "budget.plt208_request_over_limit",
    "budget.plt209_external_not_counted",
    "budget.plt211_placement_undecided",
    "budget.plt212_node_too_small",
    "budget.plt213_executors_not_declared",
    "budget.plt214_executors_otherwise",
    "budget.plt215_driver_too_small",
    "budget.plt216_more_clients_than_the_pooler_accepts: postgres",
    "budget.plt217_more_sessions_than_the_server_accepts: postgres",
    "budget.plt218_more_sessions_than_the_role_may_have: postgres",
    "budget.plt219_sessions_not_stated: postgres",
    "budget.plt220_series_over_memory: prometheus",
    "budget.plt221_series_over_volume: prometheus",
    "budget.plt225_memory_of_redis: redis",
    "budget.plt226_folders_in_memory: workload",
    "budget.plt227_devices",
    "workloads.plt756_volume_of_redis: redis",
    "network.plt305_external_under_default_deny",
    "network.plt306_outside_is_everywhere",
    "network.plt307_named_and_not_reached",
    "network.plt308_receiver_cut_off",
    "network.plt309_address_without_service",
    "network.plt310_host_without_way",
    "network.plt311_policies_of_the_network",
    "network.plt312_name_not_found",
    "network.plt313_entry_from_outside",
    "observability.plt402_metric_nobody_exports",
    "observability.plt405_rate_of_gauge",
    "observability.plt406_untested_alert",
    "observability.plt408_label_that_is_not_there",
    "observability.plt412_alert_twice",
    "observability.plt415_scrape_job_twice",
    "observability.plt435_unknown_variable",
    "observability.plt437_unknown_data_source",
    "observability.plt439_variable_never_has_values",
    "observability.plt440_several_values_compared_as_one",
    "observability.plt425_job_that_is_not_there",
    "observability.plt426_matcher_that_never_matches",
    "observability.plt427_grouped_by_nothing",
    "observability.plt428_sides_that_never_match",
    "observability.plt429_quantile_without_le",
    "observability.plt430_alert_that_always_fires",
    "observability.plt431_labels_of_an_alert",
    "observability.plt432_range_and_interval",
    "observability.plt433_label_that_is_renamed",
    "observability.plt448_service_not_watched",
    "observability.plt449_dashboard_without_panels",
    "observability.plt451_kept_of_unknown_job",
    "observability.plt470_panels_on_one_spot",
    "observability.plt452_silence_of_the_watchdog",
    "observability.plt453_silence_of_nothing",
    "observability.plt461_state_of_an_alert_of_grafana: grafana",
    "security.plt501_moving_tag",
    "security.plt504_security_off",
    "security.plt505_unsealed_secret",
    "security.plt507_pod_security_too_strict",
    "security.plt508_pod_security_too_lax",
    "security.plt509_out_of_support",
    "security.plt514_throwaway_certificate",
    "recovery.plt601_rpo_not_met",
    "recovery.plt602_kept_too_short",
    "recovery.plt603_volume_without_backup",
    "recovery.plt605_backup_without_credentials",
    "recovery.plt607_database_without_dump",
    "recovery.plt608_schedule_never_fires",
    "recovery.plt610_drill_over_the_rto: postgres",
    "workloads.plt706_object_twice",
    "workloads.plt708_same_probes",
    "workloads.plt712_scratch_over_limit",
    "workloads.plt715_volume_of_one_node",
    "workloads.plt717_heap_over_limit",
    "workloads.plt718_heap_with_long_references",
    "workloads.plt722_pool_over_parallelism: airflow",
    "workloads.plt733_memory_of_postgres: postgres",
    "workloads.plt748_postgres_outgrows_its_limit: postgres",
    "workloads.plt749_role_outgrows_the_limit: postgres",
    "workloads.plt774_query_of_several_series",
    "workloads.plt780_placement_beside_nobody",
    "workloads.plt781_included_image",
    "workloads.plt793_images_of_one_name",
    "workloads.plt794_included_pull_secret",
)
"""Checks of the platform after all passes."""

OBJECTS = (
    "budget.plt210_patch_not_counted",
    "security.plt501_moving_tag",
    "security.plt502_patch_gives_rights",
    "security.plt503_literal_credential",
    "workloads.plt701_invalid_object",
    "workloads.plt702_refused_object",
    "workloads.plt706_object_twice",
    "workloads.plt707_too_large_object",
    "workloads.plt716_statefulset_without_names",
)
"""Checks of the Kubernetes objects after all patches."""

NETWORK = (
    "network.plt301_policies_not_as_declared",
    "network.plt313_entry_from_outside",
)
"""Checks of the network that the objects form: they read objects that the API server accepts."""


CHANGE = (
    "workloads.plt740_change_not_in_place",
    "workloads.plt741_data_left_behind",
    "workloads.plt760_released_migration_changed",
    "workloads.plt743_role_or_schema_gone",
)
"""Checks of what differs from the output of an earlier build."""

LanguageCheck = Callable[[Context], Iterator[Diagnostic]]
PlatformCheck = Callable[[Platform], Iterator[Diagnostic]]
IncludedCheck = Callable[[Sequence["Entry"], Context], Iterator[Diagnostic]]
ChangeCheck = Callable[[Changes], Iterator[Diagnostic]]
ObjectsCheck = Callable[[Sequence[Manifest], Platform], Iterator[Diagnostic]]


def judge_parts(context: Context) -> tuple[Diagnostic, ...]:
    """Return the faults of single parts of the language's view."""
    checks = _language(PARTS, context)
    found = (each for check in checks for each in at_most(check(context)))
    return softened((*found, *_of_included(INCLUDED_PARTS, context)))


def judge_language(context: Context) -> tuple[Diagnostic, ...]:
    """Return the faults of the language's view when all parts are valid."""
    checks = _language((*PARTS, *LANGUAGE), context)
    found = (each for check in checks for each in at_most(check(context)))
    return softened((*found, *_of_included((*INCLUDED_PARTS, *INCLUDED), context)))


def judge_platform(platform: Platform) -> tuple[Diagnostic, ...]:
    """Return the faults of a platform after all passes."""
    checks: Iterable[PlatformCheck] = (
        _module(name).check_platform for name in _asked(PLATFORM, platform.spec)
    )
    return softened(found for check in checks for found in at_most(check(platform)))


def judge_objects(manifests: Sequence[Manifest], platform: Platform) -> tuple[Diagnostic, ...]:
    """Return the faults of the Kubernetes objects of a platform after all patches."""
    found = tuple(_of_objects(OBJECTS, manifests, platform))
    return found if has_error(found) else (*found, *_of_objects(NETWORK, manifests, platform))


def judge_change(changes: Changes) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the way from an earlier build to the present one."""
    checks: Iterable[ChangeCheck] = (_module(name).check_change for name in CHANGE)
    return tuple(found for check in checks for found in at_most(check(changes)))


def _of_objects(
    names: Iterable[str], manifests: Sequence[Manifest], platform: Platform
) -> Iterator[Diagnostic]:
    for name in names:
        check: ObjectsCheck = _module(name).check_objects
        yield from at_most(check(manifests, platform))


def _of_included(names: Iterable[str], context: Context) -> Iterator[Diagnostic]:
    if not any(service.kind == _INCLUDE for service in context.spec.services.values()):
        return
    from platc_compiler.lower.include.entries import entries

    held = entries(context)
    for name in names:
        check: IncludedCheck = _module(name).check_included
        yield from at_most(check(held, context))


def _language(listed: Iterable[str], context: Context) -> Iterator[LanguageCheck]:
    return (_module(name).check_language for name in _asked(listed, context.spec))


def module_name(listed: str) -> str:
    """Return the name of a listed check's module."""
    return listed.partition(":")[0]


def _asked(listed: Iterable[str], spec: Spec) -> Iterator[str]:
    """Yield the modules of the checks that can find something in a platform."""
    stated = {service.kind for service in spec.services.values()}
    for each in listed:
        name, _, kinds = each.partition(":")
        if not kinds or not stated.isdisjoint(kinds.split()):
            yield name


def _module(name: str) -> ModuleType:
    return import_module(f"platc_compiler.checks.{name}")
