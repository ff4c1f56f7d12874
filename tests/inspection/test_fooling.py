"""Fooling: linear nets whose smallest change is known by hand, and every result judged by the net itself."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnnviz.architecture.spec import Architecture, BatchNorm, Conv, Dense, Flatten, MaxPool
from cnnviz.errors import InvalidInput, UnknownName
from cnnviz.evaluation.predict import predict_probabilities
from cnnviz.inspection.fooling import fool
from cnnviz.inspection.image_makers import FooledImage
from cnnviz.models.build import build_model

NET = Architecture(
    input_shape=(12, 15, 3),
    layers=(
        Conv(filters=6, activation="relu"),
        BatchNorm(),
        MaxPool(),
        Conv(filters=8, activation="gelu"),
        Flatten(),
        Dense(units=4, activation="softmax"),
    ),
)
IMAGE = np.random.default_rng(4).integers(0, 256, (12, 15, 3), np.uint8)
WEIGHTS = np.array([[4.0, 1.0, -3.0], [2.0, -1.0, 1.0]])  # of the first of two classes; the other one has 0
GREY = np.full((2, 3, 1), 100, np.uint8)


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return build_model(NET, seed=3)


def linear_net(weights: np.ndarray, *, single: bool = False) -> keras.Model:
    """A net whose first class has the score sum(weights * pixels / 255), the second one 0."""
    end = Dense(units=1, activation="sigmoid") if single else Dense(units=2, activation="softmax")
    made = build_model(Architecture(input_shape=(*weights.shape, 1), layers=(Flatten(), end)))
    flat = weights.reshape(-1, 1)
    made.layers[-1].kernel.assign(-flat if single else np.hstack([flat, 0 * flat]))
    return made


def said(model: keras.Model, image: np.ndarray) -> int:
    return int(predict_probabilities(model, image[None])[0].argmax())


def assert_true(model: keras.Model, found: FooledImage) -> None:
    """What it says of itself is what the net says of its images."""
    both = predict_probabilities(model, np.stack([found.before, found.after]))
    np.testing.assert_allclose(both, np.stack([found.probabilities_before, found.probabilities_after]), atol=1e-5)
    assert found.is_fooled == (both[0].argmax() != both[1].argmax())
    assert found.after.dtype == np.uint8


@pytest.mark.parametrize("single", [False, True])
def test_the_smallest_step_of_a_linear_net_is_margin_over_weights(single: bool) -> None:
    """Margin 100 (4 + 1 - 3 + 2 - 1 + 1) = 400; a grey level of all pixels takes 4 + 1 + 3 + 2 + 1 + 1 = 12 of it."""
    model = linear_net(WEIGHTS, single=single)
    found = fool(model, GREY, "step")
    assert found.size == 34  # 400 / 12 = 33.3: one level more than 33 flips
    assert np.array_equal(found.change[..., 0], -34 * np.sign(WEIGHTS))
    assert_true(model, found)
    assert not fool(model, GREY, "step", settings={"size": 33}).is_fooled


@pytest.mark.parametrize("single", [False, True])
def test_the_fewest_pixels_of_a_linear_net_are_those_with_the_largest_gain(single: bool) -> None:
    """To the end: 4 x 100 black, 3 x 155 white ... : 465 of the third pixel alone is more than the margin of 400."""
    model = linear_net(WEIGHTS, single=single)
    found = fool(model, GREY, "pixels")
    assert found.num_pixels == 1
    assert found.after[0, 2, 0] == 255
    assert_true(model, found)


def test_no_smaller_set_of_pixels_flips_a_linear_net() -> None:
    rng = np.random.default_rng(7)
    for _ in range(5):
        weights, image = rng.normal(size=(3, 3)), rng.integers(0, 256, (3, 3, 1), np.uint8)
        model = linear_net(weights)
        found = fool(model, image, "pixels")
        first = said(model, image)
        towards = -weights if first == 0 else weights
        margin = (weights * image[..., 0]).sum() * (1 if first == 0 else -1)
        gains = np.where(towards > 0, towards * (255 - image[..., 0]), -towards * image[..., 0]).ravel()
        least = next((k for k in range(10) for some in itertools.combinations(gains, k) if sum(some) > margin), None)
        assert found.num_pixels == least


def test_a_step_is_the_sign_of_the_tape_s_slope(model: keras.Model) -> None:
    said_at_first, target = said(model, IMAGE), (said(model, IMAGE) + 2) % 4
    last = model.layers[-1]
    logits = keras.Model(model.inputs[0], last.input)
    with tf.GradientTape() as tape:
        pixels = tf.constant(IMAGE[None], tf.float32)
        tape.watch(pixels)
        scores = (tf.matmul(logits(pixels, training=False), last.kernel) + last.bias)[0]
        margin = scores[target] - scores[said_at_first]
    slope = tape.gradient(margin, pixels)[0].numpy()
    found = fool(model, IMAGE, "step", target, {"size": 5})
    expected = np.clip(IMAGE.astype(int) + 5 * np.sign(slope).astype(int), 0, 255)
    assert np.array_equal(found.after, expected)


@pytest.mark.parametrize("kind", ["pixels", "step"])
@pytest.mark.parametrize("target", [None, 0, 1, 2, 3])
def test_what_flips_is_true_and_nothing_of_it_can_be_left_out(
    model: keras.Model, kind: str, target: int | None
) -> None:
    if target == said(model, IMAGE):
        with pytest.raises(InvalidInput, match="says this class already"):
            fool(model, IMAGE, kind, target)
        return
    found = fool(model, IMAGE, kind, target, {"iterations": 10} if kind == "step" else {})
    assert found.is_fooled
    assert said(model, found.after) == (target if target is not None else found.probabilities_after.argmax())
    if kind == "step":
        assert np.abs(found.change).max() <= found.size
    for place in np.argwhere(found.change.any(axis=-1)) if kind == "pixels" else ():
        less = found.after.copy()
        less[tuple(place)] = IMAGE[tuple(place)]
        again = said(model, less)
        assert again != target if target is not None else again == said(model, IMAGE)


def test_several_small_steps_find_a_size_that_is_no_larger(model: keras.Model) -> None:
    one, many = (fool(model, IMAGE, "step", settings={"iterations": count}) for count in (1, 10))
    assert one.is_fooled
    assert many.is_fooled
    assert many.size <= one.size


def test_a_net_without_slopes_is_not_fooled_and_says_so() -> None:
    model = linear_net(0 * WEIGHTS)
    model.layers[-1].bias.assign([1.0, 0.0])
    for kind in ("pixels", "step"):
        found = fool(model, GREY, kind)
        assert not found.is_fooled
        assert found.num_pixels == 0


def test_what_cannot_be_is_refused(model: keras.Model) -> None:
    with pytest.raises(InvalidInput, match=r"expected 0 to 3\. Received: 4"):
        fool(model, IMAGE, "step", 4)
    with pytest.raises(InvalidInput, match=r"Size: expected a whole number from 1 to 255\. Received: 0"):
        fool(model, IMAGE, "step", settings={"size": 0})
    with pytest.raises(UnknownName, match="size"):
        fool(model, IMAGE, "pixels", settings={"size": 3})
    with pytest.raises(InvalidInput, match="do not fit"):
        fool(model, GREY, "pixels")
