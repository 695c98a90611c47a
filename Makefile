# `make` lists what can be done. Everything is installed below .venv/ and .tools/; what is
# installed is pinned with hashes (requirements/*.txt, tools/go/*/go.sum).
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
UV := $(BIN)/uv --quiet

# Stamps live inside what they speak of: replacing an environment by hand forgets them too.
READY := $(VENV)/.platc-run
EDITABLE := $(VENV)/.platc-editable
DEV := $(VENV)/.platc-dev

TOOLS := $(addprefix .tools/bin/,kubeconform promtool amtool statsd_exporter blackbox_exporter actionlint)
TOOLS_E2E := $(addprefix .tools/bin/,kubeseal kubectl cyclonus prometheus alertmanager node_exporter \
	otelcol controlplane sloth thanos)
AIRFLOWS := 3.3.2 2.7.3
AIRFLOW_PYTHON := 3.11
POSTGRES_13 := 13.23.0
POSTGRES_14 := 14.24.0
POSTGRES_15 := 15.19.0
POSTGRES_16 := 16.15.0
POSTGRES_17 := 17.11.0
POSTGRES_18 := 18.6.0
POSTGRES := 13 14 15 16 17 18
ELASTICSEARCH := 8.0.0 8.19.0 9.0.0 9.5.2
# A release is resolved against what had been published when it was new.
AIRFLOW_DATE_3.3.2 := 2026-09-18T00:00:00Z
AIRFLOW_DATE_2.7.3 := 2023-11-07T00:00:00Z
# Superset pins little: its lock is of the days after its release.
SUPERSET_DATE := 2026-06-01T00:00:00Z

SCHEMA := spec/platc_spec/platform.schema.json
LINTED := spec compiler templates tests tools bench dags

# More for pytest: make test ARGS="tests/cli -k explain"
ARGS ?=

##@ Using platc
.PHONY: build
build: $(EDITABLE) ## install platc into .venv and compile platform.yaml to out/
	$(BIN)/platc build

.PHONY: schema
schema: $(EDITABLE) ## write the JSON Schema of the language for editors
	$(BIN)/platc schema > $(SCHEMA).new
	mv $(SCHEMA).new $(SCHEMA)

.PHONY: reference
reference: $(EDITABLE) ## write docs/reference: a page for each part of the language
	$(BIN)/python tools/reference.py

##@ Working on platc
.PHONY: test
test: $(DEV) tools ## run the tests, with the real validators
	$(BIN)/pytest -n 2 $(ARGS)

.PHONY: e2e
e2e: $(DEV) tools tools-e2e airflow applications backup opensearch spark postgres elasticsearch trixie keycloak pooling redis flyway ## run the tests that need heavy installs (Airflow, PostgreSQL, kubectl)
	$(BIN)/pytest -n 2 -m e2e $(ARGS)

.PHONY: deep
deep: $(DEV) tools ## run the tests of properties with ten times as many examples
	PLATC_DEEP=1 $(BIN)/pytest -n 2 tests/properties tests/seal tests/language $(ARGS)

.PHONY: fuzz
fuzz: $(DEV) ## try random inputs of every kind (ARGS="--count 100000 --seed 7")
	$(BIN)/python -m tests.fuzz $(ARGS)

.PHONY: coverage
coverage: $(DEV) tools ## run the tests and measure which lines and branches they reach
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --sort=cover

.PHONY: lint
lint: $(DEV) ## check style, types and the direction of imports
	$(BIN)/ruff check $(wildcard $(LINTED))
	$(BIN)/ruff format --check $(wildcard $(LINTED))
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: $(DEV) ## format the code and repair what can be repaired safely
	$(BIN)/ruff check --fix-only $(wildcard $(LINTED))
	$(BIN)/ruff format $(wildcard $(LINTED))

.PHONY: golden
golden: $(DEV) ## rewrite the expected outputs, for review with git diff
	PLATC_UPDATE_GOLDEN=1 $(BIN)/pytest -n 2 $(wildcard tests/golden tests/cli tests/checks) $(ARGS)

.PHONY: schemas
schemas: $(DEV) ## rewrite the embedded schemas of Kubernetes and of custom resources (needs Go)
	$(BIN)/python tools/schemas/pack.py $(ARGS)

.PHONY: servers
servers: $(DEV) ## rewrite the schemas of the configuration of Prometheus' servers (needs Go)
	$(BIN)/python tools/server_settings/write.py

.PHONY: catalogues
catalogues: $(DEV) postgres elasticsearch airflow ## rewrite what programs say of their settings (needs a JDK of version 21)
	$(BIN)/python tools/catalogues/postgres.py
	$(BIN)/python tools/catalogues/elasticsearch.py
	$(BIN)/python tools/catalogues/airflow.py
	$(BIN)/python tools/airflow_options.py

.PHONY: metric-catalogues
metric-catalogues: $(DEV) $(addprefix .tools/bin/,prometheus alertmanager node_exporter otelcol blackbox_exporter) .tools/airflow-3.3.2/.installed .tools/spark/.installed trixie ## rewrite the catalogues of exporters' metrics (needs Go)
	$(BIN)/python tools/metric_catalogues.py

.PHONY: release
release: $(DEV) ## build dist/ and tag the version in pyproject.toml (ARGS=--no-tag: build only)
	$(BIN)/python tools/release.py $(ARGS)

.PHONY: bench
bench: $(DEV) ## measure what the README claims (ARGS="--against REV": beside another revision)
	$(BIN)/python bench/bench.py $(ARGS)

##@ What the tests use
.PHONY: tools
tools: $(TOOLS) ## build kubeconform, promtool, amtool, statsd_exporter, blackbox_exporter and actionlint

.PHONY: tools-e2e
tools-e2e: $(TOOLS_E2E) ## build the servers and clients of the end-to-end tests

.PHONY: airflow
airflow: $(AIRFLOWS:%=.tools/airflow-%/.installed) ## install both generations of Airflow

.PHONY: backup
backup: .tools/backup/.installed ## install PostgreSQL, an object store and its client

.PHONY: applications
applications: .tools/mlflow/.installed .tools/superset/.installed ## install the applications of examples/ that the tests start

.PHONY: spark
spark: .tools/spark/.installed ## install Spark, which says what executors it starts

.PHONY: postgres
postgres: $(POSTGRES:%=.tools/postgres-%/.installed) ## install each major version of PostgreSQL

.PHONY: trixie
trixie: .tools/trixie/.installed ## unpack Debian 13: PostgreSQL with pgaudit, PgBouncer, postgres_exporter (needs root)

.PHONY: redis
redis: .tools/redis/.installed ## unpack Redis of this Debian, which apt's signed lists name

.PHONY: pooling
pooling: .tools/pooling/.installed .tools/jdbc/.installed ## install drivers of PostgreSQL that prepare statements

.PHONY: elasticsearch
elasticsearch: $(ELASTICSEARCH:%=.tools/elasticsearch-%/.installed) ## fetch the classes that know Elasticsearch's settings

.PHONY: opensearch
opensearch: .tools/opensearch/Serve.class ## install OpenSearch, which answers as Elasticsearch does

.PHONY: keycloak
keycloak: .tools/keycloak/.installed ## fetch Keycloak's distribution

.PHONY: flyway
flyway: .tools/flyway/Migrate.class ## install Flyway, which runs migrations

.PHONY: lock
lock: $(DEV) ## pin the newest versions that pyproject.toml and requirements/*.in allow
	$(LOCK) --upgrade pyproject.toml -o requirements/run.txt
	$(LOCK) --upgrade requirements/build.in -o requirements/build.txt
	$(LOCK) --upgrade pyproject.toml --group dev -c requirements/run.txt -c requirements/build.txt \
		-o requirements/dev.txt
	$(LOCK) --upgrade requirements/go.in -o requirements/go.txt
	$(LOCK) --upgrade requirements/backup.in -o requirements/backup.txt
	$(LOCK) --upgrade requirements/spark.in -o requirements/spark.txt
	$(LOCK) --upgrade requirements/mlflow.in -o requirements/mlflow.txt
	$(LOCK) --upgrade requirements/superset.in --exclude-newer $(SUPERSET_DATE) -o requirements/superset.txt
	$(LOCK) --upgrade requirements/pooling.in -o requirements/pooling.txt
	$(foreach v,$(AIRFLOWS),$(LOCK) requirements/airflow-$(v).in \
		--exclude-newer $(AIRFLOW_DATE_$(v)) -o requirements/airflow-$(v).txt;)

##@ Cleaning up
.PHONY: clean
clean: ## remove caches and built packages
	rm -rf .coverage .coverage.* build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find $(wildcard $(LINTED)) -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: clean-all
clean-all: clean ## remove .venv and .tools as well
	rm -rf $(VENV) .tools

.PHONY: help
help: ## show this list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

LOCK = $(UV) pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header

$(BIN)/python:
	python=$$(tools/find_python) && "$$python" -m venv $(VENV)

# An environment made by hand may be too old, or have come without pip.
$(READY): requirements/run.txt requirements/build.txt | $(BIN)/python
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "error: $(VENV) holds $$($(BIN)/python --version), platc needs 3.11: remove it and try again" >&2; \
		exit 1; }
	@$(BIN)/python -m pip --version > /dev/null 2>&1 || $(BIN)/python -m ensurepip > /dev/null
	$(PIP) install --require-hashes -r requirements/run.txt -r requirements/build.txt
	touch $@

$(EDITABLE): pyproject.toml $(READY)
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q spec compiler templates
	touch $@

$(DEV): requirements/dev.txt $(EDITABLE)
	$(PIP) install --require-hashes -r requirements/dev.txt
	touch $@

.tools/bin/kubectl: tools/go/kubectl/main.go
.tools/bin/controlplane: tools/go/controlplane/main.go
.tools/bin/otelcol: tools/go/otelcol/main.go
.tools/bin/%: tools/go/%/go.mod tools/go/%/go.sum tools/go/build | $(BIN)/python
	PYTHON=$(BIN)/python tools/go/build $* $@

.tools/airflow-%/.installed: requirements/airflow-%.txt | $(DEV)
	$(UV) venv --no-python-downloads --clear --python $(AIRFLOW_PYTHON) $(@D)
	$(UV) pip install --python $(@D)/bin/python --require-hashes -r $<
	touch $@

# Maven checks the files against the checksums of its repository; Java 17 is needed.
.tools/opensearch/Serve.class: tools/java/opensearch/pom.xml tools/java/opensearch/Serve.java
	rm -rf $(@D)
	mvn --quiet --batch-mode --file $< dependency:copy-dependencies \
		-DoutputDirectory=$(CURDIR)/$(@D)/lib
	javac -cp '$(@D)/lib/*' -d $(@D) $(word 2,$^)

.tools/keycloak/.installed: tools/java/keycloak/pom.xml
	rm -rf $(@D)
	mvn --quiet --batch-mode --file $< dependency:copy-dependencies \
		-DoutputDirectory=$(CURDIR)/$(@D)
	tar --extract --gzip --strip-components=1 --directory $(@D) --file $(@D)/*.tar.gz
	rm $(@D)/*.tar.gz
	mkdir $(@D)/data
	touch $@

.tools/flyway/Migrate.class: tools/java/flyway/pom.xml tools/java/flyway/Migrate.java
	rm -rf $(@D)
	mvn --quiet --batch-mode --file $< dependency:copy-dependencies \
		-DincludeScope=runtime -DoutputDirectory=$(CURDIR)/$(@D)/lib
	javac -cp '$(@D)/lib/*' -d $(@D) $(word 2,$^)

.tools/elasticsearch-%/.installed: tools/java/elasticsearch/pom.xml
	rm -rf $(@D)
	mvn --quiet --batch-mode --file $< -Delasticsearch.version=$* \
		dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/$(@D)/lib
	touch $@

# Maven checks the package against the checksum of its repository.
.tools/postgres-%/.installed: tools/java/postgres/pom.xml tools/unpack_postgres.py | $(BIN)/python
	rm -rf $(@D)
	mvn --quiet --batch-mode --file $< -Dpostgres.version=$(POSTGRES_$*) \
		dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=$(CURDIR)/$(@D)
	$(BIN)/python tools/unpack_postgres.py $(@D)
	touch $@

.tools/trixie/.installed: tools/trixie
	tools/trixie $(@D)
	touch $@

.tools/redis/.installed:
	rm -rf $(@D) && mkdir -p $(@D)
	cd $(@D) && apt-get download -qq redis-server redis-tools liblzf1 libjemalloc2
	for package in $(@D)/*.deb; do dpkg -x $$package $(@D); done
	touch $@

# The driver of Java, beside those of Python.
.tools/jdbc/.installed: tools/java/jdbc/pom.xml
	rm -rf $(@D)
	mvn --quiet --batch-mode --file $< \
		dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=$(CURDIR)/$(@D)
	touch $@

.tools/backup/.installed .tools/spark/.installed .tools/mlflow/.installed .tools/superset/.installed .tools/pooling/.installed: .tools/%/.installed: requirements/%.txt | $(DEV)
	$(UV) venv --no-python-downloads --clear --python $(BIN)/python $(@D)
	$(UV) pip install --python $(@D)/bin/python --require-hashes -r $<
	touch $@
