"""Who works at the desk, and what each may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an account may do; several may be one person's."""

    WRITER = "writer"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        """Its name on the pages."""
        return _LABELS[self]


_LABELS = {Role.WRITER: "编写", Role.REVIEWER: "审核发布", Role.ADMIN: "管理员"}


@dataclass(frozen=True)
class User:
    """An account as the pages see it; ``name`` is what one signs in with, ``display`` what others read."""

    id: int
    name: str
    display: str
    roles: frozenset[Role]
    active: bool = True
    must_change: bool = False
    email: str | None = None
    has_password: bool = True

    def may(self, *roles: Role) -> bool:
        """Whether the account has one of ``roles``; with none named, whether it has any."""
        return bool(self.roles & set(roles)) if roles else bool(self.roles)

    @property
    def role_labels(self) -> str:
        """Its roles in words."""
        return "、".join(role.label for role in Role if role in self.roles)


def roles_of(text: str | Iterable[str]) -> frozenset[Role]:
    """Roles by their names; names that are none are left out."""
    names = text.split(",") if isinstance(text, str) else text
    return frozenset(role for role in Role if role.value in set(names))
