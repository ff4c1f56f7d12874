"""The data of the Home page's net, and the net of the MNIST tutorial on digits that people drew."""

import os
import subprocess
import sys
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


def train_and_answer(architecture, config, images: np.ndarray) -> np.ndarray:
    """Train by the recipe, without the engine, and predict."""
    from cnnviz.models.build import build_model
    from cnnviz.training.loop.compiled_model import compile_model

    data = load_dataset(config.dataset)
    model = build_model(architecture, seed=config.seed)
    compile_model(model, config, len(data.info.classes))
    model.fit(data.x_train, data.y_train, batch_size=config.batch_size, epochs=config.epochs, verbose=0)
    return model.predict(images, verbose=0)


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
np.save(sys.argv[1], train_and_answer(PRESETS["conv32-64-128-mnist"].architecture, config, images))
"""
    images, labels, thin = drawings
    file = tmp_path / "drawings.npy"
    np.save(file, images)
    environment = {**os.environ, "KERAS_HOME": str(keras_home(tmp_path))}
    subprocess.run([sys.executable, "-c", program, str(file)], cwd=PROJECT, env=environment, check=True, timeout=900)
    right = np.load(file).argmax(axis=1) == labels
    assert right.mean() >= 0.95
    assert right[thin].mean() >= 0.93
