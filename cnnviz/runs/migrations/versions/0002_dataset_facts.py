"""Keep with each run what is known of its images; what was left out of them stood in its progress until now."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

RUNS = sa.table("runs", sa.column("id"), sa.column("progress", sa.JSON), sa.column("facts", sa.JSON))


def upgrade() -> None:
    """Add the column, and move the notes into it."""
    op.add_column("runs", sa.Column("facts", sa.JSON))
    connection = op.get_bind()
    for run_id, progress in connection.execute(sa.select(RUNS.c.id, RUNS.c.progress)).all():
        notes = progress.get("notes") if isinstance(progress, dict) else None
        if notes:
            connection.execute(sa.update(RUNS).where(RUNS.c.id == run_id).values(facts={"notes": notes}))
