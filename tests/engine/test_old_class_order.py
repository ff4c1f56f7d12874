"""A run that was stored when classes stood in another order: a worker goes on with it, and names stay right."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.editing.adapt import adapt
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.datasets.registry import describe
from cnnviz.engine.engine import Engine
from cnnviz.engine.trainings import placing
from cnnviz.engine.trainings.recorder import make_job
from cnnviz.imaging.decode import encode_png
from cnnviz.runs.files import dataset_facts, load_predictions
from cnnviz.runs.records import Run
from cnnviz.training.config import TrainingConfig
from cnnviz.ui.shared import answers
from tests.helpers import until

COLOURS = {"Zebra": (250, 0, 0), "apple": (0, 250, 0), "Äpfel": (0, 0, 250)}  # a class is known by its colour
OLD = tuple(COLOURS)  # by the numbers of their letters, as once
CONFIG = {"epochs": 6, "batch_size": 8, "learning_rate": 0.01}


@pytest.fixture
def folder(tmp_path: Path) -> str:
    for label, colour in COLOURS.items():
        (tmp_path / label).mkdir()
        for number in range(16):
            picture = np.full((28, 28, 3), colour, np.uint8) - np.uint8(number) * (np.array(colour) > 0).astype(
                np.uint8
            )
            (tmp_path / label / f"{number}.png").write_bytes(encode_png(picture))
    return str(tmp_path)


@pytest.fixture
def old_run(engine: Engine, folder: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run whose net has learned the classes in their old order."""
    config = TrainingConfig(dataset=folder, **CONFIG)
    net = adapt(get_preset("digits-small").architecture, (28, 28, 3), len(OLD))
    with monkeypatch.context() as once:
        once.setattr(placing, "make_job", lambda store, run: replace(make_job(store, run), classes=OLD))
        return engine.wait(engine.train(net, config, by=OPERATOR).id)


def test_a_run_of_an_older_order_of_classes_goes_on_and_its_names_stay_right(engine: Engine, old_run: Run) -> None:
    folder = old_run.config.dataset
    assert describe(folder).classes == ("Äpfel", "apple", "Zebra")
    assert dataset_facts(engine.store, old_run).classes == OLD
    assert old_run.metrics["accuracy"] == 1.0

    engine.rewind(old_run.id, CONFIG["epochs"] - 1, by=OPERATOR)
    until(lambda: engine.store.last_epoch(old_run.id) < CONFIG["epochs"])
    run = engine.wait(old_run.id)
    test = load_predictions(engine.store, run.id)
    assert (run.metrics["accuracy"], test.classes) == (1.0, OLD)

    images, labels = answers.test_images(run, range(len(test.labels)))  # what the Evaluation page shows
    said = answers.run_answer(run, "predict", images=images).argmax(axis=1)
    brightest = np.array([list(COLOURS.values()).index(tuple(250 * (image[0, 0] > 99))) for image in images])
    for named in (labels, test.labels, said):
        assert [OLD[label] for label in named] == [OLD[label] for label in brightest]
