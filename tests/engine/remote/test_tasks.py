"""What a worker keeps and does of the attempts at a run: their checkpoints wait, and they hear of what is wanted."""

from collections.abc import Iterator

import pytest

from cnnviz.engine.remote.tasks import KEPT_CHECKPOINTS, WAITING_BYTES, WaitingCheckpoints, abandon_older, want_back
from cnnviz.training.loop.control import Control, NumberedCommand, control_of, forget
from tests.helpers import OtherThread

LARGE = bytes(WAITING_BYTES // KEPT_CHECKPOINTS + 1)


def test_one_that_is_taken_while_another_makes_room_ends_no_training() -> None:
    waiting = WaitingCheckpoints()
    server = OtherThread(lambda: waiting.take("a", "attempt", 1))

    class Epoch(int):
        """The server takes the first one while they are being sorted."""

        def __lt__(self, other: int) -> bool:
            server.go_as_far_as_it_can()
            return int(self) < int(other)

    for epoch in range(1, KEPT_CHECKPOINTS + 2):
        waiting.keep("a", "attempt", Epoch(epoch), LARGE)
    server.end()
    assert [epoch for epoch in range(1, KEPT_CHECKPOINTS + 2) if waiting.take("a", "attempt", epoch)] == [2, 3, 4]


def test_a_server_that_is_behind_by_many_epochs_gets_all_of_a_small_net_and_the_newest_of_a_large_one() -> None:
    waiting = WaitingCheckpoints()
    for epoch in range(1, 51):
        waiting.keep("small", "attempt", epoch, b"%d" % epoch)
        waiting.keep("large", "attempt", epoch, LARGE)
    epochs = range(1, 51)
    assert [waiting.take("small", "attempt", epoch) for epoch in epochs] == [b"%d" % epoch for epoch in epochs]
    assert [epoch for epoch in epochs if waiting.take("large", "attempt", epoch)] == [48, 49, 50]


def test_those_of_ended_runs_make_room_the_oldest_first_and_those_of_another_training_stay() -> None:
    waiting = WaitingCheckpoints()
    control_of("at work", "attempt")
    runs = ["at work", "old", "b", "c", "d", "e"]
    for run_id in runs:
        waiting.keep(run_id, "attempt", 1, b"weights")
    forget("at work", "attempt")
    assert [run_id for run_id in runs if waiting.take(run_id, "attempt", 1)] == ["at work", "b", "c", "d", "e"]


def test_an_attempt_that_was_given_up_leaves_nothing_to_the_next_one_on_the_same_worker() -> None:
    """It may end an epoch after the next one has ended the same, before the server takes that."""
    waiting = WaitingCheckpoints()
    waiting.keep("a", "second", 1, b"new")
    waiting.keep("a", "first", 1, b"old")
    assert [waiting.take("a", attempt, 1) for attempt in ("second", "first", "second")] == [b"new", b"old", None]


@pytest.fixture
def attempts() -> Iterator[dict[str, Control]]:
    names = ("train-a-1", "train-a-2", "train-a-3")
    yield {name: control_of("a", name) for name in names}
    for name in names:
        forget("a", name)


def test_older_attempts_are_ended_and_one_that_has_begun_since_is_not(attempts: dict[str, Control]) -> None:
    """Nobody waits until it is done: it may come when the next attempt, or the one after that, is at work."""
    abandon_older("a", "train-a-2")
    assert [control.should_stop for control in attempts.values()] == [True, False, False]


def test_a_run_gives_its_worker_back_also_where_that_is_heard_before_its_pause(attempts: dict[str, Control]) -> None:
    control, pause = attempts["train-a-2"], NumberedCommand(1, "pause")
    want_back("a", "train-a-2", [pause])
    control.obey([pause])
    assert control.hold(is_epoch_end=False, on_pause=lambda _: None)
