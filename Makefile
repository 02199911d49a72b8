# make run   set everything up, build a release, print what came out
# make test  style, types, tests
# make bench  speed and memory beside other ways of doing the same (an hour or two; BENCH=--quick tries it)
# make screenshots   the README's pictures of the UI
# make ui    the Dagster UI on a free local port
# make site  the site of the latest release, on a local port
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable

.PHONY: run test ui site screenshots bench
run: $(VENV)/.ready
	@$(BIN)/oig build

test: $(VENV)/.ready-for-tests $(VENV)/.ready-validators $(VENV)/.ready-dask
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2

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
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) .
	@touch $@

$(VENV)/.ready-for-tests: $(VENV)/.ready
	$(INSTALL) '.[test]'
	@touch $@

# Validators and servers that the tests run as programs; what they need would clash with the project's own packages.
$(VENV)/.ready-validators: tests/validators.txt $(VENV)/.ready
	$(BIN)/python -m venv $(VENV)/validators
	$(VENV)/validators/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/validators.txt
	@touch $@

# Dask brings pandas; it runs the tests' clusters, and the steps of a user who asks for it.
$(VENV)/.ready-dask: tests/dask.txt pyproject.toml constraints.txt $(VENV)/.ready
	$(BIN)/python -m venv $(VENV)/dask
	$(VENV)/dask/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --constraint tests/dask.txt --editable '.[dask,s3]'
	@touch $@

# The contenders use pandas, and where pandas is installed, Pandera imports it.
$(VENV)/.ready-contenders: benchmarks/requirements.txt $(VENV)/.ready
	$(BIN)/python -m venv $(VENV)/contenders
	$(VENV)/contenders/bin/python -m pip install --quiet --disable-pip-version-check --requirement benchmarks/requirements.txt
	@touch $@
