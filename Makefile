# Sanshi: every command a developer or an operator needs. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

export FLASK_APP := webapp
export PUPPETEER_SKIP_DOWNLOAD := 1

BIN := .venv/bin
QUICK := tests/conventions tests/unit tests/web tests/sync tests/print
CATALOGS := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/*.po))
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: help setup setup-dev run test test-py test-js bench soak lint format messages clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/run.stamp node_modules/run.stamp $(CATALOGS) ## make the environment that running needs (quick the second time)

setup-dev: .venv/dev.stamp node_modules/dev.stamp .venv/system.stamp $(CATALOGS) ## setup, and everything tests and checks need

run: export PORT ?= 8000
run: export SANSHI_DATA ?= $(CURDIR)/var
run: export SANSHI_DEMO ?= 1
run: setup ## migrate, load the demo into an empty data folder, serve on http://127.0.0.1:$PORT
	@mkdir -p "$$SANSHI_DATA"
	@$(BIN)/flask keys make --if-new
	@$(BIN)/flask db upgrade
	@$(BIN)/flask demo load --if-empty
	@exec $(BIN)/flask serve

test: lint test-py test-js ## everything that must hold: checks, then all tests

# What fails once in ten thousand may run once more, and the run says what did; but nothing in tests/sync, where once is
# too often. Sets of words have one order, so that a run can be repeated.
test-py: export PYTHONHASHSEED := 30
test-py: setup-dev ## the Python tests: unit, web on both databases, sync, conventions, browser
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal --reruns 1 -raR --rerun-show-tracebacks $(QUICK)
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal --reruns 2 -raR --rerun-show-tracebacks tests/browser

test-js: setup-dev ## the JavaScript tests
	node --test $$(find tests/js -name '*.test.js' | sort)

bench: setup-dev bench/node_modules/run.stamp ## measure: storms, first load, slow network, boards, register, phone
	$(BIN)/python -m bench

soak: setup-dev ## 500 random kills of the server; prints lost and duplicated; then properties with examples of chance
	$(BIN)/python -m pytest tests/soak --override-ini=testpaths=tests/soak --timeout=0 -s
	$(BIN)/python -m pytest tests/unit tests/web -m hypothesis --hypothesis-profile=wandering --timeout=0

lint: setup-dev ## style and types of Python, templates, scripts and styles
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy webapp
	$(BIN)/djlint templates --lint --quiet
	node_modules/.bin/biome ci --error-on-warnings .
	node_modules/.bin/tsc -p tsconfig.json
	node_modules/.bin/tsc -p sw/tsconfig.json

format: setup-dev ## put Python, scripts and styles into their usual form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	node_modules/.bin/biome check --write .

messages: .venv/run.stamp ## collect translatable sentences into the catalogs, then compile them
	$(BIN)/pybabel -q extract -F babel.cfg -k N_ -k lazy_gettext --ignore-dirs='.* node_modules var' --no-wrap --sort-output --add-location=file \
		--project=Sanshi --version=1 --copyright-holder=Sanshi -o translations/messages.pot .
	for locale in zh_Hant en; do \
		$(BIN)/pybabel -q update -l $$locale -i translations/messages.pot -d translations --no-wrap \
			--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date; done
	$(MAKE) --no-print-directory setup

clean: ## remove what the commands above made, except data
	rm -rf .venv node_modules bench/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find translations -name '*.mo' -delete -o -name '*.pot' -delete

.venv/bin/python:
	tools/make-venv .venv

.venv/run.stamp: requirements.txt constraints.txt | .venv/bin/python
	$(PIP) -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/run.stamp
	$(PIP) -r requirements-dev.txt
	@touch $@

.venv/system.stamp: tools/system-packages | .venv/bin/python
	tools/system-packages chromium fonts postgresql java
	tools/system-packages shell || echo "Tests take longer without it."
	@touch $@

# `npm ci` empties node_modules first, so the stamps in it are always true.
node_modules/run.stamp: package-lock.json
	@tools/system-packages npm
	npm ci --omit=dev --silent
	@touch $@

node_modules/dev.stamp: package-lock.json
	@tools/system-packages npm
	npm ci --silent
	@touch node_modules/run.stamp $@

bench/node_modules/run.stamp: bench/package-lock.json
	npm ci --silent --prefix bench
	@touch $@

# Put in its place whole: a server that starts meanwhile reads the one before.
%.mo: %.po .venv/run.stamp
	@$(BIN)/pybabel compile -i $< -o $@.new -l $(word 2,$(subst /, ,$<))
	@mv $@.new $@
