# The verbs of this project. `make` alone explains them.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint types console console-test docs eval eval-events bench clean

BIN := .venv/bin
PYTEST_ARGS ?=
PYTEST_PROCESSES ?= 2
BENCH_ARGS ?=
EVAL_ARGS ?=
# Every network of the zoo that draws boxes; the manifests of other kinds say so.
DETECTORS = $(shell grep -L '^kind: *\(attire\|embedding\)' models/zoo/*/manifest.yaml | xargs -n1 dirname | xargs -n1 basename)

help: ## explain these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## prepare this checkout: system packages, .venv, hashed requirements
	@scripts/setup

run: setup ## start the demo: cameras, broker, API and page on this machine; state in ./var
	$(BIN)/brightkitchen run --demo

test: ## the whole gate: lint, types and every test (PYTEST_ARGS="-k rat" narrows them, PYTEST_PROCESSES=0 runs them in one process)
	@scripts/setup --test
	@# Each of these keeps one core busy; what one of them says comes in one piece.
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target types lint console-test
	@# The tests start hundreds of processes: each would compile the whole product anew where Python may keep nothing.
	env -u PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX=$(CURDIR)/var/bytecode \
		$(BIN)/pytest -n $(PYTEST_PROCESSES) --dist loadfile $(PYTEST_ARGS)

lint: ## style, format, the arrows between packages, spelling
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/codespell
	scripts/console lint

console: ## build the console of web/ into api/console (needs Node 20.19; the plain pages serve without)
	@scripts/console build

console-test: ## the console's own tests (Vitest)
	scripts/console test

types: ## mypy, strict, on code and tests
	$(BIN)/mypy

docs: setup ## write the generated references in docs/reference anew
	$(BIN)/python scripts/generate_references.py

eval: setup ## figures of every shipped detector, or of MODEL, on the pictures in DATA (../shared/data) and clips in VIDEO
	@mkdir -p var/eval
	@for model in $(or $(MODEL),$(DETECTORS)); do \
		printf '\n%s\n\n' "$$model"; \
		$(BIN)/brightkitchen evaluate --model $$model --data $(or $(DATA),../shared/data) \
			$(if $(VIDEO),--video $(VIDEO)) --json var/eval/$$model.json $(EVAL_ARGS) || exit $$?; \
	done
	$(if $(MODEL),,$(BIN)/python -m detector.evaluate_attire --if-there --data $(or $(DATA),../shared/data))

eval-events: setup ## alerts against labelled events: precision and recall per code, of the demonstration's clips or of those in CLIPS
	@mkdir -p var/eval
	$(BIN)/brightkitchen evaluate-events $(CLIPS) --json var/eval/events.json $(EVAL_ARGS)

bench: ## end-to-end figures beside the naive peer, also in bench/out/end_to_end.json (BENCH_ARGS="--help" explains)
	@scripts/setup --test
	$(BIN)/python -m bench $(BENCH_ARGS)

clean: ## remove caches and build products (neither .venv nor ./var)
	rm -rf build dist api/console web/src/api/generated .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
