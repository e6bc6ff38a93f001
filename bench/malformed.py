"""Requests that no client of ours would send, against a running service: ``python -m bench.malformed --examples 400``.

A copy of the content and of the published index is served by ``hegui serve``, without limits, with an account of the desk
that is signed in, a draft, a handover and a training room. Then, one after the other:

- schemathesis over the OpenAPI document (``--schemathesis PATH``, one run a seed; not needed to run hegui: ``pip install
  schemathesis==4.32.5`` in an environment of its own; left out with ``--seeds ''``);
- every route by every method, each parameter of its path and its query with every broken value;
- every body route with broken JSON, forms, multipart and headers;
- every form of the desk, the course pages and the room, as the page holds it, each field with every broken value.

Printed: a table of requests and of answers by class. 5xx and broken connections are listed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_from_bytes

import httpx2
from bs4 import BeautifulSoup

from api.app import create_app
from api.desk.roles import Role
from bench.broken import BODIES, HEADERS, JSON_VALUES, METHODS, SPARED, VALUES
from bench.mixed import HEGUI, copied, until_ready
from rag.ground import Settings

PASSWORD = "correct horse battery"
SIDE_BY_SIDE = 4


@dataclass(frozen=True)
class Route:
    """A path of the application with the names it takes."""

    path: str
    methods: frozenset[str]
    query: tuple[str, ...]
    body: tuple[str, ...]

    def at(self, values: dict[str, bytes]) -> str:
        """The path with its parameters filled; 1 where nothing is given."""
        return re.sub(
            r"\{(\w+)[^}]*\}", lambda m: quote_from_bytes(values.get(m[1], b"1"), safe=""), self.path
        )

    @property
    def names(self) -> list[str]:
        """Parameters of the path."""
        return re.findall(r"\{(\w+)", self.path)


@dataclass
class Told:
    """What was answered, by kind of request."""

    codes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    faults: list[str] = field(default_factory=list)

    def add(self, kind: str, code: int | str, request: str) -> None:
        """Count one answer."""
        known = isinstance(code, int)
        self.codes[kind][f"{int(code) // 100}xx" if known else str(code)] += 1
        if not known or int(code) >= 500:
            self.faults.append(f"{kind}: {code} {request[:300]!r}")

    def table(self) -> str:
        """A row a kind, and a sum."""
        kinds = sorted({code for found in self.codes.values() for code in found} | {"5xx"})
        lines = [f"{'':<14}{'requests':>9}" + "".join(f"{k:>9}" for k in kinds)]
        rows = {**self.codes, "all": sum(self.codes.values(), Counter())}
        for kind, found in rows.items():
            lines.append(f"{kind:<14}{found.total():>9}" + "".join(f"{found[k]:>9}" for k in kinds))
        return "\n".join(lines)


@dataclass(frozen=True)
class Sender:
    """Sends requests as whoever is signed in and counts what comes back."""

    http: httpx2.AsyncClient
    csrf: str
    told: Told
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SIDE_BY_SIDE))

    async def __call__(self, kind: str, method: str, path: str, **more: Any) -> None:
        """One request; streams are closed after their first bytes."""
        headers = {b"x-csrf-token": self.csrf.encode()}
        headers |= {k.encode(): v for k, v in more.pop("headers", {}).items()}
        said = f"{method} {path} {more or headers}"
        async with self.gate:
            try:
                async with self.http.stream(method, path, headers=list(headers.items()), **more) as answer:
                    if "event-stream" not in answer.headers.get("content-type", ""):
                        await answer.aread()
                    self.told.add(kind, answer.status_code, said)
            except (httpx2.InvalidURL, httpx2.LocalProtocolError, UnicodeError):
                self.told.codes[kind]["not sent"] += 1
            except httpx2.HTTPError as error:
                self.told.add(kind, type(error).__name__, said)


def routes_of(app: Any) -> list[Route]:
    """All paths of the application."""

    def walk(routes: Any) -> Iterator[Any]:
        for route in routes:
            inner = getattr(route, "original_router", None)
            if inner is not None:
                yield from walk(inner.routes)
            elif getattr(route, "methods", None):
                yield route

    found = []
    for route in walk(app.routes):
        needs = getattr(route, "dependant", None)
        query = tuple(p.alias for p in needs.query_params) if needs else ()
        body = tuple(p.alias for p in needs.body_params) if needs else ()
        found.append(Route(route.path, frozenset(route.methods), query, body))
    return found


async def by_route(send: Sender, routes: list[Route]) -> None:
    """Methods, parameters, bodies and headers of every route."""
    jobs = []
    for route in (r for r in routes if r.path not in SPARED):
        plain = route.at({})
        jobs += [send("methods", method, plain) for method in METHODS]
        own = next(iter(route.methods - {"HEAD"}), "HEAD")
        for name in route.names:
            jobs += [send("paths", own, route.at({name: value})) for value in VALUES]
        for name in (*route.query, "page", "cursor"):
            jobs += [send("queries", own, f"{plain}?{name}={quote_from_bytes(value)}") for value in VALUES]
        jobs += [send("headers", own, plain, headers=headers) for headers in HEADERS]
        if own == "POST":
            jobs += [
                send("bodies", own, plain, content=content, headers={"content-type": kind.encode()})
                for kind, content in BODIES
            ]
            jobs += [
                send("forms", own, plain, content=form(name, value), headers=FORM)
                for name in route.body
                for value in VALUES
            ]
    await asyncio.gather(*jobs)


FORM = {"content-type": b"application/x-www-form-urlencoded"}


def form(name: str, value: bytes, others: dict[str, str] | None = None) -> bytes:
    """A form with one field that holds these bytes."""
    rest = [f"{quote(k)}={quote(v)}" for k, v in (others or {}).items() if k != name]
    return "&".join([*rest, f"{quote(name)}={quote_from_bytes(value)}"]).encode()


async def by_json(send: Sender, document: Any) -> None:
    """Every property of every JSON body of the OpenAPI document and of the room, with values of other types."""
    bodies = {
        "/api/ask": {"question": "好评返现可以吗", "operator": "anchor", "as_of": "2026-11-01", "history": []},
        "/api/ask/stream": {"question": "好评返现可以吗"},
        "/api/feedback": {"answer_id": "x", "helpful": True, "comment": "x", "page": "/", "clause": "x"},
        "/api/handover": {"question": "x", "contact": "x", "consent": True, "operator": "anchor"},
        "/api/script-check": {"text": "全网最低价", "operator": "anchor", "as_of": "2026-11-01", "goods": []},
        "/v1/chat/completions": {"model": "hegui", "messages": [{"role": "user", "content": "x"}], "stream": False},
        "/api/room/join": {"code": "123456", "key": "x", "name": "x"},
        **{f"/api/room/1/{end}": {"question": 1, "choice": 1, "text": "x", "answers": []} for end in ("choice", "ask", "feedback")},
        "/api/training/rooms/1/step": {"phase": "ask", "step": 1, "end": False},
    }  # fmt: skip
    for path, item in document["paths"].items():
        if "requestBody" in item.get("post", {}):
            bodies.setdefault(path, {})
    jobs = []
    for path, body in bodies.items():
        for name in body:
            for value in JSON_VALUES:
                content = json.dumps(body | {name: value}).encode()
                jobs.append(
                    send("json", "POST", path, content=content, headers={"content-type": b"application/json"})
                )
    await asyncio.gather(*jobs)


async def by_form(send: Sender, pages: list[str]) -> None:
    """Every form of these pages as it stands there, each of its fields with every broken value."""
    jobs = []
    for page in pages:
        soup = BeautifulSoup((await send.http.get(page)).text, "html.parser")
        for found in soup.find_all("form"):
            action = str(found.get("action") or page)
            if str(found.get("method", "get")).lower() != "post" or action.rpartition("hegui")[2] in SPARED:
                continue
            fields = {str(tag["name"]): str(tag.get("value") or tag.text) for tag in found.select("[name]")}
            kinds = {re.sub(r"\d+", "", name): name for name in fields}  # one row of a draft stands for all
            for name in kinds.values():
                jobs += [
                    send("page forms", "POST", action, content=form(name, value, fields), headers=FORM)
                    for value in VALUES
                ]
    await asyncio.gather(*jobs)


async def seeded(http: httpx2.AsyncClient) -> tuple[str, list[str]]:
    """Sign in and begin a draft, a handover, a course and a room; the token, and the pages with forms."""

    async def post(path: str, **fields: str) -> str:
        answer = await http.post(path, data={"csrf": await token(), **fields})
        if answer.status_code != 303:
            raise SystemExit(f"{path}: {answer.status_code} {answer.text[:200]}")
        return str(answer.headers["location"])

    async def token() -> str:
        found = re.search(r'name="csrf" value="(\w+)"', (await http.get("/reply")).text)
        return found[1] if found else ""

    await post("/desk/login", name="tester", password=PASSWORD)
    await http.post("/api/handover", json={"question": "能不能卖野生菌", "consent": True})
    draft = await post("/desk/writing/of/live-room/price", kind="version", version="2027-03-01")
    lists = re.findall(r"/desk/\w+", (await http.get("/desk")).text)
    pages = [
        draft, f"{draft}/review", f"{draft}/ask", f"{draft}/history", f"{draft}/basis/must-1", "/desk/inbox/1", "/desk/writing/new",
        "/desk/quiz/new", "/desk/rooms", "/desk/plan", "/desk/laws", "/desk/people", "/training?operator=live-room", "/reply", "/room",
    ]  # fmt: skip
    return await token(), list(dict.fromkeys([*pages, *lists]))


async def by_hand(address: str, routes: list[Route], told: Told) -> None:
    """All of the list."""
    limits = httpx2.Limits(max_connections=SIDE_BY_SIDE * 2)
    async with httpx2.AsyncClient(base_url=address, timeout=120, limits=limits) as http:
        csrf, pages = await seeded(http)
        send = Sender(http, csrf, told)
        await by_json(send, (await http.get("/openapi.json")).json())
        await by_form(send, pages)
        await by_route(send, routes)


def by_schema(program: str, address: str, seeds: list[int], examples: int, told: Told) -> None:
    """schemathesis, a run a seed; it says itself what it found."""
    for seed in seeds:
        with tempfile.TemporaryDirectory() as place:
            report = Path(place) / "events.ndjson"
            command = [
                program, "run", f"{address}/openapi.json", "--phases", "fuzzing,coverage", "-c", "not_a_server_error",
                "-n", str(examples), "--seed", str(seed), "--report", "ndjson", "--report-ndjson-path", str(report), "--no-color",
            ]  # fmt: skip
            done = subprocess.run(command, capture_output=True, text=True, cwd=place)
            codes = re.findall(r'"status_code": ?(\d+)', report.read_text("utf-8"))
            for code in codes:
                told.add(f"schema {seed}", int(code), "schemathesis")
            if done.returncode:
                told.faults.append(f"schemathesis, seed {seed}: {done.stdout[-3000:]}")


def main() -> None:
    """Start the service, send, print, end it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8332)
    parser.add_argument("--seeds", default="1,2,3", help="of schemathesis, with commas")
    parser.add_argument("--examples", type=int, default=400, help="of schemathesis, an operation")
    parser.add_argument("--schemathesis", default="schemathesis", help="the program")
    options = parser.parse_args()
    told, address = Told(), f"http://127.0.0.1:{options.port}"
    with tempfile.TemporaryDirectory(prefix="hegui-malformed-") as place:
        environment = copied(Path(place)) | {"HEGUI_RATE_LIMIT": "0", "HEGUI_ADDRESS_LIMIT": "1000000"}
        os.environ.update({k: v for k, v in environment.items() if k.startswith("HEGUI_")})
        app = create_app(Settings())
        people = app.state.hegui.desk.people
        user = people.add("tester", "测试", frozenset(Role), password=PASSWORD)
        people.set_password(user.id, PASSWORD, by=None)
        command = [*HEGUI, "serve", "--port", str(options.port)]
        service = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            asyncio.run(until_ready(address))
            seeds = [int(seed) for seed in options.seeds.split(",") if seed]
            by_schema(options.schemathesis, address, seeds, options.examples, told)
            asyncio.run(by_hand(address, routes_of(app), told))
        finally:
            service.terminate()
            service.wait(30)
    print(told.table(), *told.faults, sep="\n")
    raise SystemExit(bool(told.faults))


if __name__ == "__main__":
    main()
