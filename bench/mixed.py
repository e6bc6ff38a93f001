"""Memory of a running service over mixed use with republications: ``python -m bench.mixed --minutes 30 --every 90``.

A copy of the content and of the published index is served by ``hegui serve`` in a process of its own, sessions from one
address do what `bench.load` does, and every ``--every`` seconds a clause changes and is published by ``hegui index``, another
process, as officers and the desk do it. Printed every two minutes: resident memory of the service (MB), open files,
threads, publications so far; at the end the requests. Bounded: minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import httpx2

from bench.load import Seen, session
from rag.ground import load_settings

HEGUI = (sys.executable, "-c", "from rag.cli import main; main()")
LOOK_EVERY = 120.0
PATIENCE = 900.0  # for the start on a machine that does other things


def copied(folder: Path) -> dict[str, str]:
    """The same installation in a folder of its own: the environment that names it. Limits are wide: all sessions are one address."""
    settings = load_settings()
    shutil.copytree(settings.guidelines, folder / "guidelines")
    shutil.copytree(settings.data / "index", folder / "var" / "index")
    places = {"GUIDELINES": "guidelines", "DATA": "var", "SITE": "site"}
    return {**os.environ, **{f"HEGUI_{name}": str(folder / place) for name, place in places.items()}}


def state(pid: int) -> str:
    """Resident memory, the most there ever was, open files and threads of a process."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    facts = dict(line.split(":", 1) for line in lines)
    now, most = (int(facts[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return f"{now:7.1f} MB (most {most:7.1f}), {files:3} files, {facts['Threads'].strip():>3} threads"


class Publisher:
    """Changes one title after the other and publishes."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.done, self.refused = 0, 0
        self._source = sorted((folder / "guidelines").glob("*/*/*.md"))[0]
        self._text, self._environment = self._source.read_text("utf-8"), environment

    async def publish(self) -> None:
        """One publication, in a process of its own."""
        changed = self._text.replace("title: ", f"title: 第{self.done + 1}次", 1)
        self._source.write_text(changed, "utf-8")
        build = await asyncio.create_subprocess_exec(
            *HEGUI, "index", env=self._environment, stdout=subprocess.DEVNULL
        )
        if await build.wait():
            self.refused += 1  # the site of the start is still being made, and its process holds the lock
        else:
            self.done += 1


async def until_ready(address: str) -> None:
    """Wait for the service's first answer and for its pages: a fresh folder has none yet, and says 503 until they are made."""
    ends = time.monotonic() + PATIENCE
    async with httpx2.AsyncClient(base_url=address, timeout=60) as http:
        while time.monotonic() < ends:
            try:
                answer = await http.post("/api/ask", json={"question": "好评返现可以吗"})
                if answer.status_code == (await http.get("/live-room/")).status_code == 200:
                    return
            except httpx2.HTTPError:
                pass
            await asyncio.sleep(1)
    raise SystemExit("the service did not start")


async def measure(
    address: str, pid: int, publisher: Publisher, options: argparse.Namespace, seen: Seen
) -> None:
    """Sessions, publications and the table side by side until the time is up."""
    await until_ready(address)
    begun = time.monotonic()
    until = begun + options.minutes * 60

    async def publications() -> None:
        while time.monotonic() + options.every < until:
            await asyncio.sleep(options.every)
            await publisher.publish()

    async def table() -> None:
        while True:
            minutes = (time.monotonic() - begun) / 60
            print(
                f"minute {minutes:5.1f}: {state(pid)}, {publisher.done:3} publications, {publisher.refused} refused",
                flush=True,
            )
            if time.monotonic() >= until:
                return
            await asyncio.sleep(min(LOOK_EVERY, max(0.0, until - time.monotonic())))

    sessions = [session(address, number, until, seen) for number in range(options.sessions)]
    await asyncio.gather(table(), publications(), *sessions)


def main() -> None:
    """Start the service, run, print, end it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--every", type=float, default=90, help="seconds between two publications")
    parser.add_argument("--sessions", type=int, default=12)
    parser.add_argument("--port", type=int, default=8330)
    options = parser.parse_args()
    seen, address = Seen(), f"http://127.0.0.1:{options.port}"
    with tempfile.TemporaryDirectory(prefix="hegui-mixed-") as place:
        environment = copied(Path(place))
        command = [*HEGUI, "serve", "--port", str(options.port)]
        service = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            publisher = Publisher(Path(place), environment)
            asyncio.run(measure(address, service.pid, publisher, options, seen))
        finally:
            service.terminate()
            service.wait(30)
    print(seen.table(options.minutes))


if __name__ == "__main__":
    main()
