.PHONY: check docs format picture real-server reference test test-oldest test-pages wheel
VENV ?= .venv
PYTHON ?= python3
BIN = $(VENV)/bin

$(BIN)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[browser,cluster,docs,local,postgres,serve,test]'
	touch $@

test: $(BIN)/.ready  ## Style, types, documentation and every test
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sphinx-build -q -W --keep-going docs docs/_build
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/pytest -n auto

test-pages: $(BIN)/.ready  ## The pages that take minutes, README in a fresh clone first of all
	$(BIN)/pytest -n auto -m pages tests/docs

wheel: $(BIN)/.ready  ## Build, and try the wheel in a clean environment, in an empty folder
	rm -rf dist .venv-wheel
	$(BIN)/python -m build --outdir dist .
	$(PYTHON) -m venv .venv-wheel
	.venv-wheel/bin/python -m pip install --quiet --constraint constraints.txt dist/*.whl
	.venv-wheel/bin/python -I tests/packaging/installed.py dist

.venv-oldest/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-oldest
	.venv-oldest/bin/python -m pip install --quiet --constraint constraints.txt --editable '.[local,test]' 'transformers==5.17.0'
	touch $@

test-oldest: .venv-oldest/.ready  ## The filter's tests on the oldest transformers supported
	.venv-oldest/bin/pytest -n auto tests/filtering

check: $(BIN)/.ready  ## Style and types alone
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(BIN)/.ready  ## The documentation's site, into docs/_build
	$(BIN)/sphinx-build -q -W --keep-going docs docs/_build

format: $(BIN)/.ready  ## Put the code into its form
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

picture: $(BIN)/.ready  ## README's picture anew, from a report played for it
	$(BIN)/python docs/_picture.py

.venv-serve/.ready:
	$(PYTHON) -m venv .venv-serve
	.venv-serve/bin/python -m pip install --quiet --constraint constraints.txt torch 'transformers[serving]>=5.5,<6'
	touch $@

real-server: $(BIN)/.ready .venv-serve/.ready  ## A dyad study through a chat server not written here
	$(BIN)/python -m benchmarks.real_server

reference: $(BIN)/.ready  ## Train the reference model anew: STORIES and TELLER as in its card
	$(BIN)/python -m training.reference --stories $(STORIES) --teller $(TELLER)
	$(BIN)/python -m training.export
	$(BIN)/python -m training.measure --stories $(STORIES) --teller $(TELLER)
