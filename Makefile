# Every command sets up what it needs, on a machine that has nothing but Python 3.11 or newer.
SHELL := /bin/bash
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help run test check docs-check format bench crash pages catalogues pictures pins clean run-env dev-env browser

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 20

run: run-env ## Run the bot: web chat on http://127.0.0.1:8080/chat/demo
	@exec $(BIN)/python main.py run

test: dev-env ## Run every test; ARGS="-k booking" narrows them
	@$(BIN)/python -m tools.browser || export DRAGOMAN_WITHOUT_BROWSER=1; \
	exec $(BIN)/python -m pytest -rs -n 2 $(ARGS)

check: dev-env ## Format, lint, types, imports, dead code, and the tests that start no program and no browser
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/deptry .
	$(BIN)/python -m tools.catalogues check
	$(BIN)/python -m pytest -n auto -m "not whole and not browser" $(ARGS)

docs-check: dev-env ## Try every example of the docs
	$(BIN)/python -m pytest tests/house/test_docs.py $(ARGS)

format: dev-env ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: dev-env ## Measure: ratios within one run, beside bots on other libraries; ARGS=--quick, ARGS=--write
	@tools/bench/peers/environment.sh || echo "The bots of other libraries will be left out."
	$(BIN)/python -m tools.bench $(ARGS)

crash: dev-env ## Kill the real program again and again under load; ARGS="--kills 10"
	$(BIN)/python -m tests.crash $(ARGS)

pages: dev-env ## Write the generated pages: docs/requirements.md
	$(BIN)/python -m tools.requirements_page

catalogues: dev-env ## Bring new texts into locales/*.po, and say what is missing
	$(BIN)/python -m tools.catalogues update
	$(BIN)/python -m tools.catalogues check

pictures: dev-env browser ## Take the pictures of the docs from a bot that really runs
	$(BIN)/python -m tools.pictures
	$(BIN)/python -m tools.telegram_scene
	$(BIN)/python -m tools.channel_pictures
	$(BIN)/python -m tools.channel_desk

PINS := pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --quiet
pins: dev-env ## Pin the newest versions that pyproject.toml allows: make pins ARGS=--upgrade
	$(BIN)/uv $(PINS) $(ARGS) pyproject.toml -o requirements/run.txt
	$(BIN)/uv $(PINS) $(ARGS) --extra postgres --extra redis --extra telegram --extra tracing --extra s3 pyproject.toml -o requirements/server.txt
	$(BIN)/uv $(PINS) $(ARGS) --extra dev pyproject.toml -o requirements/dev.txt
	$(BIN)/uv $(PINS) $(ARGS) tools/bench/peers/requirements.in -o tools/bench/peers/requirements.txt
	echo uv | $(BIN)/uv $(PINS) $(ARGS) - -o requirements/uv.txt

clean: ## Take away what was made here; the data under var/ stays
	rm -rf .venv .venv-peers .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A staff group in Telegram needs more than the web chat does.
run-env:
	@tools/environment.sh $(if $(DRAGOMAN_STAFF_GROUP_ID),server,run)

dev-env:
	@tools/environment.sh dev

browser: dev-env ## Find a Chromium for the tests, or bring one
	@$(BIN)/python -m tools.browser
