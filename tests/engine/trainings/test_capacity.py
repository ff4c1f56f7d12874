from types import SimpleNamespace

import pytest

from cnnviz.engine.trainings.capacity import SCHEDULER_SECONDS, Capacity, read_capacity
from cnnviz.engine.trainings.queue import Assignment
from cnnviz.errors import EngineUnavailable


def test_each_training_goes_to_the_worker_with_the_most_room() -> None:
    capacity = Capacity({"a": 1, "b": 3, "c": 0}, {"b": 1})
    assert capacity.count == 4
    assert [capacity.take() for _ in range(4)] == ["b", "a", "b", None]


def test_without_workers_there_is_no_room() -> None:
    assert Capacity({}).take() is None


class Client:
    """A scheduler with two workers, of which one trains for another server."""

    class scheduler:  # noqa: N801
        identity, processing = "identity", "processing"

    @staticmethod
    def sync(function: str, *, callback_timeout: float, n_workers: int = 0, **_: None) -> dict:
        assert callback_timeout == SCHEDULER_SECONDS
        if function == "processing":
            return {"a": ["train-1-2", "probe-3"], "b": [], "c": ["predict-4"]}
        assert (function, n_workers) == ("identity", -1)
        return {
            "workers": {
                "a": {"resources": {"training": 1.0}},
                "b": {"resources": {}},
                "c": {"resources": {"training": 2.0}},
            }
        }


def test_trainings_of_other_servers_take_room_and_questions_do_not() -> None:
    capacity = read_capacity(Client)
    assert capacity == Capacity({"a": 1, "b": 0, "c": 2}, {"a": 1, "b": 0, "c": 0})
    assert [capacity.take() for _ in range(3)] == ["c", "c", None]


def _given(key: str, worker: str, ended: float | None = None) -> Assignment:
    return Assignment(SimpleNamespace(key=key), worker, ended=ended)


def test_what_was_given_to_a_worker_just_now_takes_its_room_before_the_scheduler_knows() -> None:
    """Else two trainings that are started together go to one worker, and the other one stays idle."""
    capacity = read_capacity(Client, [_given("train-5-6", "c")])
    assert capacity.taken == {"a": 1, "b": 0, "c": 1}
    assert [capacity.take() for _ in range(2)] == ["c", None]


def test_a_training_that_the_scheduler_knows_counts_once_and_one_that_has_ended_not_at_all() -> None:
    capacity = read_capacity(Client, [_given("train-1-2", "a"), _given("train-7-8", "c", ended=1.0)])
    assert capacity.taken == {"a": 1, "b": 0, "c": 0}


def test_a_training_whose_worker_is_gone_takes_nobodys_room() -> None:
    capacity = read_capacity(Client, [_given("train-5-6", "gone")])
    assert capacity.count == 3
    assert [capacity.take() for _ in range(3)] == ["c", "c", None]


@pytest.mark.parametrize("failure", [TimeoutError(), ConnectionError("closed"), AttributeError("scheduler")])
def test_a_scheduler_that_says_nothing_is_waited_for_no_longer_than_a_moment(failure: Exception) -> None:
    class Silent(Client):
        @staticmethod
        def sync(*_: object, **__: object) -> dict:
            raise failure

    with pytest.raises(EngineUnavailable, match="does not answer at the moment"):
        read_capacity(Silent)
