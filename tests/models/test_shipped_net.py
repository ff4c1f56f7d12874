"""The shipped net of the Home page belongs to this code, and reads what people drew."""

import keras
import numpy as np
import pytest
from PIL import Image

from cnnviz.bench.photographed import PHOTOS, photographed
from cnnviz.datasets.registry import load_dataset
from cnnviz.evaluation.familiarity import Familiarity, last_maps
from cnnviz.evaluation.predict import predict_probabilities
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.imaging.preprocess import prepare, prepare_digit
from cnnviz.inspection.familiar_images import familiarity
from cnnviz.models.browser_export import net_file
from cnnviz.models.build import build_model
from cnnviz.models.files import model_from_bytes, without_optimizer
from cnnviz.models.net_file import FAMILIARITY, read_manifest, with_familiarity
from cnnviz.runs.files import MODEL_FILE, TEST_FILE
from cnnviz.runs.shipped import HOME_NET, NET_FILE, read_record
from cnnviz.training.recipes import STARTER
from tests.imaging.non_digits import made_digits, non_digits, signs
from tests.imaging.paper_photos import KINDS, photo
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
    shipped = (HOME_NET / NET_FILE).read_bytes()
    exported = net_file(model, STARTER.architecture, read_record()["facts"]["classes"])
    assert shipped == with_familiarity(exported, read_manifest(shipped)[FAMILIARITY])


def test_what_is_familiar_is_what_it_learned_from(model: keras.Model) -> None:
    shipped = read_manifest((HOME_NET / NET_FILE).read_bytes())[FAMILIARITY]
    made = familiarity(model, last_maps(STARTER.architecture), STARTER.config.dataset)
    assert made["threshold"] == pytest.approx(shipped["threshold"], rel=1e-3)
    assert sum(path.stat().st_size for path in HOME_NET.iterdir()) < 1_000_000


def doubted(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Which images (N, 28, 28, 1) are unlike what the net learned from, (N,) bool."""
    known = Familiarity.from_manifest(read_manifest((HOME_NET / NET_FILE).read_bytes())[FAMILIARITY])
    values = keras.Model(model.inputs[0], model.get_layer(known.layer).output)(images, training=False)
    return known.distances(keras.ops.convert_to_numpy(values).reshape(len(images), -1)) > known.threshold


@pytest.mark.parametrize("seed", range(3))
def test_of_letters_smileys_scribbles_and_pairs_it_doubts_most(model: keras.Model, seed: int) -> None:
    images = np.stack([prepare_digit(paper).image for _, paper in non_digits(seed)])
    assert doubted(model, images).mean() >= 0.8


def test_of_signs_things_and_longer_numbers_it_doubts_most(model: keras.Model) -> None:
    images = np.stack([prepare_digit(paper).image for seed in range(4) for _, paper in signs(seed)])
    assert doubted(model, images).mean() >= 0.8


def test_the_same_hands_digits_are_not_doubted(model: keras.Model) -> None:
    images = np.stack([prepare_digit(paper).image for _, paper in made_digits()])
    assert doubted(model, images).mean() <= 0.03


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


def test_what_people_drew_is_not_doubted(model: keras.Model, drawings) -> None:
    """The threshold was chosen with every second of these; the others tell."""
    found = doubted(model, drawings[0])
    assert found.mean() <= 0.03
    assert found[1::2].mean() <= 0.03


@pytest.mark.parametrize("kind", PHOTOS)
def test_it_reads_photos_of_what_people_drew(model: keras.Model, drawings, kind: str) -> None:
    """Of what it reads on the clean drawing, at least 95 %."""
    prepared, labels, _ = drawings
    photos = [photographed(np.asarray(Image.open(path).convert("RGB")), kind) for path, _ in drawn_digits()]
    images = np.stack([prepare(photo, (28, 28, 1), style="digit", is_photo=True).image for photo in photos])
    clean, seen = (predict_probabilities(model, one).argmax(axis=1) == labels for one in (prepared, images))
    assert seen[clean].mean() >= 0.95


@pytest.mark.parametrize("kind", KINDS)
def test_it_reads_them_in_shadow_beside_holes_and_on_dots(model: keras.Model, drawings, kind: str) -> None:
    prepared, labels, _ = drawings
    photos = [
        photo(np.asarray(Image.open(path).convert("RGB")), kind, seed)
        for seed, (path, _) in enumerate(drawn_digits()[::2])
    ]
    images = np.stack([prepare(one, (28, 28, 1), style="digit", is_photo=True).image for one in photos])
    clean, seen = (predict_probabilities(model, one).argmax(axis=1) == labels[::2] for one in (prepared[::2], images))
    assert seen[clean].mean() >= 0.95


def test_it_says_how_sure_it_is(model: keras.Model, drawings) -> None:
    """It is surer when right than when wrong, and its mean certainty is about its share of right answers."""
    answers, labels = predict_probabilities(model, drawings[0]), drawings[1]
    right, sure = answers.argmax(axis=1) == labels, answers.max(axis=1)
    assert sure[right].mean() > 0.9
    assert sure[~right].mean() < 0.85
    assert abs(sure.mean() - right.mean()) < 0.05
