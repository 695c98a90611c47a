"""The API server's rules of Jobs and CronJobs.

Source: pkg/apis/batch/validation, ValidateJobSpec, validateCronJobSpec, validateScheduleFormat,
validateTimeZone.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.pods import pod_of
from platc_compiler.admission.rules.values import at_least, one_of
from platc_compiler.admission.wording import shown

COUNTS = (
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
    "ttlSecondsAfterFinished",
)


def job(manifest: Node) -> Iterator[Finding]:
    """A Job's numbers are not negative, and the API server sets its selector."""
    yield from _job(manifest.at("spec"))
    chosen, manual = manifest.at("spec", "selector"), manifest.at("spec", "manualSelector")
    if chosen.is_set and manual.value is not True:
        yield chosen.wrong("must not be given: the API server chooses it")


def ends(manifest: Node) -> Iterator[Finding]:
    """Pods of a Job must end; the default restart policy is Always."""
    policy = pod_of(manifest).at("spec", "restartPolicy")
    if policy.text in {None, "Always"}:
        yield policy.wrong("must be 'OnFailure' or 'Never' for a Job")


def cron_job(manifest: Node) -> Iterator[Finding]:
    """A CronJob has a valid schedule and time zone, and a valid Job."""
    spec = manifest.at("spec")
    yield from schedule(spec.at("schedule"))
    if "TZ" in (spec.at("schedule").text or ""):
        yield spec.at("schedule").wrong("must not name a time zone: use 'timeZone'")
    yield from _time_zone(spec.at("timeZone"))
    yield from one_of(spec.at("concurrencyPolicy"), ("Allow", "Forbid", "Replace"))
    for key in ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        yield from at_least(spec.at(key), 0)
    inner = spec.at("jobTemplate", "spec")
    yield from _job(inner)
    if inner.at("selector").is_set:
        yield inner.at("selector").wrong("must not be given: the API server chooses it")


def _job(spec: Node) -> Iterator[Finding]:
    for key in COUNTS:
        yield from at_least(spec.at(key), 0)
    mode = spec.at("completionMode")
    yield from one_of(mode, ("NonIndexed", "Indexed"))
    parallel, completions = spec.at("parallelism"), spec.at("completions")
    if mode.value == "Indexed" and parallel.is_set and not completions.is_set:
        yield spec.wrong("needs 'completions' beside 'parallelism' with the mode Indexed")
    for key in ("backoffLimitPerIndex", "maxFailedIndexes", "successPolicy"):
        if spec.at(key).is_set and mode.value != "Indexed":
            yield spec.at(key).wrong("must be given only with the mode Indexed")
    yield from one_of(spec.at("podReplacementPolicy"), ("TerminatingOrFailed", "Failed"))
    policy = spec.at("template", "spec", "restartPolicy")
    if spec.at("podFailurePolicy").is_set and policy.value != "Never":
        yield policy.wrong("must be 'Never' with a podFailurePolicy")


def schedule(node: Node) -> Iterator[Finding]:
    """Yield a fault if a text is not a cron schedule by ParseStandard of robfig/cron.

    Kubernetes and Velero both use that parser; Velero does so only after its object is stored.
    """
    from platc_spec.cron import CronError, parse_cron

    text = node.text
    if text is None:
        yield node.wrong("must not be empty")
    elif not text.startswith(("TZ=", "CRON_TZ=", "@every ")):
        try:
            parse_cron(text)
        except CronError as error:
            yield node.wrong(f"is no schedule: {error}")


def _time_zone(node: Node) -> Iterator[Finding]:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if node.text is None:
        if node.is_set:
            yield node.wrong("must not be empty")
        return
    try:
        found = ZoneInfo(node.text) if node.text.casefold() != "local" else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        found = None
    if found is None:
        yield node.wrong(f"must be a time zone such as Europe/Berlin, is {shown(node.value)}")
