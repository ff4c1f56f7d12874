"""The checkpoints that wait on a worker, until the server takes them or there are too many."""

from cnnviz.engine.remote.tasks import KEPT_CHECKPOINTS, WAITING_BYTES, WaitingCheckpoints
from cnnviz.training.loop.control import control_of, forget
from tests.helpers import OtherThread

LARGE = bytes(WAITING_BYTES // KEPT_CHECKPOINTS + 1)


def test_one_that_is_taken_while_another_makes_room_ends_no_training() -> None:
    waiting = WaitingCheckpoints()
    server = OtherThread(lambda: waiting.take("a", 1))

    class Epoch(int):
        """The server takes the first one while they are being sorted."""

        def __lt__(self, other: int) -> bool:
            server.go_as_far_as_it_can()
            return int(self) < int(other)

    for epoch in range(1, KEPT_CHECKPOINTS + 2):
        waiting.keep("a", Epoch(epoch), LARGE)
    server.end()
    assert [epoch for epoch in range(1, KEPT_CHECKPOINTS + 2) if waiting.take("a", epoch)] == [2, 3, 4]


def test_a_server_that_is_behind_by_many_epochs_gets_all_of_a_small_net_and_the_newest_of_a_large_one() -> None:
    waiting = WaitingCheckpoints()
    for epoch in range(1, 51):
        waiting.keep("small", epoch, b"%d" % epoch)
        waiting.keep("large", epoch, LARGE)
    assert [waiting.take("small", epoch) for epoch in range(1, 51)] == [b"%d" % epoch for epoch in range(1, 51)]
    assert [epoch for epoch in range(1, 51) if waiting.take("large", epoch)] == [48, 49, 50]


def test_those_of_ended_runs_make_room_the_oldest_first_and_those_of_another_training_stay() -> None:
    waiting = WaitingCheckpoints()
    control_of("at work", "attempt")
    runs = ["at work", "old", "b", "c", "d", "e"]
    for run_id in runs:
        waiting.keep(run_id, 1, b"weights")
    forget("at work", "attempt")
    assert [run_id for run_id in runs if waiting.take(run_id, 1)] == ["at work", "b", "c", "d", "e"]
