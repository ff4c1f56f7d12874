"""Fooling and activation maximisation in the browser, against a worker's (`cnnviz.inspection`)."""

import base64
from typing import Any

import keras
import numpy as np
import pytest
from playwright.sync_api import Page

from cnnviz.architecture.spec import ActivationLayer, Architecture, BatchNorm, Conv, Dense, Flatten, GlobalAvgPool
from cnnviz.evaluation.predict import predict_probabilities
from cnnviz.inspection.fooling import fool
from cnnviz.inspection.maximization import UnitActivation, first_image, next_image, random_shift, uniform
from tests.js.nn.nets import difference, net_bytes, open_net, random_image, trained_model

BAR = 1e-4
PHOTO = Architecture(
    name="colour, not square",
    input_shape=(14, 11, 3),
    layers=(
        Conv(name="first", filters=6, activation="relu", padding="same"),
        BatchNorm(),
        Conv(name="second", filters=10, activation="gelu"),
        Flatten(),
        Dense(units=5),
        ActivationLayer(function="softmax"),
    ),
)
ONE_OUTPUT = Architecture(
    name="one output",
    input_shape=(9, 9, 1),
    layers=(Conv(name="second", filters=4, activation="relu"), GlobalAvgPool(), Dense(units=1, activation="sigmoid")),
)
NO_CONVOLUTION = Architecture(
    name="no convolution",
    input_shape=(6, 7, 1),
    layers=(Flatten(), Dense(name="second", units=9, activation="tanh"), Dense(units=3, activation="softmax")),
)
NETS = pytest.mark.parametrize("architecture", [PHOTO, ONE_OUTPUT, NO_CONVOLUTION], ids=lambda net: net.name)
OPEN = """async (pixels) => {
  const fooling = await import("/shared/nn/fooling.js");
  const { finished } = await import("/shared/nn/attribution.js");
  const { Backward } = await import("/shared/nn/backward.js");
  const bytes = fooling.wholePixels(Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0)));
  const { said, next } = fooling.firstTwo(net, bytes);
  const given = (target) => ({ net, way, pixels: bytes, said, target });
  const way = await Backward.open(net);
  const plain = ({ after, ...rest }) => ({ after: [...after], ...rest });
  window.fooled = (name, target, settings) => plain(finished(fooling[name](given(target), settings)));
  window.shared = (images, target, settings) =>
    finished(fooling.shareFooled({ net, way, target }, images, (one) => fooling.gradientStep(one, settings), 20));
  return { said, next };
}"""


def opened(page: Page, model: keras.Model, architecture: Architecture, image: np.ndarray) -> dict[str, int]:
    open_net(page, net_bytes(model, architecture))
    return page.evaluate(OPEN, base64.b64encode(image.tobytes()).decode())


def fooled(page: Page, name: str, target: int | None, settings: dict[str, Any]) -> tuple[np.ndarray, dict[str, Any]]:
    """The changed picture (flat), and the rest of what it gives."""
    found = page.evaluate("([name, target, settings]) => fooled(name, target, settings)", [name, target, settings])
    return np.array(found.pop("after")), found


def targets(said: int, model: keras.Model) -> list[int | None]:
    return [None, *(of for of in range(max(2, model.output_shape[-1])) if of != said)]


@NETS
def test_the_two_first_classes_are_the_worker_s(modules: Page, architecture: Architecture) -> None:
    model = trained_model(architecture)
    image = random_image(model)
    order = np.argsort(-predict_probabilities(model, image[None])[0])
    assert opened(modules, model, architecture, image) == {"said": order[0], "next": order[1]}


@NETS
@pytest.mark.parametrize("iterations", [1, 10])
def test_a_step_is_the_worker_s_pixel_for_pixel(modules: Page, architecture: Architecture, iterations: int) -> None:
    model = trained_model(architecture)
    image = random_image(model)
    said = opened(modules, model, architecture, image)["said"]
    for target in targets(said, model)[:3]:
        for size in (1, 8, 60):
            settings = {"size": size, "iterations": iterations}
            expected = fool(model, image, "step", target, settings)
            after, found = fooled(modules, "gradientStep", target, settings)
            assert np.mean(after == expected.after.ravel()) >= 0.998  # a slope of nothing may have either sign
            assert found["flips"] == expected.is_fooled


@NETS
def test_the_smallest_step_is_the_worker_s(modules: Page, architecture: Architecture) -> None:
    model = trained_model(architecture)
    image = random_image(model)
    said = opened(modules, model, architecture, image)["said"]
    for iterations in (1, 10):
        for target in targets(said, model)[:3]:
            expected = fool(model, image, "step", target, {"iterations": iterations})
            _, found = fooled(modules, "smallestStep", target, {"iterations": iterations})
            assert (found["size"], found["flips"]) == (expected.size, expected.is_fooled)


@NETS
def test_the_fewest_pixels_are_as_few_as_the_worker_s_and_flip_the_answer(
    modules: Page, architecture: Architecture
) -> None:
    model = trained_model(architecture)
    image = random_image(model)
    said = opened(modules, model, architecture, image)["said"]
    for target in targets(said, model)[:3]:
        expected = fool(model, image, "pixels", target)
        after, found = fooled(modules, "fewestPixels", target, {})
        assert (found["count"], found["flips"]) == (expected.num_pixels, expected.is_fooled)
        changed = after.reshape(image.shape).astype(np.uint8)
        assert np.count_nonzero((changed != image).any(axis=-1)) == found["count"] or not found["flips"]
        answer = int(predict_probabilities(model, changed[None])[0].argmax())
        assert found["flips"] == (answer == target if target is not None else answer != said)
        if found["flips"] and found["count"] > 1:
            assert not fooled(modules, "fewestPixels", target, {"most": 0})[1]["flips"]


def test_the_share_of_pictures_is_that_of_the_worker(modules: Page) -> None:
    model = trained_model(PHOTO)
    images = np.stack([random_image(model, seed) for seed in range(12)])
    opened(modules, model, PHOTO, images[0])
    for target in (None, 1):
        said = predict_probabilities(model, images).argmax(axis=1)
        asked = [image for image, answer in zip(images, said, strict=True) if answer != target]
        expected = sum(fool(model, image, "step", target, {"size": 20}).is_fooled for image in asked)
        flat = [image.ravel().tolist() for image in images]
        settings = {"size": 20, "iterations": 1}
        found = modules.evaluate(
            "([images, target, settings]) => shared(images, target, settings)", [flat, target, settings]
        )
        assert (found["fooled"], found["asked"]) == (expected, len(asked))


STEPS = """async ([layer, unit, settings, count]) => {
  const { Maximization } = await import("/shared/nn/maximization.js");
  const { Backward } = await import("/shared/nn/backward.js");
  const index = net.layers.findIndex(({ name }) => name === layer);
  const made = new Maximization({ net, way: await Backward.open(net) }, index, unit, settings);
  const pictures = [[...made.pixels]];
  for (let step = 0; step < count; step++) {
    made.step();
    pictures.push([...made.pixels]);
  }
  const { pixels, activation } = made.whole();
  return { pictures, activations: made.activations, whole: [...pixels], activation };
}"""


@NETS
@pytest.mark.parametrize("layer", ["second", ""])
def test_a_step_towards_a_picture_that_excites_is_the_worker_s(
    modules: Page, architecture: Architecture, layer: str
) -> None:
    model = trained_model(architecture)
    layer = layer or model.layers[-1].name
    settings = {"seed": 5, "rate": 7.0, "jitter": 3, "blur": 0.2, "tv": 0.4}
    open_net(modules, net_bytes(model, architecture))
    found = modules.evaluate(STEPS, [layer, 0, settings, 3])
    numbers, activation = uniform(5), UnitActivation(model, layer, 0)
    shape = model.input_shape[1:]
    assert difference(np.array(found["pictures"][0]), first_image(shape, numbers).ravel()) <= 1e-6
    of_a_step = {name: settings[name] for name in ("rate", "blur", "tv")}
    for before, after, said in zip(found["pictures"], found["pictures"][1:], found["activations"], strict=False):
        image = np.array(before, np.float32).reshape(shape)
        rows, columns = random_shift(3, numbers)
        value, slope = activation(np.roll(image, (rows, columns), axis=(0, 1)))
        expected = next_image(image, np.roll(slope, (-rows, -columns), axis=(0, 1)), **of_a_step)
        assert said == pytest.approx(value, rel=BAR, abs=BAR)
        assert difference(np.array(after), expected.ravel()) <= BAR
    whole = np.array(found["whole"], np.float32).reshape(shape)
    assert np.array_equal(whole, np.round(whole))
    assert found["activation"] == pytest.approx(activation(whole)[0], rel=BAR, abs=BAR)
