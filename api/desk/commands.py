"""Accounts from the command line: `hegui user add`, `hegui user password`, for when nobody can sign in."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Sequence

from api.desk.roles import Role, User, roles_of
from api.desk.services import Desk
from api.store import Store
from rag.ground import HeguiError, load_settings


def main(argv: Sequence[str]) -> int:
    """Make an account or a new password, which is printed. Exit code 2: it could not be done."""
    parser = argparse.ArgumentParser(prog="hegui user")
    parser.add_argument("verb", choices=["add", "password"])
    parser.add_argument("name")
    parser.add_argument("--display", default="")
    parser.add_argument("--role", action="append", choices=[role.value for role in Role])
    options = parser.parse_args(argv)
    settings = load_settings()
    store = Store(settings.effective_database_url, settings.retention_days)
    password = secrets.token_urlsafe(9)
    try:
        people = Desk(store).people
        if options.verb == "add":
            roles = roles_of(options.role or [Role.WRITER.value])
            people.add(options.name, options.display, roles, password=password)
        else:
            people.set_password(_named(people.all(), options.name).id, password, by=None, must_change=True)
    except HeguiError as error:
        print(f"错误：{error.message}", file=sys.stderr)
        print(f"怎么办：{error.hint}", file=sys.stderr)
        return 2
    finally:
        store.close()
    print(f"账号：{options.name}   密码：{password}   （只显示这一次，登录 /desk 后要修改）")
    return 0


def _named(people: Sequence[User], name: str) -> User:
    found = next((user for user in people if user.name == name), None)
    if found is None:
        known = "、".join(user.name for user in people) or "还没有账号"
        raise HeguiError(f"没有账号 {name}。", f"现有账号：{known}。")
    return found
