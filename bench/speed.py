"""Speed of the real server: start, latency, throughput, memory, re-indexing; the LangChain default beside it.

Usage: python -m bench.speed [--json] [--seconds 20] [--clients 16] [--questions 200] [--env OMP_WAIT_POLICY=passive]

Everything runs on 127.0.0.1, on an index of its own below var/bench. Load is bounded by time and by MAX_REQUESTS;
only the servers started here are stopped, by their process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx2

from bench.data import DAY, WORK, bench_settings, load_clauses, machine, publish
from bench.metrics import percentile
from rag.eval.questions import load_items
from rag.ground.settings import ROOT

MAX_REQUESTS = 4000
START_TIMEOUT_S = 600.0
Payload = dict[str, str | None]


@dataclass(frozen=True)
class Speed:
    """Numbers of one server. Times in milliseconds unless the name says seconds; memory in MB."""

    system: str
    ready_s: float
    first_ms: float
    p50: float
    p95: float
    requests_per_s: float
    loaded_p50: float
    loaded_p95: float
    failed: int
    rss_mb: float


def main(argv: Sequence[str] | None = None) -> int:
    """Run the measurement and print it."""
    options = _options(argv)
    report: dict[str, Any] = {"machine": machine(), "servers": []}
    settings = bench_settings()
    texts, _ = load_clauses(settings, publish(settings))
    environment = clean_environment(dict(pair.split("=", 1) for pair in options.env))
    report["index"] = unchanged_index(environment)
    asked = questions(options.questions)
    factories = {"hegui": "api.app:create_default_app"}
    if not options.no_peers:
        from bench.peer_app import fill

        fill(texts)
        factories["LangChain default, retrieval only"] = "bench.peer_app:create_app"
    for name, factory in factories.items():
        speed = measure(name, factory, environment, asked, options.clients, options.seconds)
        report["servers"].append(asdict(speed))
    report["machine"]["load_after"] = round(os.getloadavg()[0], 2)
    print(json.dumps(report, ensure_ascii=False, indent=1) if options.json else text(report))
    return 0


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--seconds", type=float, default=20, help="how long the clients ask")
    parser.add_argument("--clients", type=int, default=16, help="how many ask at once")
    parser.add_argument("--questions", type=int, default=200, help="how many are asked one after the other")
    parser.add_argument("--no-peers", action="store_true", help="measure hegui only")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE", help="for the servers")
    return parser.parse_args(argv)


def clean_environment(extra: dict[str, str]) -> dict[str, str]:
    """The servers' environment: ours without any HEGUI_ setting, plus those of the measurement."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HEGUI_")}
    ours = {
        "HEGUI_DATA": str(WORK / "data"),
        "HEGUI_TODAY": DAY.isoformat(),
        "HEGUI_RATE_LIMIT": "0",
        "HEGUI_LOG_LEVEL": "warning",
        "PYTHONPATH": str(ROOT),
    }
    return kept | ours | extra


def questions(count: int) -> list[Payload]:
    """The first ``count`` gold questions of every kind, as the chat sends them (without history)."""
    items = [i for i in load_items(ROOT / "tests/eval/gold.jsonl") if not i.history]
    spread = [items[n * len(items) // count] for n in range(count)]
    return [{"question": i.question, "operator": i.operator, "as_of": i.as_of} for i in spread]


def unchanged_index(environment: dict[str, str]) -> dict[str, float]:
    """``hegui index`` on a corpus that did not change: wall seconds of the command, vectors computed."""
    command = [sys.executable, "-c", "from rag.cli import main; main()", "index", "--json"]
    started = time.perf_counter()
    run = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True, timeout=600
    )
    seconds = time.perf_counter() - started
    result = json.loads(run.stdout.strip().splitlines()[-1])
    return {"seconds": round(seconds, 2), "embedded": result["embedded"], "clauses": result["unchanged"]}


# --- one server ------------------------------------------------------------------------------------------------


def measure(
    name: str, factory: str, environment: dict[str, str], asked: list[Payload], clients: int, seconds: float
) -> Speed:
    """Start the server, ask one after the other, then with many clients; stop it."""
    started = time.perf_counter()
    with serve(factory, environment) as (process, address):
        ready = time.perf_counter() - started
        with httpx2.Client(base_url=address, timeout=60) as client:
            first = ask_once(client, asked[0])
            for payload in asked[1:11]:
                ask_once(client, payload)
            alone = [ask_once(client, payload) for payload in asked]
        loaded, failed, took = asyncio.run(load(address, asked, clients, seconds))
        return Speed(
            system=name,
            ready_s=round(ready, 2),
            first_ms=round(first, 1),
            p50=round(percentile(alone, 0.5), 1),
            p95=round(percentile(alone, 0.95), 1),
            requests_per_s=round(len(loaded) / took, 1),
            loaded_p50=round(percentile(loaded, 0.5), 1) if loaded else 0.0,
            loaded_p95=round(percentile(loaded, 0.95), 1) if loaded else 0.0,
            failed=failed,
            rss_mb=round(resident_mb(process.pid), 0),
        )


@contextmanager
def serve(factory: str, environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A uvicorn process on a free port of 127.0.0.1, ready when /readyz says so; stopped at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        factory,
        "--factory",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    process = subprocess.Popen(
        [*command, "--log-level", "warning", "--no-access-log"], env=environment, cwd=ROOT
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(process, address)
        yield process, address
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _wait_until_ready(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"the server ended with code {process.returncode} before it was ready")
        try:
            if httpx2.get(f"{address}/readyz", timeout=60).is_success:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.05)
    raise SystemExit(f"the server was not ready within {START_TIMEOUT_S:.0f} s")


def ask_once(client: httpx2.Client, payload: Payload) -> float:
    started = time.perf_counter()
    client.post("/api/ask", json=payload).raise_for_status()
    return (time.perf_counter() - started) * 1000


async def load(
    address: str, asked: list[Payload], clients: int, seconds: float
) -> tuple[list[float], int, float]:
    """``clients`` ask without pause for ``seconds``, at most MAX_REQUESTS in all.

    Returns:
        latencies of the answers in ms, number of failed requests, seconds from the first request to the last answer.
    """
    times: list[float] = []
    failed = sent = 0
    started = time.perf_counter()

    async def client(session: httpx2.AsyncClient) -> None:
        nonlocal failed, sent
        while time.perf_counter() - started < seconds and sent < MAX_REQUESTS:
            sent += 1
            begun = time.perf_counter()
            try:
                reply = await session.post("/api/ask", json=asked[sent % len(asked)])
                good = reply.is_success
            except httpx2.HTTPError:
                good = False
            if good:
                times.append((time.perf_counter() - begun) * 1000)
            else:
                failed += 1

    limits = httpx2.Limits(max_connections=clients)
    async with httpx2.AsyncClient(base_url=address, timeout=60, limits=limits) as session:
        await asyncio.gather(*(client(session) for _ in range(clients)))
    return times, failed, time.perf_counter() - started


def resident_mb(pid: int) -> float:
    """VmRSS of a process in MB, from /proc (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found.group(1)) / 1024 if found else 0.0


# --- printing --------------------------------------------------------------------------------------------------

_ROWS = {
    "ready_s": "start to ready, s",
    "first_ms": "first answer, ms",
    "p50": "one asker: p50, ms",
    "p95": "one asker: p95, ms",
    "requests_per_s": "many askers: answers/s",
    "loaded_p50": "many askers: p50, ms",
    "loaded_p95": "many askers: p95, ms",
    "failed": "many askers: failed requests",
    "rss_mb": "resident memory after, MB",
}


def text(report: dict[str, Any]) -> str:
    """The report as a Markdown table, one column per server, and the ratio to the first where it has a meaning."""
    servers = report["servers"]
    lines = ["; ".join(f"{k} {v}" for k, v in report["machine"].items()), ""]
    lines += [f"| measure | {' | '.join(s['system'] for s in servers)} |", "|---" * (len(servers) + 1) + "|"]
    for key, label in _ROWS.items():
        lines.append(f"| {label} | {' | '.join(f'{s[key]:g}' for s in servers)} |")
    index = report["index"]
    lines.append("")
    lines.append(
        f"hegui index, nothing changed: {index['seconds']} s, {index['embedded']} vectors computed, "
        f"{index['clauses']} clauses unchanged"
    )
    if len(servers) > 1:
        ratio = servers[0]["p50"] / servers[1]["p50"]
        lines.append(f"one asker, p50: {servers[0]['system']} / {servers[1]['system']} = {ratio:.2f}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
