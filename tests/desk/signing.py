"""What the tests of the desk share: accounts, signing in, forms."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from pydantic import SecretStr

from api.desk.roles import Role, User
from api.desk.services import Desk
from rag.ground.settings import ROOT, Settings

PASSWORD = "correct horse battery"


def account(app: FastAPI, name: str, *roles: Role) -> User:
    """An account whose password is PASSWORD and need not be changed."""
    desk: Desk = app.state.hegui.desk
    user = desk.people.add(name, name.title(), frozenset(roles), password=PASSWORD)
    desk.people.set_password(user.id, PASSWORD, by=None)
    return user


def token(client: TestClient, path: str = "/desk/login") -> str:
    """The token for forms, as a page shows it."""
    found = re.search(r'name="csrf" value="(\w+)"', client.get(path).text)
    assert found, f"no form on {path}"
    return found[1]


def post(client: TestClient, path: str, **fields: Any) -> Response:
    """Send a form with the token of this browser; redirects are not followed."""
    data = {"csrf": token(client, "/reply"), **fields}
    return client.post(path, data=data, follow_redirects=False)


def sign_in(client: TestClient, name: str, password: str = PASSWORD) -> Response:
    """Sign in through the form."""
    return post(client, "/desk/login", name=name, password=password)


def with_real_guideline(settings: Settings, target: Path) -> Path:
    """The small content with a guideline of the project beside it, which passes every check."""
    shutil.copytree(settings.guidelines, target)
    shutil.rmtree(target / "live-room" / "price", ignore_errors=True)
    shutil.copytree(ROOT / "guidelines" / "live-room" / "price", target / "live-room" / "price")
    for file in (target / "live-room" / "price").glob("2*.md"):  # no later than the day of the tests
        file.write_text(
            re.sub(r"verified_on: .*", "verified_on: 2026-11-20", file.read_text("utf-8")), "utf-8"
        )
    return target


class Mailbox(MessageHandler):
    """Keeps what arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[tuple[str, str]] = []

    def handle_message(self, message: Any) -> None:
        self.received.append((str(message["To"]), message.get_payload(decode=True).decode()))


def mailbox(settings: Settings) -> tuple[Mailbox, Controller, Settings]:
    """A mail server that listens, to be stopped by who asked for it, and settings that send to it."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=8251)
    controller.start()
    sending = {"smtp_url": SecretStr("smtp://127.0.0.1:8251"), "public_url": "https://example.gov.cn"}
    return box, controller, settings.model_copy(update=sending)
