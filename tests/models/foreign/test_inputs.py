"""Nets for pictures of any form are read, and answer to pictures (height, width, channels) as in their file."""

import keras
import numpy as np
import pytest
from keras import layers

from cnnviz.errors import InvalidModel
from cnnviz.evaluation.predict import predict_probabilities
from cnnviz.inspection.activations import feature_maps
from cnnviz.models.browser_export import model_from_net
from cnnviz.models.foreign.imported import with_scaling
from cnnviz.models.foreign.scalings import SCALINGS
from cnnviz.models.read_model import read_model
from tests.models.foreign.oracle import saved
from tests.shared_data import shared


def opened(model: keras.Model) -> keras.Model:
    """What a worker computes for a net that was brought, with pixels as they are."""
    net = with_scaling(read_model(saved(model)), SCALINGS["0..255"])
    return model_from_net(net.architecture, net.net)


def as_given(images: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Pictures as the file's net takes them."""
    if len(shape) == 3 and images.shape[1:] != shape:
        images = np.moveaxis(images, -1, 1)
    return images.reshape(len(images), *shape).astype(np.float32)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((8, 6, 1), (8, 6, 1)),
        ((8, 6, 2), (8, 6, 2)),
        ((8, 6, 3), (8, 6, 3)),
        ((8, 6, 4), (8, 6, 4)),
        ((3, 8, 6), (8, 6, 3)),
        ((1, 8, 6), (8, 6, 1)),
        ((4, 8, 6), (8, 6, 4)),
        ((8, 6), (8, 6, 1)),
        ((784,), (28, 28, 1)),
        ((3072,), (32, 32, 3)),
    ],
)
def test_a_net_takes_pictures_whatever_form_they_had_in_its_file(shape: tuple, expected: tuple) -> None:
    model = keras.Sequential([keras.Input(shape), layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(3)])
    ours = opened(model)
    images = np.random.default_rng(0).integers(0, 256, (3, *expected), np.uint8)
    assert ours.input_shape == (None, *expected)
    np.testing.assert_allclose(ours(images), model(as_given(images, shape)), rtol=1e-4, atol=1e-5)
    assert predict_probabilities(ours, images).shape == (3, 3)
    assert feature_maps(ours, images[0]).probabilities.shape == (3,)


def open_net(*shape: int | None, halvings: int, **options: str) -> keras.Model:
    pools = [layers.AveragePooling2D(2, **options) for _ in range(halvings)]
    last = [layers.Conv2D(3, 1, **options), layers.GlobalAveragePooling2D(**options), layers.Dense(2)]
    return keras.Sequential([keras.Input(shape), *pools, *last])


@pytest.mark.parametrize(
    ("shape", "halvings", "expected"),
    [
        ((None, None, 1), 2, (28, 28, 1)),
        ((None, None, 3), 0, (28, 28, 3)),
        ((None, None, 3), 3, (56, 56, 3)),
        ((None, None, 3), 5, (224, 224, 3)),
        ((None, 40, 3), 1, (40, 40, 3)),
        ((40, None, 4), 1, (40, 40, 4)),
    ],
)
def test_open_sides_are_chosen_so_that_seven_by_seven_places_are_left(shape, halvings, expected) -> None:
    assert read_model(saved(open_net(*shape, halvings=halvings))).architecture.input_shape == expected


def test_an_open_net_with_its_channels_first_is_closed_too() -> None:
    net = read_model(saved(open_net(3, None, None, halvings=2, data_format="channels_first")))
    assert net.architecture.input_shape == (28, 28, 3)
    assert net.followed_to is None


def test_a_net_for_a_batch_of_one_size_takes_any_number_of_pictures() -> None:
    image = keras.Input(batch_shape=(32, 8, 6, 1))
    ours = opened(keras.Model(image, layers.Dense(2)(layers.Flatten()(image))))
    assert predict_probabilities(ours, np.zeros((3, 8, 6, 1), np.uint8)).shape == (3, 2)


def test_open_sides_before_a_layer_that_wants_one_size_are_refused() -> None:
    image = keras.Input((None, None, 1))
    dense = layers.Dense(4, name="answer")
    dense.build((None, 300))
    data = saved(keras.Model(image, dense(layers.Flatten()(layers.Conv2D(3, 3)(image)))))
    with pytest.raises(InvalidModel, match=r"No picture goes through this net.*Received: shape=\(300, 4\)"):
        read_model(data)


NETS = {"none_none_3.keras": 5, "rgba_4.keras": 3, "quickstart_28x28.keras": 10, "scaled_outside.keras": 10}


@pytest.mark.parametrize("name", [*NETS, "scaled_outside.h5"])
def test_nets_that_made_trouble_answer(name: str) -> None:
    net = read_model(shared(f"cases/nets/{name}").read_bytes())
    assert net.followed_to is None
    model = model_from_net(net.architecture, net.net)
    images = np.full((2, *net.architecture.input_shape), 200, np.uint8)
    assert predict_probabilities(model, images).shape == (2, NETS[name.replace(".h5", ".keras")])
