"""A class room on a running server: sessions from one address, each with its own cookie, asking, searching and reading.

    hegui serve --port 8000 &
    python -m bench.load --sessions 60 --minutes 5 [--pid PID] [http://127.0.0.1:8000]

Every session does what a phone does (a page, a question, a search, a clause's law), waits a few seconds, and goes on. With
``--pid`` the server's memory and open files are read every minute. Printed: requests by kind with p50, p95 and the slowest,
errors (5xx and broken connections), refusals (429). Bounded: sessions times minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import httpx2

QUESTIONS = (
    "直播间能说全网最低价吗", "好评返现可以吗", "主播没核验身份罚多少", "福袋要写中奖概率吗", "七天无理由退货运费谁出",
    "划线价没卖过算不算价格欺诈", "保健品能说治病吗", "数字人直播要标吗", "直播记录要存多久", "卖二手包要什么手续",
)  # fmt: skip
PAGES = ("/", "/live-room/", "/anchor/price-talk/", "/live-room/price/", "/script/", "/chat")
SEARCHES = ("划线价", "刷单", "退货", "广告标识")
PAUSE = (3.0, 9.0)  # seconds between what a person does


@dataclass
class Seen:
    """What came back."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    codes: Counter[str] = field(default_factory=Counter)

    def table(self, minutes: float) -> str:
        """A row for every kind of request."""
        lines = [f"{'':<10}{'requests':>9}{'p50 ms':>9}{'p95 ms':>9}{'slowest':>9}"]
        for kind, found in sorted(self.times.items()):
            cuts = quantiles(found, n=20) if len(found) > 1 else found * 19
            lines.append(f"{kind:<10}{len(found):>9}{cuts[9]:>9.0f}{cuts[18]:>9.0f}{max(found):>9.0f}")
        whole = sum(map(len, self.times.values()))
        codes = ", ".join(f"{code}: {n}" for code, n in sorted(self.codes.items()))
        return "\n".join([*lines, f"{whole} requests in {minutes:.1f} minutes; {codes}"])


async def session(address: str, number: int, until: float, seen: Seen) -> None:
    """One phone until the time is up."""
    draw = random.Random(number)
    async with httpx2.AsyncClient(base_url=address, timeout=60) as http:
        await asyncio.sleep(draw.uniform(0, PAUSE[0]))
        while time.monotonic() < until:
            await _once(http, draw, seen)
            await asyncio.sleep(draw.uniform(*PAUSE))


async def _once(http: httpx2.AsyncClient, draw: random.Random, seen: Seen) -> None:
    kind = draw.choices(("ask", "page", "search", "law"), (5, 3, 1, 1))[0]
    started = time.perf_counter()
    try:
        if kind == "ask":
            answer = await http.post("/api/ask", json={"question": draw.choice(QUESTIONS)})
        elif kind == "page":
            answer = await http.get(draw.choice(PAGES))
        elif kind == "search":
            answer = await http.get("/api/search", params={"q": draw.choice(SEARCHES)})
        else:
            answer = await http.get("/api/laws/广告法/9")
        seen.codes[str(answer.status_code)] += 1
    except httpx2.HTTPError as error:
        seen.codes[type(error).__name__] += 1
    seen.times[kind].append((time.perf_counter() - started) * 1000)


async def watch(pid: int, until: float) -> None:
    """Memory and open files of a process, a line a minute."""
    begun = time.monotonic()
    while time.monotonic() < until:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
        memory = int(next(x.split()[1] for x in status.splitlines() if x.startswith("VmRSS:"))) / 1024
        files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
        print(f"minute {(time.monotonic() - begun) / 60:5.1f}: {memory:7.1f} MB, {files} files", flush=True)
        await asyncio.sleep(60)


async def run(address: str, sessions: int, minutes: float, pid: int | None) -> Seen:
    """All sessions side by side."""
    seen, until = Seen(), time.monotonic() + minutes * 60
    work = [session(address, number, until, seen) for number in range(sessions)]
    await asyncio.gather(*work, *([watch(pid, until)] if pid else []))
    return seen


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--sessions", type=int, default=60)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--pid", type=int)
    options = parser.parse_args()
    begun = time.monotonic()
    seen = asyncio.run(run(options.address, options.sessions, options.minutes, options.pid))
    print(seen.table((time.monotonic() - begun) / 60))


if __name__ == "__main__":
    main()
