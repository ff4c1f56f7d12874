"""The Runs page: which rows stand in the table, what can be done with them, and what is said when one is gone."""

import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import Visitor
from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.engine.engine import Engine
from cnnviz.runs.records import Run, Status
from cnnviz.runs.summary import settings_columns
from cnnviz.training.config import TrainingConfig
from cnnviz.ui.app.page_frame import PAGES
from cnnviz.ui.runs.pages import PAGE_SIZE
from tests.helpers import DIGITS_NET as NET

ACCURACIES = (0.9, 0.94, 0.95)


@pytest.fixture
def mine(engine: Engine, visitor: Visitor) -> Iterator[list[Run]]:
    """Three of this visitor's that differ in their seed, with the newest last."""
    runs = [_run(engine, visitor, value, seed=seed) for seed, value in enumerate(ACCURACIES)]
    yield runs
    for run in runs:
        engine.store.delete(run.id)


def _run(engine: Engine, owner: Visitor, accuracy: float, **settings) -> Run:
    options = {name: settings.pop(name) for name in ("name", "sharing") if name in settings}
    sharing = {"sharing": Sharing.PRIVATE, **options}
    run = engine.store.create(NET, TrainingConfig(**settings), owner=owner.id, **sharing)
    for epoch in (1, 2):  # after a single one nobody could say that all is well
        known = {"loss": 1.0, "accuracy": accuracy, "val_loss": 1.0, "val_accuracy": accuracy}
        engine.store.add_epoch(run.id, epoch, known)
    engine.store.update(run.id, status=Status.FINISHED, metrics={"accuracy": accuracy}, seconds=4.0)
    return engine.store.get(run.id)


def _select(page, *rows: int, table: int = 0):
    """Select rows of a table, as clicks would; this client cannot click them."""
    key = page.dataframe[table].proto.id.split("-", 2)[2]
    page.session_state[key[key.index("runs-") :]] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return page.run()


def _labels(page) -> set[str]:
    return {button.label for button in page.button}


def _said(page) -> str:
    kinds = page.caption, page.markdown, page.info, page.warning, page.error
    return "\n".join(element.value for elements in kinds for element in elements)


def test_a_row_holds_the_numbers_of_its_run(open_page, mine: list[Run]) -> None:
    table = open_page("runs", scope="Mine").dataframe[0].value
    totals = analyze(NET).totals
    assert list(table["Test accuracy"]) == [100 * value for value in reversed(ACCURACIES)]
    assert list(table["Best val."]) == list(table["Last val."]) == list(table["Test accuracy"])
    assert set(table["Parameters"]) == {totals.params}
    assert set(table["MACs"]) == {totals.macs}
    assert list(table["Seed"]) == [2, 1, 0]
    assert set(table["Optimizer"]) == {"Adam"}
    assert set(table["Seconds"]) == {4.0}
    assert set(table["Epochs"]) == {2}
    assert set(table["Belongs to"]) == {"you"}


def test_order_search_and_filters_stand_in_the_link(open_page, engine: Engine, mine: list[Run], visitor) -> None:
    engine.label(mine[1].id, note="too deep", tags=["class"], star=True, by=visitor)
    for query, seeds in (
        ({"sort": "Test accuracy, lowest first"}, [0, 1, 2]),
        ({"search": "deep"}, [1]),
        ({"search": mine[0].id}, [0]),
        ({"tag": "class"}, [1]),
        ({"starred": "true"}, [1]),
        ({"optimizer": "Adam"}, [2, 1, 0]),
    ):
        page = open_page("runs", scope="Mine", **query)
        assert list(page.dataframe[0].value["Seed"]) == seeds, query
    page = open_page("runs", scope="Mine", search="nothing like it")
    assert "No run here fits" in _said(page)
    next(button for button in page.button if button.label == "Show all of them").click().run()
    assert not page.exception
    assert len(page.dataframe[0].value) == 3


def test_a_long_list_is_turned_page_by_page(open_page, engine: Engine, visitor: Visitor) -> None:
    runs = [_run(engine, visitor, 0.5, seed=seed) for seed in range(PAGE_SIZE + 2)]
    assert len(open_page("runs", scope="Mine").dataframe[0].value) == PAGE_SIZE
    page = open_page("runs", scope="Mine", page="2")
    assert page.query_params["page"] == "2"
    assert list(page.dataframe[0].value["Seed"]) == [1, 0]
    assert f"{PAGE_SIZE + 1} to {PAGE_SIZE + 2} of {PAGE_SIZE + 2} runs" in _said(page)
    for missing in ("-1", "x", "1e9", "0", "99"):
        first = open_page("runs", scope="Mine", page=missing)
        assert len(first.dataframe[0].value) == PAGE_SIZE
        assert "page" not in first.query_params
    engine.store.delete(runs[0].id)
    engine.store.delete(runs[1].id)
    page.run()
    assert len(page.dataframe[0].value) == PAGE_SIZE, "the page that is gone was the second"
    assert "page" not in open_page("runs", scope="Mine", page="2").query_params
    for run in runs:
        engine.store.delete(run.id)


def test_runs_that_differ_in_their_seed_are_one_row_that_opens(open_page, mine: list[Run]) -> None:
    page = open_page("runs", scope="Mine", grouped="true")
    (row,) = page.dataframe[0].value.to_dict("records")
    assert (row["Runs"], row["Seeds"]) == (3, 3)
    assert row["Mean accuracy"] == pytest.approx(100 * statistics.fmean(ACCURACIES))
    assert row["± spread"] == pytest.approx(100 * statistics.stdev(ACCURACIES))
    assert (row["Lowest"], row["Highest"]) == (90.0, 95.0)
    assert list(row["Each seed"]) == list(ACCURACIES)
    bars = json.loads(page.dataframe[0].proto.columns)["Each seed"]["type_config"]
    assert (bars["y_min"], bars["y_max"]) == pytest.approx((0.895, 0.95)), "all rows on one scale, which is said"
    assert json.loads(page.dataframe[0].proto.columns)["Each seed"]["label"] == "Each seed (89.50 to 95.00\u202f%)"
    page = _select(page, 0)
    assert list(page.dataframe[1].value["Seed"]) == [2, 1, 0]
    assert "3 runs of" in _said(page)
    assert "with the seed of" not in _said(page)
    page = _select(page, 2, table=1)
    assert page.query_params["run"] in (mine[0].id, [mine[0].id])
    assert "90.0" in page.success[0].value


def test_a_group_of_a_link_that_the_list_does_not_show_is_said_and_taken_out(open_page, mine: list[Run]) -> None:
    for grouped in ("true", "false"):
        page = open_page("runs", scope="Mine", grouped=grouped, settings="foo")
        (said,) = (warning.value for warning in page.warning)
        assert said == "The link names a group of runs that this list does not show, so none is opened. Received: foo."
        assert "settings" not in page.query_params
    key = settings_columns(NET.to_json(), mine[0].config.model_dump_json())["settings_key"]
    page = open_page("runs", scope="Mine", grouped="true", settings=key)
    assert not page.warning
    assert page.query_params["settings"] in (key, [key])
    assert not _select(page).warning, "whoever closes it knows"


def test_one_run_alone_has_no_bars(open_page, mine: list[Run]) -> None:
    (row,) = open_page("runs", scope="Mine", grouped="true", search=mine[0].id).dataframe[0].value.to_dict("records")
    assert row["Runs"] == 1
    assert row["Each seed"] is None


def test_a_seed_that_was_trained_twice_counts_once(open_page, engine: Engine, visitor: Visitor, mine) -> None:
    again = _run(engine, visitor, 0.92, seed=1)
    page = _select(open_page("runs", scope="Mine", grouped="true"), 0)
    row = page.dataframe[0].value.to_dict("records")[0]
    values = [ACCURACIES[0], 0.92, ACCURACIES[2]]
    assert (row["Runs"], row["Seeds"], row["Mean accuracy"]) == (4, 3, pytest.approx(100 * statistics.fmean(values)))
    assert "; 1 run with the seed of a newer one: of each seed the newest counts" in _said(page)
    engine.store.delete(again.id)


def test_corrected_and_held_out_images_are_said_in_words(open_page, engine: Engine, visitor: Visitor) -> None:
    corrections = tuple(("train", place, None) for place in range(40))
    runs = [_run(engine, visitor, 0.9, corrections=corrections), _run(engine, visitor, 0.8, fold=(1, 3))]
    page = open_page("runs", run=runs[0].id)
    assert "40 training images left out." in _said(page)
    assert json.loads(page.json[0].value)["corrections"] == "40 training images left out"
    page = open_page("runs", run=runs[1].id)
    assert "without part 2 of 3 of its training images" in _said(page)
    assert "of the held-out training images right" in page.info[0].value
    for run in runs:
        engine.store.delete(run.id)


def test_several_rows_are_starred_tagged_put_away_and_brought_back(open_page, engine, mine, visitor) -> None:
    page = _select(open_page("runs", scope="Mine"), 0, 2)
    assert "**2 runs** chosen" in _said(page)
    page.button(key="star_several").click().run()
    assert list(page.dataframe[0].value["★"]) == ["★", "", "★"]
    page = _select(page, 1, 2)
    page.multiselect(key="tags_to_add").set_value(["class"]).run()
    page.button(key="add_tags").click().run()
    assert not page.error
    assert list(page.dataframe[0].value["Tags"].fillna("")) == ["", "class", "class"]
    page = _select(page, 0, 1)
    page.button(key="archive_several").click().run()
    assert list(page.dataframe[0].value["Seed"]) == [0]
    page = _select(open_page("runs", scope="Archived"), 0, 1)
    page.button(key="archive_several").click().run()
    assert len(open_page("runs", scope="Mine").dataframe[0].value) == 3


def test_what_is_deleted_is_gone_at_once_and_undo_brings_it_back(open_page, mine: list[Run]) -> None:
    page = _select(open_page("runs", scope="Mine"), 0, 1)
    page.button(key="delete_several").click().run()
    assert list(page.dataframe[0].value["Seed"]) == [0]
    assert "2 runs deleted." in _said(page)
    page.button(key="undo").click().run()
    assert list(page.dataframe[0].value["Seed"]) == [2, 1, 0]
    assert "deleted" not in _said(page)
    page = open_page("runs", run=mine[1].id)
    page.button(key=f"delete-{mine[1].id}").click().run()
    assert not page.warning, "it is known why the link leads nowhere"
    page.button(key="undo").click().run()
    assert page.query_params["run"] == mine[1].id, "it is looked at again"
    page.button(key=f"delete-{mine[1].id}").click().run()
    page = _select(open_page("runs", scope="Deleted"), 0)
    page.button(key="bring_back").click().run()
    assert not page.exception
    assert len(open_page("runs", scope="Mine").dataframe[0].value) == 3


def test_runs_of_others_can_only_be_looked_at(open_page, engine: Engine, mine: list[Run], secret: str) -> None:
    other = _run(engine, Visitor("somebody"), 0.7, sharing=Sharing.EVERYBODY, name="of another")
    page = open_page("runs", search="of another")
    assert "Delete" not in _labels(page)
    page = open_page("runs", sort="Net, A to Z")
    ids = list(page.dataframe[0].value["Net"])
    page = _select(page, ids.index("of another"), next(i for i, name in enumerate(ids) if name != "of another"))
    assert not page.exception
    engine.store.delete(other.id)


@pytest.mark.skipif("compare" not in PAGES, reason="there is no page that compares runs yet")
def test_two_rows_or_more_can_be_compared(open_page, mine: list[Run]) -> None:
    assert "Compare" not in _labels(_select(open_page("runs", scope="Mine"), 0))
    for rows in ((0, 1), (0, 1, 2)):
        page = _select(open_page("runs", scope="Mine"), *rows)
        assert not page.button(key="compare_runs").disabled
        assert not page.button(key="compare_runs").click().run().exception


def test_note_and_tags_are_kept_and_markdown_in_them_stays_text(open_page, engine: Engine, mine: list[Run]) -> None:
    run = mine[0]
    page = open_page("runs", run=run.id)
    page.text_area(key=f"note-{run.id}-").set_value("**loud** <b>").run()
    page.multiselect(key=f"tags-{run.id}-").set_value(["a_b"]).run()
    page.button(key=f"save-labels-{run.id}").click().run()
    assert not page.exception
    assert not page.error
    assert r"\*\*loud\*\* \<b>" in _said(page)
    assert "a_b" in _said(page)
    row = open_page("runs", scope="Mine").dataframe[0].value.to_dict("records")[2]
    assert (row["Note"], row["Tags"]) == ("**loud** <b>", "a_b")


def test_a_run_that_is_deleted_in_another_browser_while_its_details_are_open(open_page, engine, mine, visitor) -> None:
    page = _select(open_page("runs", scope="Mine"), 1)
    assert page.query_params["run"] in (mine[1].id, [mine[1].id])
    engine.delete(mine[1].id, by=visitor)
    page.run()
    assert not page.exception
    assert not page.error
    (warning,) = page.warning
    assert warning.value.startswith("The run that the link names was deleted.")
    assert list(page.dataframe[0].value["Seed"]) == [2, 0]
    assert page.header[0].value, "another run is shown"


def test_one_of_several_that_is_deleted_in_another_browser_is_said_and_the_others_change(
    open_page, engine: Engine, mine: list[Run], visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _select(open_page("runs", scope="Mine"), 0, 1)
    star = type(engine).label

    def label(self, run_id: str, **changes) -> None:
        if run_id == mine[2].id:
            engine.delete(run_id, by=visitor)  # between drawing the button and the click on it
        star(self, run_id, **changes)

    monkeypatch.setattr(type(engine), "label", label)
    page.button(key="star_several").click().run()
    (error,) = page.error
    assert error.value.startswith(f"There is no run '{mine[2].id}'.")
    assert list(page.dataframe[0].value["★"]) == ["★", ""]


def test_a_run_whose_files_are_gone_is_still_looked_at_and_deleted(open_page, engine, mine: list[Run]) -> None:
    run = mine[2]
    engine.store.delete_files(run.id)
    page = open_page("runs", run=run.id)
    assert not page.exception
    assert "95.0" in page.success[0].value
    page.button(key=f"delete-{run.id}").click().run()
    assert not page.exception
    assert not page.error
    assert len(page.dataframe[0].value) >= 2


@pytest.mark.parametrize("damage", ['{"epochs": 3, "da', "[3]", "null"])
def test_a_half_written_entry_costs_its_own_row_and_no_other(open_page, engine, mine, damage: str) -> None:
    with _tables(engine) as connection:
        connection.execute(text("UPDATE runs SET config = :v WHERE id = :id"), {"v": damage, "id": mine[2].id})
    for query in ({}, {"grouped": "true"}, {"search": "digits"}, {"run": mine[2].id}):
        page = open_page("runs", scope="Mine", **query)
        assert not page.exception, query
        assert not page.error
    assert list(open_page("runs", scope="Mine").dataframe[0].value["Seed"]) == [1, 0]
    page = open_page("runs", scope="Mine", grouped="true")
    (row,) = page.dataframe[0].value.to_dict("records")
    assert (row["Runs"], row["Mean accuracy"], row["Highest"]) == (2, pytest.approx(92.0), 94.0)
    assert f"1 entry is damaged and cannot be shown: {mine[2].name} ({mine[2].id})." in _said(page)


@contextmanager
def _tables(engine: Engine) -> Iterator:
    database = create_engine(f"sqlite:///{engine.store.home / 'runs.db'}")
    with database.begin() as connection:
        yield connection
    database.dispose()
