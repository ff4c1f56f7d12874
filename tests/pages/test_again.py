"""A run that has ended fills the form again, or trains on; a shared one in a copy."""

import pytest

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.engine.engine import Engine
from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Mark
from cnnviz.runs.uploads import keep_upload
from cnnviz.training.config import Augmentation, TrainingConfig
from cnnviz.training.recipes import RECIPES
from cnnviz.ui.training.form_values import FAST, MINE
from tests.helpers import DIGITS_NET as NET
from tests.runs.test_uploads import packed_images

SETTINGS = TrainingConfig(
    dataset="digits",
    epochs=2,
    batch_size=32,
    optimizer="sgd",
    momentum=0.8,
    learning_rate=0.02,
    schedule="cosine",
    seed=11,
    limit=400,
    validation_share=0.1,
    early_stopping=4,
    augment=Augmentation(rotation=10, noise=0.05),
)


@pytest.fixture
def mine(engine: Engine, visitor: Visitor) -> Run:
    return engine.wait(engine.train(NET, SETTINGS, by=visitor).id)


def _button(page, run: Run, name: str):
    return page.button(key=f"{name}-{run.id}")


@pytest.mark.parametrize("place", ["training", "runs"])
def test_the_same_again_starts_a_run_with_the_same_net_images_and_settings(open_page, engine, mine, place: str) -> None:
    page = _button(open_page(place, run=mine.id), mine, "again").click().run()
    assert not page.exception
    assert "run" not in page.query_params
    page = page.switch_page("../../pages/training.py").run()  # this client stays on the page that led there
    next(button for button in page.button if button.label == "Start").click().run()
    started = page.query_params["run"]
    again = engine.wait(started[0] if isinstance(started, list) else started)
    assert again.id != mine.id
    assert (again.config, again.architecture) == (SETTINGS, mine.architecture)
    assert again.metrics == mine.metrics


@pytest.mark.parametrize(
    ("net", "name"),
    [
        (NET, "digits-small"),
        (RECIPES["digits"].architecture, FAST),
        (NET.model_copy(update={"layers": NET.layers[1:]}), MINE),
    ],
)
def test_a_net_that_is_a_preset_or_the_recipe_s_is_called_so_again(open_page, engine, visitor, net, name: str) -> None:
    run = engine.wait(engine.train(net, TrainingConfig(dataset="digits", epochs=1, limit=100), by=visitor).id)
    page = _button(open_page("runs", run=run.id), run, "again").click().run()
    page = page.switch_page("../../pages/training.py").run()
    assert not page.exception
    assert page.selectbox(key="training_net").value == name


def test_five_more_epochs_continue_the_run_and_say_what_becomes_of_its_schedule(open_page, engine, mine) -> None:
    page = open_page("training", run=mine.id)
    said = " ".join(caption.value for caption in page.caption)
    assert "The schedule, cosine, is spread over all 7 epochs: it goes on at a learning rate of 0.016." in said
    assert "It does not stop early any more." in said
    before = engine.store.curves(mine.id)
    page = _button(page, mine, "more").click().run()
    assert not page.exception
    longer = engine.wait(mine.id)
    assert (longer.status, longer.config.epochs, longer.config.early_stopping) == (Status.FINISHED, 7, None)
    curves = engine.store.curves(mine.id)
    assert curves.epochs[:2] == before.epochs
    assert longer.progress.marks == (Mark("more", 2),)
    assert [row["epoch"] for row in curves.epochs] == list(range(1, 8))


def test_of_somebody_elses_run_more_epochs_are_trained_in_a_copy(open_page, engine, visitor) -> None:
    run = engine.wait(engine.train(NET, TrainingConfig(limit=300, epochs=1), by=OPERATOR).id)
    page = _button(open_page("training", run=run.id), run, "more").click().run()
    assert not page.exception
    copy = next(other for other in engine.store.recent(visitor) if other.owner == visitor.id)
    assert (engine.wait(copy.id).config.epochs, copy.sharing) == (6, Sharing.PRIVATE)
    assert copy.progress.marks == (Mark("more", 1),)
    assert engine.store.get(run.id) == run
    assert engine.store.curves(copy.id).epochs[:1] == engine.store.curves(run.id).epochs


def test_images_of_somebody_else_are_not_offered_again(open_page, engine) -> None:
    other = Visitor("other")
    path = keep_upload(engine.store, other, packed_images(1))
    run = engine.wait(engine.train(NET, TrainingConfig(dataset=str(path), epochs=1), by=other).id)
    engine.share(run.id, Sharing.LINK, by=other)
    page = open_page("training", run=run.id)
    assert _button(page, run, "again").disabled
    assert _button(page, run, "more").disabled
