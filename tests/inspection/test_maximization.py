"""Activation maximisation: a linear net whose best picture is known, formulas by hand, a small trained net."""

from itertools import islice

import keras
import numpy as np
import pytest

from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten, MaxPool
from cnnviz.datasets.registry import load_dataset
from cnnviz.errors import InvalidInput, UnknownName
from cnnviz.inspection.maximization import EDGE, UnitActivation, maximise, next_image, uniform
from cnnviz.models.build import build_model

PLAIN = {"jitter": 0, "blur": 0.0, "tv": 0.0}
SMALL = Architecture(
    input_shape=(28, 28, 1),
    layers=(
        Conv(name="first", filters=8, activation="relu"),
        MaxPool(),
        Conv(name="second", filters=8, activation="relu"),
        MaxPool(),
        Flatten(),
        Dense(name="answer", units=10, activation="softmax"),
    ),
)


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


@pytest.fixture(scope="module")
def trained(digits) -> keras.Model:
    """A small real net, trained for a moment."""
    model = build_model(SMALL, seed=1)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(digits.x_train, digits.y_train, epochs=2, batch_size=32, verbose=0)
    return model


def test_the_best_picture_of_a_linear_net_is_white_where_its_weights_are_positive() -> None:
    rng = np.random.default_rng(0)
    weights = rng.uniform(0.3, 1, (4, 5, 3)).astype(np.float32) * rng.choice([-1, 1], (4, 5, 3))
    model = build_model(Architecture(input_shape=(4, 5, 3), layers=(Flatten(), Dense(units=2, activation="softmax"))))
    model.layers[-1].kernel.assign(np.stack([weights, -weights], axis=-1).reshape(-1, 2))
    name = model.layers[-1].name
    for unit, sign in ((0, 1), (1, -1)):
        found = maximise(model, name, unit, {"steps": 100, "rate": 100.0, **PLAIN})
        assert np.array_equal(found.image, np.where(sign * weights > 0, 255, 0))
        assert found.activations[-1] == pytest.approx(np.maximum(sign * weights, 0).sum(), rel=1e-5)
        assert np.all(np.diff(found.activations[:-1]) >= -1e-4), "without jitter every step is one up"


def test_one_step_by_hand() -> None:
    image = np.array([[100.0, 120.0]], np.float32)[..., None]
    slope = np.array([[3.0, -1.0]], np.float32)[..., None]
    size = np.sqrt(5)  # root of the mean of 9 and 1
    pull = 20 / np.sqrt(20**2 + EDGE**2)
    moved = [100 + 2 * (3 / size + 0.5 * pull), 120 + 2 * (-1 / size - 0.5 * pull)]
    found = next_image(image, slope, rate=2, blur=0.0, tv=0.5)
    np.testing.assert_allclose(found[0, :, 0], moved, rtol=1e-6)
    half = next_image(image, slope, rate=2, blur=1.0, tv=0.5)  # 1, 2, 1 with the border repeated: 3/4 and 1/4
    mixed = [0.75 * moved[0] + 0.25 * moved[1], 0.25 * moved[0] + 0.75 * moved[1]]
    np.testing.assert_allclose(half[0, :, 0], mixed, rtol=1e-6)
    far = next_image(image, slope, rate=1000, blur=0.0, tv=0.0)
    assert far.ravel().tolist() == [255, 0], "pixels stay from black to white"


def test_the_activation_is_the_mean_of_the_map_before_relu(trained: keras.Model, digits) -> None:
    image = digits.x_test[3].astype(np.float32)
    layer = trained.get_layer("second")
    plain = keras.Model(trained.inputs[0], layer.input)(image[None], training=False)
    maps = keras.ops.convert_to_numpy(keras.ops.conv(plain, layer.kernel, padding="valid") + layer.bias)[0]
    value, slope = UnitActivation(trained, "second", 5)(image)
    assert value == pytest.approx(maps[..., 5].mean(), rel=1e-4, abs=1e-5)
    activation, step = UnitActivation(trained, "second", 5), np.zeros_like(image)
    step[14, 14] = 0.5
    rise = activation(image + step)[0] - activation(image - step)[0]
    assert slope[14, 14, 0] == pytest.approx(rise, rel=0.05, abs=1e-5)


@pytest.mark.parametrize(("layer", "unit"), [("answer", 3), ("answer", 8), ("second", 2)])
def test_the_made_picture_excites_more_than_the_best_test_image(
    trained: keras.Model, digits, layer: str, unit: int
) -> None:
    activation = UnitActivation(trained, layer, unit)
    best = max(activation(image.astype(np.float32))[0] for image in digits.x_test[:100])
    found = maximise(trained, layer, unit, {"steps": 60})
    assert found.activations[-1] == pytest.approx(activation(found.image.astype(np.float32))[0], rel=1e-5)
    assert found.activations[-1] > best


def test_the_same_seed_gives_the_same_picture_and_another_one_another(trained: keras.Model) -> None:
    one, same, other = (maximise(trained, "second", 1, {"steps": 5, "seed": seed}).image for seed in (4, 4, 5))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_the_random_numbers_are_those_of_mulberry32() -> None:
    """As its author's C gives them for the seed 1."""
    assert list(islice(uniform(1), 2)) == pytest.approx([0.6270739405881613, 0.002735721180215478])


def test_what_there_is_not_is_refused(trained: keras.Model) -> None:
    with pytest.raises(UnknownName, match="second"):
        maximise(trained, "secnd", 0)
    with pytest.raises(InvalidInput, match=r"expected 0 to 7\. Received: 8"):
        maximise(trained, "second", 8)
    with pytest.raises(InvalidInput, match="Blur: expected a number from 0 to 1"):
        maximise(trained, "second", 0, {"blur": 2.0})
