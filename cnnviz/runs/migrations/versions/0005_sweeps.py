"""Keep sweeps with their points, and say of each run to which sweep it belongs: those of before belong to none."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables, and the column, empty for all runs that there are."""
    op.create_table(
        "sweeps",
        sa.Column("id", sa.String(12), primary_key=True),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "sweep_points",
        sa.Column("sweep_id", sa.String(12), sa.ForeignKey("sweeps.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("point_values", sa.JSON, nullable=False),
        sa.Column("architecture", sa.Text, nullable=False),
        sa.Column("config", sa.Text, nullable=False),
        sa.Column("run_id", sa.String(12)),
        sa.Column("message", sa.Text, nullable=False),
    )
    op.add_column("runs", sa.Column("sweep", sa.String(12)))
    for table, column in (("sweeps", "owner"), ("sweeps", "created"), ("runs", "sweep")):
        op.create_index(f"ix_{table}_{column}", table, [column])
