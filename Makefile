# Two targets do everything: `make run` and `make test`. Both make the environment first.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000

.PHONY: run test format bench clean

run: .venv/.run
	$(BIN)/timtin index documents || [ $$? -eq 1 ]
	$(BIN)/timtin serve --port $(PORT)

test: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

format: .venv/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Older pips stumble over the ways in which the peers spell one extra of lxml.
bench: .venv/.test
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=24'
	$(BIN)/python -m pip install --quiet --editable '.[bench]'

# The environment is made anew when pyproject.toml changes, or what is compiled.
.venv/.run: pyproject.toml $(wildcard indexer/columnar/_native*.[ch])
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/.test: pyproject.toml $(wildcard indexer/columnar/_native*.[ch])
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	touch $@ .venv/.run

clean:
	rm -rf .venv .mypy_cache .ruff_cache .hypothesis tests/artifacts
	find index -mindepth 1 ! -name .gitignore -delete
