"""A reader of fluent.conf, and the parameters that each plugin of the image has.

No Fluentd can be had here. The grammar is that of fluentd 1.19's v1 parser as far as platc uses it;
the parameters are the ``config_param`` and ``config_section`` lines of the plugins' sources, in the
versions of the image's Gemfile.lock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Section:
    """``<name argument> … </name>``."""

    name: str
    argument: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)

    @property
    def type(self) -> str:
        """The plugin, or the section's own name where it has none."""
        return self.parameters.get("@type", self.name)

    def walk(self) -> Iterator[Section]:
        """Yield this section and all below it."""
        yield self
        for section in self.sections:
            yield from section.walk()


_OPEN = re.compile(r"<(\w+)(?:\s+(.+?))?>")
_CLOSE = re.compile(r"</(\w+)>")
_PARAMETER = re.compile(r"(@?\w+)(?:\s+(.*))?")


def parse(text: str) -> Section:
    """Return the sections of a configuration."""
    root = Section("root")
    stack = [root]
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if close := _CLOSE.fullmatch(line):
            assert stack.pop().name == close[1], f"line {number}: {line}"
        elif opened := _OPEN.fullmatch(line):
            section = Section(opened[1], opened[2] or "")
            stack[-1].sections.append(section)
            stack.append(section)
        else:
            parameter = _PARAMETER.fullmatch(line)
            assert parameter, f"line {number}: {line}"
            assert parameter[1] not in stack[-1].parameters, f"line {number}: twice {line}"
            stack[-1].parameters[parameter[1]] = _value(parameter[2] or "")
    assert stack == [root], "a section is not closed"
    return root


def _value(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return text[1:-1] if quoted else text.partition(" #")[0].rstrip()


COMMON = frozenset({"@type", "@id", "@label", "@log_level"})
PARAMETERS: dict[str, frozenset[str]] = {
    name: frozenset(text.split())
    for name, text in {
        "system": "workers log_level strict_config_value suppress_repeated_stacktrace root_dir",
        "prometheus": "bind port metrics_path aggregated_metrics_path content_encoding",
        "prometheus_output_monitor": "interval gauge_all",
        "prometheus_tail_monitor": "interval",
        "tail": "path path_delimiter glob_policy tag exclude_path rotate_wait pos_file"
        " pos_file_compaction_interval read_from_head refresh_interval read_lines_limit"
        " read_bytes_limit_per_second emit_unmatched_lines enable_watch_timer enable_stat_watcher"
        " encoding from_encoding path_key open_on_every_update limit_recently_modified"
        " skip_refresh_on_startup ignore_repeated_permission_error follow_inodes max_line_size",
        "regexp": "expression ignorecase multiline time_key time_format keep_time_key time_type"
        " null_value_pattern null_empty_string estimate_current_event types timeout",
        "json": "json_parser stream_buffer_size time_key time_format keep_time_key time_type types",
        "metric": "name type desc key buckets retention retention_check_interval",
        "stdout": "",
        "relabel": "",
        "concat": "key separator n_lines multiline_start_regexp multiline_end_regexp"
        " continuous_line_regexp stream_identity_key flush_interval timeout_label"
        " use_first_timestamp partial_key partial_value keep_partial_key use_partial_metadata"
        " keep_partial_metadata partial_metadata_format use_partial_cri_logtag"
        " partial_cri_logtag_key partial_cri_stream_key",
        "elasticsearch_genid": "hash_id_key include_tag_in_seed include_time_in_seed"
        " use_record_as_seed use_entire_record record_keys separator hash_type",
        "kubernetes_metadata": "kubernetes_url cache_size cache_ttl watch ca_file verify_ssl"
        " annotation_match stats_interval allow_orphans skip_labels skip_pod_labels"
        " skip_namespace_labels skip_container_metadata skip_master_url skip_namespace_metadata"
        " include_ownerrefs_metadata watch_retry_interval watch_retry_max_times",
        "parser": "key_name reserve_data reserve_time remove_key_name_field inject_key_prefix"
        " replace_invalid_sequence hash_value_field emit_invalid_record_to_error",
        "rewrite_tag_filter": "capitalize_regex_backreference hostname_command emit_mode",
        "rule": "key pattern tag label invert",
        "record_transformer": "remove_keys keep_keys renew_record renew_time_key enable_ruby"
        " auto_typecast",
        "elasticsearch": "host port scheme user password index_name write_operation id_key"
        " remove_keys include_timestamp suppress_type_name verify_es_version_at_startup"
        " default_elasticsearch_version reload_connections reload_on_failure reconnect_on_error"
        " request_timeout bulk_message_request_threshold log_es_400_reason retry_tag"
        " unrecoverable_error_types",
        "file": "path path_suffix total_limit_size chunk_limit_size flush_mode flush_interval"
        " flush_thread_count flush_at_shutdown retry_type retry_wait retry_max_interval"
        " retry_forever retry_timeout overflow_action compress chunk_limit_records",
    }.items()
}


def unknown(root: Section) -> list[str]:
    """Return the parameters and plugins that there are not."""
    return [
        f"{section.type}: {name}"
        for section in root.walk()
        if section.name not in {"root", "label", "record"}
        for name in section.parameters
        if name not in COMMON | PARAMETERS.get(section.type, frozenset())
        or section.type not in PARAMETERS
    ]
