# Each target does all of its own set-up: a fresh machine needs only Python >= 3.11, make and the package registry.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: serve check test lint soak kill-test wheel clean

serve: $(VENV)/ready  ## build the snapshot when the sources are newer, then serve
	$(BIN)/deepgenealogy serve $(ARGS)

check: $(VENV)/ready  ## run every check on ontology and data
	$(BIN)/deepgenealogy check

test: $(VENV)/ready-for-tests lint  ## everything that must hold before a change lands
	$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/ready-for-tests
	$(BIN)/ruff check server tests
	$(BIN)/ruff format --check server tests
	$(BIN)/mypy

soak: $(VENV)/ready-for-tests  ## ten minutes of light, heavy and hostile requests; ARGS="--minutes 1" for fewer
	PYTHONPATH=. $(BIN)/python -m tests.soak.soak $(ARGS)

kill-test: $(VENV)/ready-for-tests  ## 50 random kill -9 of server, writer and workers during writes; ARGS=10 for fewer
	PYTHONPATH=. $(BIN)/python -m tests.soak.kill $(ARGS)

wheel: $(VENV)/ready-for-tests  ## the package, with ontology, data and queries inside
	$(BIN)/python -m build --wheel --outdir dist .

clean:
	rm -rf $(VENV) build dist

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/ready-for-tests: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --group test
	touch $@
