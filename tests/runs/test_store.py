import math
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.errors import InvalidConfig, StoreUnavailable, UnknownName
from cnnviz.runs.permitted import active_runs
from cnnviz.runs.records import Status
from cnnviz.runs.run_progress import Pace, Pause, Progress
from cnnviz.runs.store import INTERRUPTED_AFTER, RunStore
from cnnviz.runs.tables import RunRow
from cnnviz.training.config import TrainingConfig, make_config
from cnnviz.training.duration.model import Prediction
from cnnviz.training.events import DatasetFacts, Divergence
from tests.helpers import run_threads

NET = get_preset("digits-small").architecture


@pytest.fixture
def store(tmp_path: Path, each_database: str) -> RunStore:
    return RunStore(tmp_path)


def _age(store: RunStore, run_id: str, age: timedelta) -> None:
    """Set back the last sign of life of a run."""
    with store.session() as session:
        session.execute(update(RunRow).where(RunRow.id == run_id).values(heartbeat=datetime.now(UTC) - age))


def test_a_run_comes_back_as_it_was_created(store: RunStore) -> None:
    config = TrainingConfig(dataset="faces", epochs=3, seed=7)
    before = datetime.now(UTC)
    run = store.create(NET, config, name="mine")
    after = datetime.now(UTC)
    again = RunStore(store.home).get(run.id)
    assert (again.architecture, again.config, again.name) == (NET, config, "mine")
    assert again.status is Status.QUEUED
    assert before <= again.created <= after


def test_the_newest_run_is_listed_first_and_found_by_name(store: RunStore) -> None:
    runs = [store.create(NET, TrainingConfig(seed=seed), name=f"run {seed % 2}") for seed in range(4)]
    assert [run.id for run in store.recent(OPERATOR)] == [run.id for run in reversed(runs)]
    assert store.find("run 1").id == runs[3].id
    assert store.find("run 7") is None


def test_curves_keep_the_order_in_which_points_came(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig())
    store.add_points(run.id, 1, [{"epoch": 0.5, "loss": 2.0}, {"epoch": 1.0, "loss": 1.5}])
    store.add_points(run.id, 2, [{"epoch": 1.5, "loss": 1.0}])
    store.add_epoch(run.id, 1, {"val_loss": 1.7})
    curves = store.curves(run.id)
    assert [point["loss"] for point in curves.points] == [2.0, 1.5, 1.0]
    assert curves.epochs == [{"epoch": 1, "val_loss": 1.7}]


def test_a_loss_beyond_all_numbers_is_kept_as_infinity_and_words_stay_as_they_are(store: RunStore) -> None:
    """JSON knows neither, and Postgres would take nothing of the epoch."""
    run = store.create(NET, TrainingConfig())
    words = 'NaN, "Infinity" and \\'
    store.add_epoch(
        run.id, 1, {"val_loss": math.nan, "loss": math.inf, "low": -math.inf, "top_class": {words: 1}, "NaN": 2.5}
    )
    expected = {
        "epoch": 1,
        "val_loss": math.inf,
        "loss": math.inf,
        "low": -math.inf,
        "top_class": {words: 1},
        "NaN": 2.5,
    }
    assert store.curves(run.id).epochs == [expected]


def test_all_times_are_in_utc(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig())
    again = store.get(run.id)
    assert (again.created, again.created.utcoffset()) == (run.created, timedelta())


def test_rewinding_forgets_what_came_after_an_epoch(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig())
    for epoch in (1, 2, 3):
        store.add_points(run.id, epoch, [{"epoch": float(epoch), "loss": 1.0 / epoch}])
        store.add_epoch(run.id, epoch, {"loss": 1.0 / epoch})
    store.rewind(run.id, 1)
    curves = store.curves(run.id)
    assert [row["epoch"] for row in curves.epochs] == [1]
    assert [point["epoch"] for point in curves.points] == [1.0]
    assert store.last_epoch(run.id) == 1


def test_an_active_run_that_nobody_follows_shows_as_interrupted(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig())
    store.update(run.id, status=Status.RUNNING)
    assert store.get(run.id).status is Status.RUNNING
    _age(store, run.id, INTERRUPTED_AFTER + timedelta(seconds=1))
    found = store.get(run.id)
    assert found.status is Status.INTERRUPTED
    assert "server" in found.message
    store.beat([run.id])
    assert store.get(run.id).status is Status.RUNNING


def test_what_this_process_follows_is_not_interrupted_however_long_nothing_could_be_written(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig())
    _age(store, run.id, INTERRUPTED_AFTER + timedelta(seconds=1))
    following: set[str] = set()
    store.followed = following
    assert (store.get(run.id).status, active_runs(store, run.owner)) == (Status.INTERRUPTED, {})
    following.add(run.id)
    assert (store.get(run.id).status, active_runs(store, run.owner)) == (Status.QUEUED, {run.id: NET.name})


def test_a_finished_run_never_shows_as_interrupted(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig())
    store.update(run.id, status=Status.FINISHED)
    _age(store, run.id, timedelta(days=30))
    assert store.get(run.id).status is Status.FINISHED


def test_files_come_back_and_go_with_their_run(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig())
    store.save_file(run.id, "model.keras", b"weights")
    assert store.load_file(run.id, "model.keras") == b"weights"
    store.add_epoch(run.id, 1, {"loss": 1.0})
    store.delete(run.id)
    assert not store.has_file(run.id, "model.keras")
    with pytest.raises(UnknownName, match="no run"):
        store.get(run.id)


def test_a_file_that_was_never_saved_is_said(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig())
    with pytest.raises(UnknownName, match="has no net: it ended"):
        store.load_file(run.id, "model.keras")


@pytest.mark.parametrize("run_id", ["../../etc", "a/b", "..", "nothere"])
def test_a_made_up_run_id_reaches_no_file(store: RunStore, run_id: str) -> None:
    with pytest.raises(UnknownName):
        store.load_file(run_id, "passwd")


def test_several_threads_write_at_once(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig())

    def write(number: int) -> None:
        for step in range(20):
            store.add_points(run.id, 1, [{"epoch": step / 20, "thread": number}])

    run_threads(write, [(number,) for number in range(4)])
    assert len(store.curves(run.id).points) == 80


def test_a_home_that_is_a_file_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(StoreUnavailable, match="CNNVIZ_HOME"):
        RunStore(tmp_path / "home")


def test_a_broken_database_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "runs.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreUnavailable, match="not a database"):
        RunStore(tmp_path)


def test_what_was_predicted_is_kept_with_the_run(store: RunStore) -> None:
    prediction = Prediction(20.5, 26.0, 33.0)
    assert store.create(NET, TrainingConfig(), prediction=prediction).prediction == prediction
    assert store.recent(OPERATOR)[0].prediction == prediction
    first = Prediction(20.5, 26.0, 33.0, is_measured=False)
    assert store.get(store.create(NET, TrainingConfig(), prediction=first).id).prediction == first
    assert store.create(NET, TrainingConfig()).prediction is None


def test_the_end_of_each_epoch_is_told_in_order_or_not_at_all(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig())
    assert store.epoch_ends(run.id) == []
    for epoch, seconds in ((2, 5.0), (1, 3.0)):
        store.add_epoch(run.id, epoch, {"loss": 1.0}, seconds=seconds, progress=Progress(epoch=epoch))
    assert store.epoch_ends(run.id) == [3.0, 5.0]
    assert store.get(run.id).progress == Progress(epoch=1)
    store.add_epoch(run.id, 3, {"loss": 1.0})
    assert store.epoch_ends(run.id) == []


def test_the_work_until_an_epoch_goes_with_what_is_taken_back(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig())
    for epoch in (1, 2):
        store.add_epoch(run.id, epoch, {"loss": 1.0}, seconds=3.5 * epoch)
    store.add_epoch(run.id, 3, {"loss": 1.0})
    assert [store.seconds_until(run.id, epoch) for epoch in range(5)] == [0.0, 3.5, 7.0, 0.0, 0.0]
    store.rewind(run.id, 1)
    assert [store.seconds_until(run.id, epoch) for epoch in (1, 2)] == [3.5, 0.0]


def _damage(store: RunStore, run_id: str, **columns: str) -> None:
    """Put texts into columns, past all that would check them."""
    with store.session() as session:
        for column, value in columns.items():
            set_it = text(f"UPDATE runs SET {column} = :value WHERE id = :id")
            session.execute(set_it, {"value": value, "id": run_id})


def test_progress_and_facts_come_back_as_they_were_written(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig())
    assert (run.progress, run.facts) == (Progress(), DatasetFacts())
    progress = Progress(
        text="Reading",
        share=0.5,
        epochs_done=1,
        batches_done=5,
        epoch=2,
        batch=3,
        num_batches=4,
        started=1000.0,
        seen=1001.0,
        paused=True,
        paused_at=1000.5,
        pause=Pause(1, 2, 3.5),
        learning_rate=0.01,
        divergence=Divergence(1, 2, None),
    )
    facts = DatasetFacts(("a", "b"), (9, 12, 3), 90, 10, 20, "digit", ("one was left out",))
    store.update(run.id, progress=progress, facts=facts)
    again = RunStore(store.home).get(run.id)
    assert (again.progress, again.facts) == (progress, facts)


CUT_OFF = '{"epoch": 3, "batch": '
NOT_FINITE = '{"share": NaN, "seen": Infinity, "num_batches": -3, "learning_rate": 0, "text": 5}'
NO_JSON = (CUT_OFF, NOT_FINITE)


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("{}", Progress()),
        ("null", Progress()),
        ("[1, 2]", Progress()),
        ('"text"', Progress()),
        (CUT_OFF, Progress()),
        ('{"epoch": 3, "num_batches": 7, "unknown": {"a": 1}}', Progress(epoch=3, num_batches=7)),
        ('{"epoch": "three", "batch": 4, "share": 7, "started": -1, "paused": "?"}', Progress(batch=4)),
        (NOT_FINITE, Progress()),
        ('{"divergence": 5, "epoch": 1}', Progress(epoch=1)),
        ('{"pace": {"batches": 3, "epochs": 2}, "epoch": 1}', Progress(epoch=1, pace=Pace(batches=3, epochs=2))),
        ('{"pace": {"batches": -3}, "epoch": 1}', Progress(epoch=1)),
    ],
)
def test_a_progress_that_is_damaged_or_older_is_read_as_far_as_it_can_be_used(
    store: RunStore, each_database: str, stored: str, expected: Progress
) -> None:
    if each_database == "postgres" and stored in NO_JSON:
        pytest.skip("Postgres takes nothing that is no JSON")
    run = store.create(NET, TrainingConfig())
    _damage(store, run.id, progress=stored, facts=stored)
    assert store.get(run.id).progress == store.recent(OPERATOR)[0].progress == expected
    assert store.get(run.id).facts == DatasetFacts()


def test_a_run_whose_entry_cannot_be_read_is_left_out_and_named(store: RunStore, caplog) -> None:
    good, bad = store.create(NET, TrainingConfig(), name="good"), store.create(NET, TrainingConfig(), name="bad")
    _damage(store, bad.id, architecture="{}")
    for _ in range(2):
        assert [run.id for run in store.recent(OPERATOR)] == [good.id]
    assert store.find("bad") is None
    assert [bad.id in record.getMessage() for record in caplog.records] == [True], "once"
    with pytest.raises(UnknownName, match=f"{bad.id}.*damaged"):
        store.get(bad.id)


def test_what_is_damaged_is_named_in_a_line_and_without_a_link(store: RunStore, caplog) -> None:
    run = store.create(NET, TrainingConfig())
    _damage(store, run.id, config='{"epochs": "a <b>secret</b> number", "dataset": "digits"}')
    assert store.recent(OPERATOR) == []
    (said,) = [record.getMessage() for record in caplog.records]
    assert "epochs" in said
    assert not [part for part in ("http", "\n", "secret") if part in said]


def test_settings_that_name_no_images_are_damaged_and_not_those_of_digits(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig(dataset="faces"))
    _damage(store, run.id, config="{}")
    with pytest.raises(UnknownName, match="damaged"):
        store.get(run.id)


def test_a_run_stays_readable_with_a_learning_rate_that_is_not_taken_any_more(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig(learning_rate=1e9))
    assert store.get(run.id).config.learning_rate == 1e9
    with pytest.raises(InvalidConfig, match="Learning rate: expected 10 or less"):
        make_config(run.config.model_dump())


def test_of_a_run_whose_folder_was_deleted_it_is_said_that_its_files_are_gone(store: RunStore) -> None:
    lost, never = store.create(NET, TrainingConfig()).id, store.create(NET, TrainingConfig()).id
    store.save_file(lost, "model.keras", b"net")
    store.save_file(lost, "test.npz", b"answers")
    for run_id in (lost, never):
        store.update(run_id, status=Status.FINISHED)
    store.delete_file(lost, "test.npz")
    with pytest.raises(UnknownName, match="the file was deleted"):
        store.load_file(lost, "test.npz")
    assert not store.has_lost_files(lost)
    shutil.rmtree(store.home / "runs" / lost)
    assert (store.has_lost_files(lost), store.has_lost_files(never)) == (True, False)
    with pytest.raises(UnknownName, match="its folder was deleted"):
        store.load_file(lost, "test.npz")
    with pytest.raises(UnknownName, match="it ended before there was one"):
        store.load_file(never, "test.npz")
