# Targets: install, serve, test, check, site, eval, bench, clean (and, in an environment with PyTorch, st: the sentence-transformers
# path, and train: the project's own models from bench/relevance).
# Needs python3 (3.11 or newer) and make. Everything is installed into .venv; nothing else is touched.
SHELL := /bin/bash
HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
EVAL ?= tests/eval/gold.jsonl
# Test processes side by side, a file's tests in one of them; each takes up to 6 GB. TESTERS=0 runs all in one.
TESTERS ?= 2
PYTEST := $(BIN)/python -m pytest -n $(TESTERS) --dist loadfile
export PYTHONUNBUFFERED := 1

.PHONY: install serve test test-postgresql check coverage site eval bench clean lock st train lint types

# The command line on its own; afterwards `source .venv/bin/activate` puts `hegui` on the PATH.
install: $(VENV)/.run
	@echo "装好了。每开一个终端，先在这个文件夹里运行一次：source $(BIN)/activate；然后就能用 hegui。"

serve: $(VENV)/.run
	@$(BIN)/hegui serve --host $(HOST) --port $(PORT)

test: $(VENV)/.dev
	@echo "==> 运行测试 / running the tests"
	@$(PYTEST)

# The tests of the desk once more, on PostgreSQL.
test-postgresql: $(VENV)/.dev
	@TEST_DATABASE=postgresql $(PYTEST) tests/desk

check: $(VENV)/.dev lint types
	@echo "==> 检查内容 / checking the content"
	@$(BIN)/hegui check --ledger --quiet
	@echo "==> 运行测试 / running the tests"
	@CI=true $(PYTEST) --durations=25

# Branch coverage of the same tests; it takes them half as long again.
coverage: $(VENV)/.dev
	@CI=true $(PYTEST) --cov --cov-report=term --cov-fail-under=90

lint: $(VENV)/.dev
	@echo "==> ruff"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.dev
	@echo "==> mypy --strict"
	@$(BIN)/mypy

# The sentence-transformers path in an environment of its own (about 2 GB): PyTorch comes by pip, the rest from locks.
st: .venv-st/.ready
	@echo "==> sentence-transformers: embeddings and reranker"
	@ST_REQUIRED=1 HF_HUB_OFFLINE=1 .venv-st/bin/python -m pytest tests/st -rs

train: .venv-st/.ready
	@echo "==> 训练模型 / training the models (about 75 minutes on two cores)"
	@.venv-st/bin/python -m bench.training

.venv-st/.ready: $(VENV)/bin/uv requirements-st.txt requirements-dev.lock
	@$(PYTHON) -m venv .venv-st
	@.venv-st/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	@for f in requirements-dev.lock requirements-st.txt; do \
	    $(BIN)/uv pip install -q --python .venv-st/bin/python --no-deps --require-hashes -r $$f || exit 1; done
	@$(BIN)/uv pip install -q --python .venv-st/bin/python --no-deps -e .
	@touch $@

site: $(VENV)/.run
	@$(BIN)/hegui site build

eval: $(VENV)/.run
	@$(BIN)/hegui index
	@$(BIN)/hegui eval $(EVAL)

# Retrieval and speed with the peers beside, in an environment of its own; ARGS is passed on (--only stard, --no-peers).
bench: .venv-bench/.ready
	@.venv-bench/bin/python -m bench.retrieval $(ARGS)
	@.venv-bench/bin/python -m bench.speed

# haiku.rag comes without its dependencies (torch, docling): only its store and its search are measured.
.venv-bench/.ready: $(VENV)/bin/uv requirements-dev.lock bench/requirements-bench.txt
	@$(PYTHON) -m venv .venv-bench
	@$(BIN)/uv pip install -q --python .venv-bench/bin/python --require-hashes -r requirements-dev.lock
	@$(BIN)/uv pip install -q --python .venv-bench/bin/python -r bench/requirements-bench.txt
	@$(BIN)/uv pip install -q --python .venv-bench/bin/python --no-deps haiku.rag==0.6.0 -e .
	@touch $@

# Rewrites the lock files after a change of pyproject.toml; no registry address is written into them.
lock: $(VENV)/bin/uv
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    pyproject.toml --extra dev --extra e5 --extra postgres -o requirements-dev.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    pyproject.toml -c requirements-dev.lock -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    pyproject.toml --extra postgres -c requirements-dev.lock -o requirements-server.lock
	@echo "torch; python_version < '0'" > .venv/no-torch.txt; printf 'sentence-transformers[train]>=5.0\nonnx>=1.17\ndatasets>=2.19\n' > .venv/st.in
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    .venv/st.in --override .venv/no-torch.txt -c requirements-dev.lock -o requirements-st.txt

clean:
	rm -rf $(VENV) .venv-st .venv-bench site var .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage *.egg-info

$(VENV)/bin/uv:
	@echo "==> 准备 Python 环境 / preparing $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新的版本 / Python 3.11 or newer is needed"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.run: $(VENV)/bin/uv requirements.lock pyproject.toml
	@echo "==> 安装依赖 / installing dependencies (about 190 MB the first time)"
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/uv requirements-dev.lock pyproject.toml
	@echo "==> 安装开发依赖 / installing development dependencies"
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@ $(VENV)/.run
