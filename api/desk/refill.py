"""A form that was refused, shown again: what was typed still in it, what is wrong beside the field, a summary on top.

    page that held the form (HTML) ── the form that was sent ── typed values ── faults at fields ──► the page to show

Works on the page itself, so that no template and no route knows of it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from starlette.datastructures import FormData

#: Fields that are ours: never filled in from what was sent.
OWN = ("csrf", "page")
_TYPED = ("input", "select", "textarea")
_SHOWN = 4000  # characters of a text whose field is gone


def refilled(
    html: str, action: str, sent: FormData, title: str, detail: str, faults: Mapping[str, str],
    *, saved: bool, keep_lock: bool,
) -> str:  # fmt: skip
    """The page with what was sent filled into its form.

    Args:
        html: the page as it is shown to who asks for it now.
        action: where the form was sent to, with the path the site lives below.
        sent: the form.
        title: what is wrong, in a line.
        detail: what to do.
        faults: what is wrong by field.
        saved: what was sent has been saved: the page has it already.
        keep_lock: the state that was written on is the one sent, not the one of now.
    """
    page = BeautifulSoup(html, "html.parser")
    form = _form_of(page, action, sent)
    lost = {k: v for k in sent if k not in OWN and isinstance(v := sent[k], str) and v.strip()}
    if form is not None and not saved:
        for field in _fields(form):
            _fill(field, sent, keep_lock=keep_lock)
    if form is not None or saved:
        lost = {}
    links = list[tuple[str, str]]()
    for name, said in faults.items():
        wrong = _named(form, name) if form is not None else None
        links.append((said, _mark(page, wrong, name, said) if wrong is not None else ""))
    main = page.find("main")
    if isinstance(main, Tag):
        main.insert(0, _summary(page, title, detail, links, lost))
    if isinstance(page.title, Tag) and page.title.string:
        page.title.string = f"没有办成：{page.title.string}"
    return str(page)


def retyped(html: str, action: str, sent: FormData) -> str:
    """The page with what was sent filled into its form, nothing being wrong."""
    page = BeautifulSoup(html, "html.parser")
    form = _form_of(page, action, sent)
    for field in _fields(form) if form is not None else ():
        _fill(field, sent, keep_lock=True)
    return str(page)


def _form_of(page: BeautifulSoup, action: str, sent: FormData) -> Tag | None:
    """The form that was sent: of those that go there, the one whose hidden fields and buttons fit best."""
    forms = [
        f
        for f in page.find_all("form", method="post")
        if urlsplit(_text(f, "action") or action).path == action
    ]
    return max(forms, key=lambda form: _likeness(form, sent), default=None)


def _likeness(form: Tag, sent: FormData) -> int:
    has = {_text(f, "name") for f in form.find_all([*_TYPED, "button"])}
    fits = -sum(name not in has for name in sent if name not in OWN)
    for field in form.find_all(["input", "button"]):
        name, value = _text(field, "name"), _text(field, "value")
        fixed = field.name == "button" or _text(field, "type") == "hidden"
        if fixed and name and name not in (*OWN, "lock"):
            same = value in sent.getlist(name)
            fits += same or -(field.name == "input")
    return fits


def _fields(form: Tag) -> Iterator[Tag]:
    yield from (f for f in form.find_all(_TYPED) if _text(f, "name") and _text(f, "name") not in OWN)


def _fill(field: Tag, sent: FormData, *, keep_lock: bool) -> None:
    """Put what was sent into a field; passwords and files are chosen anew."""
    name, kind = _text(field, "name"), _text(field, "type") or "text"
    values = [v for v in sent.getlist(name) if isinstance(v, str)]
    if kind in ("checkbox", "radio"):
        _tick(field, "checked", (_text(field, "value") or "on") in values)
    elif (
        kind in ("password", "file")
        or not values
        or (kind == "hidden" and not (name == "lock" and keep_lock))
    ):
        return
    elif field.name == "textarea":
        field.string = "\n" + values[0]
    elif field.name == "input":
        field["value"] = values[0]
    else:
        options = field.find_all("option")
        if values[0] in map(_value, options):
            for option in options:
                _tick(option, "selected", _value(option) == values[0])


def _value(option: Tag) -> str:
    return _text(option, "value") if option.has_attr("value") else option.get_text()


def _tick(tag: Tag, name: str, on: bool) -> None:
    if on:
        tag[name] = ""
    elif tag.has_attr(name):
        del tag[name]


def _named(form: Tag, name: str) -> Tag | None:
    found = (f for f in form.find_all(_TYPED, attrs={"name": name}) if _text(f, "type") != "hidden")
    return next(found, None)


def _mark(page: BeautifulSoup, field: Tag, name: str, said: str) -> str:
    """Say at a field what is wrong with it; the field's id."""
    field["id"] = own = _text(field, "id") or f"field-{name}"
    field["aria-invalid"] = "true"
    field["aria-describedby"] = f"wrong-{name}"
    told = next(
        (
            p
            for p in page.find_all("p", class_="wrong")
            if _bare(p.get_text()) == _bare(said) and not p.get("id")
        ),
        None,
    )
    if told is None:
        told = page.new_tag("p", attrs={"class": "wrong"}, string=said)
        around = field.find_parent("label") or field
        if _text(field, "type") in ("checkbox", "radio"):
            around = field.find_parent(["fieldset", "div"]) or around
        around.insert_after(told)
    told["id"] = f"wrong-{name}"
    for folded in field.find_parents("details"):
        folded["open"] = ""
    return own


def _summary(
    page: BeautifulSoup, title: str, detail: str, links: Sequence[tuple[str, str]], lost: Mapping[str, str]
) -> Tag:
    box = page.new_tag("div", attrs={"class": "wrong", "role": "alert", "tabindex": "-1", "autofocus": "", "id": "wrong"})  # fmt: skip
    several = len(links) > 1
    head = page.new_tag("p")
    target = "" if several or not links else links[0][1]
    head.append(page.new_tag("a", href=f"#{target}", string=title) if target else title)
    head.append("：" if several else f"。{detail}")
    box.append(head)
    if several:
        listed = page.new_tag("ul")
        for said, to in links:
            row = page.new_tag("li")
            row.append(page.new_tag("a", href=f"#{to}", string=said) if to else said)
            listed.append(row)
        box.append(listed)
    if lost:
        box.append(page.new_tag("p", string="您刚才填的："))
        for value in lost.values():
            box.append(page.new_tag("p", attrs={"class": "quote"}, string=value[:_SHOWN]))
    return box


def _bare(text: str) -> str:
    return "".join(text.replace("。", "").split())


def _text(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return value if isinstance(value, str) else ""
