"""What the desk costs the public service: the same service without it, with it unused, and after officers worked at it.

Usage: python -m bench.desk_unused [--rounds 3] [--questions 100]

Each round starts the three servers one after the other on 127.0.0.1, each with a database of its own, on the index of
`bench.speed` below var/bench; the table has the median of the rounds. Processor time is measured beside the clock: it does not
depend on what else the machine does. "Without the desk" is the application with `api.desk.routes` left out, so that its pages and
what only they need are never loaded.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from types import ModuleType

import httpx2
from fastapi import FastAPI

from bench.data import bench_settings, machine, publish
from bench.metrics import percentile
from bench.speed import Payload, ask_once, clean_environment, questions, resident_mb, serve

SERVERS = {
    "without the desk": "bench.desk_unused:without_desk",
    "desk unused": "api.app:create_default_app",
    "desk in use": "api.app:create_default_app",
}
VISITS = 5  # how often the officer opens every page of the menu
PASSWORD = "only for this measurement"


@dataclass(frozen=True)
class Cost:
    """One server in one round. Seconds until ready, by the clock and of processor time; memory in MB when ready and at the
    end; milliseconds an answer."""

    ready_s: float
    ready_cpu_s: float
    ready_mb: float
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    end_mb: float


LABELS = {
    "ready_s": "start to ready, s", "ready_cpu_s": "… processor time, s", "ready_mb": "memory when ready, MB",
    "p50_ms": "ask p50, ms", "p95_ms": "ask p95, ms", "cpu_ms": "processor time an answer, ms", "end_mb": "memory after, MB",
}  # fmt: skip


def without_desk() -> FastAPI:
    """The application without the desk's pages."""
    empty = ModuleType("api.desk.routes")
    empty.ROUTERS = ()  # type: ignore[attr-defined]
    sys.modules["api.desk.routes"] = empty
    from api.app import create_default_app

    return create_default_app()


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.desk_unused", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--questions", type=int, default=100)
    options = parser.parse_args(argv)
    publish(bench_settings())
    asked = questions(options.questions)
    found: dict[str, list[Cost]] = {name: [] for name in SERVERS}
    for _ in range(options.rounds):
        for name, factory in SERVERS.items():
            with tempfile.TemporaryDirectory(prefix="hegui-bench-") as folder:
                found[name].append(measure(name, factory, asked, Path(folder, "app.sqlite3")))
            print(f"{name}: {found[name][-1]}", file=sys.stderr, flush=True)
    about = {**machine(), "load_after": round(os.getloadavg()[0], 2), "rounds": options.rounds}
    print("; ".join(f"{key} {value}" for key, value in about.items()), table(found), sep="\n\n")
    return 0


def measure(name: str, factory: str, asked: list[Payload], database: Path) -> Cost:
    """Start the server, let an officer work at the desk if it is to be used, ask one after the other; stop it."""
    environment = clean_environment({"HEGUI_DATABASE_URL": f"sqlite:///{database}"})
    started = time.perf_counter()
    with (
        serve(factory, environment) as (process, address),
        httpx2.Client(base_url=address, timeout=60) as client,
    ):
        ready, cpu, size = time.perf_counter() - started, cpu_s(process.pid), resident_mb(process.pid)
        if name == "desk in use":
            work_at_desk(client, database)
        for payload in asked[:10]:
            ask_once(client, payload)
        before = cpu_s(process.pid)
        times = [ask_once(client, payload) for payload in asked]
        spent = (cpu_s(process.pid) - before) / len(asked) * 1000
        p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
        return Cost(ready, cpu, size, p50, p95, spent, resident_mb(process.pid))


def cpu_s(pid: int) -> float:
    """Processor time of a process, all threads, in seconds, from /proc (Linux)."""
    said = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


def work_at_desk(client: httpx2.Client, database: Path) -> None:
    """An officer signs in, opens every page of the menu several times, and begins a draft, whose check and preview run."""
    from api.desk.navigation import ITEMS
    from api.desk.roles import Role
    from api.desk.services import Desk
    from api.store import Store

    people = Desk(Store(f"sqlite:///{database}", 0)).people
    people.set_password(people.add("bench", "测量", frozenset(Role), password=PASSWORD).id, PASSWORD, by=None)
    sent = {"csrf": _token(client, "/desk/login"), "name": "bench", "password": PASSWORD}
    client.post("/desk/login", data=sent, follow_redirects=True).raise_for_status()
    for path in [item.path for item in ITEMS] * VISITS:
        client.get(path).raise_for_status()
    place = "/desk/writing/of/live-room/price"
    form = {"csrf": _token(client, place), "kind": "version", "version": "2027-03-01"}
    draft = str(client.post(place, data=form, follow_redirects=True).raise_for_status().url)
    for part in ("", "/review", "/page", "/slides"):
        client.get(draft + part).raise_for_status()


def _token(client: httpx2.Client, path: str) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', client.get(path).text)
    if found is None:
        raise SystemExit(f"no form on {path}: the officer is not signed in")
    return found[1]


def table(found: dict[str, list[Cost]]) -> str:
    """Medians, one column a server."""
    lines = [f"| measure | {' | '.join(found)} |", "|---" * (len(found) + 1) + "|"]
    for field in fields(Cost):
        middle = [statistics.median(getattr(cost, field.name) for cost in costs) for costs in found.values()]
        lines.append(
            f"| {LABELS[field.name]} | {' | '.join(f'{value:.2f}' if value < 10 else f'{value:.0f}' for value in middle)} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
