# OpenVIS: every target sets up what it needs, asks nothing, and does nothing twice. `make` alone lists them.
.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := /bin/sh

PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq --no-input

.PHONY: help demo setup test test-all lint bench docs screenshots lock sbom audit clean

help: ## This list.
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | awk -F'\t' '{ printf "  make %-12s %s\n", $$1, $$2 }'

demo: setup ## Set up everything, make the demonstration city and serve it on PORT (8000).
	@$(BIN)/openvis setup
	@grep -qs '"complete": true' "$${OPENVIS_DATA:-var}/demo.json" || $(BIN)/openvis demo
	@exec $(BIN)/openvis serve --port $(PORT)

setup: $(VENV)/.package node_modules/.installed $(VENV)/.prepared ## Build .venv, the front end, the compiled texts and methods.

test: $(VENV)/.dev setup system-packages lint ## Check the code, then run all tests but the slow ones.
	@sh scripts/run_tests.sh "not slow"

test-all: $(VENV)/.dev setup system-packages lint ## The same with the slow tests, and the services on Debian's PostgreSQL 15.
	@sh scripts/run_tests.sh ""
	@sh scripts/on_debian_postgres.sh $(BIN)/pytest -q tests/web -m "not browser"

lint: $(VENV)/.dev setup ## ruff, the layers of the house, mypy.
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy --no-error-summary

bench: $(VENV)/.bench setup ## Run benchmarks/ and print the ratios.
	@for script in benchmarks/[a-z]*.py; do \
		echo "== $$script"; env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE $(BIN)/python "$$script" || exit 1; done

docs: $(VENV)/.dev ## Build the documentation into site/.
	@NO_MKDOCS_2_WARNING=true $(BIN)/mkdocs build --strict
	@echo "The documentation is in site/. To read and search it: $(BIN)/python -m http.server --directory site 8001"

screenshots: $(VENV)/.dev setup system-packages ## Make the pictures of README.md and of the methods anew.
	@$(BIN)/python scripts/screenshots.py
	@$(BIN)/python scripts/example_pictures.py

lock: ## Resolve all packages anew; the locks hold versions and hashes, no address.
	@sh scripts/lock.sh

sbom: $(VENV)/.dev $(VENV)/.package ## Write what a release consists of (SBOM, CycloneDX) into dist/sbom/.
	@$(BIN)/python scripts/sbom.py

audit: $(VENV)/.dev ## Ask whether known weaknesses are in the locked packages; needs the network.
	@sh scripts/audit.sh

clean: ## Remove what was built. Data in var/ stay.
	rm -rf $(VENV) node_modules site build dist src/openvis.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src -name '__pycache__' -type d -prune -exec rm -rf {} +
	find src -name '*.mo' -delete

.PHONY: system-packages
system-packages:
	@sh scripts/system_packages.sh

$(VENV)/.made: scripts/find_python.sh
	@python=$$(sh scripts/find_python.sh) && echo "Virtual environment: .venv ($$($$python --version))" && $$python -m venv $(VENV)
	@touch $@

# The run-time packages; a demonstration needs no more.
$(VENV)/.base: $(VENV)/.made requirements/base.txt
	@echo "Packages: requirements/base.txt (some minutes the first time)"
	@$(PIP) install --require-hashes --requirement requirements/base.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.base requirements/dev.txt
	@echo "Packages: requirements/dev.txt"
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@touch $@

$(VENV)/.bench: $(VENV)/.dev requirements/bench.txt
	@echo "Packages: requirements/bench.txt"
	@$(PIP) install --require-hashes --requirement requirements/bench.txt
	@touch $@

$(VENV)/.package: $(VENV)/.base pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# The npm of the machine when its Node is new enough, else that of a wheel.
$(VENV)/.node: $(VENV)/.made requirements/node.txt scripts/node.sh
	@sh scripts/node.sh $(VENV)
	@touch $@

node_modules/.installed: package.json package-lock.json $(VENV)/.node
	@echo "Front end: package-lock.json"
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# Texts are compiled when a catalogue is newer; methods when their source changed.
$(VENV)/.prepared: $(VENV)/.package $(shell find src -name '*.po') $(shell find src/openvis/analysis -name '*.py')
	@$(BIN)/python -m openvis.cli.messages
	@echo "Methods: compiling"
	@$(BIN)/python -c "from openvis.analysis import warm; warm()"
	@touch $@
