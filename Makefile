# make builds the examples, make test passes the tests; both do all the set-up first. make help lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES ?= examples

.DEFAULT_GOAL := all
.PHONY: all setup tex test lint bench fuzz pictures clean help

all: setup ## build every example into output/ (slides, handouts, worked solutions, sheets, the cookbook)
	@$(BIN)/derivgen build $(SOURCES)

setup: tex $(VENV)/.made ## what the other targets need: TeX from the system, and a .venv with derivgen in it

# Says what it will install, how large and how long; installs as root, asks at a terminal, else names the line to type.
tex:
	@$(PYTHON) derivgen/documents/system.py install

$(VENV)/.made: pyproject.toml
	@echo "making $(VENV) with the Python packages of pyproject.toml (about 130 MB to download, 500 MB on disk, half a minute)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

test: setup ## run the tests
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

lint: setup ## style and types
	@$(BIN)/ruff check .
	@$(BIN)/mypy --strict derivgen

bench: setup ## measure: ratios, growth, slides per second
	@$(BIN)/python -m pytest tests/bench --benchmark-enable --benchmark-disable-gc -q -s

fuzz: setup ## more random cases than the tests take
	@$(BIN)/python -m pytest --hypothesis-profile fuzz -q

pictures: all ## cut the README's pictures out of the PDFs
	@$(BIN)/python examples/lectures/pictures/make.py

clean: ## remove what was built and the .venv
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	@find output -mindepth 1 -not -name .gitignore -delete

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'
