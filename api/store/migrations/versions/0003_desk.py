"""The officers' desk: people, sessions, the audit log (which the database keeps from being changed), cases."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_FUNCTION = """CREATE FUNCTION desk_audit_stands() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'desk_audit is append-only'; END; $$ LANGUAGE plpgsql"""


def upgrade() -> None:
    """Make the tables and the triggers."""
    op.create_table(
        "desk_users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False, unique=True),
        sa.Column("display", sa.String(64), nullable=False),
        sa.Column("email", sa.String(200)),
        sa.Column("password", sa.String(200)),
        sa.Column("roles", sa.String(100), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("subject", sa.String(400), unique=True),
        sa.Column("created", _TIME, nullable=False),
    )
    op.create_table(
        "desk_sessions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("desk_users.id"), nullable=False, index=True),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("seen", _TIME, nullable=False),
    )
    op.create_table(
        "desk_failures",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("last", _TIME, nullable=False, index=True),
    )
    op.create_table(
        "desk_audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", _TIME, nullable=False, index=True),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False, index=True),
        sa.Column("detail", sa.Text, nullable=False),
    )
    _make_append_only()
    _make_cases()


def _make_cases() -> None:
    op.create_table(
        "desk_cases",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("last", _TIME, nullable=False, index=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("page", sa.String(120)),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("desk_users.id")),
        sa.Column("outcome", sa.Text),
        sa.Column("vector", sa.LargeBinary),
    )
    op.create_table(
        "desk_case_items",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("desk_cases.id"), nullable=False, index=True),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("source_id", sa.String(64), nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("comment", sa.Text),
        sa.UniqueConstraint("source", "source_id"),
    )
    op.create_table(
        "desk_replies",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("desk_cases.id"), nullable=False, index=True),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("clause", sa.String(200)),
    )
    with op.batch_alter_table("handovers") as table:
        table.add_column(sa.Column("code", sa.String(32)))
        table.create_unique_constraint("uq_handovers_code", ["code"])


def _make_append_only() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_FUNCTION)
        op.execute(
            "CREATE TRIGGER desk_audit_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON desk_audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION desk_audit_stands()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER desk_audit_no_{verb.lower()} BEFORE {verb} ON desk_audit "
            "BEGIN SELECT RAISE(ABORT, 'desk_audit is append-only'); END"
        )


def downgrade() -> None:
    """Drop the tables."""
    with op.batch_alter_table("handovers") as handovers:
        handovers.drop_constraint("uq_handovers_code")
        handovers.drop_column("code")
    for table in (
        "desk_replies",
        "desk_case_items",
        "desk_cases",
        "desk_audit",
        "desk_failures",
        "desk_sessions",
        "desk_users",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION desk_audit_stands()")
