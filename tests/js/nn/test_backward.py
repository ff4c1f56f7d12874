"""TensorFlow's tape as oracle of the net's way back: the slopes at every layer, in each backend."""

import base64
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from playwright.sync_api import Page

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.architecture.spec import ActivationLayer, Architecture, Conv, Dense, Flatten, GlobalAvgPool
from cnnviz.inspection.attribution.attribute import attribution
from tests.architecture.random_nets import ACTIVATIONS, random_net
from tests.js.nn.nets import (
    ARITHMETIC,
    BACKENDS,
    PACK,
    Values,
    difference,
    in_doubles,
    net_bytes,
    open_net,
    random_image,
    trained_model,
)

ANSWER = Dense(name="answer", units=4, activation="softmax")
AT_A_KINK = {75}
"""Nets whose values lie where a function bends: a sigmoid's, rounded to zero or not, before a PReLU."""
BAR = 1e-4  # of the layer's largest slope
OPEN = """async () => {
  const { Backward } = await import("/shared/nn/backward.js");
  window.way = await Backward.open(net);
}"""
RUN = """([pixels, of, back]) => {
  net.run(Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0)));
  new Function("of", back)(of);
  return allValues(net.layers.map(({ index }) => way.slopes(index)));
}"""


FROM_VALUE = "way.from(net.layers.at(-1).index, of)"


def page_slopes(page: Page, image: np.ndarray, of: int, back: str = FROM_VALUE) -> Values:
    """Slopes at each layer by its name, of an opened net."""
    page.evaluate(PACK)
    pixels = base64.b64encode(np.ascontiguousarray(image).tobytes()).decode()
    packed = np.frombuffer(base64.b64decode(page.evaluate(RUN, [pixels, of, back])), np.float32)
    layers: Any = page.evaluate("() => net.layers.map(({ name, shape }) => [name, shape])")
    parts = np.split(packed, np.cumsum([int(np.prod(shape)) for _, shape in layers])[:-1])
    return {name: part.reshape(shape) for (name, shape), part in zip(layers, parts, strict=True)}


def tape_slopes(model: keras.Model, image: np.ndarray, of: int) -> Values:
    """What the tape gives, at each layer by its name, for one value of what the last function is given."""
    last = model.layers[-1]
    layers = [layer for layer in model.layers[1:-1] if not layer.name.endswith(".stride")]
    probe = keras.Model(model.inputs[0], [*(layer.output for layer in layers), last.input])
    with tf.GradientTape() as tape:
        pixels = tf.constant(image[None], model.dtype)
        tape.watch(pixels)
        *inside, before = probe(pixels, training=False)
        kept, last.activation = last.activation, keras.activations.linear
        score = tf.reshape(last(before), [-1])[of]
        last.activation = kept
    slopes = tape.gradient(score, [pixels, *inside], unconnected_gradients=tf.UnconnectedGradients.ZERO)
    names = [model.layers[0].name, *(layer.name for layer in layers)]
    values = [pixels, *inside]
    seen: set[int] = set()
    for at, value in enumerate(values):  # the very same array handed on: the tape would count its paths twice
        if id(value) in seen:
            names[at] = ""
        seen.add(id(value))
    return {name: slope[0].numpy() for name, slope in zip(names, slopes, strict=True) if name}


def assert_tape_s(page: Page, architecture: Architecture, seed: int, backends: tuple[str, ...] = BACKENDS) -> None:
    model = trained_model(architecture, seed)
    image, net = random_image(model, seed), net_bytes(model, architecture)
    of = seed % model.output_shape[-1]
    expected = tape_slopes(model, image, of)
    for backend in backends:
        open_net(page, net, backend)
        page.evaluate(OPEN)
        page_slopes(page, 255 - image, of)  # nothing of an earlier picture stays
        found = page_slopes(page, image, of)
        apart = {name: difference(found[name], expected[name]) for name in expected}
        if apart := {name: share for name, share in apart.items() if not share <= BAR}:
            exact = tape_slopes(in_doubles(model), image, of)
            own = {name: difference(found[name], exact[name]) for name in apart}
            assert all(share <= BAR for share in own.values()), (backend, seed, apart, own)


@pytest.mark.parametrize("first", range(0, 100, 10))
def test_the_slopes_at_every_layer_of_random_nets_are_the_tape_s(modules: Page, first: int) -> None:
    for seed in range(first, first + 10):
        if seed in AT_A_KINK:
            continue
        net = random_net(seed)
        is_vector = len(analyze(net).layers[-1].output_shape) == 1
        end = (ANSWER,) if is_vector else (Flatten(name="flat"), ANSWER)
        ended = net.model_copy(update={"layers": (*net.layers, *end)})
        assert_tape_s(modules, ended, seed, (BACKENDS[seed % len(BACKENDS)],))


def test_the_slopes_through_plain_arithmetic_are_the_tape_s(modules: Page) -> None:
    for seed in range(3):
        assert_tape_s(modules, ARITHMETIC, seed)


@pytest.mark.parametrize("name", ["lenet5", "conv32-64-128-mnist", "tiny-vgg"])
def test_the_slopes_of_a_preset_are_the_tape_s(modules: Page, name: str) -> None:
    assert_tape_s(modules, PRESETS[name].architecture, seed=1)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_slopes_through_every_activation_are_the_tape_s(modules: Page, activation: str) -> None:
    layers = (
        Conv(filters=5, activation=activation),
        ActivationLayer(function=activation),
        Flatten(),
        Dense(units=3, activation="softmax"),
    )
    assert_tape_s(modules, Architecture(input_shape=(6, 7, 2), layers=layers), seed=2, backends=("js",))


def test_the_class_s_score_is_that_of_the_attributions(modules: Page) -> None:
    """Softmax over classes, and one output, whose first class is the opposite of its second."""
    for last in (Dense(units=3, activation="softmax"), Dense(units=1, activation="sigmoid")):
        net = Architecture(input_shape=(8, 9, 3), layers=(Conv(filters=4), GlobalAvgPool(), last))
        model, of = trained_model(net), 0
        image = random_image(model)
        open_net(modules, net_bytes(model, net))
        modules.evaluate(OPEN)
        found = page_slopes(modules, image, of, "way.run(of)")["image"] * 255
        assert difference(found, attribution(model, image, "saliency", of).values) <= BAR


def test_a_unit_that_is_switched_off_and_a_changed_weight_are_seen_on_the_way_back(modules: Page) -> None:
    net = Architecture(input_shape=(6, 6, 1), layers=(Conv(name="maps", filters=3), GlobalAvgPool(), Dense(units=2)))
    model = trained_model(net)
    image = random_image(model)
    open_net(modules, net_bytes(model, net))
    modules.evaluate(OPEN)
    before = page_slopes(modules, image, 1)
    modules.evaluate("() => net.edit({ layer: 2, off: 0, isOff: true })")
    modules.evaluate("() => net.edit({ layer: 4, weight: 'kernel', at: 3, value: 0 })")
    model.get_layer("maps").set_weights([array * [0, 1, 1] for array in model.get_layer("maps").get_weights()])
    kernel, bias = model.layers[-1].get_weights()
    kernel[1, 1] = 0
    model.layers[-1].set_weights([kernel, bias])
    after = page_slopes(modules, image, 1)
    expected = tape_slopes(model, image, 1)
    assert difference(before["image"], expected["image"]) > 0.01
    assert difference(after["image"], expected["image"]) <= BAR
    modules.evaluate("() => net.reset()")
    assert difference(page_slopes(modules, image, 1)["image"], before["image"]) == 0
