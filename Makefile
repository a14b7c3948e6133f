# Everything a developer or a curious administrator types. Each target installs what it needs.

PYTHON ?= /usr/bin/python3
VENV := .venv
BIN := $(VENV)/bin
RUFF_STYLE := --config 'line-length = 110' --config 'target-version = "py311"'
RUFF_RULES := --select E,F,W,I,B,UP,SIM,C4,RET,PIE,RUF,S102,S307 --ignore RUF001,RUF002,RUF003,SIM300
CODE := milter tests packaging
ONCE ?=

.PHONY: help setup run test lint format bench formats fuzz clean

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## setup   system packages and .venv with everything
setup: $(VENV)/.ready

$(VENV)/.ready: setup.cfg pyproject.toml packaging/system-packages
	sh packaging/system-packages
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev,postgresql]'
	touch $@

## run     a guarded private Postfix replays the incidents (ONCE=1: ends by itself)
run: setup
	$(BIN)/python packaging/demo/run.py $(if $(ONCE),--once)

## test    the whole suite, real Postfix and Prometheus included
test: setup
	$(BIN)/python -m pytest -q -n 3 --dist loadfile

## lint    ruff, mypy --strict, import contracts
lint: setup
	$(BIN)/ruff check $(RUFF_STYLE) $(RUFF_RULES) $(CODE)
	$(BIN)/ruff format --check $(RUFF_STYLE) $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: setup
	$(BIN)/ruff check --fix $(RUFF_STYLE) $(RUFF_RULES) $(CODE)
	$(BIN)/ruff format $(RUFF_STYLE) $(CODE)

## bench   beside milters that do nothing; customer index, canaries, ledger, trace (FULL=1: 20 and 10 million)
FULL ?=
bench: setup
	$(BIN)/python tests/bench/bench.py
	$(BIN)/python tests/bench/customers.py --identifiers $(if $(FULL),20_000_000,2_000_000)
	$(BIN)/python tests/bench/canaries.py
	$(BIN)/python tests/bench/ledger.py --disclosures $(if $(FULL),10_000_000,1_000_000)
	$(BIN)/python tests/bench/ledger.py --disclosures $(if $(FULL),1_000_000,100_000) --postgresql

## formats every format that is read: people found, what is said of damage and passwords, speed
formats: setup
	$(BIN)/python tests/bench/formats.py

## fuzz    coverage-guided fuzzing of all that parses (SECONDS=30 a target)
SECONDS ?= 30
fuzz: setup
	$(BIN)/python tests/fuzz/fuzz.py --seconds $(SECONDS)

## clean   removes .venv and caches
clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf milter/*.egg-info
