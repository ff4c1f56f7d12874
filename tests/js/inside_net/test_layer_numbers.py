"""One number of each layer as its colour: against Keras, its tape, and units that are switched off there."""

import re
from collections.abc import Callable

import keras
import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from cnnviz.inspection.attribution.scored_net import ScoredNet, as_pixels
from tests.js.inside_net.nets import Sample
from tests.js.inside_net.test_inside_net import go

OWN = ("conv_1", "conv_2")  # layers of `plain` with units of their own


def choose(place: Locator, name: str) -> dict[str, float]:
    """Numbers by the layer's name, and that each is behind its layer as a colour."""
    place.locator(".tints select").select_option(name)
    expect(place.locator(".column.tinted").first).to_be_visible()
    return numbers(place)


def numbers(place: Locator) -> dict[str, float]:
    read = """(root) => Object.fromEntries([...root.querySelectorAll(".column")].map((column) => [
      root.insideNet.layers[column.dataset.layer].name, column.querySelector(".layer-number").textContent]))"""
    return {
        name: float(re.search(r"[\d.]+(?:e[+-]?\d+)?", text.replace("\u2212", "-"))[0])
        for name, text in place.evaluate(read).items()
        if text
    }


def image_of(sample: Sample) -> np.ndarray:
    return sample.images[0]


def values(sample: Sample, name: str, image: np.ndarray) -> np.ndarray:
    probe = keras.Model(sample.model.inputs[0], sample.model.get_layer(name).output)
    return np.asarray(probe(image[None], training=False))[0]


def test_the_share_of_zeros_is_that_of_the_values(show: Callable, plain: Sample) -> None:
    found = choose(show(plain), "zeros")
    assert set(OWN) <= set(found)
    for name in OWN:
        share = 100 * float((values(plain, name, image_of(plain)) == 0).mean())
        assert found[name] == pytest.approx(share, abs=0.06)


def test_the_slope_of_the_answer_is_that_of_the_tape(show: Callable, plain: Sample) -> None:
    found = choose(show(plain), "slopes")
    pixels = as_pixels(image_of(plain))
    said = int(ScoredNet(plain.model).scores(pixels)[0].argmax())
    for name in OWN:
        _, slopes = ScoredNet(plain.model, name).slopes(pixels, said)
        assert found[name] == pytest.approx(float(np.linalg.norm(slopes)), rel=0.006)


def test_the_cost_of_switching_off_is_the_mean_over_the_units(show: Callable, plain: Sample) -> None:
    found = choose(show(plain), "switching")
    pixels = as_pixels(image_of(plain))
    net = ScoredNet(plain.model)
    said = int(net.scores(pixels)[0].argmax())
    for name in OWN:
        layer = plain.model.get_layer(name)
        kept = layer.get_weights()
        whole = float(net.scores(pixels)[0, said])
        changes = []
        for unit in range(layer.filters):  # a filter of zeros gives 0 after ReLU and tanh
            without = [weights.copy() for weights in kept]
            for weights in without:
                weights[..., unit] = 0
            layer.set_weights(without)
            changes.append(abs(float(net.scores(pixels)[0, said]) - whole))
            layer.set_weights(kept)
        assert found[name] == pytest.approx(float(np.mean(changes)), rel=0.01, abs=1e-4)


def test_dead_units_are_counted_over_the_test_images(show: Callable, plain: Sample) -> None:
    place = show(plain)
    go(place, 2, 0, level=0)
    found = choose(place, "dead")
    for name in OWN:
        most = np.abs([values(plain, name, image) for image in plain.images]).max(axis=(0, 1, 2))
        assert found[name] == pytest.approx(100 * float((most == 0).mean()), abs=0.06)


def test_it_follows_what_is_switched_off_and_goes_again(show: Callable, plain: Sample) -> None:
    place = show(plain)
    before = choose(place, "zeros")
    unit = int(values(plain, "conv_1", image_of(plain)).sum(axis=(0, 1)).argmax())
    place.evaluate(f"(root) => root.insideNet.toggleUnit(2, {unit})")
    expect(place.locator('.column[data-layer="2"] .cell.off')).to_have_count(1)
    expect(place.locator('.column[data-layer="2"] .layer-number')).not_to_have_text(f"{before['conv_1']}\u202f% zeros")
    assert numbers(place)["conv_1"] > before["conv_1"]
    place.locator(".tints select").select_option("")
    expect(place.locator(".column.tinted")).to_have_count(0)
    expect(place.locator(".layer-number").first).to_have_text("")


def test_a_picture_has_no_number(show: Callable, plain: Sample) -> None:
    place = show(plain)
    assert "image" not in choose(place, "zeros")
    assert "image" not in choose(place, "slopes")
