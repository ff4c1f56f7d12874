"""Say again in columns, with indexes, what lists of runs are sorted and filtered by; and add what people note of a run.

The numbers of the runs that there are (`settings_key` is empty of them) are filled in by `runs.summary.fill_missing`.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

NUMBERS: dict[str, Any] = {
    "dataset": sa.Text,
    "settings_key": sa.String(16),
    "params": sa.BigInteger,
    "macs": sa.BigInteger,
    "seed": sa.BigInteger,
    "optimizer": sa.String(16),
    "epochs_done": sa.Integer,
    "best": sa.Float,
    "last": sa.Float,
    "accuracy": sa.Float,
    "expected_seconds": sa.Float,
    "num_bytes": sa.BigInteger,
}
INDEXED = ("name", "device", "seconds", *NUMBERS)
LISTED = ["deleted", "archived", "owner", "sharing", "has_net", "created"]


def upgrade() -> None:
    """Add the columns; nobody has noted anything of the runs that there are."""
    for name, kind in NUMBERS.items():
        op.add_column("runs", sa.Column(name, kind))
    op.add_column("runs", sa.Column("deleted", sa.DateTime(timezone=True)))
    for name in ("has_net", "star", "archived"):
        op.add_column("runs", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    for name in ("note", "tags"):
        op.add_column("runs", sa.Column(name, sa.Text, nullable=False, server_default=""))
    for name in INDEXED:
        op.create_index(f"ix_runs_{name}", "runs", [name])
    op.create_index("ix_runs_listed", "runs", LISTED)
