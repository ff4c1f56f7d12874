"""The methods of attribution in the browser, against those of a worker (`cnnviz.inspection.attribution`)."""

import base64
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page
from scipy.stats import spearmanr

from cnnviz.architecture.spec import Architecture, BatchNorm, Conv, Dense, Flatten, GlobalAvgPool, MaxPool
from cnnviz.inspection.attribution.attribute import attribution
from cnnviz.inspection.attribution.checks import deletion
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
  const { METHODS, finished, mapOf } = await import("/shared/nn/attribution.js");
  const { Backward } = await import("/shared/nn/backward.js");
  const layer = net.layers.findIndex((one) => one.name === (name || "image"));
  const bytes = Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
  const found = finished(METHODS[method]({ net, way: await Backward.open(net), pixels: bytes, of, layer }, settings));
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
        ("occlusion", "", {"stride": 12}, "The step of the patch goes over .* at most 11 pixels. Received: 12."),
    ):
        with pytest.raises(Exception, match=sentence):
            in_page(modules, method, random_image(model), 0, layer, settings)


CHECK = """async ([pixels, of, name, method, settings]) => {
  const { METHODS, finished, mapOf } = await import("/shared/nn/attribution.js");
  const { deletion, randomisation } = await import("/shared/nn/attribution_checks.js");
  const { Backward } = await import("/shared/nn/backward.js");
  const layer = net.layers.findIndex((one) => one.name === (name || "image"));
  const bytes = Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
  const given = { net, way: await Backward.open(net), pixels: bytes, of, layer };
  const map = mapOf(finished(METHODS[method](given, settings)));
  const before = [...net.current];
  const result = [finished(deletion(given, map, "grey")), finished(randomisation(given, method, settings, map))];
  return [...result, before.every((weight, at) => weight === net.current[at])];
}"""


@pytest.mark.parametrize(
    ("architecture", "method", "layer"), [(PHOTO, "grad_cam", "second"), (ONE_OUTPUT, "saliency", "")]
)
def test_checks_in_the_browser_are_the_worker_s(
    modules: Page, architecture: Architecture, method: str, layer: str
) -> None:
    model = trained_model(architecture)
    image = random_image(model)
    open_net(modules, net_bytes(model, architecture))
    explained = attribution(model, image, method, 1, layer)
    given = [base64.b64encode(image.tobytes()).decode(), 1, layer, method, {}]
    gone, shuffled, is_restored = modules.evaluate(CHECK, given)
    expected = deletion(model, image, explained, "grey")
    assert gone["curve"] == pytest.approx(
        expected.probabilities, abs=1e-3
    )  # pixels that are nearly alike change places
    assert gone["area"] == pytest.approx(expected.area, abs=1e-3)
    assert [curve[-1] for curve in gone["random"]] == pytest.approx([expected.probabilities[-1]] * 5, abs=1e-4)
    assert gone["tells"] == expected.tells
    assert gone["passes"] == (gone["tells"] and round(gone["area"], 2) < round(min(gone["areas"]), 2))
    layers = [layer.name for layer in reversed(model.layers) if layer.weights]
    assert [stage["layer"]["name"] for stage in shuffled["stages"]] == layers
    assert all(abs(stage["alike"]) <= 1 for stage in shuffled["stages"])
    assert is_restored


def test_rank_correlation_is_spearman_s(modules: Page) -> None:
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, 5, 60).tolist(), rng.normal(size=60).tolist()
    page = "async ([a, b]) => (await import('/shared/nn/attribution_checks.js')).rankCorrelation(a, b)"
    assert modules.evaluate(page, [one, other]) == pytest.approx(spearmanr(one, other).statistic)
    assert modules.evaluate(page, [one, [3] * 60]) == 0
