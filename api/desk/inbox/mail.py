"""A reply by mail, where SMTP is set and the asker left an address."""

from __future__ import annotations

import logging
import re
import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

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
