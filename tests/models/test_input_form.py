"""Nets of other origins get pictures laid out as they want them, or a sentence."""

import keras
import numpy as np
import pytest

from cnnviz.errors import InvalidInput, InvalidModel
from cnnviz.evaluation.predict import predict_probabilities
from cnnviz.inspection.activations import feature_maps
from cnnviz.models.files import model_from_bytes
from cnnviz.models.input_form import as_input, picture_shape, scales_itself
from tests.models.test_files import saved

layers = keras.layers


def foreign_net(*shape: int | None) -> keras.Model:
    return keras.Sequential([keras.Input(shape), layers.Flatten(), layers.Dense(2)])


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((8, 6, 1), (8, 6, 1)),
        ((8, 6, 3), (8, 6, 3)),
        ((8, 6, 4), (8, 6, 3)),
        ((3, 8, 6), (8, 6, 3)),
        ((1, 8, 6), (8, 6, 1)),
        ((4, 8, 6), (8, 6, 3)),
        ((8, 6), (8, 6, 1)),
        ((784,), (28, 28, 1)),
        ((3072,), (32, 32, 3)),
    ],
)
def test_a_net_says_which_pictures_it_takes_and_takes_them(shape: tuple, expected: tuple) -> None:
    model = foreign_net(*shape)
    assert picture_shape(model) == expected
    images = np.random.default_rng(0).integers(0, 256, (2, *expected), np.uint8)
    assert as_input(model, images).shape == (2, *shape)
    assert predict_probabilities(model, images).shape == (2, 2)


@pytest.mark.parametrize("shape", [(8, 6, 2), (8, 6, 13), (5,), (2, 8, 6)])
def test_a_net_that_no_picture_can_be_made_for_says_so(shape: tuple) -> None:
    with pytest.raises(InvalidModel, match=r"expected height, width, and 1, 3 or 4 channels") as refused:
        picture_shape(foreign_net(*shape))
    assert f"Received: input shape {shape}" in str(refused.value)


def test_the_fourth_channel_is_opaque() -> None:
    images = np.full((1, 2, 3, 3), 7, np.uint8)
    given = as_input(foreign_net(2, 3, 4), images)
    assert np.array_equal(given[..., :3], images)
    assert (given[..., 3] == 255).all()
    first = as_input(foreign_net(4, 6, 5), np.full((1, 6, 5, 3), 7, np.uint8))
    assert first[0, :, 0, 0].tolist() == [7, 7, 7, 255]


def test_channels_first_keeps_each_pixel_in_its_place() -> None:
    images = np.arange(2 * 8 * 6 * 3, dtype=np.uint8).reshape(2, 8, 6, 3)
    given = as_input(foreign_net(3, 8, 6), images)
    assert all(given[n, c, y, x] == images[n, y, x, c] for n, y, x, c in np.ndindex(images.shape))


def test_images_of_another_shape_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"images of shape \(8, 6, 3\).*Received: shape=\(2, 8, 5, 3\)"):
        as_input(foreign_net(8, 6, 4), np.zeros((2, 8, 5, 3), np.uint8))


def open_net(*shape: int | None, halvings: int, **options: str) -> keras.Model:
    pools = [layers.AveragePooling2D(2, **options) for _ in range(halvings)]
    return keras.Sequential(
        [
            keras.Input(shape),
            *pools,
            layers.Conv2D(3, 1, **options),
            layers.GlobalAveragePooling2D(**options),
            layers.Dense(2),
        ]
    )


@pytest.mark.parametrize(
    ("shape", "halvings", "expected"),
    [
        ((None, None, 1), 2, (28, 28, 1)),
        ((None, None, 3), 0, (28, 28, 3)),
        ((None, None, 3), 3, (56, 56, 3)),
        ((None, None, 3), 5, (224, 224, 3)),
        ((None, 40, 3), 1, (40, 40, 3)),
        ((40, None, 4), 1, (40, 40, 3)),
    ],
)
def test_open_sides_are_chosen_so_that_seven_by_seven_places_are_left(shape, halvings, expected) -> None:
    model = model_from_bytes(saved(open_net(*shape, halvings=halvings)))
    assert picture_shape(model) == expected
    maps = feature_maps(model, np.full(expected, 9, np.uint8))
    assert maps.probabilities.shape == (2,)


def test_an_open_net_with_its_channels_first_is_closed_too() -> None:
    model = model_from_bytes(saved(open_net(3, None, None, halvings=2, data_format="channels_first")))
    assert model.input_shape == (None, 3, 28, 28)
    assert picture_shape(model) == (28, 28, 3)


def test_a_net_for_a_batch_of_one_size_takes_any_number_of_pictures() -> None:
    inputs = keras.Input(batch_shape=(32, 8, 6, 1))
    model = model_from_bytes(saved(keras.Model(inputs, layers.Dense(2)(layers.Flatten()(inputs)))))
    assert predict_probabilities(model, np.zeros((3, 8, 6, 1), np.uint8)).shape == (3, 2)


def test_open_sides_before_a_layer_that_wants_one_size_are_refused_in_a_sentence() -> None:
    inputs = keras.Input((None, None, 1))
    flat = layers.Flatten()(layers.Conv2D(3, 3)(inputs))
    dense = layers.Dense(4)
    dense.build((None, 300))
    with pytest.raises(InvalidModel, match=r"No picture goes through this net.*Received: input \(None, None, 1\)"):
        model_from_bytes(saved(keras.Model(inputs, dense(flat))))


def test_the_answer_of_an_opened_net_is_that_of_the_saved_one() -> None:
    model = foreign_net(28, 28)
    images = np.random.default_rng(1).integers(0, 256, (3, 28, 28, 1), np.uint8)
    loaded = model_from_bytes(saved(model))
    np.testing.assert_allclose(predict_probabilities(loaded, images), predict_probabilities(model, images), atol=1e-6)


@pytest.mark.parametrize("first", [keras.layers.Rescaling(1 / 255), keras.layers.Normalization(mean=1.0, variance=2.0)])
def test_a_net_that_scales_its_pixels_is_told_from_one_that_does_not(first: keras.Layer) -> None:
    rest = [keras.layers.Flatten(), keras.layers.Dense(2)]
    inner = keras.Sequential([keras.Input((4, 4, 1)), first])
    assert scales_itself(keras.Sequential([keras.Input((4, 4, 1)), first, *rest]))
    assert scales_itself(keras.Sequential([keras.Input((4, 4, 1)), inner, *rest]))
    late = [keras.layers.Flatten(), keras.layers.Dense(2), keras.layers.BatchNormalization()]
    assert not scales_itself(keras.Sequential([keras.Input((4, 4, 1)), *late]))
