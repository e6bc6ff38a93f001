"""Memory and open files of a running service over many republications: ``python -m bench.republish --rounds 50``.

A copy of the content (``--guidelines 12``: of the first twelve) is served in this process; each round changes a title, publishes
in this process, too, and asks. Printed every five rounds: resident memory (MB), open files, of these deleted ones, threads.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import threading
from pathlib import Path

from fastapi.testclient import TestClient

from api.app import create_app
from rag.content import load_corpus
from rag.ground import Settings, load_settings
from rag.index import bring_up_to_date

QUESTION = "直播间能说全网最低价吗"


def state() -> tuple[float, int, int, int]:
    """Resident memory in MB, open files, deleted ones among them, threads."""
    status = Path("/proc/self/status").read_text("utf-8")
    memory = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))) / 1024
    return memory, *open_files(), threading.active_count()


def open_files() -> tuple[int, int]:
    """How many files this process has open, and how many of these are deleted."""
    places = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            places.append(str(link.readlink()))
        except OSError:
            continue
    return len(places), sum("(deleted)" in place for place in places)


def copied(settings: Settings, folder: Path, few: int) -> Settings:
    """The same installation in a folder of its own, with its vectors if there are any; only ``few`` guidelines if not 0."""
    shutil.copytree(settings.guidelines, folder / "guidelines")
    if (settings.data / "index").exists():
        shutil.copytree(settings.data / "index", folder / "var" / "index")
    if few:
        for left in sorted({p.parent for p in (folder / "guidelines").glob("*/*/*.md")})[few:]:
            shutil.rmtree(left)
    return settings.model_copy(
        update={"guidelines": folder / "guidelines", "data": folder / "var", "rate_limit": 0}
    )


def main() -> None:
    """Run the rounds and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--guidelines", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = copied(load_settings(), Path(folder), options.guidelines)
        source = sorted(settings.guidelines.glob("*/*/*.md"))[0]
        text = source.read_text("utf-8")
        with TestClient(create_app(settings)) as client:
            for number in range(options.rounds + 1):
                source.write_text(text.replace("title: ", f"title: 第{number}次", 1), "utf-8")
                report = bring_up_to_date(settings, load_corpus(settings.guidelines))
                answer = client.post("/api/ask", json={"question": f"{QUESTION}{number}"})
                assert answer.status_code == 200, answer.text
                if number % 5 == 0:
                    memory, files, deleted, threads = state()
                    print(
                        f"round {number:3} generation {report.generation:3}: {memory:7.1f} MB, {files} files, "
                        f"{deleted} deleted, {threads} threads",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
