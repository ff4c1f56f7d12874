"""Say again in columns, with indexes, what lists of runs are sorted and filtered by; and add what people note of a run.

The numbers of the runs that there are (`settings_key` is empty of them) are filled in by `runs.summary.fill_missing`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"

NUMBERS = {
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
    "deleted": sa.DateTime(timezone=True),
}
INDEXED = ("name", "device", "seconds", *NUMBERS)


def upgrade() -> None:
    """Add the columns; nobody has noted anything of the runs that there are."""
    for name, kind in NUMBERS.items():
        op.add_column("runs", sa.Column(name, kind))
    for name in ("has_net", "star", "archived"):
        op.add_column("runs", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    for name in ("note", "tags"):
        op.add_column("runs", sa.Column(name, sa.Text, nullable=False, server_default=""))
    for name in INDEXED:
        op.create_index(f"ix_runs_{name}", "runs", [name])
