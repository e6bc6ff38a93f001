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
    Item("指引", "/desk/writing", (Role.WRITER, Role.REVIEWER), "更正、写新版本、写新指引；审核"),
    Item("收件箱", "/desk/inbox", (Role.WRITER, Role.REVIEWER), "转来的问题、没有答案的问题、读者的意见"),
    Item("发布", "/desk/publish", (Role.REVIEWER,), "等待发布的稿子和小改动、哪些回答会变、退回"),
    Item("审稿规则", "/desk/rules", (Role.WRITER, Role.REVIEWER), "播前审稿找什么说法、为什么、可以改说什么"),
    Item("练习题", "/desk/quiz", (Role.WRITER, Role.REVIEWER), "课程和每天十题的题，条款改过的要重看"),
    Item("情形示例", "/desk/cases", (Role.WRITER, Role.REVIEWER), "培训讨论用的故事和参考答案"),
    Item("行话对照", "/desk/terms", (Role.WRITER, Role.REVIEWER), "大家嘴上的说法，在指引里叫什么"),
    Item("法律修改", "/desk/laws", (Role.WRITER, Role.REVIEWER), "新法登记，哪些条款要跟着改，还剩多少"),
    Item("评分", "/desk/scores", (Role.WRITER, Role.REVIEWER), "抽查回答，逐句评分"),
    Item("挂图作战", "/desk/plan", (), "三年方案的任务，谁在做，做到哪了"),
    Item("诚信直播间", "/desk/rooms", (), "谁在参加培育，到哪一步，公开哪些"),
    Item("数据", "/desk/metrics", (), "谁在问什么，答上了多少"),
    Item("账号", "/desk/people", (Role.ADMIN,), "谁能编写、审核、管理"),
    Item("操作记录", "/desk/audit", (Role.REVIEWER, Role.ADMIN), "谁在什么时候做了什么"),
)


def menu(user: User | None) -> list[Item]:
    """The pages that ``user`` may open."""
    return [item for item in ITEMS if user and user.may(*item.roles)]
