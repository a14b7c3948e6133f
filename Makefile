# Commands for developers. Each target installs what it needs.

PYTHON ?= /usr/bin/python3
VENV := .venv
BIN := $(VENV)/bin
RUFF_STYLE := --config 'line-length = 110' --config 'target-version = "py311"'
RUFF_RULES := --select E,F,W,I,B,UP,SIM,C4,RET,PIE,RUF,S102,S307 --ignore RUF001,RUF002,RUF003,SIM300
CODE := milter tests packaging
ONCE ?=

.PHONY: help setup run test test-fast lint format compare structure bench simulate chaos formats fuzz clean

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## setup      Debian packages, and .venv with all dependencies
setup: $(VENV)/.ready

$(VENV)/.ready: setup.cfg pyproject.toml packaging/system-packages packaging/private-sendmail
	sh packaging/system-packages
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev,postgresql]'
	sh packaging/private-sendmail $(VENV)/sendmail
	touch $@

## run        replay the incidents (MTA=sendmail: with Sendmail, not Postfix; ONCE=1: exit at the end)
run: setup
	$(BIN)/python packaging/demo/run.py --mta $(or $(MTA),postfix) $(if $(ONCE),--once)

## test       the whole suite, with real Postfix, PostgreSQL and Prometheus
test: setup
	$(BIN)/python -m pytest -q -n 3 --dist loadfile

## test-fast  the tests that need no server and little time
test-fast: setup
	$(BIN)/python -m pytest -q -n 2 -m "not server and not slow"

## lint       ruff, mypy --strict, import contracts
lint: setup
	$(BIN)/ruff check $(RUFF_STYLE) $(RUFF_RULES) $(CODE)
	$(BIN)/ruff format --check $(RUFF_STYLE) $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

## format     apply what lint wants
format: setup
	$(BIN)/ruff check --fix $(RUFF_STYLE) $(RUFF_RULES) $(CODE)
	$(BIN)/ruff format $(RUFF_STYLE) $(CODE)

## compare    compare the scans of this version and of revision BASE=REV
BASE ?=
compare: setup
	@test -n "$(BASE)" || { echo "usage: make compare BASE=REVISION" >&2; exit 2; }
	$(BIN)/python tests/tools/compare_scans.py $(BASE)

## structure  lines and modules per package, longest import chain, files run for one message
structure: setup
	$(BIN)/python tests/tools/measure_structure.py

## bench      throughput and CPU time beside milters that do nothing (PEERS=1: rspamd, MIMEDefang); large mail, index, ledger (FULL=1: large)
FULL ?=
PEERS ?=
bench: setup
	$(BIN)/python tests/bench/bench.py $(if $(PEERS),--peers)
	$(BIN)/python tests/bench/large.py
	$(BIN)/python tests/bench/customers.py --identifiers $(if $(FULL),20_000_000,2_000_000)
	$(BIN)/python tests/bench/canaries.py
	$(BIN)/python tests/bench/ledger.py --disclosures $(if $(FULL),10_000_000,1_000_000)
	$(BIN)/python tests/bench/ledger.py --disclosures $(if $(FULL),1_000_000,100_000) --postgresql

## simulate   measure one PostgreSQL, and compute 10, 100 and 1,000 hosts (OPTIONS="--messages 1e7 --workers 4")
OPTIONS ?=
simulate: setup
	$(BIN)/python tests/bench/fleet/simulate.py $(OPTIONS)

## chaos      kill, stop and starve Holdback under load, and account for every message (QUICK=1: two minutes)
QUICK ?=
chaos: setup
	$(BIN)/python tests/chaos/run.py $(if $(QUICK),--quick)

## formats    every format: people found, defects reported, speed
formats: setup
	$(BIN)/python tests/bench/formats.py

## fuzz       coverage-guided fuzzing of every parser (SECONDS=30 per target)
SECONDS ?= 30
fuzz: setup
	$(BIN)/python tests/fuzz/fuzz.py --seconds $(SECONDS)

## clean      remove .venv and caches
clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf milter/*.egg-info
