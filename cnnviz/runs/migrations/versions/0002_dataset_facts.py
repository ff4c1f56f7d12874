"""Keep with each run what is known of its images, and as data where its loss went beyond all bounds.

Until now what was left out of the images stood in the run's progress, and the divergence only in its message.
"""

import re
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXTS = (sa.column("id", sa.String), sa.column("status", sa.String), sa.column("message", sa.Text))
RUNS = sa.table("runs", *TEXTS, sa.column("progress", sa.JSON), sa.column("facts", sa.JSON))
DIVERGED = re.compile(
    r"The loss became (?:(\d+(?:\.\d+)?(?:e\+\d+)?)|NaN \(not a number\)) in epoch (\d+), batch (\d+): the weights grew"
)


def upgrade() -> None:
    """Add the column and move the notes into it, and read the divergences."""
    op.add_column("runs", sa.Column("facts", sa.JSON))
    connection = op.get_bind()
    for run in connection.execute(sa.select(RUNS)).all():
        progress = run.progress if isinstance(run.progress, dict) else {}
        changed: dict[str, Any] = {}
        if progress.get("notes"):
            changed["facts"] = {"notes": progress["notes"]}
        found = DIVERGED.match(run.message) if run.status == "failed" and not progress.get("divergence") else None
        if found:
            loss = float(found[1]) if found[1] else None
            divergence = {"epoch": int(found[2]), "batch": int(found[3]), "loss": loss}
            changed["progress"] = {**progress, "divergence": divergence}
        if changed:
            connection.execute(sa.update(RUNS).where(RUNS.c.id == run.id).values(**changed))
