"""The checkpoints that wait on a worker, until the server takes them or there are too many."""

from collections.abc import Iterator

import pytest

from cnnviz.engine.remote import tasks
from cnnviz.engine.remote.tasks import KEPT_CHECKPOINTS, WAITING_BYTES, take_checkpoint
from cnnviz.training.loop.control import control_of, forget

LARGE = bytes(WAITING_BYTES // KEPT_CHECKPOINTS + 1)


@pytest.fixture(autouse=True)
def waiting(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[int, bytes]]:
    """What waits, by run and epoch."""
    none: dict[str, dict[int, bytes]] = {}
    monkeypatch.setattr(tasks, "_checkpoints", none)
    return none


class TakenMeanwhile(dict[int, bytes]):
    """The checkpoints of a run, the first of which the server takes while the next one is being kept."""

    def __iter__(self) -> Iterator[int]:
        epochs = list(super().__iter__())
        take_checkpoint("a", epochs[0])
        return iter(epochs)


def test_one_that_is_taken_while_the_next_is_kept_ends_no_training(waiting: dict[str, dict[int, bytes]]) -> None:
    waiting["a"] = TakenMeanwhile(dict.fromkeys(range(1, KEPT_CHECKPOINTS + 1), LARGE))
    tasks._keep("a", KEPT_CHECKPOINTS + 1, LARGE)
    assert [take_checkpoint("a", epoch) is None for epoch in range(1, KEPT_CHECKPOINTS + 2)] == [
        True,
        False,
        False,
        False,
    ]


def test_a_server_that_is_behind_by_many_epochs_gets_all_of_a_small_net_and_the_newest_of_a_large_one() -> None:
    for epoch in range(1, 51):
        tasks._keep("small", epoch, b"%d" % epoch)
        tasks._keep("large", epoch, LARGE)
    assert [take_checkpoint("small", epoch) for epoch in range(1, 51)] == [b"%d" % epoch for epoch in range(1, 51)]
    assert [epoch for epoch in range(1, 51) if take_checkpoint("large", epoch)] == [48, 49, 50]


def test_those_of_ended_runs_make_room_the_oldest_first_and_those_of_another_training_stay() -> None:
    control_of("at work", "attempt")
    runs = ["at work", "old", "b", "c", "d", "e"]
    for run_id in runs:
        tasks._keep(run_id, 1, b"weights")
    forget("at work", "attempt")
    assert [run_id for run_id in runs if take_checkpoint(run_id, 1)] == ["at work", "b", "c", "d", "e"]
