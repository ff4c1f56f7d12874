"""Make the tables, or adopt those that a version without revisions has made: it may lack what came later."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TABLES = {
    "runs": (
        sa.Column("id", sa.String(12), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat", sa.DateTime(timezone=True), nullable=False),
        sa.Column("architecture", sa.Text, nullable=False),
        sa.Column("config", sa.Text, nullable=False),
        sa.Column("progress", sa.JSON, nullable=False),
        sa.Column("metrics", sa.JSON, nullable=False),
        sa.Column("device", sa.String(120), nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("prediction", sa.JSON),
    ),
    "epochs": (
        sa.Column("run_id", sa.String(12), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("epoch", sa.Integer, primary_key=True),
        sa.Column("metrics", sa.JSON, nullable=False),
        sa.Column("seconds", sa.Float),
    ),
    "points": (
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("run_id", sa.String(12), sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("points", sa.JSON, nullable=False),
    ),
}
ADDED_LATER = (("runs", "prediction", sa.JSON), ("epochs", "seconds", sa.Float))
INDEXED = (("runs", "status"), ("runs", "created"), ("points", "run_id"))


def upgrade() -> None:
    """Create what is missing; whatever rows there are stay."""
    present = set(sa.inspect(op.get_bind()).get_table_names())
    for name, columns in TABLES.items():
        if name not in present:
            op.create_table(name, *columns)
    for table, column, kind in ADDED_LATER:
        if column not in {known["name"] for known in sa.inspect(op.get_bind()).get_columns(table)}:
            op.add_column(table, sa.Column(column, kind))
    for table, column in INDEXED:
        op.create_index(f"ix_{table}_{column}", table, [column], if_not_exists=True)
