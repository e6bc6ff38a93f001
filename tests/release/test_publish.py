"""A publication is there as a whole or not at all: refusals, kills at every step, git, roll back."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from rag.ask import Assistant, Question
from rag.content import LAWS_FILE, Kind, load_corpus, read_corrections
from rag.ground import ROOT, ContentError, ReleaseError, Settings
from rag.index import bring_up_to_date, read_pointer
from rag.release import (
    Change,
    Job,
    answers_that_change,
    publications,
    publish,
    read_progress,
    record,
    recover,
    roll_back,
    settings_for,
    start_job,
)
from rag.release.journal import journal_file, release_lock
from rag.release.models import sha256
from rag.site import build, site_lock
from tests.killed import LEAST, Work, points
from tests.site import support

OLD, NEW = "卡券引诱", "卡券诱导"


def target(settings: Settings) -> str:
    """A version with the words that are put right."""
    found = (
        p for p in settings.guidelines.glob("*/*/*.md") if any(w in p.read_text("utf-8") for w in (OLD, NEW))
    )
    return max(p.relative_to(settings.guidelines).as_posix() for p in found)


def change(settings: Settings, old: str = OLD, new: str = NEW) -> Change:
    path = target(settings)
    data = (settings.guidelines / path).read_bytes()
    assert old.encode() in data
    return Change.of(path, data.replace(old.encode(), new.encode()), sha256(data))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published installation; tests work on copies."""
    root = tmp_path_factory.mktemp("world")
    settings = support.settings(root)
    bring_up_to_date(settings, load_corpus(settings.guidelines))
    build(settings)
    return root


@pytest.fixture
def settings(world: Path, tmp_path: Path) -> Settings:
    shutil.copytree(world, tmp_path / "w")
    return support.settings(tmp_path / "w")


def state(settings: Settings) -> tuple[bool, bool, bool]:
    """Whether the new words are in the files, in the published index, on the site; no place may hold both."""
    path = Path(target(settings))
    text = (settings.guidelines / path).read_text("utf-8")
    pointer = read_pointer(settings.data / "index")
    assert pointer is not None
    lines = (settings.data / "index" / pointer.name / "chunks.jsonl").read_text("utf-8").splitlines()
    key = f"{path.parent.as_posix()}@{path.stem}"
    chunks = "\n".join(line for line in lines if json.loads(line)["id"].startswith(key))
    pages = [p.read_text("utf-8") for p in (settings.site / path.parent).rglob("index.html")]
    assert chunks
    assert pages
    places = text, chunks, "\n".join(pages)
    assert all((OLD in place) != (NEW in place) for place in (text, chunks))
    every = [p.read_text("utf-8") for p in settings.site.rglob("*.html")]
    assert len({said for page in every for said in re.findall('"hegui:content" content="(.+?)"', page)}) == 1
    return tuple(NEW in place for place in places)  # type: ignore[return-value]


def leftovers(settings: Settings) -> list[str]:
    return [p.name for p in settings.site.parent.glob(".release-*")]


def test_files_index_and_site_change_together_and_back(settings: Settings) -> None:
    before = (settings.guidelines / target(settings)).read_bytes()
    assert state(settings) == (False, False, False)
    made = publish([change(settings)], "王芳", "改正用词", settings)
    assert state(settings) == (True, True, True)
    told = read_corrections(settings.guidelines)
    assert len(told) == made.corrections > 0
    assert all(NEW in c.after and OLD in c.before for c in told)
    notice = (settings.site / "corrections" / "index.html").read_text("utf-8")
    feed = (settings.site / "corrections.xml").read_text("utf-8")
    assert all(word in place for word in (OLD, NEW) for place in (notice, feed))
    assert leftovers(settings) == []
    back = roll_back(settings, "李明")
    assert (state(settings), back.undoes) == ((False, False, False), made.id)
    assert (settings.guidelines / target(settings)).read_bytes() == before
    assert read_corrections(settings.guidelines) == ()
    assert [p.author for p in publications(settings)] == ["李明", "王芳"]
    with pytest.raises(ReleaseError, match="没有可以退回"):
        roll_back(settings, "李明")


def test_what_is_wrong_is_refused_and_nothing_changes(settings: Settings) -> None:
    good = change(settings)
    assert good.data is not None
    broken = Change.of(good.path, good.data.replace(b"status: published", b"status: finished"))
    with pytest.raises(ContentError, match=r"要先改正"):
        publish([broken], "王芳", "x", settings)
    head, _, last = good.data.decode().rpartition("《")
    unknown = Change.of(good.path, f"{head}《没有这部{last}".encode())
    named = r"：\S+《.+》（\d{4}-\d\d-\d\d 起施行）\S+第 \d+ 条“.+”：.*没有这部"
    with pytest.raises(ContentError, match=named) as told:
        publish([unknown], "王芳", "x", settings)
    assert not re.search(r"\.md|第 \d+ 行|[a-z]+-\d+\b|[a-z-]+/[a-z-]+", str(told.value)), told.value
    with pytest.raises(ReleaseError, match=r"》（.*在这期间被改过"):
        publish([good.model_copy(update={"base": sha256(b"other")})], "王芳", "x", settings)
    with release_lock(settings, wait=False), pytest.raises(ReleaseError, match="正在发布"):
        publish([good], "王芳", "x", settings)
    with pytest.raises(ValueError, match="path"):
        Change.of("../../etc/passwd", b"")
    assert (state(settings), publications(settings), leftovers(settings)) == ((False, False, False), [], [])


def test_killed_at_any_step_all_is_old_or_all_is_new(settings: Settings, tmp_path: Path) -> None:
    """At each step the disk is copied: what a process finds that starts after a kill there."""
    shots: list[tuple[Path, bool]] = []
    root = settings.guidelines.parent

    def photograph(step: str, done: int, total: int) -> None:
        shot = tmp_path / f"shot-{len(shots)}"
        shutil.copytree(root, shot, symlinks=True)
        shots.append((shot, journal_file(settings).exists()))

    publish([change(settings)], "王芳", "改正用词", settings, progress=photograph)
    outcomes = []
    for shot, committed in shots:
        found = support.settings(shot)
        assert (recover(found) is not None) is committed
        assert state(found) == (committed,) * 3
        assert (leftovers(found), journal_file(found).exists()) == ([], False)
        assert len(publications(found)) == committed
        assert recover(found) is None
        outcomes.append(committed)
        shutil.rmtree(shot)
    assert outcomes == sorted(outcomes)
    assert outcomes.count(False) >= 5
    assert outcomes.count(True) >= 6


PUBLISH = """
from rag.ground import Settings
from rag.release import publish
from rag.release.job import Job
sys.addaudithook(touch)
job = Job.model_validate_json(sys.stdin.buffer.read())
publish(job.changes, job.author, job.message, Settings(**job.settings))
"""


@pytest.mark.timeout(1800)
def test_a_publication_killed_at_ten_points_is_all_old_or_all_new(settings: Settings) -> None:
    """There and back by turns, each on what the one before has left."""
    work, up, killed = Work(PUBLISH, settings.data), False, 0

    def job() -> bytes:
        words = (NEW, OLD) if up else (OLD, NEW)
        named = settings_for(settings)
        made = Job(settings=named, changes=[change(settings, *words)], author="王芳", message="x")
        return made.model_dump_json().encode()

    touches, up = work.measured(job()), True
    for point in points(touches, 10, seed=5):
        killed += work.kill(*point, job())
        recover(settings)
        up = state(settings)[0]
        assert (state(settings), leftovers(settings)) == ((up,) * 3, []), point
    assert killed >= LEAST
    publish([change(settings, *((NEW, OLD) if up else (OLD, NEW)))], "王芳", "again", settings)
    assert state(settings) == (not up,) * 3


def test_a_kill_between_exchange_and_clearing_keeps_the_new_site(settings: Settings, tmp_path: Path) -> None:
    """The old site stands where the new one was, and is not taken for it; the exchange may be done or not."""
    root, shot = settings.guidelines.parent, tmp_path / "shot"

    def photograph(step: str, done: int, total: int) -> None:
        if (step, done) == ("切换", 3):
            shutil.copytree(root, shot, symlinks=True)

    publish([change(settings)], "王芳", "改正用词", settings, progress=photograph)
    found = support.settings(shot)
    (work,) = shot.glob(".release-*")
    (work / "new").rename(tmp_path / "between")  # what the exchange does
    found.site.rename(work / "new")
    (tmp_path / "between").rename(found.site)
    assert recover(found) is not None
    assert state(found) == (True, True, True)
    assert leftovers(found) == []


def test_a_summary_reaches_readers_without_a_new_index(settings: Settings) -> None:
    assistant = Assistant.open(settings, load_corpus(settings.guidelines))
    path = target(settings)
    data = (settings.guidelines / path).read_bytes()
    new = re.sub(rb"summary: .*", "summary: 刷单炒信不能做，雇人、自己做都一样。".encode(), data)
    made = publish([Change.of(path, new, sha256(data))], "王芳", "改摘要", settings)
    assert assistant.refresh()
    assert not assistant.refresh()
    assert made.generation == 1
    summary = assistant.corpus.get(str(Path(path).parent), day=support.TODAY).summary
    assert summary == "刷单炒信不能做，雇人、自己做都一样。"
    assistant.close()


def test_wordings_follow_their_clause_and_leave_with_it(settings: Settings) -> None:
    path = target(settings)
    asked = settings.guidelines / Path(path).parent / "asked.yml"
    guideline = load_corpus(settings.guidelines).get(str(Path(path).parent), day=support.TODAY)
    named = next(c for c in guideline.clauses if OLD in c.text), guideline.clauses[0]
    entries = [
        f"- clause: {named[0].text[:40]}\n  as: [给券拉人算不算]\n",
        f"- clause: {named[1].text[:20]}\n  as: [刷几单]\n",
    ]
    asked.write_text("# 说明\n" + "".join(entries), "utf-8")
    assert OLD in named[0].text[:40]
    publish([change(settings)], "王芳", "改正用词", settings)
    assert (
        asked.read_text("utf-8")
        == "# 说明\n" + entries[0].partition("引诱")[0] + "\n  as: [给券拉人算不算]\n" + entries[1]
    )
    roll_back(settings, "李明")
    assert asked.read_text("utf-8") == "# 说明\n" + "".join(entries)


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def future(settings: Settings) -> Change:
    """The project's own version of a guideline, in which nothing is wrong, from a later day on."""
    path = Path(target(settings))
    data = sorted((ROOT / "guidelines" / path.parent).glob("2*.md"))[-1].read_bytes()
    return Change.of(str(path.with_name("2027-05-01.md")), data, "")


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True
    ).stdout


def test_a_publication_is_a_commit_of_the_officer_and_of_its_files_alone(settings: Settings) -> None:
    root = settings.guidelines
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "start")
    append(root / "topics.yml", "# staged by somebody\n")
    git(root, "add", "topics.yml")
    append(root / "glossary.yml", "# not staged\n")
    new = change(settings)
    assert new.data is not None
    later = future(settings)
    made = publish([new, later], "王芳", "改正用词", settings, email="wang@example.gov.cn")
    assert git(root, "log", "-1", "--format=%an %ae %s").strip() == "王芳 wang@example.gov.cn 改正用词"
    assert git(root, "show", "--name-only", "--format=").split() == sorted(
        [new.path, later.path, "corrections.yml"]
    )
    assert git(root, "status", "--porcelain").splitlines() == [" M glossary.yml", "M  topics.yml"]
    assert [p.note for p in publications(settings)] == [""]
    assert made.generation == 2
    laws = root / "laws.yml"
    raw = laws.read_bytes()
    record([Change.of("laws.yml", raw + b"# x\n", sha256(raw))], "李明", "登记新法", settings)
    assert git(root, "log", "-1", "--format=%an %s").strip() == "李明 登记新法"
    assert git(root, "show", "--name-only", "--format=").split() == ["laws.yml"]
    roll_back(settings, "李明")
    assert laws.read_bytes() == raw


def test_a_law_that_changes_is_entered_before_the_clauses_that_rest_on_it(settings: Settings) -> None:
    """Else nobody could begin: the clauses are rewritten for the law's new version, which has to be registered."""
    (settings.guidelines / "anchor" / "ip-likeness" / "2027-01-01.md").unlink()
    path = settings.guidelines / LAWS_FILE
    new, last = path.read_bytes(), "  - {effective_from: 2027-01-01, effective_to: null, articles: 87}\n"
    assert last.encode() in new
    old = new.replace(last.encode(), b"").replace(
        b"effective_to: 2026-12-31, articles: 73", b"effective_to: null, articles: 73"
    )
    path.write_bytes(old)
    publish([Change.of(LAWS_FILE, new, sha256(old))], "王", "登记新法", settings)
    assert path.read_bytes() == new
    assert "《商标法》的所引条文到 2026-12-31 为止" in publications(settings)[0].note


def test_a_future_version_is_up_but_not_in_force(settings: Settings) -> None:
    new = future(settings)
    path = new.path
    publish([new], "王芳", "新版", settings)
    name = str(Path(path).parent)
    corpus = load_corpus(settings.guidelines)
    assert corpus.get(name, day=support.TODAY).version < dt.date(2027, 5, 1)
    assert corpus.get(name, day=dt.date(2027, 5, 1)).version == dt.date(2027, 5, 1)
    publish([Change.of(path, None)], "王芳", "撤下", settings)
    assert not (settings.guidelines / path).exists()
    assert {c.after for c in read_corrections(settings.guidelines)} == {""}


def test_a_job_runs_in_its_own_process_and_tells_how_far_it_is(settings: Settings) -> None:
    job = Job(settings=settings_for(settings), changes=[change(settings)], author="王芳", message="x")
    with site_lock(settings.site):  # the daily build is at it
        process = start_job(settings, job)
        while not (told := read_progress(settings)) or told.step != "切换":
            assert process.poll() is None
            time.sleep(0.1)
        assert state(settings) == (False, False, False)
    assert process.wait(120) == 0
    told = read_progress(settings)
    assert told is not None
    assert (told.state, told.publication) == ("done", publications(settings)[0].id)
    process = start_job(settings, job)  # the same again: its base is gone
    assert process.wait(120) == 1
    told = read_progress(settings)
    assert told is not None
    assert (told.state, "在这期间被改过" in told.error) == ("failed", True)
    process = start_job(settings, job)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    told = read_progress(settings)
    assert told is not None
    assert (told.state, "什么都没有变" in told.error) == ("failed", True)


def test_that_more_clauses_were_looked_through_is_no_change_of_an_answer(settings: Settings) -> None:
    made = change(settings)
    assert made.data
    more = made.data.replace(
        "\n## 不得\n".encode(), "\n## 不得\n1. 主播不得编造销量。《电子商务法》第十七条\n".encode()
    )
    assert more != made.data
    corpus = load_corpus(settings.guidelines)
    question = "直播间能卖野生动物吗"
    said = Assistant.open(settings, corpus).ask(Question(question=question)).answer
    assert re.search(r"查了 \S+ 施行的 \d+ 条", said)
    found = answers_that_change([made.model_copy(update={"data": more})], [question], settings)
    assert found == []


def test_which_answers_change_is_told_before_and_nothing_is_published(settings: Settings) -> None:
    questions = ["好评返现可以吗", "直播间能卖野生动物吗"]
    found = answers_that_change([change(settings)], questions, settings)
    assert [d.question for d in found] == questions[:1]
    assert OLD in found[0].before
    assert NEW in found[0].after
    assert "**" not in found[0].before + found[0].after
    marked = {span.kind: span.text for span in found[0].words if span.kind != Kind.SAME}
    assert all(text in where for text, where in ((marked[Kind.REMOVED], OLD), (marked[Kind.ADDED], NEW)))
    assert (state(settings), publications(settings)) == ((False, False, False), [])
