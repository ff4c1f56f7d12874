"""The net of the Home page and the net of the MNIST tutorial, on digits that people drew."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz.datasets.registry import load_dataset
from cnnviz.imaging.preprocess import prepare_digit
from cnnviz.training.recipes import STARTER
from tests.shared_data import drawn_digits, keras_home

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def drawings() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the net sees (140, 28, 28, 1), the labels, and which are drawn with a hair-thin pen."""
    digits = drawn_digits()
    images = [prepare_digit(np.asarray(Image.open(path).convert("RGB"))).image for path, _ in digits]
    return np.stack(images), np.array([label for _, label in digits]), np.array(["_thin_" in p.name for p, _ in digits])


@pytest.fixture(scope="module")
def starter_answers(drawings: tuple[np.ndarray, np.ndarray, np.ndarray]) -> tuple[np.ndarray, float]:
    """Probabilities (140, 10) by the net trained as on Home, and the CPU seconds that took."""
    return train_and_answer(STARTER.architecture, STARTER.config, drawings[0])


def train_and_answer(architecture, config, images: np.ndarray) -> tuple[np.ndarray, float]:
    """Train by the recipe, without the engine, and predict."""
    from cnnviz.models.build import build_model
    from cnnviz.training.loop.compiled_model import compile_model

    started = time.process_time()
    data = load_dataset(config.dataset)
    model = build_model(architecture, seed=config.seed)
    compile_model(model, config, len(data.info.classes))
    model.fit(data.x_train, data.y_train, batch_size=config.batch_size, epochs=config.epochs, verbose=0)
    return model.predict(images, verbose=0), time.process_time() - started


def test_the_starter_reads_what_people_drew(drawings, starter_answers) -> None:
    _, labels, thin = drawings
    right = starter_answers[0].argmax(axis=1) == labels
    assert right.mean() >= 0.92
    assert right[thin].mean() >= 0.88


def test_the_starter_says_how_sure_it_is(drawings, starter_answers) -> None:
    """It is surer when right than when wrong, and its mean certainty is about its share of right answers."""
    _, labels, _ = drawings
    right, sure = starter_answers[0].argmax(axis=1) == labels, starter_answers[0].max(axis=1)
    assert sure[right].mean() > 0.9
    assert sure[~right].mean() < 0.85
    assert abs(sure.mean() - right.mean()) < 0.05


def test_the_starter_is_trained_in_well_under_a_minute_of_two_cores(starter_answers) -> None:
    assert starter_answers[1] < 80  # CPU seconds, data included


def test_the_starter_fits_its_data() -> None:
    data = load_dataset(STARTER.config.dataset)
    assert data.x_train.shape[1:] == STARTER.architecture.input_shape
    assert STARTER.architecture.layers[-1].units == len(data.info.classes)


@pytest.mark.slow
def test_the_tutorials_mnist_net_reads_what_people_drew(drawings, tmp_path: Path) -> None:
    program = """
import sys, numpy as np, keras
from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.training.config import TrainingConfig
from tests.training.test_starter import train_and_answer
images = np.load(sys.argv[1])
config = TrainingConfig(dataset="mnist", epochs=2, batch_size=64, optimizer="rmsprop", seed=0)
np.save(sys.argv[1], train_and_answer(PRESETS["conv32-64-128-mnist"].architecture, config, images)[0])
"""
    images, labels, thin = drawings
    file = tmp_path / "drawings.npy"
    np.save(file, images)
    environment = {**os.environ, "KERAS_HOME": str(keras_home(tmp_path))}
    subprocess.run([sys.executable, "-c", program, str(file)], cwd=PROJECT, env=environment, check=True, timeout=900)
    right = np.load(file).argmax(axis=1) == labels
    assert right.mean() >= 0.95
    assert right[thin].mean() >= 0.93
