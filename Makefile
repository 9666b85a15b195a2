# make run: the editor, from nothing.  make test: everything that must hold.  `make help` lists the rest.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
LOCKED := $(PIP) install --quiet --require-hashes

.PHONY: help run test lint format bench lock assets clean programs

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: .make/installed static/vendor/vendor.json ## start the editor and print its address
	@exec $(BIN)/flowbuilder serve $(ARGS)

test: .make/tools static/vendor/vendor.json .make/wheels .make/npm programs lint ## lint, types, import rules, every test
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup $(ARGS)

lint: .make/tools ## style, types and import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not in the one style: make format"; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .make/tools ## put the code in its one style
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

bench: .make/tools static/vendor/vendor.json .make/bench-npm programs ## measure, side by side
	@$(BIN)/python -m tests.bench $(ARGS)

assets: ## install the browser assets again
	@rm -f static/vendor/vendor.json
	@$(MAKE) --no-print-directory static/vendor/vendor.json

lock: .make/tools ## write the lock files anew, from pyproject.toml
	@LOCK_OPTIONS="$(LOCK_OPTIONS)" sh .requirements/lock

clean: ## remove what make and the tests have made
	rm -rf .venv .make static/vendor build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/pyvenv.cfg:
	@PYTHON="$(PYTHON)" sh .requirements/make-venv .venv

.make/installed: .requirements/run.txt .requirements/build.txt pyproject.toml .build/hook.py .venv/pyvenv.cfg
	@echo "Installing Flowbuilder's dependencies into .venv"
	@$(LOCKED) -r .requirements/run.txt -r .requirements/build.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@mkdir -p .make && touch $@

.make/tools: .requirements/test.txt .make/installed
	@echo "Installing the test tools into .venv"
	@$(LOCKED) -r .requirements/test.txt
	@mkdir -p .make && touch $@

# What the test of the installed package installs, so that the test itself needs no network.
.make/wheels: .requirements/run.txt .venv/pyvenv.cfg
	@echo "Fetching the packages for the test of the wheel"
	@rm -rf $@ && $(PIP) download --quiet --no-deps --require-hashes --dest $@ -r .requirements/run.txt
	@touch $@

.make/npm: tests/npm/package-lock.json .requirements/assets.txt | .make/tools
	@echo "Installing the tests' packages from npm"
	@$(BIN)/python -m tests.npm_packages tests/npm $@
	@touch $@

.make/bench-npm: tests/bench/npm/package-lock.json .requirements/assets.txt | .make/tools
	@echo "Installing from npm what is measured beside us"
	@$(BIN)/python -m tests.npm_packages tests/bench/npm $@
	@touch $@

programs:
	@sh .requirements/programs

static/vendor/vendor.json: static/package-lock.json static/icons.txt flowbuilder/assets.py .requirements/assets.txt | .make/installed
	@$(BIN)/python -m flowbuilder.assets
