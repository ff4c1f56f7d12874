"""Which epochs a run keeps: the newest whole, older ones as weights alone, and of too many a part evenly spread."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnviz.runs import checkpoints
from cnnviz.runs.checkpoints import keep_checkpoint, kept_text, without_optimizer
from cnnviz.runs.files import CHECKPOINT_FILE, kept_epochs
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from tests.helpers import DIGITS_NET


def checkpoint(epoch: int) -> bytes:
    """As `capture_checkpoint` writes it, with twice as much of the optimizer as of weights, as of Adam."""
    buffer = io.BytesIO()
    weights = np.full(1000, epoch, np.float32)
    np.savez(buffer, weight_0=weights, optimizer_0=np.zeros(1000, np.float32), optimizer_1=np.ones(1000, np.float32))
    return buffer.getvalue()


def names(data: bytes) -> list[str]:
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return arrays.files


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


def train(store: RunStore, epochs: int) -> str:
    run_id = store.create(DIGITS_NET, TrainingConfig()).id
    for epoch in range(1, epochs + 1):
        keep_checkpoint(store, run_id, epoch, checkpoint(epoch))
        store.add_epoch(run_id, epoch, {"loss": 1.0})
    return run_id


def test_weights_alone_are_the_same_weights() -> None:
    light = without_optimizer(checkpoint(7))
    with np.load(io.BytesIO(light), allow_pickle=False) as arrays:
        assert arrays.files == ["weight_0"]
        np.testing.assert_array_equal(arrays["weight_0"], np.full(1000, 7, np.float32))
    assert without_optimizer(light) == light or names(without_optimizer(light)) == ["weight_0"]


@pytest.mark.parametrize("data", [b"", b"no zip"])
def test_what_is_no_checkpoint_is_left_as_it_is(data: bytes) -> None:
    assert without_optimizer(data) == data


def test_a_checkpoint_of_an_older_version_keeps_all_its_arrays() -> None:
    buffer = io.BytesIO()
    np.savez(buffer, np.zeros(3), np.ones(2))
    assert names(without_optimizer(buffer.getvalue())) == ["arr_0", "arr_1"]


def test_the_ten_newest_epochs_keep_the_optimizer_and_older_ones_their_weights(store: RunStore) -> None:
    run_id = train(store, 12)
    assert kept_epochs(store, run_id) == list(range(1, 13))
    counts = [len(names(store.load_file(run_id, CHECKPOINT_FILE.format(epoch)))) for epoch in range(1, 13)]
    assert counts == [1, 1, *[3] * 10]
    assert kept_text(store, run_id) == (
        "All 12 epochs are kept. All but the last 10 are kept as weights alone: from them the optimizer begins anew."
    )


def test_what_was_published_of_an_epoch_outlasts_the_loss_of_its_optimizer(store: RunStore) -> None:
    run_id = train(store, 1)
    source = CHECKPOINT_FILE.format(1)
    published = store.publish(run_id, "net-0001", b"net")
    for epoch in range(2, 12):
        keep_checkpoint(store, run_id, epoch, checkpoint(epoch))
        store.add_epoch(run_id, epoch, {"loss": 1.0})
    assert names(store.load_file(run_id, source)) == ["weight_0"]
    assert store.published(run_id, "net-0001", newer_than=source) == published


def test_of_too_many_epochs_those_stay_that_lie_evenly_with_the_first_and_the_newest(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, light = len(checkpoint(1)), len(without_optimizer(checkpoint(1)))
    monkeypatch.setattr(checkpoints, "WHOLE_BYTES", 2 * whole)
    monkeypatch.setattr(checkpoints, "MAX_KEPT_BYTES", 2 * whole + 5 * light)
    run_id = train(store, 20)
    kept = kept_epochs(store, run_id)
    assert (kept[0], kept[-2:], len(kept)) == (1, [19, 20], 7)
    gaps = np.diff(kept[:5])
    assert gaps.max() <= 2 * gaps.min()
    which = ", ".join(map(str, kept))
    assert kept_text(store, run_id).startswith(
        f"7 of 20 epochs are kept ({which}): those of one run may take 1 MB. All but the last 2 are kept"
    )
    size = sum(store.file_size(run_id, CHECKPOINT_FILE.format(epoch)) for epoch in kept)
    assert size <= 2 * whole + 5 * light


def test_of_a_very_large_net_the_newest_epoch_stays_whole(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "WHOLE_BYTES", 1)
    monkeypatch.setattr(checkpoints, "MAX_KEPT_BYTES", 1)
    run_id = train(store, 3)
    kept = kept_epochs(store, run_id)
    assert kept[-1] == 3
    assert "All but the newest are kept as weights alone" in kept_text(store, run_id)
    assert len(names(store.load_file(run_id, CHECKPOINT_FILE.format(3)))) == 3


def test_nothing_is_said_of_a_run_that_keeps_no_epoch(store: RunStore) -> None:
    run_id = store.create(DIGITS_NET, TrainingConfig()).id
    store.add_epoch(run_id, 1, {"loss": 1.0})
    assert kept_text(store, run_id) == ""
    assert kept_text(store, train(store, 1)) == "The one epoch is kept."
    assert kept_text(store, train(store, 3)) == "All 3 epochs are kept."


def test_which_epochs_are_kept_is_said_of_one_moment(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A training goes on while a page is drawn, or another tab deletes it."""
    run_id = train(store, 3)

    def another_ends() -> None:
        epoch = store.last_epoch(run_id) + 1
        store.save_file(run_id, CHECKPOINT_FILE.format(epoch), checkpoint(epoch))
        store.add_epoch(run_id, epoch, {"loss": 1.0})

    def meanwhile(before: Callable[[], None], after: Callable[[], None]) -> str:
        def listed(*of: Any) -> list[int]:
            before()
            kept = kept_epochs(*of)
            after()
            return kept

        monkeypatch.setattr(checkpoints, "kept_epochs", listed)
        return kept_text(store, run_id)

    assert meanwhile(before=another_ends, after=lambda: None) == "All 3 epochs are kept."
    assert meanwhile(before=lambda: None, after=another_ends) == "All 4 epochs are kept."
    assert meanwhile(before=lambda: None, after=lambda: store.delete(run_id)) == "All 5 epochs are kept."
