from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.trainings.progress_text import waiting_text
from cnnviz.engine.trainings.queue import QueuePosition, TrainingQueue, position_after
from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Progress
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.model import Prediction

NOW = 1_000_000.0
QUEUED = Run(
    id="a",
    name="net",
    status=Status.QUEUED,
    created=datetime(2026, 1, 1, tzinfo=UTC),
    architecture=get_preset("digits-small").architecture,
    config=TrainingConfig(epochs=4),
    prediction=Prediction(30, 60, 120),
)


def _running(*, batches_done: int, seconds: float, **progress: object) -> Run:
    """A run of 4 epochs of 10 batches, so many seconds after its start."""
    where = Progress(epoch=1 + batches_done // 10, batch=batches_done % 10, num_batches=10, started=NOW - seconds)
    return replace(QUEUED, status=Status.RUNNING, progress=replace(where, **progress))


MIDDLE = Progress(
    epochs_done=2, batches_done=5, epoch=4, batch=0, num_batches=10, started=NOW - 50
)  # went on there, 5 batches ago


@pytest.mark.parametrize(
    ("before", "num_at_once", "seconds"),
    [
        ([], 1, 0),
        ([_running(batches_done=10, seconds=100)], 1, 300),  # 30 more batches of 10 s
        ([_running(batches_done=10, seconds=100), QUEUED], 1, 360),
        ([_running(batches_done=10, seconds=100), _running(batches_done=20, seconds=100)], 2, 100),
        ([_running(batches_done=10, seconds=100), _running(batches_done=20, seconds=100), QUEUED], 2, 160),
        ([_running(batches_done=0, seconds=0.5)], 1, 59.5),  # no pace yet: what was predicted
        ([replace(QUEUED, status=Status.RUNNING, progress=Progress(text="Loading"))], 1, 60),
        ([_running(batches_done=20, seconds=500, paused=True, seen=NOW - 300)], 1, 200),
        ([_running(batches_done=30, seconds=50, epochs_done=2)], 1, 50),  # went on from epoch 2
        ([replace(_running(batches_done=30, seconds=50), progress=MIDDLE)], 1, 100),
        ([replace(QUEUED, progress=Progress(epoch=3, batch=5, num_batches=10))], 1, 22.5),  # 1.5 of 4 epochs are left
    ],
)
def test_a_turn_comes_when_those_before_have_left_a_place(
    monkeypatch: pytest.MonkeyPatch, before: list[Run], num_at_once: int, seconds: float
) -> None:
    # The name in that module only: the loops of other engines in this process live by the real clock.
    monkeypatch.setattr("cnnviz.runs.timing.time", SimpleNamespace(time=lambda: NOW))
    position = position_after(before, num_at_once)
    assert position.num_before == len(before)
    assert position.seconds == pytest.approx(seconds, abs=1e-6)


def test_without_any_prediction_only_the_number_is_told() -> None:
    assert position_after([replace(QUEUED, prediction=None)], 1) == QueuePosition(1, None)


@pytest.mark.parametrize(
    ("position", "words"),
    [
        (QueuePosition(2, 180.0), "Waiting: 2 trainings before yours, about 3 min"),
        (QueuePosition(1, 42.4), "Waiting: 1 training before yours, about 42 s"),
        (QueuePosition(1, None), "Waiting: 1 training before yours"),
        (QueuePosition(0, 0.0), "Waiting for a worker"),
        (None, "Waiting for a worker"),
    ],
)
def test_the_wait_is_said_in_words(position: QueuePosition | None, words: str) -> None:
    assert waiting_text(QUEUED, position) == words
    lost = replace(QUEUED, message="The worker was lost; the run goes on from the start.")
    assert waiting_text(lost, position) == f"{lost.message} {words}"


def test_a_run_that_lost_its_worker_comes_before_those_that_wait() -> None:
    queue = TrainingQueue()
    for run_id in ("a", "b", "c"):
        queue.add(run_id)
    assert queue.assign("a", object(), "worker")
    queue.accept("a")
    assert (queue.running(), queue.queued()) == (["a"], ["b", "c"])
    queue.add("a", first=True)
    assert (queue.running(), queue.queued()) == ([], ["a", "b", "c"])
    queue.remove("b")
    assert not queue.assign("b", object(), "worker"), "it has left the queue"
    assert queue.waiting() == ["a", "c"]


def test_a_rewind_that_is_asked_for_during_another_is_still_to_come() -> None:
    queue = TrainingQueue()
    queue.ask_rewind("a", 3)
    queue.ask_rewind("a", 1)
    queue.end_rewind("a", 3)
    assert queue.rewind_epoch("a") == 1
    queue.end_rewind("a", 1)
    assert queue.rewind_epoch("a") is None


def test_a_run_is_followed_until_its_rewind_has_begun() -> None:
    queue = TrainingQueue()
    assert not queue.is_following("a")
    queue.ask_rewind("a", 3)
    assert queue.is_following("a"), "nothing else is to come of it yet"
    assert "a" not in queue
    assert queue.rewind_epoch("a") == 3
    queue.add("a")
    queue.end_rewind("a", 3)
    assert queue.rewind_epoch("a") is None
    assert queue.is_following("a")
    queue.remove("a")
    assert not queue.is_following("a")


def test_a_run_that_has_ended_and_is_still_being_written_is_no_company_of_the_next_one() -> None:
    queue = TrainingQueue()
    for run_id in ("a", "b", "c"):
        queue.add(run_id)
        queue.assign(run_id, run_id, "worker")
    queue.accept("a")
    queue.end("a", "a")
    queue.accept("b")
    assert [one.had_company for one in queue.assigned().values()] == [False] * 3
    queue.accept("c")
    assert [one.had_company for one in queue.assigned().values()] == [False, True, True]
