"""What stands in deploy/ fits the program: paths, commands, settings, versions, names of metrics."""

from __future__ import annotations

import configparser
import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import typer
import yaml
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from rag.cli import app
from rag.ground.settings import PREFIX, ROOT, Settings
from tests.fakes.chat_server import FakeChat

DEPLOY = ROOT / "deploy"
UNITS = sorted((*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")))
INSTALLED = "/opt/hegui/.venv/bin/"


def instructions() -> Iterator[tuple[str, str]]:
    """Name and arguments of each instruction of the Containerfile, continued lines joined."""
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#")).replace("\\\n", " ")
    for line in filter(None, map(str.strip, lines.splitlines())):
        name, _, rest = line.partition(" ")
        yield name, rest.strip()


def compose() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return found


def is_a_command(words: list[str]) -> bool:
    """Whether ``hegui …`` is understood: the verb exists and takes these arguments."""
    group = typer.main.get_command(app)
    context = group.make_context("hegui", list(words), resilient_parsing=False)
    name, command, rest = group.resolve_command(context, words)  # type: ignore[attr-defined]
    command.make_context(name, rest)
    return True


def is_setting(name: str) -> bool:
    return not name.startswith(PREFIX) or name.removeprefix(PREFIX).lower() in Settings.model_fields


# --- the image -----------------------------------------------------------------------------------------------------


def test_the_image_is_made_of_known_instructions_and_runs_without_root() -> None:
    names = [name for name, _ in instructions()]
    known = {"FROM", "RUN", "WORKDIR", "COPY", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}
    assert names[0] == "FROM"
    assert set(names) <= known
    assert names.count("CMD") == 1
    assert names.index("USER") < names.index("CMD")
    assert dict(instructions())["USER"] not in ("0", "root")


def test_everything_copied_exists_and_is_let_through_and_all_that_runs_is_copied() -> None:
    ignored = (ROOT / ".containerignore").read_text("utf-8").splitlines()
    let_through = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        s for name, rest in instructions() if name == "COPY" for s in rest.split()[:-1] if s[:2] != "--"
    }
    assert {source for source in copied if not (ROOT / source).exists()} == set()
    assert copied == let_through
    assert (ROOT / ".dockerignore").read_text("utf-8") == (ROOT / ".containerignore").read_text("utf-8")
    needed = {"rag", "api", "docs", "guidelines", "mkdocs.yml", "pyproject.toml"}
    assert needed <= copied
    assert not any(fnmatch.fnmatch(".env", pattern) for pattern in let_through)


def test_the_image_sets_only_what_is_a_setting_and_starts_what_is_a_command() -> None:
    given = dict(word.split("=", 1) for word in dict(instructions())["ENV"].split())
    assert {name for name in given if not is_setting(name)} == set()
    start = json.loads(dict(instructions())["CMD"])
    assert start[0] == "hegui"
    assert is_a_command(start[1:])
    assert dict(instructions())["EXPOSE"] == given["HEGUI_PORT"]
    for folder in (
        given["HEGUI_DATA"],
        given["HEGUI_SITE"],
    ):  # both below the volume, so that a rename stays in it
        assert Path(folder).parent == Path(dict(instructions())["VOLUME"])


def test_the_health_check_is_a_program_that_asks_a_page_that_exists(server: str) -> None:
    python, option, code = json.loads(dict(instructions())["HEALTHCHECK"].partition("CMD ")[2])
    assert (python, option) == ("python", "-c")
    code = code.replace("http://127.0.0.1:8000", server)
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    nobody = code.replace(server, "http://127.0.0.1:9")
    assert subprocess.run([sys.executable, "-c", nobody], check=False, capture_output=True).returncode != 0


def test_what_the_desk_publishes_can_be_written_and_is_kept() -> None:
    rest = next(rest for name, rest in instructions() if name == "COPY" and "guidelines" in rest)
    user = dict(instructions())["USER"]
    assert f"--chown={user}:" in rest
    places = [v.split(":") for v in compose()["services"]["hegui"]["volumes"]]  # type: ignore[index]
    source, _, *read_only = next(v for v in places if v[1] == "/opt/hegui/guidelines")
    assert source in compose()["volumes"]
    assert read_only == []


def test_python_and_the_packages_are_those_of_the_project() -> None:
    tag = re.search(r"python:(\d+)\.(\d+)", dict(instructions())["FROM"])
    assert tag is not None
    assert (int(tag[1]), int(tag[2])) >= (3, 11)
    lock = locked("requirements-server.lock")
    assert "psycopg-binary" in lock
    assert {n: v for n, v in locked("requirements.lock").items() if lock.get(n) != v} == {}


def locked(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return {m[1]: m[2] for line in lines if (m := re.match(r"([a-z0-9._-]+)==([^ ;]+)", line))}


# --- compose -------------------------------------------------------------------------------------------------------


def test_compose_names_what_exists() -> None:
    services, volumes = compose()["services"], compose()["volumes"]
    for service in services.values():
        assert isinstance(service, dict)
        assert set(service.get("depends_on", {})) <= set(services)
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source in volumes or (DEPLOY / source).resolve().is_dir()
        assert {name for name in service.get("environment", {}) if not is_setting(name)} == set()
    hegui = services["hegui"]
    assert isinstance(hegui, dict)
    context = (DEPLOY / hegui["build"]["context"]).resolve()
    assert context == ROOT
    assert (context / hegui["build"]["dockerfile"]).is_file()
    assert is_a_command(hegui["command"][1:])


def test_compose_connects_the_service_with_its_servers() -> None:
    services = compose()["services"]
    hegui = services["hegui"]
    assert isinstance(hegui, dict)
    database, vectors = hegui["environment"]["HEGUI_DATABASE_URL"], hegui["environment"]["HEGUI_CHROMA_URL"]
    user, name = re.fullmatch(
        r"postgresql://(\w+):\$\{POSTGRES_PASSWORD:\?[^}]*\}@database/(\w+)", database
    ).groups()  # type: ignore[union-attr]
    given = services["database"]["environment"]  # type: ignore[index]
    assert (given["POSTGRES_USER"], given["POSTGRES_DB"]) == (user, name)
    assert vectors == "http://vectors:8000"
    assert (
        services["vectors"]["image"].split(":")[1].split()[0]
        == locked("requirements-server.lock")["chromadb"]
    )  # type: ignore[index]


def test_pg_dump_in_the_image_is_of_the_servers_version() -> None:
    client = re.search(r"postgresql-client-(\d+)", " ".join(rest for _, rest in instructions()))
    server = re.search(r"postgres:(\d+)", compose()["services"]["database"]["image"])  # type: ignore[index]
    assert client is not None
    assert server is not None
    assert client[1] == server[1]


# --- systemd -------------------------------------------------------------------------------------------------------


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(path.read_text("utf-8"))
    return parser


@pytest.mark.parametrize("path", UNITS, ids=lambda p: p.name)
def test_units_run_commands_that_exist(path: Path) -> None:
    found = unit(path)
    assert found["Unit"]["Description"]
    if path.suffix == ".timer":
        assert path.with_suffix(".service") in UNITS
        return
    words = shlex.split(found["Service"]["ExecStart"])
    if words[:2] == ["/bin/sh", "-c"]:
        words = shlex.split(re.sub(r"\$\$\([^)]*\)", "now", words[2].removeprefix("exec ")))
    program, arguments = words[0], words[1:]
    assert program.startswith(INSTALLED)
    assert shutil.which(program.removeprefix(INSTALLED), path=str(Path(sys.executable).parent))
    if program.endswith("/hegui"):
        assert is_a_command(arguments)
    assert found["Service"]["User"] == "hegui"


@pytest.mark.parametrize("path", UNITS, ids=lambda p: p.name)
def test_systemd_understands_the_units(path: Path, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        missing = "没有 systemd-analyze：请安装（apt-get install systemd）后再跑"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    for one in UNITS:  # all together: they name each other
        text = one.read_text("utf-8").replace(INSTALLED, f"{Path(sys.executable).parent}/")
        (tmp_path / one.name).write_text(text, "utf-8")
    done = subprocess.run(
        [analyze, "verify", "--man=no", str(tmp_path / path.name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


# --- side by side --------------------------------------------------------------------------------------------------


def listening() -> dict[str, str]:
    """The port of each service of this machine, by the name of its unit."""
    starts = {p.stem: shlex.split(unit(p)["Service"]["ExecStart"]) for p in UNITS if p.suffix == ".service"}
    named = {
        name: next((b for a, b in pairwise(words) if a in ("--port", "--http")), "")
        for name, words in starts.items()
    }
    return {name: port for name, port in named.items() if port}


def test_no_two_services_of_one_machine_want_the_same_port() -> None:
    ports = listening()
    assert {"hegui", "hegui-mcp", "hegui-chroma"} <= ports.keys()
    assert len(set(ports.values())) == len(ports)


@pytest.mark.parametrize("example", ["nginx.conf", "Caddyfile"])
def test_the_proxies_ask_where_the_services_listen(example: str) -> None:
    asked = set(re.findall(r"127\.0\.0\.1:(\d+)", (DEPLOY / example).read_text("utf-8")))
    assert asked == {listening()["hegui"], listening()["hegui-mcp"]}


def test_the_manual_names_the_ports_of_the_units() -> None:
    manual = (ROOT / "docs" / "manual" / "deploy.md").read_text("utf-8")
    assert f"hegui mcp --http {listening()['hegui-mcp']}" in manual
    assert f"HEGUI_CHROMA_URL=http://127.0.0.1:{listening()['hegui-chroma']}" in manual
    named = set(re.findall(r"deploy/([\w.-]+\.[a-z]+)", manual))
    assert {name for name in named if not (DEPLOY / name).is_file()} == set()


# --- Grafana -------------------------------------------------------------------------------------------------------


def test_the_dashboard_asks_for_metrics_and_labels_that_the_service_gives(
    configure: Callable[..., Settings], chat: FakeChat
) -> None:
    settings = configure(llm_model="fake-1", llm_base_url=chat.url, rate_limit=1)
    with TestClient(create_app(settings), client=("127.0.0.1", 50_000)) as client:
        for _ in range(2):
            client.post("/api/ask", json={"question": "好评返现可以吗"})
        page = client.get("/metrics").text
    given: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            given.setdefault(sample.name, set()).update(sample.labels)
    queries = [
        t["expr"]
        for p in json.loads((DEPLOY / "grafana.json").read_text("utf-8"))["panels"]
        for t in p["targets"]
    ]
    assert len(queries) > 10
    for query in queries:
        names = set(re.findall(r"\bhegui_\w+", query))
        assert names, query
        assert names <= given.keys(), query
        labels = set(re.findall(r"(\w+)=~?\"", query))
        labels |= {w.strip() for found in re.findall(r"by \(([^)]*)\)", query) for w in found.split(",")}
        assert labels <= set().union(*(given[name] for name in names)), query
    assert 'route="/api/ask"' in page
