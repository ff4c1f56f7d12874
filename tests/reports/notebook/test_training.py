"""A notebook, its script, and single cells of it against the training that they are to make again."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import keras
import nbclient
import nbformat
import numpy as np
import pytest
from keras import layers

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import (
    Architecture,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    InputScaling,
    MaxPool,
    SeparableConv,
)
from cnnviz.imaging.decode import encode_png
from cnnviz.models.browser_export import net_file
from cnnviz.models.build import build_model
from cnnviz.reports.exports import EXPORTS
from cnnviz.reports.notebook.build import run_notebook, run_script
from cnnviz.reports.notebook.net import augmentation_code
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.training.config import Augmentation, FineTuning
from cnnviz.training.loop.augment import augmentation_layers
from tests.reports.runs import code_of, engine_with, executed, store_in, trained

DIGITS = get_preset("digits-small").architecture
SMALL = Architecture(
    name="small",
    input_shape=(25, 25, 1),
    layers=(
        Conv(filters=4, activation="relu", l2=0.001),
        BatchNorm(),
        MaxPool(),
        SeparableConv(filters=6, activation="relu"),
        Dropout(rate=0.2),
        GlobalAvgPool(),
        Dense(units=2, activation="softmax"),
    ),
)
ONE_OUTPUT = Architecture(
    name="one",
    input_shape=(25, 25, 1),
    layers=(Conv(filters=3, activation="relu"), Flatten(), Dense(units=1, activation="sigmoid")),
)
SIGMOIDS = ONE_OUTPUT.model_copy(update={"layers": (*ONE_OUTPUT.layers[:-1], Dense(units=2, activation="sigmoid"))})
ALL = {"flip": True, "rotation": 10, "zoom": 0.1, "shear": 0.1, "shift": 0.1, "brightness": 0.1, "noise": 0.05}
CURVES = ("loss", "accuracy", "val_accuracy")
SAME = {"rtol": 1e-4, "atol": 1e-4}


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return store_in(tmp_path)


def assert_same(made: dict[str, Any], store: RunStore, run: Run) -> None:
    """The notebook's curves and answers are those of the run."""
    epochs = store.curves(run.id).epochs
    for name in CURVES:
        np.testing.assert_allclose(made["history"][name], [epoch[name] for epoch in epochs], **SAME, err_msg=name)
    assert made["accuracy"] == run.metrics["accuracy"]


def test_the_notebook_makes_a_run_again_to_the_last_image(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MPLBACKEND", raising=False)  # which Streamlit sets, and the kernel would take over
    run = trained(
        store, DIGITS, dataset="digits", epochs=3, limit=900, validation_share=0.2, schedule="one_cycle", seed=7,
        augment={"shift": 0.05, "rotation": 5}, class_weights=True, learning_rate=0.01,
    )  # fmt: skip
    notebook = nbformat.reads(run_notebook(engine_with(store), run).decode(), as_version=4)
    nbformat.validate(notebook)
    notebook.cells.append(nbformat.v4.new_code_cell("import json\nprint(json.dumps([accuracy, history]))"))
    client = nbclient.NotebookClient(notebook, timeout=400, resources={"metadata": {"path": str(tmp_path)}})
    done = client.execute()
    accuracy, history = json.loads(done.cells[-1].outputs[-1].text.splitlines()[-1])
    assert_same({"accuracy": accuracy, "history": history}, store, run)
    assert run.metrics["accuracy"] > 0.5
    pictures = [
        output for cell in done.cells for output in cell.get("outputs", []) if "image/png" in output.get("data", {})
    ]
    assert len(pictures) == 6  # images, variations of them, curves, matrix, maps of two layers
    assert (tmp_path / "model.keras").is_file()


@pytest.mark.parametrize(
    ("net", "settings"),
    [
        (SMALL, {"augment": ALL, "optimizer": "sgd", "schedule": "cosine", "learning_rate": 0.05}),
        (SMALL.model_copy(update={"scaling": InputScaling(scale=1 / 127.5, shift=-1)}), {"loss": "mse"}),
        (ONE_OUTPUT, {"optimizer": "rmsprop", "schedule": "step"}),
        (ONE_OUTPUT, {"loss": "mse", "validation_share": 0.3, "target_accuracy": 0.5, "epochs": 6}),
        (SIGMOIDS, {"optimizer": "adamw", "early_stopping": 1, "learning_rate": 0.01, "epochs": 8}),
    ],
)
def test_its_cells_make_every_kind_of_training_again(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, net: Architecture, settings: dict[str, Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    run = trained(store, net, **{"dataset": "faces", "epochs": 2, "batch_size": 32, "seed": 5, **settings})
    made = executed(code_of(store, run))
    assert_same(made, store, run)
    stops = "early_stopping" in settings or "target_accuracy" in settings
    assert (run.status is Status.STOPPED) == stops


def test_a_net_for_colours_in_blue_green_red_begins_with_the_same_weights(store: RunStore) -> None:
    head = Dense(units=6, activation="softmax")
    net = Architecture(input_shape=(32, 32, 3), layers=(*SMALL.layers[:-1], head), scaling=InputScaling(order="bgr"))
    run = trained(store, net, dataset="shapes", epochs=1, limit=64)
    cells = [cell for cell in code_of(store, run) if "clone_model" in cell or "keras.Input" in cell or "SEED =" in cell]
    made = executed(cells)["model"]
    for mine, theirs in zip(made.get_weights(), build_model(run.architecture).get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    image = np.random.default_rng(0).integers(0, 256, (1, 32, 32, 3), np.uint8)
    expected = build_model(run.architecture)(image)
    np.testing.assert_allclose(np.asarray(made(image)), np.asarray(expected), atol=1e-6)


def test_own_images_are_read_and_split_as_in_the_run(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as archive:
        for number in range(40):
            label = "bright" if number % 2 else "dark"
            shade = rng.integers(100, 256, (30, 34, 3)) if number % 2 else rng.integers(0, 160, (30, 34, 3))
            archive.writestr(f"{label}/é{number}.png", encode_png(shade.astype(np.uint8)))
    monkeypatch.chdir(tmp_path)
    images = {"size": (25, 25), "channels": 1, "test_share": 0.3}
    run = trained(store, SMALL, dataset=str(tmp_path / "mine.zip"), epochs=2, images=images, batch_size=8)
    cells = [cell.replace("images.zip", "mine.zip") for cell in code_of(store, run)]
    made = executed(cells)
    assert_same(made, store, run)
    assert len(made["x_test"]) == run.facts.num_test > 0
    assert str(tmp_path) not in "".join(code_of(store, run))


def test_a_fine_tuned_net_begins_with_the_file_that_can_be_saved_beside(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = SMALL.model_copy(update={"layers": (*SMALL.layers[:-1], Dense(units=3, activation="softmax"))})
    start = net_file(build_model(before, seed=9), before, ("a", "b", "c"))
    tuned = FineTuning(name="before", frozen="all-but-the-last-part")
    run = trained(store, before, start=start, dataset="shapes", limit=120, epochs=2, fine_tuning=tuned)
    engine = engine_with(store)
    with pytest.raises(AssertionError, match="The net that the run began with is missing"):
        executed(code_of(store, run))
    saved = tmp_path / f"before-{run.id}.{EXPORTS['start'].ending}"  # as the page calls it
    saved.write_bytes(EXPORTS["start"].write(engine, run))
    assert keras.saving.load_model(saved).output_shape == (None, 3)
    made = executed(code_of(store, run))
    assert_same(made, store, run)


def test_varied_images_are_those_of_the_run() -> None:
    augmentation = Augmentation(**ALL)
    written = [eval(line, {"keras": keras, "layers": layers}) for line in augmentation_code(augmentation, seed=4)]
    images = np.random.default_rng(0).uniform(0, 255, (3, 16, 20, 3)).astype(np.float32)
    for mine, theirs in zip(written, augmentation_layers(augmentation, seed=4), strict=True):
        np.testing.assert_array_equal(
            np.asarray(mine(images, training=True)), np.asarray(theirs(images, training=True))
        )


def test_the_script_holds_the_code_of_the_notebook(store: RunStore) -> None:
    run = trained(store, ONE_OUTPUT, dataset="faces", epochs=1)
    notebook = nbformat.reads(run_notebook(engine_with(store), run).decode(), as_version=4)
    script = run_script(engine_with(store), run).decode()
    compile(script, "script", "exec")
    assert all(cell.source in script for cell in notebook.cells if cell.cell_type == "code")
    with io.StringIO(script) as lines:
        assert sum(line.startswith("# %%") for line in lines) == len(notebook.cells)
