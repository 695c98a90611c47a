"""The series of a platform: which jobs scrape a metric, and the labels that it then has.

A sample has the labels of its exporter and those of its target. Where both have one, the target's
stays and the exporter's becomes ``exported_…``, unless the job honours the exporter's labels.
Source: ``mutateSampleLabels`` in Prometheus' scrape/scrape.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from msgspec import Struct, field

from platc_compiler.expressions.known_metrics import (
    ALERTS,
    OF_A_SCRAPE,
    Known,
    KnownMetrics,
    known_metrics,
)
from platc_compiler.expressions.label_names import ALL, LabelNames
from platc_compiler.expressions.promql import PromqlError, Selector, parse, selectors
from platc_compiler.expressions.results import NAME, UNKNOWN, Result, matches, results, selected
from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.observability import (
    Federated,
    NodeTargets,
    PodTargets,
    ProbeTargets,
    Recording,
    ScrapeJob,
    ServiceTargets,
    StaticTargets,
)
from platc_compiler.ir.platform import Platform
from platc_spec.durations import parse_duration

_ANYTHING = ("remote_read", "scrape_config_files", "otlp")
"""Keys of prometheus.yml that bring series of which platform.yaml says nothing."""
_HARMLESS = frozenset(
    {"job_name", "scrape_interval", "scrape_timeout", "scheme", "metrics_path", "tls_config"}
)
"""Keys of a job that change none of its labels and none of its metrics."""


_POSITIVE = frozenset({"=", "=~"})


class Job(Struct, frozen=True, kw_only=True):
    """A job of prometheus.yml, as far as the labels of its samples are known."""

    name: str
    service: str = ""
    labels: Mapping[str, str | None] = {}
    """The labels of its targets, with the value where all targets have the same."""
    optional: frozenset[str] = frozenset()
    """The labels that some of the targets lack."""
    honors: bool = False
    foreign: bool = False
    drop: tuple[str, ...] = ()
    interval: timedelta
    known: bool = True
    """Everything that it scrapes is declared or listed."""


class Fault(Struct, frozen=True):
    """Why a selector selects nothing, or why one of its matchers has no effect."""

    what: str
    """``metric``; ``job``, ``not of the job``, ``excluded`` of the job; ``dropped``; ``label``,
    ``value``, ``every value``, ``no effect`` of a label."""
    label: str = ""
    value: str = ""
    """The value that the matcher asks for."""
    known: tuple[str, ...] = ()
    """The jobs, labels or values that there are."""


class Found(Struct, frozen=True):
    """What is known of a selector's series."""

    result: Result
    fault: Fault | None = None
    intervals: frozenset[timedelta] = frozenset()
    """How often the series are scraped, empty if that is not known."""


class KnownSeries(Struct, frozen=True):
    """The series of a platform."""

    metrics: KnownMetrics
    jobs: tuple[Job, ...]
    complete: bool
    """There are no other jobs."""
    evaluation: frozenset[timedelta]
    """How often rules are evaluated."""
    recordings: Mapping[str, tuple[Recording, ...]]
    _recorded: dict[str, Result] = field(default_factory=dict)
    _found: dict[Selector, Found] = field(default_factory=dict)
    _named: dict[str, list[Job]] = field(default_factory=dict)
    _serving: dict[str, list[Job]] = field(default_factory=dict)
    """The jobs by their names, and by the services that they scrape."""

    def __post_init__(self) -> None:
        for job in self.jobs:
            self._named.setdefault(job.name, []).append(job)
            self._serving.setdefault(job.service, []).append(job)

    def samples(self, selector: Selector) -> Result:
        """Return what is known of the series of a selector."""
        return self.find(selector).result

    def find(self, selector: Selector) -> Found:
        """Return what is known of the series of a selector, and its fault."""
        found = self._found.get(selector)
        if found is None:
            found = self._found[selector] = self._find(selector)
        return found

    def _find(self, selector: Selector) -> Found:
        name = selector.name
        if not name or "$" in name:
            return Found(UNKNOWN)
        if name in ALERTS:
            named = Result(ALL, frozenset({"alertname"}))
            return Found(selected(named, selector.matchers))
        if name in self.recordings:
            return _of_rule(self.record(name), selector, self.evaluation)
        return self._of_scrapes(selector)

    def _of_scrapes(self, selector: Selector) -> Found:
        jobs = [job for job in self.jobs if _may_be(job.name, "job", selector)]
        if not jobs and self.complete:
            return Found(UNKNOWN, _of_job("job", selector, (job.name for job in self.jobs)))
        if selector.name in OF_A_SCRAPE:
            return self._of_jobs(selector, [(None, job) for job in jobs])
        return self._of_exporters(selector, jobs)

    def _of_exporters(self, selector: Selector, jobs: Sequence[Job]) -> Found:
        name = selector.name
        if not self.complete or any(not job.known for job in jobs):
            return Found(UNKNOWN)
        exporters = self.metrics.of(name)
        scraped = [(known, job) for known in exporters for job in self._scraping(known)]
        if not scraped:
            return Found(UNKNOWN, None if self.metrics.has(name) else Fault("metric"))
        stored = [(k, job) for k, job in scraped if not any(_fits(d, name) for d in job.drop)]
        if not stored:
            return Found(UNKNOWN, Fault("dropped", known=(scraped[0][1].name,)))
        names = {job.name for job in jobs}
        chosen = [(known, job) for known, job in stored if job.name in names]
        if not chosen:
            if self.metrics.is_of_a_runtime(name):
                return Found(UNKNOWN)
            serving = (job.name for _, job in stored)
            return Found(UNKNOWN, _of_job("not of the job", selector, serving))
        return self._of_jobs(selector, chosen)

    def _scraping(self, known: Known) -> Sequence[Job]:
        """Return the jobs that scrape an exporter."""
        if known.job:
            return self._named.get(known.job, ())
        return self._serving.get(known.service, ()) if known.service else ()

    def _of_jobs(self, selector: Selector, chosen: Sequence[tuple[Known | None, Job]]) -> Found:
        """Return the union of the series of some jobs, as far as the matchers select them."""
        series = [(_series(known, job), job) for known, job in chosen]
        fitting = [
            (result, job) for result, job in series if _failing(selector, result, job) is None
        ]
        if not fitting:
            return Found(UNKNOWN, self._of_labels(selector, series))
        intervals = frozenset(job.interval for _, job in fitting)
        union = _union(selected(result, selector.matchers) for result, _ in fitting)
        return Found(union, _without_effect(selector, series), intervals)

    def _of_labels(self, selector: Selector, series: Sequence[tuple[Result, Job]]) -> Fault | None:
        """Return the fault of the matcher that keeps all series out, if it is one alone."""
        for matcher in selector.matchers:
            one = Selector(selector.name, (matcher,))
            if all(_failing(one, result, job) is not None for result, job in series):
                label, operator, value = matcher
                there = _union(result for result, _ in series).may
                if label in there:
                    values = {job.labels.get(label) or "" for _, job in series}
                    what = "value" if operator in _POSITIVE else "every value"
                    return Fault(what, label, value, tuple(sorted(values)))
                return Fault("label", label, value, tuple(sorted(there.listed)))
        return None

    def record(self, name: str) -> Result:
        """Return what is known of the series that recording rules write.

        Rules that read rules are computed first, without recursion: they may form a long chain.
        """
        waiting = [(name, False)]
        while waiting:
            current, ready = waiting.pop()
            rules = self.recordings[current]
            if ready:
                self._recorded[current] = _union(_recorded(rule, self) for rule in rules)
            elif current not in self._recorded:
                self._recorded[current] = UNKNOWN  # a rule that reads itself says nothing
                waiting.append((current, True))
                waiting += [(each, False) for each in _read_by(rules) if each in self.recordings]
        return self._recorded[name]


@cached_by_identity
def known_series(platform: Platform) -> KnownSeries:
    """Return the series of a platform."""
    config: Mapping[str, Any] = platform.monitors[0].config if platform.monitors else {}
    recordings: dict[str, tuple[Recording, ...]] = {}
    for rule in platform.recordings:
        recordings[rule.name] = (*recordings.get(rule.name, ()), rule)
    return KnownSeries(
        known_metrics(platform),
        tuple(_jobs(platform, config)),
        bool(platform.monitors) and not any(key in config for key in _ANYTHING),
        frozenset(monitor.evaluation_interval for monitor in platform.monitors),
        recordings,
    )


def _jobs(platform: Platform, config: Mapping[str, Any]) -> Iterator[Job]:
    usual = platform.monitors[0].scrape_interval if platform.monitors else timedelta(0)
    interval = _interval(config.get("global") or {}, usual)
    stated = config.get("scrape_configs")
    own = {
        item["job_name"]: item
        for item in (stated if isinstance(stated, list) else ())
        if isinstance(item, Mapping) and isinstance(item.get("job_name"), str)
    }
    own.update({} if own or not stated else {"": {}})
    for scrape in platform.scrapes:
        item = own.pop(scrape.name, {})
        each = _interval(item, scrape.interval or interval)
        if item.keys() <= _HARMLESS:
            yield _job(scrape, each)
        else:
            yield Job(name=scrape.name, interval=each, known=False)
    for name, item in own.items():
        yield Job(name=name, interval=_interval(item, interval), known=False)


def _interval(item: object, otherwise: timedelta) -> timedelta:
    stated = item.get("scrape_interval") if isinstance(item, Mapping) else None
    try:
        return parse_duration(stated) if isinstance(stated, str) else otherwise
    except ValueError:
        return otherwise


def _job(scrape: ScrapeJob, interval: timedelta) -> Job:
    labels: dict[str, str | None] = {"job": scrape.name, "instance": None}
    optional = frozenset[str]()
    match scrape.discovery:
        case StaticTargets(_, further):
            labels |= {"service": scrape.service, **dict(further)}
        case NodeTargets():
            labels["node"] = None
        case ServiceTargets():
            labels |= {"namespace": None, "service": None}
        case ProbeTargets():
            labels |= {"service": None, "probed": None}
        case PodTargets(namespaces, annotated=annotated):
            if not scrape.foreign:
                labels["namespace"] = namespaces[0] if len(namespaces) == 1 else None
                labels["pod"] = None
            labels["service"] = scrape.service or None
            optional = frozenset({"service"}) if annotated and not scrape.service else optional
    return Job(
        name=scrape.name, service=scrape.service, labels=labels, optional=optional,
        honors=scrape.honor_labels, foreign=scrape.foreign, drop=scrape.drop, interval=interval,
        # What another Prometheus stores, this platform.yaml does not say.
        known=not isinstance(scrape.discovery, Federated),
    )  # fmt: skip


def _series(known: Known | None, job: Job) -> Result:
    """Return the labels that a metric has when a job has scraped it; of ``up`` the target's."""
    target = frozenset(job.labels)
    if not job.known:
        return Result(ALL, frozenset({"job", "instance"}))
    if known is None:
        return Result(LabelNames(target), target - job.optional)
    if job.foreign:
        target -= {"service"}
    if known.labels is None:
        certain = frozenset({"job", "instance"}) if job.honors else target - job.optional
        return Result(ALL, certain)
    own, certain_own = known.labels, known.labels - known.optional
    if not job.honors:
        own = frozenset(f"exported_{name}" if name in target else name for name in own)
        certain_own = frozenset(
            f"exported_{name}" if name in target else name for name in certain_own
        )
    return Result(LabelNames(own | target), certain_own | (target - job.optional))


def _union(found: Iterable[Result]) -> Result:
    first, *others = found
    for other in others:
        first = Result(first.may | other.may, first.certain & other.certain)
    return first


def _may_be(actual: str, label: str, selector: Selector) -> bool:
    return all(
        matches(operator, value, actual)
        for name, operator, value in selector.matchers
        if name == label
    )


def _failing(selector: Selector, series: Result, job: Job) -> tuple[str, str, str] | None:
    """Return a matcher that no series of a job fulfils."""
    for label, operator, value in selector.matchers:
        if label.startswith("__"):
            continue
        if label not in series.may:
            fulfilled = matches(operator, value, "")
        else:
            # With honoured labels, the exporter's own value may be another one.
            fixed = None if job.honors and label != "job" else job.labels.get(label)
            fulfilled = fixed is None or matches(operator, value, fixed)
        if not fulfilled:
            return label, operator, value
    return None


def _without_effect(selector: Selector, series: Sequence[tuple[Result, Job]]) -> Fault | None:
    """Return the fault of a matcher that excludes values of a label that is never there."""
    for label, operator, value in selector.matchers:
        there = _union(result for result, _ in series).may
        if label != NAME and label not in there and operator in {"!=", "!~"} and "$" not in value:
            return Fault("no effect", label, value, tuple(sorted(there.listed)))
    return None


def _of_job(what: str, selector: Selector, known: Iterable[str]) -> Fault:
    """Return the fault of the matchers of the job: of the one that chooses, else of any."""
    stated = [matcher for matcher in selector.matchers if matcher[0] == "job"]
    chosen = [value for _, operator, value in stated if operator in _POSITIVE]
    value = chosen[0] if chosen else stated[0][2]
    return Fault(what if chosen else "excluded", "job", value, tuple(dict.fromkeys(known)))


def _fits(pattern: str, name: str) -> bool:
    return re.fullmatch(pattern, name) is not None


def _recorded(rule: Recording, series: KnownSeries) -> Result:
    try:
        result = results(parse(rule.expr), series.samples)[0]
    except PromqlError:
        return UNKNOWN
    set_ = frozenset(label for label, value in rule.labels if value)
    removed = frozenset(label for label, value in rule.labels if not value)
    return Result(result.may.with_(set_).without(removed), (result.certain | set_) - removed)


def _read_by(rules: Iterable[Recording]) -> Iterator[str]:
    for rule in rules:
        try:
            yield from (selector.name for selector in selectors(parse(rule.expr)))
        except PromqlError:
            continue


def _of_rule(result: Result, selector: Selector, interval: frozenset[timedelta]) -> Found:
    for label, operator, value in selector.matchers:
        if not label.startswith("__") and label not in result.may:
            known = tuple(sorted(result.may.listed))
            if not matches(operator, value, ""):
                return Found(UNKNOWN, Fault("label", label, value, known))
            if operator in {"!=", "!~"} and "$" not in value:
                fault = Fault("no effect", label, value, known)
                return Found(selected(result, selector.matchers), fault)
    return Found(selected(result, selector.matchers), None, interval)
