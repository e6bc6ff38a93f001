"""Publications that the desk has entered in its log."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "desk_publications",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("entered", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("desk_publications")
