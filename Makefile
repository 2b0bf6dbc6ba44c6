# make extract   set up, run the main job on the shipped sample, say where to look
# make test      set up, run every check and test
# make bench     measure speed and memory; a table, and benchmarks/out/bench.json (about five minutes)
# make docs      build the documentation site into site/
# make lock      renew the lock file after a change of dependencies
# make clean     remove the environment and the tables; corrections stay

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip
# One process per core when there is more than one; `make test PYTEST_ARGS=-x` and the like.
PYTEST_ARGS ?= -n auto
# `make bench BENCH_ARGS=--full` and the like.
BENCH_ARGS ?=

.PHONY: extract test lint bench docs lock clean
.DEFAULT_GOAL := extract

extract: $(STAMP)
	@$(BIN)/extract data/raw --out data/out

test: lint
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict src
	$(BIN)/lint-imports --no-logo

bench: $(STAMP)
	$(BIN)/python benchmarks/bench.py $(BENCH_ARGS)

# The theme's notice about its successor is not an error of the pages.
docs: $(STAMP)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# The stamp is older than the lock file or the project file exactly when something has to be installed again.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "error: Python 3.11 or newer is needed; name one with: make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' \
		|| { echo "error: this Python can't make environments; install its venv package (python3-venv)" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV); the first time takes a minute or two."
	@$(PIP) install --quiet --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

lock:
	$(PYTHON) -m uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file requirements.lock

clean:
	rm -rf $(VENV) build dist site src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find data/out -mindepth 1 ! -name README.md ! -name corrections.csv -delete
