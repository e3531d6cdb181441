# Each target does all of its own set-up: a fresh machine needs only Python >= 3.11, make and the package registry.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Test processes beside each other: one more than there are cores, for many tests wait; WORKERS=1 for one after the other.
WORKERS ?= $(shell $(PYTHON) -c "import os; print((os.cpu_count() or 1) + 1)")
# The tests of what reads, which hold over any engine; those of what only the embedded engine has are skipped there.
READING := tests/web tests/exports tests/protocol tests/reconciliation tests/agents tests/processors \
	tests/harvest/test_harvested_graph.py tests/test_api.py tests/test_fair.py
FRONTEND := $(shell find server/frontend -name node_modules -prune -o -type f -print)

.PHONY: serve check test test-engines walk lint soak kill-test bench bench-growth bench-start bench-exports bench-map picture wheel \
	frontend clean

serve: $(VENV)/ready  ## build the snapshot when the sources are newer, then serve
	$(BIN)/deepgenealogy serve $(ARGS)

check: $(VENV)/ready  ## run every check on ontology and data
	$(BIN)/deepgenealogy check

test: $(VENV)/ready-for-tests lint  ## everything that must hold before a change lands
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

test-engines: $(VENV)/ready-for-tests  ## what reads, over Oxigraph's own server and over Virtuoso 7; ARGS="-k lineage" for less
	$(BIN)/python -m pytest $(READING) --engine oxigraph $(ARGS)
	$(BIN)/python -m pytest $(READING) --engine virtuoso $(ARGS)

walk: $(VENV)/ready-for-tests  ## ask for every IRI in every form, also for each that only a harvest names; all entailments
	$(BIN)/python -m pytest tests/web/test_every_iri.py tests/processors tests/graph/test_entailments.py --every-iri $(ARGS)

lint: $(VENV)/ready-for-tests
	$(BIN)/ruff check server tests
	$(BIN)/ruff format --check server tests
	$(BIN)/mypy

soak: $(VENV)/ready-for-tests  ## ten minutes of light, heavy and hostile requests; ARGS="--minutes 1" for fewer
	PYTHONPATH=. $(BIN)/python -m tests.soak.soak $(ARGS)

kill-test: $(VENV)/ready-for-tests  ## 50 random kill -9 of server, writer and workers during writes; ARGS=10 for fewer
	PYTHONPATH=. $(BIN)/python -m tests.soak.kill $(ARGS)

bench: $(VENV)/ready-for-tests  ## servers side by side (needs wrk); ARGS="--quick", or see tests/benchmarks/README.md
	PYTHONPATH=. $(BIN)/python -m tests.benchmarks.bench $(ARGS)

bench-growth: $(VENV)/ready-for-tests  ## cost against the size of the graph: a table and a log-log picture
	PYTHONPATH=. $(BIN)/python -m tests.benchmarks.growth $(ARGS)

bench-start: $(VENV)/ready-for-tests  ## building, starting and loading; ARGS="--quads 5000000"
	PYTHONPATH=. $(BIN)/python -m tests.benchmarks.starting $(ARGS)

bench-exports: $(VENV)/ready-for-tests  ## time and memory of every dump, real and of 5 million quads; ARGS="--rounds 1"
	PYTHONPATH=. $(BIN)/python -m tests.benchmarks.exports $(ARGS)

wheel: $(VENV)/ready-for-tests  ## the package, with ontology, data and queries inside
	DEEPGENEALOGY_FRONTEND=required $(BIN)/python -m build --wheel --outdir dist .

frontend: $(VENV)/ready  ## bundle the pages' scripts, and say what went wrong where that fails
	DEEPGENEALOGY_FRONTEND=required $(BIN)/python -m pip install --quiet --editable .

picture: $(VENV)/ready-for-tests  ## the picture of the map in the README, by Chromium
	PYTHONPATH=. $(BIN)/python -m tests.frontend.picture

bench-map: $(VENV)/ready-for-tests  ## the map in Chromium: times, frames, sizes; ARGS="--sizes 0" for the real graph
	PYTHONPATH=. $(BIN)/python -m tests.benchmarks.browser $(ARGS)

clean:
	rm -rf $(VENV) build dist

$(VENV)/ready: pyproject.toml hatch_build.py $(FRONTEND)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/ready-for-tests: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --group test
	touch $@
