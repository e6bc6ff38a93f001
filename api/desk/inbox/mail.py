"""A reply by mail, where SMTP is set and the asker left an address."""

from __future__ import annotations

import logging
import re
import smtplib
from collections.abc import Iterable
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from api.store.tables import HandoverRow
from rag.ground import Settings

logger = logging.getLogger("hegui.desk")

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_TIMEOUT = 15.0


def address_in(contact: str | None) -> str | None:
    """The first mail address in what somebody left as contact."""
    found = _ADDRESS.search(contact or "")
    return found[0] if found else None


def send(settings: Settings, to: str, subject: str, text: str) -> bool:
    """Send a mail; False if it did not go out (the log says why). Without ``smtp_url`` nothing is sent."""
    place = urlsplit(settings.smtp_url.get_secret_value())
    if not place.hostname:
        return False
    message = EmailMessage()
    message["From"] = settings.mail_from or f"hegui@{place.hostname}"
    message["To"], message["Subject"] = to, subject
    message.set_content(text)
    kind = smtplib.SMTP_SSL if place.scheme == "smtps" else smtplib.SMTP
    try:
        with kind(place.hostname, place.port or 0, timeout=_TIMEOUT) as server:
            server.ehlo()
            if kind is smtplib.SMTP and server.has_extn("starttls"):
                server.starttls()
                server.ehlo()
            if place.username:
                server.login(unquote(place.username), unquote(place.password or ""))
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("mail not sent: %s", type(error).__name__)
        return False
    return True


def tell(settings: Settings, handovers: Iterable[HandoverRow], text: str) -> list[bool]:
    """Send the reply to every asker who left an address: for each, whether it went out. Nothing without ``smtp_url``."""
    if not settings.smtp_url.get_secret_value():
        return []
    return [
        send(settings, to, "您问的问题有答复了", _letter(settings, h.question, text, h.code))
        for h in handovers
        if (to := address_in(h.contact))
    ]


def _letter(settings: Settings, question: str, text: str, code: str | None) -> str:
    place = f"{settings.public_url.rstrip('/')}/reply/{code}" if settings.public_url else ""
    look = f"\n\n以后也可以凭查询码 {code} 查看：{place or '本站 /reply'}" if code else ""
    return f"您问：{question}\n\n答复：\n{text.strip()}{look}\n"
