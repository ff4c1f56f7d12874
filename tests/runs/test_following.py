"""What is new of a run since it was last looked at, in each kind of database."""

from dataclasses import replace
from pathlib import Path

import pytest

from cnnviz.runs.following import Place, read_news
from cnnviz.runs.records import Status
from cnnviz.runs.run_progress import Progress
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from tests.helpers import DIGITS_NET

BEGUN = Progress(epoch=1, batch=9, num_batches=45, started=1000.0, seen=1002.0)


@pytest.fixture
def store(tmp_path: Path, each_database: str) -> RunStore:
    return RunStore(tmp_path)


@pytest.fixture
def run_id(store: RunStore) -> str:
    run_id = store.create(DIGITS_NET, TrainingConfig()).id
    store.update(run_id, status=Status.RUNNING, progress=BEGUN)
    return run_id


def _add(store: RunStore, run_id: str, *positions: float, loss: float = 1.0) -> None:
    for at in positions:
        store.add_points(run_id, int(at) + 1, [{"epoch": at, "loss": loss}])


def test_each_row_is_read_once(store: RunStore, run_id: str) -> None:
    _add(store, run_id, 0.5, 1.0)
    first = read_news(store, run_id, Place())
    assert [point["epoch"] for point in first.points] == [0.5, 1.0]
    store.add_epoch(run_id, 1, {"loss": 0.5})
    _add(store, run_id, 1.5)
    second = read_news(store, run_id, first.place)
    assert ([point["epoch"] for point in second.points], second.epochs) == ([1.5], [{"epoch": 1, "loss": 0.5}])
    third = read_news(store, run_id, second.place)
    assert (third.points, third.epochs, third.is_anew) == ([], [], False)


@pytest.mark.parametrize("status", [Status.RUNNING, Status.PAUSED])
def test_a_run_that_goes_on_after_a_pause_has_taken_nothing_back(store: RunStore, run_id: str, status: Status) -> None:
    _add(store, run_id, 0.5)
    place = read_news(store, run_id, Place()).place
    store.update(run_id, status=status, progress=replace(BEGUN, started=1005.0))
    _add(store, run_id, 0.6)
    news = read_news(store, run_id, place)
    assert ([point["epoch"] for point in news.points], news.is_anew) == ([0.6], False)


def test_what_was_taken_back_is_noticed_also_where_as_much_has_come_again(store: RunStore, run_id: str) -> None:
    """By who looks once a second at a run that another server follows, or comes late for another reason."""
    _add(store, run_id, 0.5)
    store.add_epoch(run_id, 1, {"loss": 0.5})
    _add(store, run_id, 1.5)
    place = read_news(store, run_id, Place()).place
    store.rewind(run_id, 1)
    store.update(run_id, progress=replace(BEGUN, started=2000.0))
    _add(store, run_id, 1.5, 1.75, loss=0.25)
    news = read_news(store, run_id, place)
    assert news.is_anew
    assert [(point["epoch"], point["loss"]) for point in news.points] == [(0.5, 1.0), (1.5, 0.25), (1.75, 0.25)]
    assert [row["epoch"] for row in news.epochs] == [1]
