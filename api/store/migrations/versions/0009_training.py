"""Courses, and rooms with their seats, choices and questions."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def _room() -> sa.Column:
    return sa.Column("room", sa.String(32), sa.ForeignKey("rooms.id", ondelete="CASCADE"), nullable=False)


def _seat(**options: bool) -> sa.Column:
    key = sa.ForeignKey("room_seats.id", ondelete="CASCADE")
    return sa.Column("seat", sa.Integer, key, nullable=False, **options)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "courses",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("used", _TIME, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_courses_used", "courses", ["used"])
    op.create_table(
        "rooms",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("ended", _TIME),
        sa.Column("code", sa.String(6), unique=True),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("lead", sa.String(64), nullable=False),
        sa.Column("course", sa.String(32), nullable=False),
        sa.Column("phase", sa.String(8), nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_rooms_created", "rooms", ["created"])
    _make_what_is_in_a_room()


def _make_what_is_in_a_room() -> None:
    op.create_table(
        "room_seats",
        sa.Column("id", sa.Integer, primary_key=True),
        _room(),
        sa.Column("session", sa.String(64), nullable=False),
        sa.Column("code", sa.String(8), nullable=False),
        sa.Column("joined", _TIME, nullable=False),
        sa.Column("certificate", sa.String(32), unique=True),
        sa.Column("clear", sa.Integer),
        sa.Column("useful", sa.Integer),
        sa.Column("comment", sa.Text),
        sa.UniqueConstraint("room", "session"),
        sa.UniqueConstraint("room", "code"),
    )
    op.create_table(
        "room_choices",
        _seat(primary_key=True),
        sa.Column("question", sa.Integer, primary_key=True),
        sa.Column("room", sa.String(32), nullable=False),
        sa.Column("choice", sa.Integer, nullable=False),
    )
    op.create_index("ix_room_choices_room_question", "room_choices", ["room", "question"])
    op.create_table(
        "room_asked",
        sa.Column("id", sa.Integer, primary_key=True),
        _room(),
        _seat(),
        sa.Column("client", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("hidden", sa.Boolean, nullable=False),
        sa.UniqueConstraint("seat", "client"),
    )
    op.create_index("ix_room_asked_room", "room_asked", ["room"])
    op.create_table(
        "room_raised",
        sa.Column("asked", sa.Integer, sa.ForeignKey("room_asked.id", ondelete="CASCADE"), primary_key=True),
        _seat(primary_key=True),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("room_raised", "room_asked", "room_choices", "room_seats", "rooms", "courses"):
        op.drop_table(table)
