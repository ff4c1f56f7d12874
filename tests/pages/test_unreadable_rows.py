"""One row that cannot be read is left out and named; it takes no page and no command away from anybody."""

import logging
import shutil
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from cnnviz.access.visitor import OPERATOR
from cnnviz.cli.parser import main
from cnnviz.runs.records import Run, Status
from cnnviz.training.config import TrainingConfig
from cnnviz.ui.app.page_frame import PAGES
from tests.helpers import DIGITS_NET as NET

NUM_LISTED = 100_000  # more runs than other tests have made
DEEP = "[" * 100_000


class Torn(bytes):
    """What stands in a column of text after a byte of it has changed on the disk."""


LEFT_OUT = {
    "settings with a torn letter": {"config": Torn(b'{"epochs": 3, "dataset": "d\xffgits"')},
    "settings nested without end": {"config": DEEP},
    "a status with a torn letter": {"status": Torn(b"fin\xffshed")},
    "a setting of a newer version": {"config": '{"epochs": 3, "quantum_batches": true}'},
    "a layer of a newer version": {
        "architecture": '{"name": "n", "input_shape": [8, 8, 1], "layers": [{"kind": "hologram"}]}'
    },
    "an unknown status": {"status": "archived"},
    "settings cut off": {"config": '{"epochs": 3, "data'},
    "settings that are a list": {"config": "[3]"},
    "a net cut off": {"architecture": '{"layers": ['},
    "bytes that are no text": {"config": b"\xff\xfe\x00"},
    "no name": {"name": b"\xff\x00"},
    "no time": {"created": "the day before yesterday"},
    "a time that is a number": {"created": 17},
    "metrics that are words": {"metrics": '{"accuracy": "quite good"}'},
    "metrics that are a list": {"metrics": "[0.5]"},
    "metrics that are missing their values": {"metrics": '{"accuracy": null}'},
    "seconds that are words": {"seconds": "many"},
    "a forecast with a hole": {"prediction": "[1.0, null, 2.0]"},
    "a forecast that is too short": {"prediction": "[1.0]"},
}
READ = {
    "a name with a torn letter": {"name": Torn(b"my n\xfft")},
    "metrics nested without end": {"metrics": DEEP},
    "facts and progress nested without end": {"facts": DEEP, "progress": DEEP},
    "metrics cut off": {"metrics": '{"accuracy": 0.'},
    "a damaged forecast": {"prediction": '[1.0, "'},
    "facts of something else": {"facts": '[{"classes": 7}]', "progress": '"?"'},
    "a sharing of a newer version": {"sharing": "with-friends"},
    "a heartbeat that is none": {"heartbeat": "never"},
}
DAMAGED_CURVES = [
    '{"loss": 0.',
    "null",
    "[1, 2]",
    '"text"',
    '{"loss": "low", "val_loss": null}',
    '{"loss": [1, 2], "accuracy": {"a": 1}, "val_loss": [[]]}',
    '[{"batch": 1e999, "loss": NaN}, {"loss": 3}, {"epoch": NaN, "loss": 1}]',
    '{"loss": 1, "accuracy": 0.5, "confusion": [[1], [2, 3]]}',
    DEEP,
]


def _damage(run_id: str, home: Path, table: str = "runs", key: str = "id", **columns: object) -> None:
    engine = create_engine(f"sqlite:///{home / 'runs.db'}")
    with engine.begin() as connection:
        for column, value in columns.items():
            put = "CAST(:v AS TEXT)" if isinstance(value, Torn) else ":v"
            value = bytes(value) if isinstance(value, Torn) else value
            connection.execute(
                text(f"UPDATE {table} SET {column} = {put} WHERE {key} = :id"), {"v": value, "id": run_id}
            )
    engine.dispose()


@pytest.fixture
def bad(engine) -> Run:
    """The newest run, which ended with a net, shared with everybody; the tests damage it."""
    run = engine.store.create(NET, TrainingConfig(epochs=3), name="about to be damaged")
    engine.store.update(run.id, status=Status.FINISHED, metrics={"accuracy": 0.5, "params": 3})
    yield run
    engine.store.delete(run.id)


@pytest.mark.parametrize("kind", LEFT_OUT)
def test_it_is_left_out_and_named_on_every_page_and_the_command_line(
    open_page, engine, finished_run: Run, bad: Run, kind: str, caplog: pytest.LogCaptureFixture, capsys
) -> None:
    _damage(bad.id, engine.store.home, **LEFT_OUT[kind])
    with caplog.at_level(logging.WARNING):
        listed = [run.id for run in engine.store.recent(OPERATOR, limit=NUM_LISTED)]
    assert finished_run.id in listed
    assert bad.id not in listed
    assert [bad.id in record.getMessage() for record in caplog.records if "left out" in record.getMessage()] == [True]
    for name in PAGES:
        for query in ({}, {"run": bad.id}):
            page = open_page(name, **query)
            assert not page.exception, (name, query)
            assert len(page.title) == 1
    assert main(("runs", "--json", "--limit", str(NUM_LISTED))) == 0
    said = capsys.readouterr()
    assert finished_run.id in said.out
    assert bad.id not in said.out
    assert main(("evaluate", bad.id)) == 2
    assert "damaged" in capsys.readouterr().err


@pytest.mark.parametrize("kind", READ)
def test_what_can_do_without_the_damaged_part_is_still_shown(
    open_page, engine, finished_run: Run, bad: Run, kind: str
) -> None:
    _damage(bad.id, engine.store.home, **READ[kind])
    assert bad.id in [run.id for run in engine.store.recent(OPERATOR, limit=NUM_LISTED)]
    for name in PAGES:
        page = open_page(name)
        assert not page.exception, name
    assert finished_run.id in [run.id for run in engine.store.recent(OPERATOR, limit=NUM_LISTED)]


@pytest.mark.parametrize("stored", DAMAGED_CURVES)
def test_recorded_epochs_and_points_that_are_damaged_leave_the_rest_of_the_curve(
    open_page, engine, bad: Run, stored: str
) -> None:
    store = engine.store
    for epoch in (1, 2, 3):
        store.add_points(bad.id, epoch, [{"epoch": float(epoch), "loss": 1.0 / epoch, "accuracy": 0.5}])
        store.add_epoch(bad.id, epoch, {"loss": 1.0 / epoch, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5})
    path = create_engine(f"sqlite:///{store.home / 'runs.db'}")
    with path.begin() as connection:
        for table, column in (("epochs", "metrics"), ("points", "points")):
            connection.execute(
                text(f"UPDATE {table} SET {column} = :v WHERE run_id = :id AND epoch = 2"), {"v": stored, "id": bad.id}
            )
    path.dispose()
    curves = store.curves(bad.id)
    assert [row["epoch"] for row in curves.epochs] == [1, 3]
    assert [point["epoch"] for point in curves.points] == [1.0, 3.0]
    for name in ("runs", "training"):
        page = open_page(name, run=bad.id)
        assert not page.exception
        assert not [error.value for error in page.error if "went wrong" in error.value]


def test_the_list_names_a_damaged_entry_and_its_owner_can_delete_it(open_page, engine, bad: Run, visitor) -> None:
    mine = engine.store.create(NET, TrainingConfig(epochs=3), owner=visitor.id)
    engine.store.update(mine.id, status=Status.FINISHED)
    for run in (bad, mine):
        _damage(run.id, engine.store.home, **LEFT_OUT["a net cut off"])
    page = open_page("runs", scope="Mine")
    (said,) = [one.value for one in page.markdown if "broken_image" in one.value]
    assert said.endswith(f"1 entry is damaged and cannot be shown: {mine.name} ({mine.id}).")
    page = open_page("runs")
    (said,) = [one.value for one in page.markdown if "broken_image" in one.value]
    assert "2 damaged entries are not shown" in said
    assert bad.id in said
    button = page.button(key="delete_damaged")
    assert button.label == "Delete those that are yours"
    page = button.click().run()
    assert not page.exception
    assert [error.value for error in page.error] == []
    (said,) = [one.value for one in page.markdown if "broken_image" in one.value]
    assert bad.id in said
    assert mine.id not in said
    assert "delete_damaged" not in {button.key for button in page.button}, "what is left belongs to others"
    assert [one.value for one in page.markdown if one.value.endswith("1 run deleted.")]
    page = open_page("runs", scope="Deleted")
    assert not [info.value for info in page.info if "nothing left" in info.value]
    page = page.button(key="restore_damaged").click().run()
    said = [warning.value for warning in page.warning if "damaged" in warning.value]
    assert said == [], "it is not looked at: it cannot be"
    page = open_page("runs")
    page = page.button(key="delete_damaged").click().run()
    page = page.button(key="undo").click().run()
    (said,) = [one.value for one in page.markdown if "broken_image" in one.value]
    assert mine.id in said
    engine.store.delete(mine.id)


def test_a_link_to_a_damaged_entry_says_so(open_page, engine, visitor, bad: Run) -> None:
    _damage(bad.id, engine.store.home, **LEFT_OUT["a net cut off"])
    for name in ("runs", "training"):
        said = open_page(name, run=bad.id).warning[0].value
        assert f"The run about to be damaged ({bad.id}) cannot be read" in said
        assert "on the page Runs" not in said, "it stands on that page too"


def test_a_run_whose_results_are_lost_gets_no_tick(open_page, engine, bad: Run) -> None:
    _damage(bad.id, engine.store.home, **READ["metrics cut off"])
    page = open_page("runs", run=bad.id)
    assert not page.success
    assert "what it got right cannot be read" in page.warning[0].value
    row = next(row for row in page.dataframe[0].value.to_dict("records") if row["Net"] == bad.name)
    assert row["Test accuracy"] is None or row["Test accuracy"] != row["Test accuracy"]
    said = open_page("evaluation", run=bad.id).warning[0].value
    assert "The training that the link names has finished, but what it got right cannot be read" in said


def test_a_run_whose_folder_was_deleted_says_that_its_files_are_gone(open_page, engine, bad: Run) -> None:
    store = engine.store
    store.save_file(bad.id, "test.npz", b"answers")
    store.update(bad.id, status=Status.FINISHED)
    shutil.rmtree(store.home / "runs" / bad.id)
    page = open_page("evaluation", run=bad.id)
    assert not page.exception
    assert f"The files of the run '{bad.id}' are gone" in page.error[0].value
