"""What people say of runs, and deleting with a way back; on each database, without a worker."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import Visitor
from cnnviz.engine.run_labels import RunLabels
from cnnviz.engine.trainings.queue import TrainingQueue
from cnnviz.errors import InvalidConfig, NotAllowed, UnknownName
from cnnviz.runs.listing import ListQuery, list_runs
from cnnviz.runs.permitted import set_label, visible_run
from cnnviz.runs.records import Run, Status
from cnnviz.runs.scopes import Scope
from cnnviz.runs.store import RunStore
from cnnviz.runs.uploads import KEPT_DELETED, keep_upload, own_net_bytes, purge_deleted
from cnnviz.training.config import TrainingConfig
from tests.helpers import DIGITS_NET as NET
from tests.runs.test_uploads import packed_images

ADA, BOB = Visitor("ada"), Visitor("bob")


@pytest.fixture
def labels(tmp_path: Path, each_database: str) -> RunLabels:
    return RunLabels(RunStore(tmp_path), TrainingQueue())


def _ended(store: RunStore, **options) -> Run:
    dataset = options.pop("dataset", "digits")
    run = store.create(NET, TrainingConfig(dataset=dataset), owner=ADA.id, sharing=Sharing.EVERYBODY, **options)
    store.add_epoch(run.id, 1, {"loss": 1.0, "val_accuracy": 0.5})
    store.save_file(run.id, "model.keras", b"net")
    store.update(run.id, status=Status.FINISHED, metrics={"accuracy": 0.5})
    return store.get(run.id)


def _ids(store: RunStore, scope: Scope = Scope.ALL, visitor: Visitor = ADA) -> list[str]:
    return [one.run.id for one in list_runs(store, visitor, ListQuery(scope=scope))]


def test_note_tags_star_and_archive_stand_in_the_list_and_the_rest_stays(labels: RunLabels) -> None:
    store = labels.store
    run = _ended(store)
    labels.label(run.id, note=" too deep ", tags=["class", "b"], star=True, by=ADA)
    labels.label(run.id, by=ADA)
    (listed,) = list_runs(store, BOB, ListQuery())
    assert (listed.numbers.note, listed.tags, listed.numbers.star) == ("too deep", ("class", "b"), True)
    assert listed.run == run
    labels.label(run.id, note="", tags=[], star=False, archived=True, by=ADA)
    assert _ids(store) == _ids(store, visitor=BOB) == []
    (listed,) = list_runs(store, ADA, ListQuery(scope=Scope.ARCHIVED))
    assert (listed.numbers.note, listed.tags, listed.numbers.star) == ("", (), False)
    assert visible_run(store, run.id, BOB) == run, "its link goes on working"
    with pytest.raises(NotAllowed):
        labels.label(run.id, star=True, by=BOB)
    with pytest.raises(InvalidConfig, match=r"at most 2,000 characters.*Received: 2,001"):
        labels.label(run.id, note="x" * 2001, by=ADA)


def test_a_deleted_run_is_gone_at_once_and_undo_brings_all_of_it_back(labels: RunLabels) -> None:
    store = labels.store
    run = _ended(store)
    labels.label(run.id, note="mine", by=ADA)
    before = list_runs(store, ADA, ListQuery())
    labels.delete(run.id, by=ADA)
    assert _ids(store) == _ids(store, visitor=BOB) == [one.id for one in store.recent(ADA)] == []
    assert _ids(store, Scope.DELETED) == [run.id]
    assert _ids(store, Scope.DELETED, BOB) == []
    for command in (labels.delete, lambda run_id, by: labels.rename(run_id, "other", by=by)):
        with pytest.raises(UnknownName, match="There is no run"):
            command(run.id, by=ADA)
    with pytest.raises(UnknownName, match="There is no run"):
        visible_run(store, run.id, ADA)
    with pytest.raises(NotAllowed):
        labels.restore(run.id, by=BOB)
    labels.restore(run.id, by=ADA)
    assert list_runs(store, ADA, ListQuery()) == before
    assert store.load_file(run.id, "model.keras") == b"net"
    assert store.curves(run.id).epochs == [{"epoch": 1, "loss": 1.0, "val_accuracy": 0.5}]


def test_what_was_deleted_an_hour_ago_is_removed_for_good_and_nothing_else(labels: RunLabels) -> None:
    store = labels.store
    kept, new, old = (_ended(store) for _ in range(3))
    labels.delete(new.id, by=ADA)
    set_label(store, old.id, deleted=datetime.now(UTC) - KEPT_DELETED - timedelta(seconds=1))
    assert purge_deleted(store) == 1
    assert not store.has_file(old.id, "model.keras")
    with pytest.raises(UnknownName):
        labels.restore(old.id, by=ADA)
    labels.restore(new.id, by=ADA)
    assert set(_ids(store)) == {kept.id, new.id}
    assert purge_deleted(store) == 0


def test_the_images_of_a_deleted_run_stay_as_long_as_it_can_be_brought_back(labels: RunLabels) -> None:
    store = labels.store
    path = keep_upload(store, ADA, packed_images(1))
    run = _ended(store, dataset=str(path))
    labels.delete(run.id, by=ADA)
    purge_deleted(store)
    assert path.exists()
    set_label(store, run.id, deleted=datetime.now(UTC) - KEPT_DELETED)
    purge_deleted(store)
    assert not path.exists()


def test_what_was_deleted_makes_room_for_new_images_at_once(labels: RunLabels, monkeypatch: pytest.MonkeyPatch) -> None:
    store, images = labels.store, packed_images(1)
    monkeypatch.setenv("CNNVIZ_MAX_UPLOAD_BYTES", str(int(1.5 * len(images))))
    path = keep_upload(store, ADA, images)
    run = _ended(store, dataset=str(path))
    labels.delete(run.id, by=ADA)
    assert keep_upload(store, ADA, packed_images(2)).exists()
    assert not path.exists()
    with pytest.raises(UnknownName):
        labels.restore(run.id, by=ADA)


def test_a_deleted_net_of_ones_own_takes_no_room_of_its_owner(labels: RunLabels) -> None:
    run = _ended(labels.store, origin="keras")
    labels.store.publish(run.id, "net-end", bytes(100))
    assert own_net_bytes(labels.store, ADA) == 100
    labels.delete(run.id, by=ADA)
    assert own_net_bytes(labels.store, ADA) == 0


def test_a_run_that_cannot_be_read_can_be_deleted(labels: RunLabels) -> None:
    run = _ended(labels.store)
    labels.store.update(run.id, config="{")
    with pytest.raises(UnknownName, match="damaged"):
        labels.store.get(run.id)
    labels.delete(run.id, by=ADA)
    set_label(labels.store, run.id, deleted=datetime.now(UTC) - KEPT_DELETED)
    assert purge_deleted(labels.store) == 1
