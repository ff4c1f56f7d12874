"""What the Runs page lets a visitor take along of a run, and say about it."""

from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.engine.engine import Engine
from cnnviz.reports.card import MAX_ANSWER, PROMPTS, read_card, write_card
from cnnviz.reports.exports import EXPORTS
from cnnviz.runs.records import Run
from cnnviz.training.config import TrainingConfig
from tests.pages.conftest import OpenPage, files_to_save
from tests.reports.runs import finished_run

ELSE = Visitor("somebody")


def run_of(engine: Engine, owner: str, **changes: Any) -> Iterator[Run]:
    """A finished run that is gone after the test: other tests count those that are there."""
    run = finished_run(engine.store)
    engine.store.update(run.id, owner=owner, sharing=Sharing.EVERYBODY, **changes)
    yield engine.store.get(run.id)
    engine.store.delete(run.id)


@pytest.fixture
def mine(engine: Engine, visitor: Visitor) -> Iterator[Run]:
    yield from run_of(engine, visitor.id)


@pytest.fixture
def theirs(engine: Engine) -> Iterator[Run]:
    yield from run_of(engine, ELSE.id)


@pytest.fixture
def of_own_images(engine: Engine) -> Iterator[Run]:
    path = str(engine.store.home / "uploads" / ELSE.id / "secret.zip")
    yield from run_of(engine, ELSE.id, config=TrainingConfig(dataset=path).model_dump_json())


def field(page: AppTest, run: Run, key: str) -> Any:
    return page.text_area(key=f"card-{run.id}-{key}")


def areas(page: AppTest) -> list[Any]:
    """The fields of the card, and not that of the run's note."""
    return [area for area in page.text_area if area.key.startswith("card-")]


def test_the_menu_is_the_table(open_page: OpenPage, mine: Run) -> None:
    files = files_to_save(open_page("runs", run=mine.id))
    assert list(files) == [export.title for export in EXPORTS.values() if not export.is_rare]
    given = {title: write() for title, write in files.items() if write is not None}
    assert set(given) == {
        EXPORTS[name].title for name in ("notebook", "script", "csv", "json", "tables", "tensorboard")
    }
    assert given[EXPORTS["csv"].title].startswith(b"epoch,loss")
    assert b"face" in given[EXPORTS["script"].title]


def test_the_names_of_anothers_pictures_are_not_shown(open_page: OpenPage, of_own_images: Run) -> None:
    files = files_to_save(open_page("runs", run=of_own_images.id))
    assert files[EXPORTS["notebook"].title] is None
    for name in ("json", "tables"):
        write = files[EXPORTS[name].title]
        assert write is not None
        assert b"secret" not in write()


def test_the_owner_writes_the_card_beside_what_the_test_images_show(
    open_page: OpenPage, engine: Engine, mine: Run
) -> None:
    page = open_page("runs", run=mine.id)
    assert [area.label for area in areas(page)] == [prompt.question for prompt in PROMPTS.values()]
    assert any("no face taken for face: 1 image" in caption.value for caption in page.caption)
    keep = page.button(key=f"card-{mine.id}-keep")
    assert keep.disabled
    field(page, mine, "purpose").set_value("To find <b>faces</b>.").run()
    page.button(key=f"card-{mine.id}-keep").click().run()
    assert not page.exception
    assert read_card(engine.store, mine.id) == {"purpose": "To find <b>faces</b>."}
    assert page.button(key=f"card-{mine.id}-keep").disabled
    again = open_page("runs", run=mine.id)
    assert field(again, mine, "purpose").value == "To find <b>faces</b>."


def test_what_two_windows_write_is_kept_of_both(open_page: OpenPage, engine: Engine, mine: Run) -> None:
    write_card(engine.store, mine.id, {"purpose": "Faces."}, by=OPERATOR)
    one, other = open_page("runs", run=mine.id), open_page("runs", run=mine.id)
    field(one, mine, "purpose").set_value("Cats.").run()
    field(one, mine, "limits").set_value("Not at night.").run()
    one.button(key=f"card-{mine.id}-keep").click().run()
    field(other, mine, "purpose").set_value("Dogs.").run()
    assert [one.value for one in other.caption if "changed in another window" in one.value]
    other.button(key=f"card-{mine.id}-keep").click().run()
    assert not other.exception
    assert read_card(engine.store, mine.id) == {"purpose": "Cats.\n\nDogs.", "limits": "Not at night."}
    for page in (other, one.run()):
        assert field(page, mine, "purpose").value == "Cats.\n\nDogs."
        assert field(page, mine, "limits").value == "Not at night."
        assert page.button(key=f"card-{mine.id}-keep").disabled
    one = open_page("runs", run=mine.id)
    write_card(engine.store, mine.id, {"purpose": "x" * MAX_ANSWER}, by=OPERATOR)
    field(one, mine, "purpose").set_value("Birds.").run()
    one.button(key=f"card-{mine.id}-keep").click().run()
    assert "Shorten it" in one.error[0].value
    assert field(one, mine, "purpose").value == "Birds.", "neither is lost"
    assert read_card(engine.store, mine.id) == {"purpose": "x" * MAX_ANSWER}


def test_others_read_the_card_as_it_was_written(open_page: OpenPage, engine: Engine, theirs: Run) -> None:
    assert not [box for box in open_page("runs", run=theirs.id).expander if box.label == "Model card"]
    write_card(engine.store, theirs.id, {"limits": "Not <b>here</b>."}, by=ELSE)
    page = open_page("runs", run=theirs.id)
    (text,) = (one.value for one in page.markdown if "Where must it not be used?" in one.value)
    assert "Not \\<b>here\\</b>." in text
    assert not areas(page)
