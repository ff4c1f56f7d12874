from pathlib import Path

import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.trainings.jobs import make_job
from cnnviz.engine.trainings.recorder import CHECKPOINT_FILE
from cnnviz.errors import UnknownName
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig

NET = get_preset("digits-small").architecture


def _store(home: Path, *, kept: tuple[int, ...], **config: object) -> tuple[RunStore, str]:
    """A run of which three epochs are recorded, the second the best one."""
    store = RunStore(home)
    run_id = store.create(NET, TrainingConfig(**config)).id
    for epoch, loss in enumerate((0.9, 0.5, 0.7), 1):
        store.add_epoch(run_id, epoch, {"val_loss": loss})
    for epoch in kept:
        store.save_file(run_id, CHECKPOINT_FILE.format(epoch), bytes([epoch]))
    return store, run_id


def test_a_job_goes_on_from_the_last_epoch_that_is_kept(tmp_path: Path) -> None:
    store, run_id = _store(tmp_path, kept=(1, 2))
    store.update(run_id, progress={"learning_rate": 0.5})
    job = make_job(store, run_id)
    assert (job.epochs_done, job.checkpoint, job.learning_rate) == (2, b"\2", 0.5)
    assert job.val_losses == (), "nobody asks for them"


@pytest.mark.parametrize(
    ("kept", "losses", "best"),
    [((1, 2, 3), (0.9, 0.5, 0.7), b"\2"), ((3,), (0.9, 0.5, 0.7), None), ((1,), (0.9,), b"\1"), ((), (), None)],
)
def test_early_stopping_is_told_of_the_epochs_done(tmp_path: Path, kept: tuple, losses: tuple, best: bytes) -> None:
    store, run_id = _store(tmp_path, kept=kept, early_stopping=3)
    job = make_job(store, run_id)
    assert (job.val_losses, job.best_checkpoint) == (losses, best)


def test_a_run_that_was_deleted_gives_no_job(tmp_path: Path) -> None:
    with pytest.raises(UnknownName):
        make_job(RunStore(tmp_path), "nothere")
