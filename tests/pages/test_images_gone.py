"""A run keeps what its pages need of its images: the folder that it was trained on is deleted."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten
from cnnviz.cli.parser import main
from cnnviz.imaging.decode import encode_png
from cnnviz.runs.following import Place, read_news
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import DatasetFacts
from cnnviz.ui.evaluation.label_errors import TRAINING
from cnnviz.ui.shared.answers import IMAGES_GONE
from cnnviz.web.live.panel import Panel, Told

NET = Architecture(
    name="tiny",
    input_shape=(12, 16, 3),
    layers=(Conv(filters=4, activation="relu"), Flatten(), Dense(units=2, activation="softmax")),
)
CLASSES = ("bright_thing", "dark_thing")


@pytest.fixture(scope="module")
def orphan(engine, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run on a folder that is there no more, one file of which was no picture."""
    folder = tmp_path_factory.mktemp("own")
    random = np.random.default_rng(0)
    for name, base in zip(CLASSES, (180, 20), strict=True):
        (folder / name).mkdir()
        for number in range(12):
            pixels = base + random.integers(0, 50, (12, 16, 3))
            (folder / name / f"{number}.png").write_bytes(encode_png(pixels.astype(np.uint8)))
    (folder / CLASSES[0] / "broken.png").write_bytes(b"no picture")
    config = TrainingConfig(dataset=str(folder), epochs=8, batch_size=4, learning_rate=0.01)
    run = engine.wait(engine.train(NET, config, by=OPERATOR).id)
    shutil.rmtree(folder)
    return run


def _said(page) -> list[str]:
    return [element.value for kind in (page.error, page.exception) for element in kind]


def test_the_run_knows_its_images(orphan: Run) -> None:
    facts = orphan.facts
    assert (facts.classes, facts.image_shape, facts.input_style) == (CLASSES, (12, 16, 3), "photo")
    assert (facts.num_train, facts.num_validation, facts.num_test) == (18, 0, 6)
    assert len(facts.notes) == 1
    assert "broken.png" in facts.notes[0]


def test_evaluation_shows_its_classes_and_says_once_that_their_images_are_gone(open_page, orphan: Run) -> None:
    page = open_page("evaluation", run=orphan.id)
    assert _said(page) == []
    assert list(page.dataframe[0].value["Class"]) == list(CLASSES)
    page = open_page("evaluation", run=orphan.id, cell=f"{CLASSES[1]},{CLASSES[1]}")
    assert _said(page) == []
    assert [info.value for info in page.info] == [IMAGES_GONE]
    assert any(f"{CLASSES[1]}, recognised" in heading.value for heading in page.header)


@pytest.mark.parametrize("part", ["Mistakes", "Robustness"])
def test_a_part_that_needs_the_images_says_once_that_they_are_gone(open_page, orphan: Run, part: str) -> None:
    page = open_page("evaluation", run=orphan.id)
    page = page.segmented_control(key="evaluation_part").set_value(part).run()
    assert _said(page) == []
    components = {one.proto.component_name for one in page.get("bidi_component")}
    assert "robustness" not in components
    assert "image_cards" not in components
    made = any("no such mistake" in caption.value for caption in page.caption)
    assert [info.value for info in page.info] == [] if made else [IMAGES_GONE]


def test_training_images_and_copies_say_it_too(open_page, orphan: Run) -> None:
    for part in ("Copies", "Doubtful labels"):
        page = open_page("evaluation", run=orphan.id)
        page = page.segmented_control(key="evaluation_part").set_value(part).run()
        if part == "Doubtful labels":
            page = page.segmented_control(key="label_errors_of").set_value(TRAINING).run()
        assert _said(page) == []
        assert [info.value for info in page.info] == [IMAGES_GONE]


def test_inside_has_the_net_and_says_that_its_test_images_are_gone(open_page, orphan: Run) -> None:
    page = open_page("inside", run=orphan.id)
    assert _said(page) == []
    assert IMAGES_GONE in [caption.value for caption in page.caption]
    data = json.loads(page.get("bidi_component")[0].proto.json)
    assert data["images"] is None
    assert data["classes"] == list(CLASSES)


def test_the_training_page_shows_all_but_the_image(open_page, engine, orphan: Run) -> None:
    page = open_page("training", run=orphan.id)
    assert _said(page) == []
    assert [caption.value for caption in page.caption].count(IMAGES_GONE) == 1
    assert any("broken" in markdown.value for markdown in page.markdown), "what was left out"
    (panel,) = (
        json.loads(one.proto.json) for one in page.get("bidi_component") if one.proto.component_name == "live_run"
    )
    assert (panel["run"], panel["own"]) == (orphan.id, True)
    shown = Panel()
    shown.take(engine, read_news(engine.store, orphan.id, Place()))
    told = json.loads(shown.message(Told())[0])
    assert told["about"]["classes"] == list(CLASSES)
    assert [len(epoch["confusion"]) for epoch in told["epochs"]] == [2] * 8


@pytest.mark.parametrize("name", ["runs", "home"])
def test_pages_that_list_runs_open(open_page, orphan: Run, name: str) -> None:
    assert _said(open_page(name, run=orphan.id)) == []


def test_ones_own_kernel_can_be_put_into_its_net(open_page, orphan: Run) -> None:
    page = open_page("kernels", run=orphan.id)
    page.button(key="compare_filters").click().run()
    assert _said(page) == []
    page.segmented_control(key="maps_from").set_value("Sample").run()
    assert _said(page) == []


def test_a_run_of_an_older_version_still_knows_its_classes_by_what_it_answered(open_page, engine, orphan: Run) -> None:
    engine.store.update(orphan.id, facts=DatasetFacts())
    try:
        assert _said(open_page("inside", run=orphan.id)) == []
        assert _said(open_page("training", run=orphan.id)) == []
    finally:
        engine.store.update(orphan.id, facts=orphan.facts)


def test_the_command_line_evaluates_it_and_lets_it_predict(
    orphan: Run, engine, tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.setenv("CNNVIZ_HOME", str(engine.store.home))
    assert RunStore().get(orphan.id).facts == orphan.facts
    assert main(("evaluate", orphan.id, "--json")) == 0
    assert CLASSES[0] in capsys.readouterr().out
    picture = tmp_path / "dark.png"
    picture.write_bytes(encode_png(np.full((12, 16, 3), 30, np.uint8)))
    assert main(("predict", orphan.id, str(picture), "--json")) == 0
    assert f'"label": "{CLASSES[1]}"' in capsys.readouterr().out
