"""airflow.cfg: the generated options of each generation, with the user's own merged over them.

Source of names and defaults: ``config.yml`` of each release and ``get_provider_info`` of its
providers; ``tests/real/test_airflow.py`` compares every name with them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from msgspec import Struct

from platc_compiler.lower.airflow import mail, remote_logs
from platc_compiler.lower.airflow.secret_files import reference_path
from platc_compiler.lower.airflow.site import (
    CONNECTION,
    HEALTH,
    HTTP,
    LOGS,
    POD_TEMPLATES,
    STATSD,
    TRIGGER_LOGS,
    Site,
)
from platc_compiler.lower.ports import service_host

Sections = dict[str, dict[str, str]]
"""Options by section, with their text in airflow.cfg."""


class _Image(Struct, frozen=True):
    repository: str
    tag: str
    """Empty for an image with a digest: Airflow then uses the image of the pod template."""


def components(site: Site) -> Sections:
    """Return the settings of every component; in 2.x tasks have the same."""
    return _merged(_generated(site, worker=False), site.service.config)


def worker(site: Site) -> Sections:
    """Return the settings of tasks in 3.x.

    Tasks use only the API server: they get neither the database nor any key.
    """
    own = _generated(site, worker=True)
    stated = {
        section: options
        for section, options in site.service.config.items()
        if section not in {"api", "api_auth", "database", "fab"}
    }
    return _merged(own, stated)


def number(sections: Sections, section: str, option: str, default: int) -> int:
    """Return an option as a whole number, or the default when it is none."""
    text = sections.get(section, {}).get(option, "")
    return int(text) if text.isdecimal() else default


def log_port(site: Site) -> int:
    """Return the port at which the triggerer serves the logs of deferred tasks."""
    return number(components(site), "logging", "trigger_log_server_port", TRIGGER_LOGS)


def text(site: Site, sections: Sections) -> str:
    """Return airflow.cfg."""
    return site.context.templates.text("kinds/airflow/airflow.cfg.j2", sections=sections)


def _generated(site: Site, *, worker: bool) -> Mapping[str, Mapping[str, object]]:
    service = site.service
    keys = service.keys
    git = service.dags.git
    generated: Mapping[str, Mapping[str, object]] = site.context.templates.data(
        f"kinds/airflow/settings-{service.generation}.yaml.j2",
        worker=worker, namespace=site.namespace, dags_folder=site.dags_folder,
        # 2.7 waits for a full quota by itself, without this option.
        minor=int(service.version.split(".")[1]),
        api_server=site.front_url, connection=CONNECTION, port=HTTP, health_port=HEALTH,
        keys={
            "fernet": reference_path(keys.fernet),
            "session": reference_path(keys.session),
            "jwt": reference_path(keys.jwt) if keys.jwt else None,
        },
        url=service.url.rstrip("/") if service.url else None, login=service.login is not None,
        issuer=f"{site.context.spec.platform}/{site.name}",
        refresh=git.period if git else None,
        pod_template=f"{POD_TEMPLATES}/pod_template.yaml", image=_image(site.pulled_image),
        log_folder=LOGS, logs=remote_logs.store(site), mail=mail.server(site),
        statsd={"host": service_host(f"{site.name}-statsd", site.namespace), "port": STATSD},
    )  # fmt: skip
    return generated


def _image(image: str) -> _Image:
    if "@" in image:
        return _Image(image, "")
    head, slash, last = image.rpartition("/")
    repository, _, tag = last.partition(":")
    return _Image(head + slash + repository, tag)


def _merged(
    generated: Mapping[str, Mapping[str, object]], stated: Mapping[str, Mapping[str, object]]
) -> Sections:
    names = dict.fromkeys([*generated, *stated])
    both = {name: {**generated.get(name, {}), **stated.get(name, {})} for name in names}
    texts = {
        section: {option: _value(value) for option, value in options.items() if value is not None}
        for section, options in both.items()
    }
    return {section: options for section, options in texts.items() if options}


def _value(value: object) -> str:
    """Return a value in the syntax of Airflow's parser."""
    if isinstance(value, bool):
        return str(value)
    return json.dumps(value) if isinstance(value, (list, dict)) else str(value)
