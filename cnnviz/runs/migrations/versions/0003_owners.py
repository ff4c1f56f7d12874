"""Give each run an owner; those made before there were owners are the operator's, and stay visible to everybody."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns; the database fills them in where there are runs."""
    op.add_column("runs", sa.Column("owner", sa.String(40), nullable=False, server_default="operator"))
    op.add_column("runs", sa.Column("sharing", sa.String(16), nullable=False, server_default="everybody"))
    op.create_index("ix_runs_owner", "runs", ["owner"])
