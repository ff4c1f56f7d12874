"""The methods of attribution in the browser, against those of a worker (`cnnviz.inspection.attribution`)."""

import base64
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from cnnviz.architecture.spec import Architecture, BatchNorm, Conv, Dense, Flatten, GlobalAvgPool, MaxPool
from cnnviz.inspection.attribution.attribute import attribution
from cnnviz.inspection.attribution.methods import METHODS, method_settings
from tests.js.nn.nets import difference, net_bytes, open_net, random_image, trained_model

BAR = 1e-4
PHOTO = Architecture(
    name="photo",
    input_shape=(14, 11, 3),
    layers=(
        Conv(name="first", filters=6, activation="relu", padding="same"),
        BatchNorm(),
        MaxPool(),
        Conv(name="second", filters=10, activation="gelu"),
        Flatten(),
        Dense(units=5, activation="softmax"),
    ),
)
ONE_OUTPUT = Architecture(
    name="one output",
    input_shape=(9, 9, 1),
    layers=(Conv(name="second", filters=4), GlobalAvgPool(), Dense(units=1, activation="sigmoid")),
)
SETTINGS: dict[str, dict[str, Any]] = {
    "integrated_gradients": {"steps": 20, "baseline": "mean"},
    "occlusion": {"patch": 4, "stride": 3, "baseline": "grey"},
}
LAYERS = {"values": ("", "second"), "maps": ("second",), "pixels": ("",)}
ATTRIBUTE = """async ([method, pixels, of, name, settings]) => {
  const { METHODS, mapOf } = await import("/shared/nn/attribution.js");
  const { Backward } = await import("/shared/nn/backward.js");
  const layer = net.layers.findIndex((one) => one.name === (name || "image"));
  const bytes = Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
  const found = METHODS[method]({ net, way: await Backward.open(net), pixels: bytes, of, layer }, settings);
  const map = mapOf(found);
  return { map: [...map.values], shape: [map.height, map.width], facts: found.facts };
}"""


def in_page(page: Page, method: str, image: np.ndarray, of: int, layer: str, settings: dict[str, Any]) -> Any:
    pixels = base64.b64encode(image.tobytes()).decode()
    found = page.evaluate(ATTRIBUTE, [method, pixels, of, layer, method_settings(method, settings)])
    return np.array(found["map"], np.float32).reshape(found["shape"]), found["facts"]


def test_the_browser_has_every_method(modules: Page) -> None:
    names = modules.evaluate("async () => Object.keys((await import('/shared/nn/attribution.js')).METHODS)")
    assert set(names) == set(METHODS)


@pytest.mark.parametrize("architecture", [PHOTO, ONE_OUTPUT], ids=lambda net: net.name)
@pytest.mark.parametrize("method", [name for name in METHODS if name != "smoothgrad"])
def test_a_map_in_the_browser_is_the_worker_s(modules: Page, method: str, architecture: Architecture) -> None:
    model = trained_model(architecture)
    image = random_image(model)
    open_net(modules, net_bytes(model, architecture))
    for layer in (
        ["", "second"] if METHODS[method].about == "values" else [{"maps": "second"}.get(METHODS[method].about, "")]
    ):
        for of in (0, 1):
            expected = attribution(model, image, method, of, layer, SETTINGS.get(method))
            found, facts = in_page(modules, method, image, of, layer, SETTINGS.get(method, {}))
            assert difference(found, expected.map) <= BAR
            assert facts == pytest.approx(expected.facts, rel=1e-3, abs=1e-3)


def test_smoothgrad_has_other_noise_of_the_same_distribution(modules: Page) -> None:
    weights = np.random.default_rng(0).normal(size=(81, 2)).astype(np.float32)
    linear = Architecture(input_shape=(9, 9, 1), layers=(Flatten(), Dense(units=2, activation="softmax")))
    model = trained_model(linear)
    model.layers[-1].kernel.assign(weights)
    open_net(modules, net_bytes(model, linear))
    found, _ = in_page(modules, "smoothgrad", random_image(model), 1, "", {"samples": 3})
    assert difference(found, weights[:, 1].reshape(9, 9)) <= BAR
    model = trained_model(PHOTO)
    image = random_image(model)
    open_net(modules, net_bytes(model, PHOTO))
    many = {"samples": 400, "noise": 0.1}
    found, _ = in_page(modules, "smoothgrad", image, 0, "", many)
    expected = attribution(model, image, "smoothgrad", 0, "", many).map
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.98
    assert np.array_equal(found, in_page(modules, "smoothgrad", image, 0, "", many)[0])


def test_what_makes_no_sense_in_the_browser_gets_the_worker_s_sentence(modules: Page) -> None:
    model = trained_model(PHOTO)
    open_net(modules, net_bytes(model, PHOTO))
    for method, layer, settings, sentence in (
        ("grad_cam", "flatten_1", {}, "expected a layer that gives maps"),
        ("occlusion", "", {"patch": 12}, "expected at most 11 pixels. Received: 12."),
    ):
        with pytest.raises(Exception, match=sentence):
            in_page(modules, method, random_image(model), 0, layer, settings)
