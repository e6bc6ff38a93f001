"""How to reach a person: the bureau's liaison officer, or the national hotline."""

from __future__ import annotations

from rag.ground.frozen import Frozen
from rag.ground.settings import Settings


class Contact(Frozen):
    """How to reach a person."""

    name: str
    text: str
    phone: str | None = None
    url: str | None = None


HOTLINE = "12315"


def contact_of(settings: Settings) -> Contact:
    """The person to turn to; the national hotline where the bureau set no number."""
    phone = settings.contact_phone or HOTLINE
    text = (
        f"可以联系{settings.contact_name}"
        + ("" if settings.contact_phone else "，或拨打全国市场监管热线")
        + f" {phone}。"
    )
    return Contact(name=settings.contact_name, text=text, phone=phone, url=settings.contact_url or None)
