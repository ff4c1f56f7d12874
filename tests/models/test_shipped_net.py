"""The shipped net of the Home page belongs to this code, and reads what people drew."""

import keras
import numpy as np
import pytest
from PIL import Image

from cnnviz.datasets.registry import load_dataset
from cnnviz.evaluation.predict import predict_probabilities
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.imaging.preprocess import prepare_digit
from cnnviz.models.browser_export import net_file
from cnnviz.models.build import build_model
from cnnviz.models.files import model_from_bytes, without_optimizer
from cnnviz.runs.files import MODEL_FILE, TEST_FILE
from cnnviz.runs.shipped import HOME_NET, NET_FILE, read_record
from cnnviz.training.recipes import STARTER
from tests.shared_data import drawn_digits


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return model_from_bytes((HOME_NET / MODEL_FILE).read_bytes())


def test_its_layers_are_those_of_the_recipe(model: keras.Model) -> None:
    built = build_model(STARTER.architecture)
    names = [layer.name for layer in model.layers if not layer.name.startswith("augment")]  # at rest in an answer
    assert names == [layer.name for layer in built.layers]
    assert [one.shape for one in model.trainable_weights] == [one.shape for one in built.trainable_weights]


def test_the_browser_s_file_is_the_export_of_the_keras_file(model: keras.Model) -> None:
    exported = net_file(model, STARTER.architecture, read_record()["facts"]["classes"])
    assert (HOME_NET / NET_FILE).read_bytes() == exported


def test_its_accuracy_on_the_test_part_is_the_recorded_one(model: keras.Model) -> None:
    data = load_dataset("digits")  # the starter is tested on the same images
    answers = predict_probabilities(model, data.x_test)
    shipped = TestPredictions.from_bytes((HOME_NET / TEST_FILE).read_bytes())
    assert np.abs(answers - shipped.probabilities).max() < 1e-4
    assert (answers.argmax(axis=1) == data.y_test).mean() == pytest.approx(read_record()["metrics"]["accuracy"])


def test_without_its_optimizer_a_file_is_smaller_and_answers_alike() -> None:
    trained = build_model(STARTER.architecture)
    trained.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    images = np.zeros((2, 28, 28, 1), np.uint8)
    trained.train_on_batch(images, np.array([0, 1]))
    plain = model_from_bytes(without_optimizer(trained))
    assert not plain.compiled
    assert np.allclose(plain.predict(images, verbose=0), trained.predict(images, verbose=0))
    assert len(without_optimizer(trained)) < 300_000


@pytest.fixture(scope="module")
def drawings() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the net sees (140, 28, 28, 1), the labels, and which are drawn with a hair-thin pen."""
    digits = drawn_digits()
    images = [prepare_digit(np.asarray(Image.open(path).convert("RGB"))).image for path, _ in digits]
    return np.stack(images), np.array([label for _, label in digits]), np.array(["_thin_" in p.name for p, _ in digits])


def test_it_reads_what_people_drew(model: keras.Model, drawings) -> None:
    images, labels, thin = drawings
    right = predict_probabilities(model, images).argmax(axis=1) == labels
    assert right.mean() >= 0.97
    assert right[thin].mean() >= 0.95


def test_it_says_how_sure_it_is(model: keras.Model, drawings) -> None:
    """It is surer when right than when wrong, and its mean certainty is about its share of right answers."""
    answers, labels = predict_probabilities(model, drawings[0]), drawings[1]
    right, sure = answers.argmax(axis=1) == labels, answers.max(axis=1)
    assert sure[right].mean() > 0.9
    assert sure[~right].mean() < 0.85
    assert abs(sure.mean() - right.mean()) < 0.05
