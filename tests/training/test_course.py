"""A course filled from the real content: its agenda, its exercises, its slides, its sheets, its package."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.training.choosing import grouped
from api.training.web import _read, _stamp
from rag.content import Corpus, Section, load_cases, load_corpus
from rag.ground.errors import NotFoundError
from rag.ground.settings import ROOT
from rag.training import (
    Block,
    Course,
    Plan,
    deck_slides,
    discussions_of,
    handout,
    hurried,
    make_plan,
    most_guidelines,
    pace,
    package,
    quiz_sheet,
    render_pdf,
    slide_clauses,
    spoken,
)
from rag.training.deck import LINE, ROOM, SIZES, cut, fitting, height
from rag.training.fines import fines_of
from rag.training.forms import options_of
from rag.training.models import Discussion
from rag.training.paper import _NOT_FIRST, Paper, draw
from rag.training.sheets import FEEDBACK, _options, case_sheet
from tests.training.holding import FORM, GUIDELINES, fields, make_course

DAY = dt.date(2026, 11, 26)
LINK = "https://example.gov.cn/hegui"


@cache
def corpus() -> Corpus:
    return load_corpus(ROOT / "guidelines")


def plan_of(*guidelines: str, minutes: int = 45, operator: str = "live-room") -> Plan:
    course = Course(title="开播前一课", operator=operator, guidelines=guidelines, minutes=minutes, day=DAY)
    return make_plan(corpus(), course)


@pytest.mark.parametrize("minutes", [15, 45, 60, 240])
def test_the_agenda_fills_the_time_exactly(minutes: int) -> None:
    plan = plan_of("live-room/price", "live-room/genuine-trade", minutes=minutes)
    ends = [lesson.start + lesson.minutes for lesson in plan.lessons]
    assert [lesson.start for lesson in plan.lessons] == [0, *ends[:-1]]
    assert ends[-1] == minutes
    assert all(lesson.minutes > 0 for lesson in plan.lessons)


def test_every_exercise_has_the_verdict_of_its_clause_and_comes_from_all_guidelines() -> None:
    chosen = ("live-room/price", "live-room/genuine-trade")
    plan = plan_of(*chosen)
    assert {e.guideline for e in plan.exercises} == set(chosen)
    for e in plan.exercises:
        clause = corpus().get(e.guideline, day=DAY).clause(e.clause)
        assert clause
        assert (e.text, e.question) == (clause.text, clause.heading)
    by = {e.question: e.options[e.answer] for e in plan_of("live-room/price", minutes=240).exercises}
    assert by["划线价随便写可以吗？"] == "不可以"
    assert by["“全网最低价”能说吗？"] == "看情况"
    assert by["原价是假的，买家能要三倍赔吗？"] == "可以"


def test_a_course_keeps_to_the_version_of_its_day() -> None:
    old = Course(
        title="旧", operator="live-room", guidelines=("live-room/price",), minutes=30, day=dt.date(2020, 1, 1)
    )
    with pytest.raises(NotFoundError):
        make_plan(corpus(), old)


def test_every_clause_of_the_project_fits_its_slide() -> None:
    """Counted as the browser cannot exceed it; tests/browser/test_room.py measures a deck."""
    for guideline in corpus().in_force(DAY):
        for clause in guideline.clauses:
            parts = list(cut(clause.text, ROOM))
            assert "".join(parts) == clause.text
            assert all(height(len(p), fitting(len(p), ROOM)) <= ROOM for p in parts)
    assert SIZES[-1] * LINE * 8 <= ROOM


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("可以并处五千元以下的罚款。", [("", "五千元以下")]),
        ("没有违法所得的，罚5万元以上50万元以下。", [("没有违法所得", "5万元以上50万元以下")]),
        (
            "卖过期食品：没收食品，货值不足一万元的罚五万元以上十万元以下，一万元以上的罚十倍以上二十倍以下。",
            [("货值不足一万元", "五万元以上十万元以下"), ("货值一万元以上", "货值十倍以上二十倍以下")],
        ),
        (
            "对广告主处广告费用三倍以上五倍以下罚款，没法算的二十万元以上一百万元以下；"
            "情节严重的，五倍以上十倍以下，没法算的一百万元以上二百万元以下。",
            [
                ("对广告主", "广告费用三倍以上五倍以下"),
                ("没法算", "二十万元以上一百万元以下"),
                ("情节严重", "广告费用五倍以上十倍以下"),
                ("情节严重，没法算", "一百万元以上二百万元以下"),
            ],
        ),
        ("并处货值百分之五十以上三倍以下罚款。", [("", "货值百分之五十以上三倍以下")]),
        ("责令停业整顿。", []),
        ("罚一万元以下，罚二万元以下。", []),  # which is for whom is not said
        ("可以罚三万元起，最高五倍。", []),  # of what is not said
        ("买家可以要求一倍以上五倍以下赔偿。", []),
        (
            "罚一百万元以下，情节严重的一百万元至二百万元。",
            [("", "一百万元以下"), ("情节严重", "一百万元至二百万元")],
        ),
    ],
)
def test_a_fine_stands_large_with_its_condition(text: str, figures: list[tuple[str, str]]) -> None:
    assert list(fines_of(text)) == figures


def test_the_deck_says_how_much_it_shows_and_its_notes_are_about_their_clause() -> None:
    slides = deck_slides(plan_of("live-room/price", "live-room/truthful-marketing"))
    parts = [s for s in slides if s.kind == "part"]
    guideline = corpus().get("live-room/price", day=DAY)
    duties = sum(c.id.startswith("must-") for c in guideline.clauses)
    assert re.search(
        rf"要做到 \d+/{duties} 条、不得 \d+/\d+ 条、法律责任 \d+/\d+ 条，全文见讲义", parts[0].laws
    )
    notes = [s.note for s in slides if s.kind in ("must", "mustnot", "fine") and s.note]
    assert notes
    assert len(set(notes)) == len(notes)
    assert all(s.text for s in slides if len(s.figures) > 1)  # whose fine, and for what
    headings = {c.heading for g in corpus().in_force(DAY) for c in g.clauses if c.heading}
    assert {n.removeprefix("会有人问：").partition("答：")[0] for n in notes} <= headings
    assert not any("先让大家作答" in s.note for s in slides)


def test_all_duties_bans_and_fines_become_slides_but_those_left_out() -> None:
    plan = plan_of("live-room/price", "live-room/truthful-marketing")
    addresses = [f"{g.id}#{c.id}" for g in plan.guidelines for c in slide_clauses(g)]
    assert clauses_shown(plan) == addresses
    left = (addresses[0], addresses[-1])
    fewer = plan.model_copy(update={"course": plan.course.model_copy(update={"left_out": left})})
    assert clauses_shown(fewer) == addresses[1:-1]
    assert pace(fewer)[0] == len(addresses) - 2
    assert pace(fewer)[1] > pace(plan)[1] > 0
    assert {b.text for b in handout(fewer).blocks} == {b.text for b in handout(plan).blocks}
    old = plan.course.model_dump(mode="json", exclude={"left_out"})  # saved before there was a choice
    assert Course.model_validate(old) == plan.course


def test_no_slide_ends_with_what_parted_its_law_references() -> None:
    texts = [spoken(c) for g in corpus().in_force(DAY) for c in slide_clauses(g)]
    assert len(texts) > 1000
    assert [t for t in texts if not t or t[-1] in "；、，"] == []


def clauses_shown(plan: Plan) -> list[str]:
    """The clauses of a deck in its order."""
    found = [s.link for s in deck_slides(plan, LINK) if s.kind in ("must", "mustnot", "fine")]
    return list(dict.fromkeys(link.removeprefix(f"{LINK}/").replace("/#", "#") for link in found))


def test_a_pdf_has_all_pages_numbered_with_publisher_and_contents() -> None:
    plan = plan_of("live-room/price")
    sheet = handout(plan, LINK)
    body = render_pdf(sheet, publisher="某市市场监督管理局", day=DAY)
    assert body.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", body)) >= 4
    assert b"/Outlines" in body
    assert len(body) < 600_000  # the font is cut to what is used
    assert [b.text[:2] for b in sheet.blocks if b.kind == "ask"][:2] == ["1.", "2."]
    faq = [c for g in plan.guidelines for c in g.clauses if c.section is Section.FAQ]
    assert sum(b.kind == "ask" for b in sheet.blocks) == len(faq) > 10


class Recording(Paper):
    """Paper that remembers which words came on which page; in a font that needs no file."""

    def __init__(self) -> None:
        super().__init__("")
        self.put: list[tuple[int, str]] = []
        self.add_page()

    def set_font(self, family: str | None = None, style: str = "", size: float = 0) -> None:
        super().set_font("helvetica", style, size)

    def cell(self, w: float | None = None, h: float | None = None, text: str = "", **more: Any) -> bool:
        self.put.append((self.page_no(), text.strip()))
        return super().cell(w, h, text, **more)

    def footer(self) -> None:
        """None."""


def test_a_question_and_its_answer_stand_on_one_page() -> None:
    paper = Recording()
    pairs = [
        (Block(kind="ask", text=f"q{n}"), Block(kind="item", text=f"a{n} " + "word " * (20 + 37 * (n % 4))))
        for n in range(40)
    ]
    draw(paper, [b for pair in pairs for b in pair])
    pages = {text.split()[0]: page for page, text in paper.put if text[:1] in "qa"}
    assert paper.page_no() > 2
    assert all(pages[f"q{n}"] == pages[f"a{n}"] for n in range(40))


def test_the_lines_of_a_case_come_with_its_question_and_a_table_repeats_its_head() -> None:
    paper = Recording()
    head = Block(kind="head", cells=("name", "sum"))
    draw(paper, [head, *(Block(kind="row", cells=(f"r{n}", "1")) for n in range(90))])
    assert [page for page, text in paper.put if text == "name"] == list(range(1, paper.page_no() + 1))
    turned = paper.page_no()
    assert turned > 1
    lines = [Block(kind="line", tied=True), Block(kind="line")]
    draw(paper, [b for n in range(20) for b in (Block(kind="sub", text=f"q{n}"), *lines)])
    last = [page for page, text in paper.put if text.startswith("q")][-1]
    assert last == paper.page_no() > turned


def test_paper_knows_which_of_its_parts_end_nearly_empty() -> None:
    row, page = Block(kind="row", cells=("a", "b")), Block(kind="page")
    for rows, sparse in (
        (3, 0),
        (20, 0),
        (34, 1),
        (60, 0),
    ):  # one page, one page, a line on a second, two pages
        paper = Recording()
        draw(paper, [*[row] * rows, page, row])
        assert (rows, paper.sparse) == (rows, sparse)


def test_papers_name_laws_and_clauses_in_words_and_cases_are_about_the_course() -> None:
    for operator, chosen in (
        ("anchor", ("anchor/fake-popularity", "anchor/price-talk", "anchor/protection")),
        ("mcn", ("mcn/fake-trade-ban", "mcn/personal-info-minors")),
    ):
        course = Course(title="课", operator=operator, guidelines=chosen, minutes=120, day=DAY)
        cases = discussions_of(corpus(), load_cases(ROOT / "guidelines"), course)
        assert cases
        parts = [p for c in cases for _, _, source in c.questions for p in source.split("；")]
        places = [p for p in parts if not p.startswith("《")]
        assert {p.partition("（")[0] for p in places} <= {corpus().get(g, day=DAY).title for g in chosen}
        assert all(re.search(r"（\d{4}-\d\d-\d\d 起施行的版本）\w+第 \d+ 条$", p) for p in places)
        plan = make_plan(corpus(), course, discussions=cases)
        said = [b.text for s in (quiz_sheet(plan), case_sheet(plan), handout(plan)) for b in s.blocks]
        said += [s.note for s in deck_slides(plan)]
        assert not any(re.search(r"\b(?:must|mustnot|howto|check|liability|faq)-\d", text) for text in said)


def test_no_line_of_a_pdf_begins_with_a_closing_mark() -> None:
    paper = Paper("")
    paper.add_page()
    paper.set_font("helvetica", "", 11)
    paper.get_string_width = lambda *_, **__: 10.0  # type: ignore[method-assign]
    for text in ("甲乙丙丁戊，己庚辛壬癸。", "甲乙丙丁（戊己）庚辛", "，，，，，，，，"):
        lines = paper.wrapped(text, 52.0)
        assert "".join(lines) == text
        assert not any(line[0] in _NOT_FIRST for line in lines[1:])


def test_the_package_works_from_a_folder() -> None:
    plan = plan_of("live-room/price")
    case = Discussion(
        title="一场秒杀", story="虚构的故事。", questions=(("可以吗", "不可以。", "直播间价格展示 must-1"),)
    )
    plan = plan.model_copy(update={"discussions": (case,)})
    names = zipfile.ZipFile(io.BytesIO(package(plan, today=DAY)))
    for page in ("slides.html", "quiz.html", "handout.html", "cases.html"):
        html = names.read(page).decode()
        wanted = [a for a in re.findall(r'(?:src|href)="([^"#]+)"', html) if not a.startswith("http")]
        assert wanted
        assert set(wanted) <= set(names.namelist()), page
    assert names.read("handout.html").decode().count("<table>") == 1  # columns of one width in every row
    assert "没有二维码" in names.read("README.txt").decode()
    papers = {"handout.pdf", "quiz.pdf", "cases.pdf", "signin.pdf", "feedback.pdf", "README.txt"}
    assert papers <= set(names.namelist())
    said = re.split("[ ；\\n]+", names.read("README.txt").decode())
    assert {n for n in names.namelist() if n.endswith((".html", ".pdf"))} <= set(said)
    assert any("虚构" in b.text for b in case_sheet(plan).blocks)


def test_the_answers_of_the_quiz_stand_on_pages_of_their_own() -> None:
    plan = plan_of("live-room/price")
    kinds = [b.kind for b in quiz_sheet(plan).blocks]
    before = " ".join(b.text for b in quiz_sheet(plan).blocks[: kinds.index("page")])
    assert not any(e.text in before for e in plan.exercises)


def test_short_options_of_the_quiz_stand_on_one_line() -> None:
    assert _options(("三日", "七日", "十五日")) == ["A　三日　　B　七日　　C　十五日"]
    long = ("不行，" + "长" * 12, "行，" + "长" * 12, "行")
    assert _options(long) == [f"{letter}　{o}" for letter, o in zip("ABC", long, strict=True)]


def test_slides_lead_to_their_clause_and_say_when() -> None:
    slides = deck_slides(plan_of("live-room/price"), f"{LINK}/")
    assert any(s.link == f"{LINK}/live-room/price/#must-1" for s in slides)
    minutes = [s.minute for s in slides]
    assert minutes == sorted(minutes)
    assert minutes[-1] == 45


def test_a_course_is_saved_shared_and_made_again(client: TestClient) -> None:
    path = make_course(client)
    assert "开播前一课" in client.get(path).text
    again = client.get(f"/training?like={path.rpartition('/')[2]}").text
    assert again.count(" checked") == 2
    assert client.get(f"{path}/handout.pdf").content.startswith(b"%PDF")
    assert client.get(f"{path}/cases.pdf").status_code == 404
    assert client.get("/training/AAAAAAAAAAAAAAAA").status_code == 404


def test_the_trainer_chooses_the_clauses_and_whoever_has_the_link_sees_the_same(client: TestClient) -> None:
    data = fields(client, "/training?operator=live-room") | FORM
    picking = client.post("/training", data=data | {"pick": "1"}).text
    offered = re.findall(r'name="slides" value="([^"]+)" checked', picking)
    assert {a.partition("#")[0] for a in offered} == set(GUIDELINES)
    data |= {"listed": list(GUIDELINES)}
    made = client.post("/training", data=data | {"slides": offered[1:]}, follow_redirects=False)
    path = made.headers["location"]
    number = path.rpartition("/")[2]
    corpus = client.app.state.hegui.engine.corpus()  # type: ignore[attr-defined]
    name, _, clause = offered[0].partition("#")
    guideline = corpus.get(name, day=client.app.state.hegui.settings.current_day())  # type: ignore[attr-defined]
    gone = spoken(guideline.clause(clause))
    other = TestClient(client.app)
    assert gone in picking
    assert gone not in other.get(f"{path}/slides").text
    assert "去掉了 1 条" in other.get(path).text
    again = other.get(f"/training/clauses?like={number}").text
    assert re.findall(r'name="slides" value="([^"]+)" checked', again) == offered[1:]
    start = other.get(f"/training?like={number}").text
    assert f'name="left_out" value="{offered[0]}"' in start
    without = {k: v for k, v in data.items() if k != "listed"} | {"left_out": offered[:1]}
    kept = client.post("/training", data=without, follow_redirects=False).headers["location"]
    assert gone not in client.get(f"{kept}/slides").text
    none = client.post("/training", data=data | {"slides": []})
    assert none.status_code == 422
    assert "一条也没有勾" in none.text
    assert none.text.count('name="slides"') == len(offered)
    back = client.post("/training", data=data | {"slides": offered[1:], "back": "1"}).text
    assert back.count(" checked") == 2


def test_questions_are_read_once_until_their_file_changes(tmp_path: Path) -> None:
    file, reads = tmp_path / "quiz.yml", list[str]()

    def load(folder: Path) -> tuple[str, ...]:
        reads.append(file.read_text("utf-8") if file.exists() else "")
        return (reads[-1],)

    for text in (None, "a", "b", "bc"):
        if text:
            file.write_text(text, "utf-8")
            os.utime(file, ns=(len(reads), len(reads)))
        assert [_read(load, tmp_path, _stamp(file)) for _ in range(2)] == [(text or "",)] * 2
    assert reads == ["", "a", "b", "bc"]


def test_paper_and_phone_ask_the_same_after_a_course() -> None:
    page = (ROOT / "api" / "training" / "templates" / "phone.html").read_text("utf-8")
    for ask, answers in FEEDBACK:
        options = page.partition(ask)[2].partition("</select>")[0]
        assert tuple(re.findall(r'value="\d">([^<]+)<', options)) == answers


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minutes": "5"}, "时长写得不对"),
        ({"minutes": "四十五"}, "时长写得不对"),
        ({"guidelines": []}, "还没有选好指引"),
        ({"guidelines": ["live-room/none"]}, "没有指引"),
        ({"guidelines": [f"a/b{n}" for n in range(13)]}, "最多 12 份，请去掉 1 份"),
        ({"guidelines": [f"a/b{n}" for n in range(6)], "minutes": "15"}, "15 分钟讲不了 6 份指引"),
        ({"title": "长" * 41}, "课程名太长"),
        ({"operator": "nobody"}, "没有这类经营者"),
    ],
)
def test_what_is_wrong_in_the_form_is_told(client: TestClient, changes: dict[str, object], said: str) -> None:
    data = fields(client, "/training?operator=live-room") | FORM | changes
    answer = client.post("/training", data=data)
    assert answer.status_code in (404, 422)
    assert said in answer.text


def test_a_wrong_form_comes_back_as_it_was_filled_in(client: TestClient) -> None:
    """To people without an account nothing of the desk is offered."""
    data = fields(client, "/training?operator=live-room") | FORM | {"minutes": "5", "title": "第一课"}
    again = client.post("/training", data=data).text
    assert again.count(" checked") == 2
    assert 'value="第一课"' in again
    assert 'value="5"' in again
    lost = client.post("/training", data=data | {"guidelines": ["a/b"], "minutes": "45"})
    assert lost.status_code == 404
    assert 'href="/desk"' not in lost.text


def test_guidelines_stand_by_topic_and_too_many_for_the_time_are_told() -> None:
    groups = grouped(corpus(), "live-room", DAY)
    topics = [t.name for t in corpus().registers.topics]
    assert [topics.index(name) for name, _ in groups[:-1]] == sorted(topics.index(n) for n, _ in groups[:-1])
    assert groups[-1][0] == "共同的指引"
    ids = [g.id for _, group in groups for g in group]
    assert len(ids) == len(set(ids))
    assert hurried(plan_of(*ids[:2])) is None
    assert hurried(plan_of(*ids[: most_guidelines(15)], minutes=15)) in (1, 2)


@pytest.mark.parametrize(
    ("question", "answer", "right"),
    [
        ("充电宝要3C吗？", "要。按公告……", "要"),
        ("几家直播间约好最低价，违法吗？", "违法。经营者不得互相串通", "违法"),
        ("穿白大褂卖货只是造型，没事吧？", "有事。服装要在播前审核", "有事"),
        ("没人投诉，平台就不用管卖假货的吧？", "要管。平台知道或者应当知道", "不对"),
        ("让顾客只找平台，我就不用管了吧？", "不行。处理投诉是经营者自己的义务", "不对"),
        ("加一句“本品不能代替药物”就能讲疗效吧？", "不能。普通食品的广告不得", "不对"),
        ("跟联络员熟了，违法就能不罚吧？", "不能。处罚要以事实为依据", "不对"),
        ("“全网最低价”能说吗？", "看情况：拿得出真实、可比较的依据才能说", "看情况"),
        ("第一次违法就一定不罚吧？", "不一定。初次违法还要危害后果轻微", "看情况"),
    ],
)
def test_a_question_is_answered_in_its_own_words(question: str, answer: str, right: str) -> None:
    found = options_of(question, answer)
    assert found is not None
    options, place = found
    assert (options[place], len(set(options))) == (right, 3)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("“驰名商标”行吗，罚多少？", "不行，罚十万元。"),  # two asks
        ("直播间多久核一次？入驻时核过就行了吧？", "不行。至少每六个月核验"),
        ("直播切片带货，算广告吗？", "一般算。先照广告审"),  # two options would do
        ("食品平台没做数据备份，会被罚吗？", "不改就罚：没有数据备份"),
        ("请明星来连麦，也要报平台吗？", "要看他推不推荐商品。"),
        ("玉石直播能说“假一赔十”吗？", "能，但说了就要赔。"),
        ("中奖名单能念全名吗？", "不能，除非本人单独同意。"),
        ("卖二手奢侈品要注意什么？", "要留好凭证。"),
    ],
)
def test_what_has_two_right_options_or_none_is_no_exercise(question: str, answer: str) -> None:
    assert options_of(question, answer) is None
