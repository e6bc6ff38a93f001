"""The menu of the desk: one line a page."""

from __future__ import annotations

from dataclasses import dataclass

from api.desk.roles import Role, User


@dataclass(frozen=True)
class Item:
    """A page in the menu, for those who have one of ``roles`` (everybody, if none is named)."""

    label: str
    path: str
    roles: tuple[Role, ...] = ()
    about: str = ""


ITEMS = (
    Item("首页", "/desk"),
    Item("收件箱", "/desk/inbox", (Role.WRITER, Role.REVIEWER), "转来的问题、没有答案的问题、读者的意见"),
    Item("发布", "/desk/publish", (Role.REVIEWER,), "已通过的稿子、哪些回答会变、发布记录和退回"),
    Item("账号", "/desk/people", (Role.ADMIN,), "谁能编写、审核、管理"),
    Item("操作记录", "/desk/audit", (Role.REVIEWER, Role.ADMIN), "谁在什么时候做了什么"),
)


def menu(user: User | None) -> list[Item]:
    """The pages that ``user`` may open."""
    return [item for item in ITEMS if user and user.may(*item.roles)]
