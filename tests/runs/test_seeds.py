"""Which runs are the same training but for the seed."""

from pathlib import Path

import pytest

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.runs.files import EDITED_FILE
from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Mark, Progress
from cnnviz.runs.seeds import group_by_seed, is_as_set, one_of_each_seed, other_seeds, runs_of_net, training_key
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import Divergence

NET = get_preset("digits-small").architecture
ADA, BOB = Visitor("ada"), Visitor("bob")


@pytest.fixture
def store(tmp_path: Path, each_database: str) -> RunStore:
    return RunStore(tmp_path)


def finished(store: RunStore, seed: int, *, net=NET, owner: str = ADA.id, progress: Progress | None = None, **settings):
    sharing = settings.pop("sharing", Sharing.PRIVATE)
    status = settings.pop("status", Status.FINISHED)
    origin = settings.pop("origin", "")
    metrics = {"accuracy": 0.9, **settings.pop("metrics", {})}
    config = TrainingConfig(seed=seed, **settings)
    run = store.create(net, config, owner=owner, sharing=sharing, origin=origin)
    store.update(run.id, status=status, metrics=metrics, progress=progress or Progress())
    return store.get(run.id)


def ids(runs: list[Run]) -> list[str]:
    return [run.id for run in runs]


def test_runs_that_differ_in_their_seed_alone_belong_together_whatever_they_are_called(store: RunStore) -> None:
    first, second = finished(store, 1), finished(store, 2)
    other = finished(store, 1, epochs=9)
    renamed = finished(store, 3, net=NET.model_copy(update={"name": "mine"}))
    assert [ids(group) for group in group_by_seed(store, [first, other, second, renamed])] == [
        ids([first, second, renamed]),
        [other.id],
    ]
    assert training_key(store, first) != training_key(store, finished(store, 1, dataset="faces"))


def test_the_same_seed_again_counts_once(store: RunStore) -> None:
    runs = [finished(store, seed) for seed in (4, 2, 4)]
    assert ids(one_of_each_seed(runs)) == ids([runs[1], runs[0]])


def test_other_seeds_of_a_run_are_found_newest_first(store: RunStore) -> None:
    first = finished(store, 1)
    finished(store, 1, learning_rate=0.5)
    second = finished(store, 2)
    finished(store, 3, net=get_preset("lenet5").architecture)
    assert ids(other_seeds(store, first, ADA)) == ids([second, first])


def test_what_a_visitor_may_not_see_is_not_found(store: RunStore) -> None:
    mine = finished(store, 1)
    hidden = finished(store, 2, owner=BOB.id)
    shared = finished(store, 3, owner=BOB.id, sharing=Sharing.EVERYBODY)
    assert ids(other_seeds(store, mine, ADA)) == ids([shared, mine])
    assert ids(other_seeds(store, mine, OPERATOR)) == ids([shared, hidden, mine])


def test_what_was_stopped_steered_edited_or_brought_along_is_no_seed(store: RunStore) -> None:
    run = finished(store, 1)
    diverged = finished(store, 2, status=Status.FAILED, progress=Progress(divergence=Divergence(1, 2, None)))
    finished(store, 3, progress=Progress(marks=(Mark("rewind", 1.0),)))
    lost = finished(store, 9, progress=Progress(marks=(Mark("lost", 1.0),)))
    finished(store, 10, progress=Progress(learning_rate=0.1))  # set in an epoch that was taken back later
    finished(store, 4, status=Status.STOPPED)
    finished(store, 5, status=Status.FAILED)
    finished(store, 6, progress=Progress(marks=(Mark("rate", 1.0, 0.1),)))
    edited = finished(store, 7)
    store.save_file(edited.id, EDITED_FILE, b"5")
    brought = finished(store, 8, origin="keras")
    assert ids(other_seeds(store, run, ADA)) == ids([lost, diverged, run])
    assert ids(other_seeds(store, brought, ADA)) == [brought.id]
    assert not is_as_set(brought)


def test_what_was_changed_by_hand_stands_alone_beside_the_seeds_of_its_settings(store: RunStore) -> None:
    """It is what its visitor asks about, and no seed of the same training: a mean over both would be of neither."""
    plain, second = finished(store, 1), finished(store, 2)
    steered = finished(store, 3, progress=Progress(marks=(Mark("rate", 1.0, 0.1),)))
    edited, brought, again = finished(store, 1), finished(store, 0, origin="keras"), finished(store, 0, origin="keras")
    store.save_file(edited.id, EDITED_FILE, b"5")
    alone = [steered, edited, brought, again]
    assert [ids(group) for group in group_by_seed(store, [plain, *alone, second])] == [
        ids([plain, second]),
        *([one.id] for one in alone),
    ]
    assert [ids(other_seeds(store, one, ADA)) for one in alone] == [[one.id] for one in alone]


def test_more_epochs_are_the_same_training_only_at_a_constant_rate(store: RunStore) -> None:
    longer = Progress(marks=(Mark("more", 3.0),))
    assert is_as_set(finished(store, 1, progress=longer))
    assert not is_as_set(finished(store, 1, progress=longer, schedule="one_cycle"))


def test_a_run_that_ended_early_by_its_own_settings_is_a_seed_and_one_that_was_stopped_is_none(store: RunStore) -> None:
    settings = {"early_stopping": 3, "status": Status.STOPPED}
    by_rule = [finished(store, seed, metrics={"ended_by_rule": 1}, **settings) for seed in (1, 2)]
    to_its_end, stopped = finished(store, 3, early_stopping=3), finished(store, 4, **settings)
    assert [is_as_set(run) for run in (*by_rule, to_its_end, stopped)] == [True, True, True, False]
    assert ids(other_seeds(store, by_rule[0], ADA)) == ids([to_its_end, *reversed(by_rule)])


def test_a_run_that_is_asked_about_is_there_even_if_it_was_stopped(store: RunStore) -> None:
    stopped = finished(store, 1, status=Status.STOPPED)
    assert ids(other_seeds(store, stopped, ADA)) == [stopped.id]


def test_a_damaged_row_is_passed_over(store: RunStore) -> None:
    run, damaged = finished(store, 1), finished(store, 2)
    store.update(damaged.id, config='{"epochs": "many"')
    assert ids(other_seeds(store, run, ADA)) == [run.id]


def test_of_many_runs_only_those_of_the_same_settings_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy import insert, select

    from cnnviz.runs.tables import RunRow

    store = RunStore(tmp_path)
    run = finished(store, 1)
    with store.session() as session:
        row = session.execute(select(RunRow.__table__).where(RunRow.id == run.id)).mappings().one()
        others = [
            {**row, "id": f"{number:012d}", "config": TrainingConfig(seed=2, epochs=1 + number % 500).model_dump_json()}
            for number in range(2_000)
        ]
        session.execute(insert(RunRow), others)
    read: list[str] = []
    get = store.get
    monkeypatch.setattr(store, "get", lambda run_id: (read.append(run_id), get(run_id))[1])
    found = other_seeds(store, run, ADA)
    assert len(found) == 5
    assert len(read) == 4


def test_the_runs_of_a_net_are_found_with_any_settings(store: RunStore) -> None:
    first = finished(store, 1)
    stopped = finished(store, 1, epochs=9, status=Status.STOPPED)
    finished(store, 1, net=get_preset("lenet5").architecture)
    finished(store, 2, owner=BOB.id)
    finished(store, 3, status=Status.FAILED)
    store.create(NET, TrainingConfig(), owner=ADA.id)
    finished(store, 5, fold=(0, 3))  # it answers for training images
    assert ids(runs_of_net(store, NET, ADA)) == ids([stopped, first])
    assert ids(runs_of_net(store, NET, ADA, limit=1)) == [stopped.id]
