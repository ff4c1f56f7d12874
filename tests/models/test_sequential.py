"""A Sequential is opened as the same net built by the functional API."""

from pathlib import Path

import keras
import numpy as np
import pytest

from cnnviz.inspection.activations import feature_maps
from cnnviz.models.cost import MAX_IN_A_ROW
from cnnviz.models.files import model_from_bytes
from cnnviz.models.sequential import as_functional
from tests.models.test_cost import classifier, sequential
from tests.models.test_files import saved

layers = keras.layers
NETS = {
    "plain": lambda: classifier(layers.Conv2D(4, 3), layers.BatchNormalization(), layers.ReLU(), layers.MaxPool2D()),
    "no activation at the end": lambda: sequential(layers.Flatten(), layers.Dense(5), layers.Softmax()),
    "nested": lambda: classifier(sequential(layers.Conv2D(3, 3), layers.Conv2D(2, 1)), layers.Conv2D(4, 3)),
    "nested first": lambda: keras.Sequential(
        [
            sequential(layers.Conv2D(3, 3), layers.Conv2D(2, 1)),
            layers.GlobalAveragePooling2D(),
            layers.Dense(4),
        ]
    ),
    "dropout and separable": lambda: classifier(layers.SeparableConv2D(4, 3), layers.Dropout(0.5), layers.PReLU()),
}


@pytest.mark.parametrize("name", NETS)
def test_it_answers_as_keras_own_loader_does(name: str, tmp_path: Path) -> None:
    model = NETS[name]()
    if not model.built:
        model.build((None, 12, 10, 3))
    path = tmp_path / "model.keras"
    path.write_bytes(saved(model))
    images = np.random.default_rng(0).integers(0, 256, (3, 12, 10, 3), np.uint8)
    expected = keras.saving.load_model(path).predict(images, verbose=0)
    found = model_from_bytes(path.read_bytes())
    assert np.allclose(found.predict(images, verbose=0), expected, rtol=1e-5, atol=1e-6)


def test_all_maps_are_computed_in_one_pass() -> None:
    """Each operation once: of a Sequential, the last map alone would run the whole chain again."""
    model = model_from_bytes(saved(classifier(*(layers.Conv2D(2, 3, padding="same") for _ in range(8)))))
    assert not isinstance(model, keras.Sequential)
    maps = feature_maps(model, np.zeros((12, 10, 3), np.uint8))
    probe = keras.Model(model.inputs[0], [layer.output for layer in model.layers])
    assert len(probe.operations) == len(model.operations) == 11
    assert len(maps.layers) == 11


def test_one_of_any_size_is_computed_in_one_pass_too() -> None:
    model = model_from_bytes(saved(classifier(layers.Conv2D(2, 3), layers.Conv2D(3, 3), shape=(None, None, 3))))
    assert not isinstance(model, keras.Sequential)
    assert model.output_shape == (None, 4)


def test_one_of_more_layers_than_a_sequential_may_have_is_opened() -> None:
    tower = classifier(*(layers.Conv2D(2, 1) for _ in range(MAX_IN_A_ROW + 10)))
    assert len(model_from_bytes(saved(tower)).layers) == MAX_IN_A_ROW + 13


@pytest.mark.parametrize(
    "config",
    [
        None,
        [],
        {"class_name": "Sequential"},
        {"class_name": "Sequential", "module": "keras", "config": {"layers": "many"}},
        {"class_name": "Sequential", "module": "keras", "config": {"layers": [1, 2]}},
        {"class_name": "Sequential", "module": "elsewhere", "config": {"layers": []}},
    ],
)
def test_what_is_no_sequential_with_an_input_stays_as_it_is(config: object) -> None:
    assert as_functional(config) is config
