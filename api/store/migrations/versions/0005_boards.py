"""Changes of laws and their tasks, scores of answers, the plan; page feedback may be about one clause."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _make_law_changes()
    op.create_table(
        "desk_scores",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("scorer", sa.String(64), nullable=False),
        sa.Column("answer_id", sa.String(64), nullable=False),
        sa.Column("answered", _TIME, nullable=False),
        sa.Column("operator", sa.String(32)),
        sa.Column("sentence", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("citation", sa.String(8)),
        sa.Column("better", sa.String(200)),
        sa.UniqueConstraint("answer_id", "sentence"),
    )
    op.create_index("ix_desk_scores_answered", "desk_scores", ["answered"])
    op.create_table(
        "desk_plan",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("year", sa.Integer),
        sa.Column("quarter", sa.Integer),
        sa.Column("measure", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("due", sa.Date),
        sa.Column("state", sa.String(16)),
        sa.Column("evidence", sa.String(400)),
        sa.Column("seed", sa.String(40), unique=True),
        sa.Column("changed", _TIME, nullable=False),
    )
    with op.batch_alter_table("page_feedback") as table:
        table.add_column(sa.Column("clause", sa.String(40)))


def _make_law_changes() -> None:
    op.create_table(
        "desk_law_changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("law", sa.String(120), nullable=False),
        sa.Column("effective", sa.Date, nullable=False),
        sa.UniqueConstraint("law", "effective"),
    )
    op.create_table(
        "desk_law_tasks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("change_id", sa.Integer, sa.ForeignKey("desk_law_changes.id"), nullable=False, index=True),
        sa.Column("guideline", sa.String(120), nullable=False),
        sa.Column("version", sa.Date, nullable=False),
        sa.Column("clause", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("articles", sa.Text, nullable=False),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("desk_users.id")),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("closed", _TIME),
        sa.UniqueConstraint("change_id", "guideline", "clause"),
    )


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("page_feedback") as table:
        table.drop_column("clause")
    for table_name in ("desk_plan", "desk_scores", "desk_law_tasks", "desk_law_changes"):
        op.drop_table(table_name)
