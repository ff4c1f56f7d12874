"""Say of each run where its net comes from: those of before were all trained here."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column, empty for all runs that there are."""
    op.add_column("runs", sa.Column("origin", sa.String(16)))
