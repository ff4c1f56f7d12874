"""What the cells of a notebook hold, without running a training."""

import ast
import io
import math
from dataclasses import replace
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import numpy as np
import pytest
from PIL import Image

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.registry import describe, load_dataset
from cnnviz.errors import InvalidConfig
from cnnviz.imaging.decode import decode_image, encode_png
from cnnviz.imaging.preprocess import prepare_photo
from cnnviz.reports.card import write_card
from cnnviz.reports.notebook.build import run_cells
from cnnviz.reports.notebook.cells import Cell, notebook_file, script_file
from cnnviz.reports.notebook.data import data_cells
from cnnviz.reports.notebook.differences import differences
from cnnviz.reports.notebook.learning import learning_cells
from cnnviz.reports.notebook.picture_files import file_cells
from cnnviz.reports.notebook.recipe import Recipe, recipe_of
from cnnviz.runs.records import Curves, Run, Status
from cnnviz.runs.run_progress import Mark, Progress
from cnnviz.runs.store import RunStore
from cnnviz.training.config import Schedule, load_options, make_config
from cnnviz.training.events import DatasetFacts
from cnnviz.training.loop.schedule import factor
from cnnviz.training.loop.split import split
from tests.reports.runs import engine_with, finished_run, store_in

CELLS = [Cell("# A *title*\n\ntext", is_code=False), Cell("print('é')", is_code=True)]


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return store_in(tmp_path)


@pytest.fixture
def run(store: RunStore) -> Run:
    return finished_run(store)


def recipe(run: Run, *, edited: int = 0, **config: object) -> Recipe:
    changed = replace(run, config=make_config({**run.config.model_dump(), **config}))
    facts = DatasetFacts(describe(changed.config.dataset).classes if changed.config.dataset in DATASETS else ("a",))
    return Recipe(changed, facts, Curves([], []), edited, {})


def defined(cells: list[Cell], **known: object) -> dict[str, Any]:
    """What cells define that need no Keras; the last one only draws."""
    names: dict[str, Any] = {"np": np, "math": math, "SEED": 0, **known}
    for cell in cells[:-1]:
        if cell.is_code:
            exec(cell.source, names)
    return names


def test_the_notebook_is_one_by_the_standard_and_keeps_the_cells() -> None:
    notebook = nbformat.reads(notebook_file(CELLS).decode(), as_version=4)
    nbformat.validate(notebook)
    assert [(cell.cell_type, cell.source) for cell in notebook.cells] == [
        ("markdown", "# A *title*\n\ntext"),
        ("code", "print('é')"),
    ]


def test_the_script_has_the_same_cells_with_words_as_comments() -> None:
    assert script_file(CELLS).decode() == "# %% [markdown]\n# # A *title*\n#\n# text\n\n# %%\nprint('é')\n"


def test_what_is_written_from_outside_stays_text(store: RunStore, tmp_path: Path) -> None:
    classes = ['"b"', "a'{x}#"]
    for name in classes:
        folder = tmp_path / "images" / name
        folder.mkdir(parents=True)
        for number in range(4):
            (folder / f"{number}'\".png").write_bytes(encode_png(np.full((8, 8), 40 * number, np.uint8)))
    run = store.create(get_preset("lenet5").architecture, make_config({"dataset": str(tmp_path / "images")}))
    name, card = "<b>it</b>\nimport os\r\x0bexit()", "line\u2028import os\x0cexit()"
    store.update(run.id, name=name, facts=DatasetFacts(tuple(classes), (28, 28, 1)), status=Status.STOPPED)
    store.update(run.id, message="Stopped.\nimport os")
    write_card(store, run.id, {"purpose": card}, by=OPERATOR)
    cells = run_cells(engine_with(store), store.get(run.id))
    tree = ast.parse(script_file(cells))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert "os" not in imported
    assert "exit" not in {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert "<b>" not in "".join(cell.source.replace("\\<", "") for cell in cells if not cell.is_code)
    (shown,) = (cell.source for cell in cells if cell.source.startswith("CLASSES"))
    assert ast.literal_eval(shown.partition("= ")[2]) == classes


def test_the_card_is_the_first_cell(store: RunStore, run: Run) -> None:
    write_card(store, run.id, {"purpose": "For cats."}, by=OPERATOR)
    first, second, *_ = run_cells(engine_with(store), run)
    assert "For cats." in first.source
    assert second.source.startswith("# mine")


@pytest.mark.parametrize("dataset", ["digits", "shapes", "faces", "starter"])
def test_sets_without_a_download_are_made_as_here(run: Run, dataset: str) -> None:
    names, data = defined(data_cells(recipe(run, dataset=dataset))), load_dataset(dataset)
    for name in ("x_train", "y_train", "x_test", "y_test"):
        np.testing.assert_array_equal(names[name], getattr(data, name))


def pictures() -> dict[str, bytes]:
    """Files of several forms: large, upright by its tag, without colours, with a palette, and transparent ones."""
    noise = np.random.default_rng(0).integers(0, 256, (500, 380, 4), np.uint8)
    files = {}
    for name, mode, kind, size in (
        ("large.jpg", "RGB", "JPEG", (380, 500)),
        ("small.jpg", "RGB", "JPEG", (30, 41)),
        ("grey.png", "L", "PNG", (64, 50)),
        ("palette.gif", "P", "GIF", (64, 50)),
        ("clear.png", "RGBA", "PNG", (100, 130)),
    ):
        buffer = io.BytesIO()
        Image.fromarray(noise).convert(mode).resize(size).save(buffer, kind)
        files[name] = buffer.getvalue()
    turned, buffer = Image.fromarray(noise[..., :3]), io.BytesIO()
    turned.getexif()[0x0112] = 6
    turned.save(buffer, "JPEG", exif=turned.getexif())
    return files | {"turned.jpg": buffer.getvalue()}


@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_are_read_as_here(run: Run, tmp_path: Path, channels: int) -> None:
    files = pictures()
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    made = recipe(run, dataset=str(tmp_path), images={"size": (20, 16), "channels": channels})
    listed = [(name, 0) for name in files]
    cells = file_cells(replace(made, files={"train": listed, "test": listed[:1]}))
    cells = [Cell(cell.source.replace("images.zip", str(tmp_path)), cell.is_code) for cell in cells]
    names = defined([*cells, cells[-1]])
    for name, image in zip(files, names["x_train"], strict=True):
        decoded = decode_image(files[name], max_side=4 * 20).image
        np.testing.assert_array_equal(image, prepare_photo(decoded, (20, 16, channels)), err_msg=name)
    assert len(names["x_test"]) == 1
    (tmp_path / next(iter(files))).unlink()
    with pytest.raises(AssertionError, match=rf"1 of {len(files)} pictures are not in .* Fill in the folder or zip"):
        defined([*cells, cells[-1]])
    with pytest.raises(AssertionError, match="There are no images at"):
        defined([Cell(cell.source.replace(str(tmp_path), "nowhere"), cell.is_code) for cell in cells])


@pytest.mark.parametrize("schedule", ["cosine", "one_cycle", "step"])
def test_the_schedule_is_that_of_the_run(run: Run, schedule: Schedule) -> None:
    cells = [cell for cell in learning_cells(recipe(run, schedule=schedule)) if "def factor" in cell.source]
    names: dict[str, object] = {"math": math}
    exec(cells[0].source.partition("class Schedule")[0], names)
    config = make_config({"schedule": schedule})
    assert [names["factor"](step / 29) for step in range(30)] == [factor(config, step, 30) for step in range(30)]


def test_a_run_that_went_straight_has_no_difference(run: Run) -> None:
    assert differences(recipe(run)) == []


def test_what_cannot_be_made_again_is_said(run: Run) -> None:
    marks = (Mark("rate", 1.5, 0.01), Mark("rewind", 1), Mark("lost", 1), Mark("more", 2))
    progress = Progress(epoch=2, batch=1, num_batches=4, marks=marks)
    changed = replace(run, status=Status.STOPPED, message="Stopped by hand in epoch 2.", progress=progress)
    said = " ".join(differences(recipe(changed, edited=1, epochs=9, mixed_precision=True)))
    for words in (
        "Weights were changed by hand after epoch 1",
        "set to 0.01 by hand in epoch 2 (after 1.5 epochs)",
        "taken back to the end of epoch 1",
        "lost its worker and went on after epoch 1,",
        "had ended after epoch 2 and was then given more epochs",
        "Stopped by hand in epoch 2. The notebook trains its 1 whole epoch,",
        "16 bits",
    ):
        assert words in said
    (fit,) = (cell.source for cell in learning_cells(recipe(changed, epochs=9)) if "learner.fit" in cell.source)
    assert "epochs=1," in fit


def test_a_net_that_was_brought_along_or_has_not_begun_has_no_notebook(store: RunStore, run: Run) -> None:
    with pytest.raises(InvalidConfig, match="not trained here"):
        recipe_of(engine_with(store), replace(run, origin="keras"))
    queued = store.create(run.architecture, run.config.model_copy(update={"dataset": "/nowhere"}))
    with pytest.raises(InvalidConfig, match="has not begun"):
        recipe_of(engine_with(store), queued)


def test_labels_are_counted_in_the_order_of_the_net(run: Run) -> None:
    made = replace(recipe(run, dataset="faces"), facts=DatasetFacts(("no face", "face"), (25, 25, 1)))
    names, data = defined(data_cells(made)), load_dataset("faces")
    np.testing.assert_array_equal(names["y_train"], 1 - data.y_train)


CORRECTIONS = (
    ("train", 3, None),
    ("train", 12, "7"),
    ("train", 700, "2"),
    ("train", 700, None),
    ("train", 3, None),
    ("test", 5, "1"),
    ("test", 0, None),
)


def test_a_dropped_image_is_not_there_and_the_next_one_has_its_other_label(run: Run) -> None:
    as_read = load_dataset("digits")
    assert len(as_read.y_train) == 1437
    made = recipe(run, dataset="digits", corrections=[("train", 3, None), ("train", 12, "7")])
    names = defined(data_cells(made))
    assert len(names["x_train"]) == len(names["y_train"]) == 1436
    assert (as_read.y_train[12], names["y_train"][11]) == (1, 7)  # the 13th as it was read, by now the 12th
    np.testing.assert_array_equal(names["x_train"][11], as_read.x_train[12])
    np.testing.assert_array_equal(names["y_test"], as_read.y_test)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"limit": 900, "validation_share": 0.2},
        {"fold": (1, 3)},
        {"fold": (2, 3), "limit": 500, "validation_share": 0.1},
    ],
)
def test_corrections_and_a_held_out_part_come_before_a_limit_as_in_the_run(run: Run, settings: dict) -> None:
    made = recipe(run, dataset="digits", corrections=CORRECTIONS, **settings)
    names, config = defined(data_cells(made)), made.config
    data = load_dataset("digits", **load_options(config, (28, 28, 1)))
    parts = split(data, config)
    for name in ("x_train", "y_train", "x_val", "y_val"):
        np.testing.assert_array_equal(names[name], getattr(parts, name), err_msg=name)
    np.testing.assert_array_equal(names["x_test"], data.x_test)
    np.testing.assert_array_equal(names["y_test"], data.y_test)


def test_a_part_is_held_out_by_the_classes_of_the_set_also_where_the_net_has_another_order(run: Run) -> None:
    changes = {"fold": (0, 3), "corrections": [("train", 1, "face"), ("train", 2, "no face")]}
    made = replace(recipe(run, dataset="faces", **changes), facts=DatasetFacts(("no face", "face"), (25, 25, 1)))
    names, data = defined(data_cells(made)), load_dataset("faces", classes=("no face", "face"), **changes)
    for name in ("x_train", "y_train", "x_test", "y_test"):
        np.testing.assert_array_equal(names[name], getattr(data, name), err_msg=name)


def test_a_set_of_keras_is_corrected_too(run: Run) -> None:
    part = np.zeros((10, 28, 28), np.uint8), np.arange(10, dtype=np.uint8)
    made = recipe(run, dataset="mnist", corrections=[("train", 0, "9"), ("test", 9, None)])
    keras = SimpleNamespace(datasets=SimpleNamespace(mnist=SimpleNamespace(load_data=lambda: (part, part))))
    names = defined(data_cells(made), keras=keras)
    assert names["y_train"].tolist() == [9, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert names["y_test"].tolist() == list(range(9))
    assert len(names["x_test"]) == 9


@pytest.mark.parametrize("fold", [None, (1, 2)])
def test_own_images_are_corrected_as_in_the_run(store: RunStore, tmp_path: Path, fold: tuple | None) -> None:
    for label, number in product(("10", "9"), range(12)):
        path = tmp_path / "mine" / label / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_png(np.full((28, 28), 10 * number + int(label), np.uint8)))
    changes = [("train", 2, None), ("train", 3, "9"), ("test", 1, "10"), ("test", 0, None)]
    config = make_config(
        {"dataset": str(tmp_path / "mine"), "corrections": changes, "fold": fold, "images": {"channels": 1}}
    )
    run = store.create(get_preset("lenet5").architecture, config)
    data = load_dataset(config.dataset, **load_options(config, run.architecture.input_shape), classes=("10", "9"))
    store.update(run.id, facts=DatasetFacts(("10", "9"), (28, 28, 1)), status=Status.FINISHED)
    cells = data_cells(recipe_of(engine_with(store), store.get(run.id)))
    names = defined([replace(cell, source=cell.source.replace("images.zip", config.dataset)) for cell in cells])
    for name in ("x_train", "y_train", "x_test", "y_test"):
        np.testing.assert_array_equal(names[name], getattr(data, name), err_msg=name)


def test_a_run_on_the_set_as_it_is_has_no_cell_about_corrections(run: Run) -> None:
    said = "".join(cell.source for cell in data_cells(recipe(run, dataset="digits")))
    assert "CORRECTIONS" not in said
    assert "held_out" not in said
