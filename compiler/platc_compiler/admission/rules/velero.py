"""Velero's own rules of its objects, which the API server does not check.

The CustomResourceDefinitions state only that a schedule and a duration are strings. Source:
Velero's pkg/controller/schedule_controller.go (parseCronSchedule), backup_controller.go
(prepareBackupRequest), pkg/util/collections/includes_excludes.go, pkg/persistence/object_store.go.
Go's time.ParseDuration decodes durations; it has no unit for days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from platc_compiler.admission.rules.jobs import schedule
from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.selectors import selector
from platc_compiler.admission.wording import shown

DURATION = re.compile(r"[+-]?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)")
DAYS = re.compile(r"(\d+) ?d(ays?)?")
LISTS = (
    ("includedNamespaces", "excludedNamespaces"),
    ("includedResources", "excludedResources"),
    ("includedClusterScopedResources", "excludedClusterScopedResources"),
    ("includedNamespaceScopedResources", "excludedNamespaceScopedResources"),
)
OLD_FILTERS = ("includedResources", "excludedResources", "includeClusterResources")
NEW_FILTERS = tuple(name for pair in LISTS[2:] for name in pair)


def velero_schedule(manifest: Node) -> Iterator[Finding]:
    """A Schedule has a valid cron schedule and the template of a valid Backup."""
    yield from schedule(manifest.at("spec", "schedule"))
    yield from _backup(manifest.at("spec", "template"))


def backup(manifest: Node) -> Iterator[Finding]:
    """A Backup has a valid duration and valid selections."""
    yield from _backup(manifest.at("spec"))


def restore(manifest: Node) -> Iterator[Finding]:
    """A Restore names either a backup or a schedule, whose latest backup it takes."""
    spec = manifest.at("spec")
    if bool(spec.at("backupName").text) == bool(spec.at("scheduleName").text):
        yield spec.wrong("needs either 'backupName' or 'scheduleName'")
    yield from _duration(spec.at("itemOperationTimeout"))
    yield from _selection(spec)


def storage_location(manifest: Node) -> Iterator[Finding]:
    """A BackupStorageLocation names a bucket, and its prefix separately."""
    spec = manifest.at("spec")
    bucket = spec.at("objectStorage", "bucket")
    if "/" in (bucket.text or "").strip("/"):
        yield bucket.wrong("must not contain '/': the rest belongs in 'prefix'")
    for key in ("backupSyncPeriod", "validationFrequency"):
        yield from _duration(spec.at(key))


def _backup(spec: Node) -> Iterator[Finding]:
    for key in ("ttl", "csiSnapshotTimeout", "itemOperationTimeout"):
        yield from _duration(spec.at(key))
    yield from _selection(spec)
    for hook in spec.each("hooks", "resources"):
        for moment in ("pre", "post"):
            for each in hook.each(moment):
                yield from _duration(each.at("exec", "timeout"))
                if not each.at("exec", "command").value:
                    yield each.at("exec", "command").wrong("must not be empty")


def _selection(spec: Node) -> Iterator[Finding]:
    for wanted, unwanted in LISTS:
        included, excluded = spec.at(wanted), spec.at(unwanted)
        if "*" in included.texts and len(set(included.texts)) > 1:
            yield included.wrong("must hold '*' alone or not at all")
        if "*" in excluded.texts and wanted in {"includedNamespaces", "includedResources"}:
            yield excluded.wrong("must not hold '*'")
        for item in excluded.items():
            if item.text in included.texts:
                yield item.wrong(f"{shown(item.value)} is in {wanted} too")
    old = [key for key in OLD_FILTERS if spec.at(key).is_set]
    new = [key for key in NEW_FILTERS if spec.at(key).is_set]
    if old and new:
        yield spec.at(new[0]).wrong(f"must not be given beside '{old[0]}'")
    either = spec.at("orLabelSelectors")
    if spec.at("labelSelector").is_set and either.is_set:
        yield either.wrong("must not be given beside 'labelSelector'")
    for each in (spec.at("labelSelector"), *either.items()):
        yield from selector(each)


def _duration(node: Node) -> Iterator[Finding]:
    text = node.text
    if text is None or DURATION.fullmatch(text):
        return
    days = DAYS.fullmatch(text)
    hint = f" (write '{int(days[1]) * 24}h0m0s')" if days else ""
    yield node.wrong(f"must be a duration such as 720h0m0s, is {shown(text)}{hint}")
