"""Texts that are for the programs themselves: none is taken for a reference."""

from __future__ import annotations

import pytest

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source

_CODES = {"PLT114", "PLT120", "PLT121", "PLT122"}


def told(**fields: object) -> list[str]:
    """Return what is said of the texts of a workload, beside a secret ``db`` with key ``acme``."""
    web = {"kind": "workload", "image": "example.com/web:1", "ports": {"http": 80}, **fields}
    platform = {
        "platform": "shop", "version": 1,
        "cluster": {"nodes": {"main": {"memory": "8Gi", "cpu": 4}}},
        "namespaces": {"shop": None},
        "secrets": {"db": {"keys": ["acme"]}},
        "services": {"web": web},
    }  # fmt: skip
    found = compile_platform(Source(yaml_text(platform))).diagnostics
    assert not [d for d in found if d.severity == "error" and d.code not in _CODES]
    return [diagnostic.code for diagnostic in found if diagnostic.code in _CODES]


FILES = {
    "shell": '#!/bin/sh\nset -eu\necho "$HOME ${PATH} ${1:-none} $$ $(date) ${x#y}" | tr a b\n',
    "bash": 'for f in "${files[@]}"; do echo "${f/old/new} ${f//a/b} ${f/acme} ${!x}"; done\n',
    "nginx": "location ~ ^/(.*)$ { proxy_pass http://$upstream/$1$is_args$args; }\n",
    "envsubst": "server: ${SERVER_NAME}\nport: ${PORT:-8080}\n",
    "grafana": '{"datasource": "${DS_PROMETHEUS}", "expr": "rate(x[$__rate_interval])"}\n',
    "prometheus": "summary: {{ $labels.instance }} is down, {{ $value }}\n",
    "go template": "{{ range .Alerts }}{{ .Labels.severity }}{{ end }}\n",
    "jinja": "{% for x in xs %}{{ x.name }}{% endfor %} {{ ds }}\n",
    "spring": "spring.datasource.url=${jdbc.url}\nserver.port=${PORT:8080}\n",
    "helm chart": "image: {{ .Values.image }}\n",
    "maven": "<version>${project.version}</version>\n",
    "regex": "^[a-z]+$|\\$\\{[^}]*$\n",
    "perl": "my %h = %{$ref}; print $h{db}, @{$x}, ${$y};\n",
    "make": "all: $(OBJECTS)\n\t$(CC) -o $@ $^ $(shell date)\n",
    "github": "run: ${{ secrets.db }} ${{ env.acme }}\n",
    "javascript": "const s = `${a / b} ${db} ${obj.acme}`;\n",
    "php": '<?php echo "${db}"; echo $db->acme; ?>\n',
    "money": "costs $5 and 10$\n",
    "unclosed": "${ and $( and $\n",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_a_file_of_a_program_is_its_own_matter(text: str) -> None:
    assert told(files={"/etc/web/file": text}) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"command": ["sh", "-c", "echo $HOME ${LEVEL} $(hostname) $(HOSTNAME) ${X:-y} $$"]},
        {"command": ["/bin/bash", "-euc"], "args": ["exec app --level=${LEVEL}"]},
        {"args": ["-c", "$(LEVEL) ${LEVEL}"]},
        {"args": ["--level=$(LEVEL)", "--host=$(KUBERNETES_SERVICE_HOST)"]},
        {"args": ["--format=%{db}", "--template={{.Name}}", "--match=^a$", "--text=$$(NOWHERE)"]},
        {"args": ["--other=${NOT_OURS}", "$(date)", "--jq=.a[$i]"]},
    ],
)
def test_arguments_for_a_shell_and_for_kubernetes_are_in_order(fields: dict[str, object]) -> None:
    assert told(env={"LEVEL": "info", "ACME": "${db/acme}"}, **fields) == []


@pytest.mark.parametrize(
    "value",
    [
        "pa$word", "costs 5$", "$", "$$", "$${LOG_LEVEL}", "$${db/acme}", "$$(date)", "^a$", "$1",
        "a$$b${db", "{{ ds }}", "{{.Name}} {{ .Labels.x }}", "http://web/db", "a/b", "%(db)s",
        "#{ENV['X']}", "x$(FIRST)y", "$(KUBERNETES_SERVICE_PORT)", "$$$(FIRST)", "$-$",
    ],
)  # fmt: skip
def test_a_value_that_kubernetes_fills_in_or_leaves_alone_is_in_order(value: str) -> None:
    expected = ["PLT120"] if value == "a$$b${db" else []
    assert told(env={"FIRST": "1", "ACME": "${db/acme}", "VALUE": value}) == expected


def test_long_texts_of_dollars_are_read_in_linear_time() -> None:
    for piece in ("${", "$(", "${}", "$$", "${a/", "$A", "${db/"):
        told(env={"VALUE": piece * 40_000}, files={"/x": piece * 40_000})
