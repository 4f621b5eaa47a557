.PHONY: check format test
VENV ?= .venv
PYTHON ?= python3
BIN = $(VENV)/bin

$(BIN)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[postgres,test]'
	touch $@

test: $(BIN)/.ready  ## Style, types and every test
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto

check: $(BIN)/.ready  ## Style and types alone
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(BIN)/.ready  ## Put the code into its form
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .
