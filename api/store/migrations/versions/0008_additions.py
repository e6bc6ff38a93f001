"""Small changes of the content that wait for a publication, and cases that wait for a draft."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "desk_additions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("about", sa.String(300), nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("desk_users.id"), nullable=False),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("desk_cases.id")),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_desk_additions_state", "desk_additions", ["state"])
    op.create_index("ix_desk_additions_case_id", "desk_additions", ["case_id"])
    op.create_table(
        "desk_case_drafts",
        sa.Column("case_id", sa.Integer, sa.ForeignKey("desk_cases.id"), primary_key=True),
        sa.Column("draft_id", sa.Integer, sa.ForeignKey("desk_drafts.id"), nullable=False),
        sa.Column("place", sa.String(64), nullable=False),
    )
    op.create_index("ix_desk_case_drafts_draft_id", "desk_case_drafts", ["draft_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("desk_case_drafts")
    op.drop_table("desk_additions")
