# make run   set everything up, build a release, print what came out
# make test  style, types, tests (OIG_TORTURE=1: the tests that take minutes in full, property tests with new examples)
# make quick the tests of domain, contract, capture and curate, for every save
# make bench  speed and memory beside other ways of doing the same (an hour or two; BENCH=--quick tries it)
# make screenshots   the README's pictures of the UI
# make ui    the Dagster UI on a free local port
# make site  the site of the latest release, on a local port
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# A file's tests share what its fixtures make, so one worker runs them all; three keep two cores busy while some wait.
PYTEST := $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder
# Else each of the hundreds of processes that tests start compiles the package again.
unexport PYTHONDONTWRITEBYTECODE
SHELL := bash
.SHELLFLAGS := -o pipefail -c
# pip install, with one line that tells how far it is; what goes wrong is printed as pip words it.
PIP = $(1)/bin/python -m pip install --disable-pip-version-check --progress-bar off $(2) | \
  awk -v terminal="$$(test -t 2 && echo yes)" '$(SHOWN)' >&2
SHOWN = /^Collecting/ { n++; if (terminal) printf "\r  %3d packages: %-30.30s", n, $$2; else if (n % 20 == 0) print "  " n " packages" } \
  /^Installing collected/ { printf "%s  installing %d packages\n", (terminal ? "\r\033[K" : ""), n } { fflush() }

.PHONY: run test quick ui site screenshots bench
run: $(VENV)/.ready
	@$(BIN)/oig build

test: $(VENV)/.ready-for-tests $(VENV)/.ready-validators
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(PYTEST) $(TESTS)

quick: $(VENV)/.ready-for-tests
	@$(PYTEST) tests/domain tests/contract tests/capture tests/curate

ui: $(VENV)/.ready
	@$(BIN)/python -m oig_pipeline.orchestration.ui

site: $(VENV)/.ready
	@$(BIN)/oig build
	@$(BIN)/oig site --serve

screenshots: $(VENV)/.ready-for-tests
	OIG_SCREENSHOTS=docs/images $(BIN)/python -m pytest tests/orchestration/test_browser.py tests/site/test_browser.py

bench: $(VENV)/.ready $(VENV)/.ready-contenders
	$(BIN)/python -m benchmarks.run $(BENCH)

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "oig_pipeline needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	@echo "Making a virtual environment in $(VENV)."
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing the packages that constraints.txt pins; the first time this takes a minute or two."
	@$(call PIP,$(VENV),--constraint constraints.txt --editable .)
	@touch $@

$(VENV)/.ready-for-tests: $(VENV)/.ready
	@echo "Installing what the tests need."
	@$(call PIP,$(VENV),--constraint constraints.txt --editable '.[test]')
	@touch $@

# Validators, servers and pandas, which the tests run as programs; what they need would clash with the own packages.
$(VENV)/.ready-validators: tests/validators.txt $(VENV)/.ready
	@echo "Making $(VENV)/validators, the environment of the programs that read releases in tests."
	@$(BIN)/python -m venv $(VENV)/validators
	@$(call PIP,$(VENV)/validators,--requirement tests/validators.txt)
	@touch $@

# The contenders use pandas, and where pandas is installed, Pandera imports it.
$(VENV)/.ready-contenders: benchmarks/requirements.txt $(VENV)/.ready
	@echo "Making $(VENV)/contenders, the environment of the programs that the benchmarks compare with."
	@$(BIN)/python -m venv $(VENV)/contenders
	@$(call PIP,$(VENV)/contenders,--requirement benchmarks/requirements.txt)
	@touch $@
