"""One guideline file -> Guideline with its clauses, and every problem of its format with file and line.

The structure comes from markdown-it-py's tokens; a clause is plain text, so that a quote matches the source.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.content.citations import resolve_references
from rag.content.front_matter import check_head, read_head, split_head
from rag.content.models import Clause, Guideline, Problem, Section
from rag.content.registers import Registers
from rag.content.template import is_placeholder
from rag.content.typed import mend

_SECTIONS = {s.value: s for s in Section}
_PLAIN = {"text", "text_special"}
_FOLLOW_UPS = {"nested", "heading", "checklist", "faq"}


def parse_guideline(name: str, text: str, registers: Registers) -> tuple[Guideline | None, list[Problem]]:
    """Parse one file. ``name`` is its path below the guidelines folder (operator/slug/date.md).

    Returns:
        The guideline (None if its head is unusable) and the problems found, each with file and line.
    """
    return _Parser(name, text, registers).run()


class _Parser:
    """Walks the tokens of one file; holds the problems and the clauses found so far."""

    def __init__(self, name: str, text: str, registers: Registers) -> None:
        self.name, self.text, self.registers = name, text.replace("\r\n", "\n"), registers
        self.problems: list[Problem] = []
        self.clauses: list[Clause] = []
        self.section: Section | None = None
        self.heading: str | None = None
        self.heading_line = 0
        self.counts: dict[Section, int] = defaultdict(int)
        self.offset = 0
        self.mended: set[int] = set()  # lines whose mark was mistyped: what follows from it is not told again
        self.lost = False  # below no section, and that was told

    def problem(self, line: int, code: str, message: str, fix: str) -> None:
        if line in self.mended and code in _FOLLOW_UPS:
            return
        self.problems.append(Problem(path=self.name, line=max(line, 1), code=code, message=message, fix=fix))

    def run(self) -> tuple[Guideline | None, list[Problem]]:
        operator, slug, version = self._place()
        if version is None:
            return None, self.problems
        head, body, self.offset = split_head(self.text, self.problem)
        matter = read_head(head, self.problem) if self.offset else None
        body = mend(body, self.offset, self.problem)
        self.mended = {p.line for p in self.problems if p.line > self.offset}
        self._walk(MarkdownIt("commonmark").parse(body))
        if matter is None:
            return None, self.problems
        check_head(matter, operator, head, self.registers, self.problem)
        guideline = Guideline(
            operator=operator,
            slug=slug,
            version=version,
            path=self.name,
            clauses=tuple(self._with_laws(version)),
            **{**matter.model_dump(exclude={"operator"}), "topics": tuple(matter.topics)},
        )
        return guideline, self.problems

    # head

    def _place(self) -> tuple[str, str, dt.date | None]:
        operator, slug, filename = self.name.split("/")
        if self.registers.operator(operator) is None:
            known = "、".join(o.id for o in self.registers.operators)
            self.problem(1, "folder", f"没有经营者类型 {operator}", f"文件夹用登记册里的：{known}")
        if not slug.replace("-", "").isalnum() or not slug.isascii() or slug != slug.lower():
            self.problem(1, "folder", f"指引名 {slug} 不合规则", "只用小写字母、数字和连字符")
        try:
            version = dt.date.fromisoformat(filename.removesuffix(".md")) if len(filename) == 13 else None
        except ValueError:
            version = None
        if version is None or not filename.endswith(".md"):
            self.problem(
                1, "filename", f"文件名 {filename} 不是施行日期", "改成 YYYY-MM-DD.md，例如 2026-02-01.md"
            )
            version = None
        return operator, slug, version

    # body

    def _walk(self, tokens: Sequence[Token]) -> None:
        index = 0
        while index < len(tokens):
            token = tokens[index]
            close = self._close(tokens, index)
            block = tokens[index : close + 1]
            if token.type == "heading_open":
                self._on_heading(token, block[1])
            elif token.type in ("ordered_list_open", "bullet_list_open"):
                self._on_list(block)
            elif token.type == "paragraph_open":
                self._on_paragraph(block[1])
            else:
                self._unsupported(token)
            index = close + 1
        self._end_question()

    @staticmethod
    def _close(tokens: Sequence[Token], index: int) -> int:
        """Index of the token that closes the block opened at ``index``."""
        if tokens[index].nesting != 1:
            return index
        return next(
            i
            for i in range(index + 1, len(tokens))
            if tokens[i].level == tokens[index].level and tokens[i].nesting == -1
        )

    def _line(self, token: Token) -> int:
        return (token.map[0] if token.map else 0) + self.offset + 1

    def _on_heading(self, token: Token, inline: Token) -> None:
        self._end_question()
        title, line = inline.content.strip(), self._line(token)
        if token.tag == "h2":
            self._on_section(title, line)
        elif token.tag == "h3" and self.section in (Section.FAQ, Section.HOWTO):
            self.heading, self.heading_line = title, line
        else:
            self.problem(
                line,
                "heading",
                f"这里不能用标题“{title}”",
                "二级标题只用固定栏目；三级标题只用在“常见问题”和“怎么做”里",
            )

    def _on_section(self, title: str, line: int) -> None:
        section = _SECTIONS.get(title)
        order = list(Section)
        if section is None:
            self.problem(line, "unknown-section", f"没有栏目“{title}”", f"只用：{'、'.join(_SECTIONS)}")
        elif section in self.counts:
            self.problem(line, "duplicate", f"栏目“{title}”出现两次", "合并成一处")
        elif self.counts and order.index(section) < max(order.index(s) for s in self.counts):
            self.problem(
                line, "section-order", f"栏目“{title}”的次序不对", f"按这个次序：{'、'.join(_SECTIONS)}"
            )
        self.section, self.heading, self.lost = section, None, section is None
        if section is not None:
            self.counts.setdefault(section, 0)

    def _on_list(self, block: Sequence[Token]) -> None:
        if self.section is Section.FAQ:
            self.problem(self._line(block[0]), "nested", "回答里不能用列表", "把回答写成一段话")
            return
        level = block[0].level
        for index, token in enumerate(block):
            if token.type == "list_item_open" and token.level == level + 1:
                item = block[index : self._close(block, index) + 1]
                inlines = [t for t in item if t.type == "inline"]
                if any(t.type.endswith("list_open") for t in item) or len(inlines) > 1:
                    self.problem(
                        self._line(token), "nested", "一条里还有下级列表或多段", "拆成几条，一条只写一段"
                    )
                self._clause(inlines[0] if inlines else None, self._line(token))

    def _on_paragraph(self, inline: Token) -> None:
        line = self._line(inline)
        if self.section is None:
            self._outside(line)
        elif self.section is not Section.FAQ:
            self._clause(inline, line)
        elif self.heading is None:
            self.problem(line, "faq", "这段回答没有问题", "在前面加一行 ### 问题")
        else:
            text = self._plain(inline, line)
            last = self.clauses[-1] if self.clauses else None
            if (
                last
                and last.heading == self.heading
                and last.section is Section.FAQ
                and last.line == self.heading_line
            ):
                self.clauses[-1] = last.model_copy(update={"text": f"{last.text}\n{text}"})
            else:
                self._add(text, self.heading_line)

    def _end_question(self) -> None:
        """An FAQ heading must say something and have an answer."""
        if self.section is Section.FAQ and self.heading is not None:
            if not self.heading:
                self.problem(
                    self.heading_line, "faq", "这里没有写问题", "写上读者会问的那句话，或者删去这一条"
                )
            last = self.clauses[-1] if self.clauses else None
            if last is None or last.line != self.heading_line:
                self.problem(
                    self.heading_line, "empty-clause", f"问题“{self.heading}”没有回答", "写上回答，或删去问题"
                )

    def _unsupported(self, token: Token) -> None:
        names = {
            "fence": "代码块",
            "code_block": "行首缩进的段落",
            "html_block": "HTML",
            "blockquote_open": "引用块",
            "hr": "分隔线",
        }
        self.problem(
            self._line(token),
            "markup",
            f"不支持{names.get(token.type, token.type)}",
            "只用栏目标题、编号条款、自查项和问答",
        )

    def _clause(self, inline: Token | None, line: int) -> None:
        text = self._plain(inline, line) if inline is not None else ""
        if self.section is Section.CHECKLIST:
            if text.startswith(("[ ]", "[x]", "[X]")):
                text = text[3:].strip()
            elif text:
                self.problem(line, "checklist", "自查项的写法不对", "写成 - [ ] …")
        if not text:
            self.problem(line, "empty-clause", "空条款", "写上内容，或删去这一条")
        elif self.section is None:
            self._outside(line)
        else:
            self._add(text, line)

    def _outside(self, line: int) -> None:
        if not self.lost:
            self.problem(
                line, "unknown-section", "这里的内容不在任何栏目下", "前面加一行栏目名，例如 ## 要做到"
            )
        self.lost = True

    def _plain(self, inline: Token, line: int) -> str:
        """The text of an inline token; anything but plain text is a problem (quotes must match the source)."""
        children = inline.children or ()
        breaks = sum(child.type in ("softbreak", "hardbreak") for child in children)
        if breaks:
            where = f"（这一条占了 {breaks + 1} 行）"
            self.problem(line + 1, "line-break", f"一条里有换行{where}", "接到上一行后面；另起一条就写上编号")
        for child in children:
            if child.type not in {*_PLAIN, "softbreak", "hardbreak"}:
                self.problem(line, "markup", "条款里有格式、链接或 HTML", "只写文字；强调靠措辞")
                break
        else:
            if (
                "](" in inline.content
            ):  # a link to an address that the parser itself rejects, such as javascript:
                self.problem(line, "markup", "条款里有链接的写法", "只写文字，不放链接")
        return inline.content.strip()

    def _add(self, text: str, line: int) -> None:
        assert self.section is not None
        self.counts[self.section] += 1
        ordinal = self.counts[self.section]
        self.clauses.append(
            Clause(
                id=f"{self.section.slug}-{ordinal}",
                section=self.section,
                ordinal=ordinal,
                heading=self.heading,
                text=text,
                line=line,
            )
        )

    def _with_laws(self, day: dt.date) -> list[Clause]:
        done: list[Clause] = []
        for clause in self.clauses:
            if is_placeholder(clause.text) or is_placeholder(clause.heading or ""):
                self.problem(
                    clause.line, "placeholder", f"{clause.id} 还是模板里的话", "换成自己的内容，或删去这一条"
                )
                done.append(clause)
                continue
            refs, bad = resolve_references(clause.text, self.registers.laws, day)
            for error in bad:
                self.problem(clause.line, error.code, error.message, error.fix)
            done.append(clause.model_copy(update={"laws": tuple(refs)}))
        return done
