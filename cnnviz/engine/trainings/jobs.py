"""What a worker is given so that a run begins, or goes on from where it was."""

from typing import Any

from cnnviz.engine.trainings.recorder import CHECKPOINT_FILE, last_checkpoint
from cnnviz.runs.store import RunStore
from cnnviz.settings import read_settings
from cnnviz.training.loop.job import TrainingJob


def make_job(store: RunStore, run_id: str) -> TrainingJob:
    """The rest of a run; raises UnknownName, StoreUnavailable, and InvalidConfig for a wrong limit."""
    run = store.get(run_id)
    epochs_done, checkpoint = last_checkpoint(store, run_id)
    return TrainingJob(
        run_id,
        run.architecture,
        run.config,
        epochs_done,
        checkpoint,
        learning_rate=run.progress.get("learning_rate"),
        max_seconds=read_settings().max_seconds,
        **(_history(store, run_id, epochs_done) if run.config.early_stopping else {}),
    )


def _history(store: RunStore, run_id: str, epochs_done: int) -> dict[str, Any]:
    """What early stopping has to know of the epochs done."""
    losses = tuple(row["val_loss"] for row in store.curves(run_id).epochs[:epochs_done])
    best = CHECKPOINT_FILE.format(losses.index(min(losses)) + 1) if losses else ""
    kept = store.load_file(run_id, best) if losses and store.has_file(run_id, best) else None
    return {"val_losses": losses, "best_checkpoint": kept}
