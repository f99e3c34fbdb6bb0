# Everything a person needs: `make demo`, `make test`, `make lint`. Each sets up what it needs (once) in .venv;
# required are only Python 3.11, 3.12 or 3.13 and a connection to a package index.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install demo test test-optional lint format clean distclean

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
OPTIONAL := slow or browser or peer or cluster or learned
# Tests run in as many processes as there are processors; JOBS=0 runs them in one, for a debugger.
JOBS := auto
PYTEST := $(BIN)/python -m pytest --numprocesses $(JOBS) --dist worksteal

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile

install: .venv/.installed ## set up .venv with the command `hengjian`

demo: .venv/.installed ## file three years of an invented district, open http://127.0.0.1:…
	@$(BIN)/hengjian demo $(ARGS)

test: .venv/.installed-dev ## run the tests (without those marked slow, browser, peer, cluster, learned)
	@$(PYTEST) -m "not ($(OPTIONAL))" $(ARGS)

test-optional: .venv/.installed-browser ## run the others too; one that cannot run fails (needs Chromium, Go, LibreOffice)
	@HENGJIAN_REQUIRE_OPTIONAL=1 $(PYTEST) -m "$(OPTIONAL)" $(ARGS)

lint: .venv/.installed-dev ## check style, types and which room imports which
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/.installed-dev ## mend style where a program can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean: ## remove caches and built files
	rm -rf build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## clean, and remove .venv
	rm -rf .venv

# A name found on PATH may still not run (version managers leave such stubs), so each candidate is tried.
.venv/bin/python:
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
	  "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null || continue; \
	  found="$$python"; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
	  echo "Setting up .venv with $$("$$python" --version); this is done once." >&2; \
	  exec "$$python" -m venv .venv; \
	done; \
	if [ -n "$$found" ]; then \
	  echo "$$found has no venv module. Install it (Debian, Ubuntu: apt install python3-venv), then run make again." >&2; \
	else \
	  echo "No Python 3.11, 3.12 or 3.13 found. Install one, or name it: make PYTHON=/path/to/python3.12 ..." >&2; \
	fi; \
	exit 1

.venv/.installed: pyproject.toml | .venv/bin/python
	@$(PIP) install --editable . >&2
	@touch $@

.venv/.installed-dev: pyproject.toml | .venv/bin/python
	@$(PIP) install --editable '.[dev]' >&2
	@touch $@ .venv/.installed

.venv/.installed-browser: pyproject.toml | .venv/bin/python
	@$(PIP) install --editable '.[dev,browser,cluster,learned]' >&2
	@touch $@ .venv/.installed .venv/.installed-dev
