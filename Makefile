# `make run` serves the app, `make test` checks everything; each sets itself up.

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8501
# Python compiles what is imported when it is; compiling all 20,000 files here takes a minute.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile

.PHONY: run test lint format types unit browser bench pictures quality fidelity training clean

run: .venv/measured
	@echo "CrossExam: open http://localhost:$(PORT)"
	@$(BIN)/streamlit run server.py --server.port $(PORT)

test: .venv/ready-dev
	@sh tests/install_chromium.sh $(BIN)
	@sh tests/install_strace.sh
	@$(MAKE) --no-print-directory lint
	$(BIN)/python -m tests.side_by_side

lint: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/ready-dev
	$(BIN)/mypy .

format: .venv/ready-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

unit: .venv/ready-dev
	$(BIN)/python -m pytest -m "not browser"

browser: .venv/ready-dev
	@sh tests/install_chromium.sh $(BIN)
	$(BIN)/python -m pytest -m browser

# What serves *fastest* is known where the backends were measured.
bench: .venv/ready-dev .venv/measured
	$(BIN)/python -m benchmarks.bench
	$(BIN)/python -m benchmarks.explain

pictures: .venv/ready-dev
	$(BIN)/python -m benchmarks.pictures http://localhost:$(PORT)

quality: .venv/ready-dev
	$(BIN)/python -m benchmarks.quality

fidelity: .venv/ready-dev .venv/measured
	$(BIN)/python -m benchmarks.fidelity

training: .venv/ready-dev
	$(BIN)/python -m benchmarks.training

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "CrossExam needs Python 3.11 or newer; name it with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/ready: requirements.txt | .venv/bin/python
	@echo "Installing the requirements (about 2 GB, once) ..."
	$(INSTALL) -r requirements.txt
	@touch $@

.venv/measured: .venv/ready
	@echo "Measuring what runs the models fastest on this machine (about a minute, once) ..."
	-@$(BIN)/python cli.py models --measure > /dev/null
	@touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	$(INSTALL) -r requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
