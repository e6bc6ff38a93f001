"""What readers of the script check say of one of its rules."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("page_feedback") as table:
        table.add_column(sa.Column("rule", sa.String(60)))


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("page_feedback") as table:
        table.drop_column("rule")
