"""Writing at the desk: drafts, their saved states, remarks."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "desk_drafts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("guideline", sa.String(120), nullable=False, index=True),
        sa.Column("version", sa.Date, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("base_digest", sa.String(64), nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("lock", sa.Integer, nullable=False),
        sa.Column("author_id", sa.Integer, sa.ForeignKey("desk_users.id"), nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("updated", _TIME, nullable=False, index=True),
        sa.Column("approved_by", sa.String(64)),
    )
    op.create_table(
        "desk_draft_saves",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("draft_id", sa.Integer, sa.ForeignKey("desk_drafts.id"), nullable=False),
        sa.Column("lock", sa.Integer, nullable=False),
        sa.Column("aside", sa.Boolean, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("desk_users.id"), nullable=False),
        sa.Column("version", sa.Date, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
    )
    op.create_index("ix_desk_draft_saves_state", "desk_draft_saves", ["draft_id", "lock"])
    op.create_table(
        "desk_draft_remarks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("draft_id", sa.Integer, sa.ForeignKey("desk_drafts.id"), nullable=False, index=True),
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("desk_draft_remarks", "desk_draft_saves", "desk_drafts"):
        op.drop_table(table)
