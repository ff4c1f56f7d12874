"""Which further seeds of nets are still to come."""

from pathlib import Path

import pytest

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.runs.open_seeds import open_seeds
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.runs.sweep_records import SweepStatus
from cnnviz.runs.sweeps import create_sweep, fail_point, join_sweep, set_sweep_status
from cnnviz.training.config import TrainingConfig
from cnnviz.training.sweep import seeds_sweep

NET, OTHER = get_preset("digits-small").architecture, get_preset("lenet5").architecture
ADA, BOB = Visitor("ada"), Visitor("bob")


@pytest.fixture
def store(tmp_path: Path, each_database: str) -> RunStore:
    return RunStore(tmp_path)


def made(store: RunStore, seed: int, status: Status, *, net=NET, **settings) -> Run:
    run = store.create(net, TrainingConfig(seed=seed, **settings), owner=ADA.id, sharing=Sharing.PRIVATE)
    store.update(run.id, status=status)
    return store.get(run.id)


def test_runs_that_wait_or_are_trained_are_still_to_come(store: RunStore) -> None:
    ended, *opened = [made(store, seed, status) for seed, status in enumerate((Status.FINISHED, "queued", "running"))]
    for settings in ({"epochs": 9}, {"net": OTHER}):
        made(store, 3, Status.RUNNING, **settings)
    made(store, 4, Status.STOPPED)
    assert open_seeds(store, [ended], ADA) == {run.id for run in opened}
    assert open_seeds(store, [ended], OPERATOR) == {run.id for run in opened}
    assert open_seeds(store, [ended], BOB) == frozenset(), "who may not see them"


def test_a_training_that_was_moved_to_the_bin_gives_nothing(store: RunStore) -> None:
    ended, opened = made(store, 0, Status.FINISHED), made(store, 1, Status.RUNNING)
    store.delete(opened.id)
    assert open_seeds(store, [ended], ADA) == frozenset()


def test_what_a_sweep_has_not_begun_is_still_to_come_until_it_is_stopped(store: RunStore) -> None:
    ended = made(store, 0, Status.FINISHED, epochs=1)
    sweep = create_sweep(store, seeds_sweep([(NET, ended.config, "a"), (OTHER, ended.config, "b")], 3), ADA.id)
    assert open_seeds(store, [ended], ADA) == {f"{sweep}:{position}" for position in (0, 2, 4)}
    join_sweep(store, made(store, 5, Status.FINISHED, epochs=1), sweep, 0)
    fail_point(store, sweep, 2, "It cannot be trained.")
    assert open_seeds(store, [ended], ADA) == {f"{sweep}:4"}
    assert open_seeds(store, [ended], BOB) == frozenset()
    set_sweep_status(store, sweep, SweepStatus.STOPPED)
    assert open_seeds(store, [ended], ADA) == frozenset()


def test_of_a_net_that_was_brought_along_nothing_is_to_come(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig(dataset="digits"), owner=ADA.id, origin="keras")
    made(store, 1, Status.RUNNING, dataset="digits")
    assert open_seeds(store, [run], ADA) == frozenset()
