"""Who sees which run, who changes it, and what a copy holds."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.errors import InvalidConfig, NotAllowed, StoreUnavailable, UnknownName
from cnnviz.runs.files import CHECKPOINT_FILE, kept_epochs
from cnnviz.runs.missing import DELETED, why_not_there
from cnnviz.runs.permitted import active_runs, copy_run, require_changeable, set_label, visible_run
from cnnviz.runs.records import Status
from cnnviz.runs.run_progress import Progress
from cnnviz.runs.store import INTERRUPTED_AFTER, RunStore
from cnnviz.runs.tables import RunRow
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.model import Prediction
from cnnviz.training.events import DatasetFacts

NET = get_preset("digits-small").architecture
ADA, BOB, TEACHER = Visitor("ada"), Visitor("bob"), Visitor("teacher", is_operator=True)


@pytest.fixture
def store(tmp_path: Path, each_database: str) -> RunStore:
    return RunStore(tmp_path)


def _create(store: RunStore, sharing: Sharing = Sharing.PRIVATE, owner: str = ADA.id) -> str:
    return store.create(NET, TrainingConfig(), owner=owner, sharing=sharing).id


def _change_row(store: RunStore, run_id: str, **columns: object) -> None:
    with store.session() as session:
        session.execute(update(RunRow).where(RunRow.id == run_id).values(**columns))


def test_a_visitor_lists_own_runs_and_those_for_everybody_and_the_operator_lists_all(store: RunStore) -> None:
    ids = {sharing: _create(store, sharing) for sharing in Sharing}
    bobs, old = _create(store, owner=BOB.id), store.create(NET, TrainingConfig()).id
    everybody = ids[Sharing.EVERYBODY]
    assert [run.id for run in store.recent(ADA)] == [old, *reversed(ids.values())]
    assert [run.id for run in store.recent(BOB)] == [old, bobs, everybody]
    assert [run.id for run in store.recent(TEACHER)] == [old, bobs, *reversed(ids.values())]
    assert [run.id for run in store.recent(BOB, limit=2)] == [old, bobs]


def test_what_is_hidden_takes_no_place_in_a_list(store: RunStore) -> None:
    bobs = _create(store, owner=BOB.id)
    for _ in range(3):
        _create(store)
    assert [run.id for run in store.recent(BOB, limit=1)] == [bobs]


def test_a_run_keeps_its_owner_and_sharing(store: RunStore) -> None:
    run = RunStore(store.home).get(_create(store, Sharing.LINK))
    assert (run.owner, run.sharing) == ("ada", Sharing.LINK)


def test_what_one_may_not_see_is_said_like_what_does_not_exist(store: RunStore) -> None:
    hidden = _create(store)
    with pytest.raises(UnknownName) as missing:
        visible_run(store, "123456789abc", BOB)
    for door in (visible_run, require_changeable):
        with pytest.raises(UnknownName) as refused:
            door(store, hidden, BOB)
        assert str(refused.value) == str(missing.value).replace("123456789abc", hidden)
    for visitor in (ADA, OPERATOR, TEACHER):
        assert visible_run(store, hidden, visitor).id == hidden


@pytest.mark.parametrize("run_id", ["", "\0", "../../etc", "' OR 1=1 --", "%", "x" * 100_000])
def test_what_is_no_id_names_no_run_for_anybody(store: RunStore, run_id: str) -> None:
    _create(store, Sharing.EVERYBODY)
    for door in (visible_run, require_changeable):
        with pytest.raises(UnknownName, match="There is no run"):
            door(store, run_id, TEACHER)


@pytest.mark.parametrize("sharing", [Sharing.LINK, Sharing.EVERYBODY])
def test_what_is_shared_is_seen_and_not_changed(store: RunStore, sharing: Sharing) -> None:
    run_id = _create(store, sharing)
    assert visible_run(store, run_id, BOB).id == run_id
    with pytest.raises(NotAllowed, match="belongs to somebody else"):
        require_changeable(store, run_id, BOB)


def test_a_sharing_that_only_a_newer_version_knows_keeps_a_run_private(store: RunStore) -> None:
    run_id = _create(store, Sharing.EVERYBODY)
    _change_row(store, run_id, sharing="classroom")
    assert store.recent(BOB) == []
    with pytest.raises(UnknownName):
        visible_run(store, run_id, BOB)
    assert visible_run(store, run_id, ADA).sharing is Sharing.PRIVATE


def test_a_damaged_entry_is_still_its_owners_to_delete(store: RunStore) -> None:
    run_id = _create(store)
    _change_row(store, run_id, architecture="{}")
    assert require_changeable(store, run_id, ADA).owner == ADA.id
    with pytest.raises(UnknownName, match="no run"):
        require_changeable(store, run_id, BOB)


def test_who_may_see_a_run_is_told_why_it_is_not_there_and_nobody_else(store: RunStore) -> None:
    here, deleted, damaged = (_create(store) for _ in range(3))
    _change_row(store, deleted, deleted=datetime.now(UTC))
    _change_row(store, damaged, architecture="{}")
    assert [why_not_there(store, run_id, ADA) for run_id in (here, deleted, "gone")] == ["", DELETED, ""]
    assert "damaged" in why_not_there(store, damaged, ADA)
    lost = _create(store)
    store.update(lost, status=Status.FINISHED, metrics={})
    assert "what it got right cannot be read" in why_not_there(store, lost, ADA)
    store.update(lost, status=Status.STOPPED)
    assert why_not_there(store, lost, ADA) == "", "it may have been stopped before it was tested"
    assert [why_not_there(store, run_id, BOB) for run_id in (here, deleted, damaged)] == ["", "", ""]


def test_active_runs_are_counted_by_their_owner_and_only_while_they_are_followed(store: RunStore) -> None:
    queued, running, done, lost = (_create(store) for _ in range(4))
    _create(store, owner=BOB.id)
    for run_id, status in ((running, Status.RUNNING), (done, Status.FINISHED), (lost, Status.RUNNING)):
        store.update(run_id, status=status)
    _change_row(store, lost, heartbeat=datetime.now(UTC) - INTERRUPTED_AFTER - timedelta(seconds=1))
    assert active_runs(store, ADA.id) == {queued: NET.name, running: NET.name}


def test_a_new_name_is_no_sign_of_life(store: RunStore) -> None:
    run_id = _create(store)
    _change_row(store, run_id, heartbeat=datetime.now(UTC) - INTERRUPTED_AFTER - timedelta(seconds=1))
    set_label(store, run_id, name="another")
    assert (store.get(run_id).name, store.get(run_id).status) == ("another", Status.INTERRUPTED)


@pytest.fixture
def trained(store: RunStore) -> str:
    """Ada's run of three epochs, the first of which is not kept."""
    prediction = Prediction(1.0, 2.0, 3.0)
    run = store.create(NET, TrainingConfig(epochs=3), owner="ada", sharing=Sharing.LINK, prediction=prediction)
    for epoch in (1, 2, 3):
        store.add_points(run.id, epoch, [{"epoch": epoch - 0.5}, {"epoch": float(epoch)}])
        store.add_epoch(run.id, epoch, {"loss": 1 / epoch}, seconds=2.0 * epoch)
    for epoch in (2, 3):
        store.save_file(run.id, CHECKPOINT_FILE.format(epoch), b"weights %d" % epoch)
    facts = DatasetFacts(classes=("a", "b"))
    progress = Progress(epoch=3, batch=9, num_batches=9, learning_rate=0.5)
    store.update(run.id, status=Status.FINISHED, metrics={"accuracy": 1.0}, facts=facts, progress=progress)
    return run.id


def test_a_copy_is_the_run_as_it_was_at_an_epoch_and_belongs_to_its_maker(store: RunStore, trained: str) -> None:
    before = store.get(trained), store.curves(trained)
    copy = store.get(copy_run(store, store.get(trained), 2, "bob").id)
    assert (copy.owner, copy.sharing, copy.status) == ("bob", Sharing.PRIVATE, Status.QUEUED)
    assert (copy.architecture, copy.config, copy.facts) == (NET, TrainingConfig(epochs=3), DatasetFacts(("a", "b")))
    assert copy.prediction == Prediction(1.0, 2.0, 3.0)
    assert (copy.progress, copy.metrics) == (Progress(learning_rate=0.5), {})
    assert [row["epoch"] for row in store.curves(copy.id).epochs] == [1, 2]
    assert [point["epoch"] for point in store.curves(copy.id).points] == [0.5, 1.0, 1.5, 2.0]
    assert store.seconds_until(copy.id, 2) == 4.0
    assert kept_epochs(store, copy.id) == [2]
    assert (store.get(trained), store.curves(trained)) == before


def test_what_happens_to_a_copy_or_to_its_original_leaves_the_other_alone(store: RunStore, trained: str) -> None:
    copy_id = copy_run(store, store.get(trained), 3, "bob").id
    store.save_file(copy_id, CHECKPOINT_FILE.format(3), b"other")
    assert store.load_file(trained, CHECKPOINT_FILE.format(3)) == b"weights 3"
    store.delete(trained)
    assert store.load_file(copy_id, CHECKPOINT_FILE.format(2)) == b"weights 2"


def test_a_copy_of_an_epoch_that_is_not_kept_is_refused_and_one_from_the_start_is_empty(
    store: RunStore, trained: str
) -> None:
    with pytest.raises(InvalidConfig, match=r"Epoch 1 is not kept. Use one of 0, 2, 3. Received: 1"):
        copy_run(store, store.get(trained), 1, "bob")
    copy_id = copy_run(store, store.get(trained), 0, "bob").id
    assert store.curves(copy_id).epochs == []
    assert kept_epochs(store, copy_id) == []


def test_a_copy_that_cannot_be_written_leaves_nothing(
    store: RunStore, trained: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StoreUnavailable("The disk is full.")

    monkeypatch.setattr(store, "copy_file", refuse)
    with pytest.raises(StoreUnavailable):
        copy_run(store, store.get(trained), 3, "bob")
    assert [run.id for run in store.recent(OPERATOR)] == [trained]
