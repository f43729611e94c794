# 邻里: `make run` starts everything, `make test` checks everything; both may be repeated and interrupted.
PYTHON := .venv/bin/python
LINT := .venv-lint/bin
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run setup test check bench bench-nlu bench-console soak lock postgres tensorflow clean

run:
	@.ci/environment run
	@$(PYTHON) -m bot run

setup:
	@.ci/environment run
	@$(PYTHON) -m bot setup

test: check
	@$(PYTHON) -m bot setup
	@.ci/suites

check:
	@.ci/environment test
	@.ci/environment lint
	@.ci/checks

bench:
	@.ci/environment run
	@$(PYTHON) -m bot bench

# Our reader against the stock Rasa pipeline on the same sentences; DIET takes hours on two cores, EVERY=5 gives both
# every fifth sentence.
EVERY ?= 1
bench-nlu:
	@.ci/environment run
	@.ci/environment tensorflow
	@PYTHONPATH=. $(PYTHON) -m tests.benchmarks.nlu_side_by_side --every $(EVERY)

# The staff's pages on a street of 100,000 events and 1,000,000 messages, built first in some minutes; KEEP=FILE keeps it.
KEEP ?=
bench-console:
	@.ci/environment test
	@PYTHONPATH=. $(PYTHON) -m tests.benchmarks.console_pages $(if $(KEEP),--keep $(KEEP))

soak:
	@.ci/environment test
	@LINLI_SOAK=1 $(PYTHON) -m pytest -q tests/soak

lock:
	@.ci/lock

# The driver for DATABASE_URL=postgresql://…
postgres:
	@.ci/environment postgres

# DIET and TED as in stock Rasa, in an environment of their own.
tensorflow:
	@.ci/environment tensorflow

clean:
	rm -rf .venv .venv-* .rasa .mypy_cache .ruff_cache .pytest_cache models/*.tar.gz models/*.json
