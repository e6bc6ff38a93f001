"""Word lists and exemptions of the script check: every one is edited at the desk, and nothing but the edited line changes."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from api.app import create_app
from api.desk.applied import files_of
from api.desk.roles import Role
from api.desk.services import Desk
from rag.content import load_corpus
from rag.ground import ContentError
from rag.ground.settings import ROOT, Settings
from rag.script import EXEMPTIONS, load_pack, read_lists, with_rule, with_words
from tests.desk.signing import account, post, sign_in, with_real_guideline

RULES = ROOT / "guidelines" / "rules"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The content with rules whose clauses are there."""
    return tmp_path / "guidelines"


@pytest.fixture
def desk(configure: Callable[..., Settings], folder: Path) -> Iterator[TestClient]:
    with_real_guideline(configure(), folder)
    shutil.copytree(RULES, folder / "rules")
    for name in ("kinds", "medical", "people", "composed"):  # their clauses are not in the small content
        (folder / "rules" / f"{name}.yml").unlink()
    with TestClient(create_app(configure(guidelines=folder))) as client:
        account(client.app, "wang", Role.WRITER)  # type: ignore[arg-type]
        sign_in(client, "wang")
        yield client


def typed(desk: TestClient, own: str, part: str = "lines") -> str:
    """What a list's page has in a field."""
    field = BeautifulSoup(desk.get(f"/desk/wordlists/{own}").text, "html.parser").find(
        "textarea", attrs={"name": part}
    )
    assert field, own
    return field.get_text().removeprefix("\n")


def changed(desk: TestClient, folder: Path) -> list[str]:
    """The lines that a publication of all that waits would change."""
    office: Desk = desk.app.state.hegui.desk  # type: ignore[attr-defined]
    lines = []
    for one in files_of([], office.additions.waiting(), load_corpus(folder), folder):
        before = (folder / one.path).read_text("utf-8").splitlines()
        lines += [
            line for line in difflib.ndiff(before, (one.data or b"").decode().splitlines()) if line[0] in "+-"
        ]
    return lines


def test_a_word_is_tried_in_its_list_and_kept_for_publication(desk: TestClient, folder: Path) -> None:
    at, words = "/desk/wordlists/words:数量", typed(desk, "words:数量")
    assert "数量" in desk.get("/desk/wordlists", params={"q": "数量"}).text
    said = "去年卖若干元，今天若干。"
    for lines, found in ((words, False), (f"{words}\n若干", True)):
        tried = post(desk, at, act="try", text=said, lines=lines)
        told = BeautifulSoup(tried.text, "html.parser").select_one("[role=status]")
        assert told
        assert ("若干" in told.get_text()) is found, told
    assert post(desk, at, lines=f"{words}\n若干").status_code == 303
    assert post(desk, at, lines=f"{words}\n亮堂").status_code == 409
    assert changed(desk, folder) == ["+     - 若干"]
    page = desk.get("/desk/wordlists").text
    assert page.count("有改动等待发布") == 1


def test_each_kind_of_list_changes_by_its_own_line(desk: TestClient, folder: Path) -> None:
    lists = {
        "goods:agri": ("", "马铃薯", 2), "variants:": ("", "z 疗=治疗", 1), "sounds:": ("", "全网最灵", None),
        "exempt:wish": ("after", "一直在努力", 1),
    }  # fmt: skip
    for own, (part, line, lines) in lists.items():
        field = part or "lines"
        sent = post(desk, f"/desk/wordlists/{own}", **{field: f"{typed(desk, own, field)}\n{line}"})
        assert sent.status_code == 303, sent.text
        found = [x for x in changed(desk, folder) if x.startswith("+") and line.partition("=")[0] in x]
        assert len(found) == 1, own
        assert lines is None or len(changed(desk, folder)) == lines, own
        office: Desk = desk.app.state.hegui.desk  # type: ignore[attr-defined]
        office.additions.drop(office.additions.waiting()[0].id, office.people.all()[0])


def test_a_list_and_an_exemption_are_written_anew_and_taken_out(desk: TestClient, folder: Path) -> None:
    assert post(desk, "/desk/wordlists/new/words", name="天价", lines="天价\n天上掉的价").status_code == 303
    assert post(desk, "/desk/wordlists/new/exempt", name="念台词", before="剧本里写着").status_code == 303
    assert changed(desk, folder) == [
        "+   天价:", "+     - 天价", "+     - 天上掉的价", "+ - id: own-1", "+   name: 念台词", "+   always: true", "+   before:",
        "+     - 剧本里写着",
    ]  # fmt: skip
    used = post(desk, "/desk/wordlists/words:大词", act="delete")
    assert (used.status_code, "没有的词表" in used.text) == (422, True)
    assert post(desk, "/desk/wordlists/exempt:asked", act="delete").status_code == 303
    for wrong, told in (("words:没有", 404), ("nothing", 404)):
        assert desk.get(f"/desk/wordlists/{wrong}").status_code == told
    assert desk.get("/desk/wordlists/new/goods").status_code == 404


def test_a_milder_case_of_a_rule_is_edited(desk: TestClient, folder: Path) -> None:
    at = "/desk/rules/price-lowest"
    page = BeautifulSoup(desk.get(at).text, "html.parser")
    field = page.find("textarea", attrs={"name": "softer0"})
    assert field
    fields = {
        f["name"]: f.get_text().removeprefix("\n") if f.name == "textarea" else f["value"]
        for f in page.select("fieldset textarea, fieldset input[name]:not([type=checkbox]:not([checked]))")
        if f["name"] not in ("text", "goods")
    }  # fmt: skip
    level = page.select_one("select[name=level] option[selected]")
    assert level
    sent = post(desk, at, **{**fields, "level": level.get_text(), "softer0": f"{fields['softer0']}\n比隔壁"})
    assert sent.status_code == 303, sent.text
    lines = changed(desk, folder)
    assert [line for line in lines if line.startswith("+")] == [lines[-1]]
    assert "比隔壁" in lines[-1]


def test_the_lists_of_the_project_are_written_back_byte_for_byte() -> None:
    lists, exemptions = read_lists(RULES)
    text = (RULES / "lists.yml").read_text("utf-8")
    for section, held in (("words", lists.words), ("goods", lists.goods)):
        for name, values in held.items():
            assert with_words(text, section, name, list(values)) == text, name
    assert with_words(text, "variants", "", lists.variants) == text
    text = (RULES / EXEMPTIONS).read_text("utf-8")
    for one in exemptions:
        for part in ("before", "after", "over", "sentence"):
            if values := getattr(one, part):
                assert with_rule(text, EXEMPTIONS, one.id, {part: list(values)}) == text, one.id
    with pytest.raises(ContentError, match="没有词表"):
        with_words((RULES / "lists.yml").read_text("utf-8"), "words", "没有", None)
    assert load_pack(RULES).lists == lists
