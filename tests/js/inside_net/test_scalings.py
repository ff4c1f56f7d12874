"""What a net from elsewhere says of the picture for each way of scaling its pixels, held against Keras."""

from typing import Any

import keras
import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tests.js.inside_net.nets import CLASSES, Sample

RED_FIRST = {"name": "0..1", "title": "0 to 1", "scale": 1 / 255, "shift": 0.0, "order": "rgb", "used": True}
SIGNED = {"name": "-1..1", "title": "-1 to 1", "scale": 2 / 255, "shift": -1.0, "order": "rgb", "used": False}
BLUE_FIRST = {
    "name": "bgr",
    "title": "blue first",
    "scale": [0.01, 0.02, 0.03],
    "shift": [-0.5, 0.25, 1.0],
    "order": "bgr",
    "used": False,
}


def given(scaling: dict[str, Any], image: np.ndarray) -> np.ndarray:
    """The scaled picture, by NumPy."""
    planes = image[..., ::-1] if scaling["order"] == "bgr" else image
    return (planes * np.asarray(scaling["scale"], np.float32) + np.asarray(scaling["shift"])).astype(np.float32)


def answer(sample: Sample, scaling: dict[str, Any]) -> np.ndarray:
    """Of Keras: the layers after the one that scales."""
    after = keras.Model(sample.model.layers[1].output, sample.model.output)
    return np.asarray(after(given(scaling, sample.images[0])[None]))[0]


def rows(place: Locator) -> Locator:
    return place.locator(".scaling")


def test_the_answer_for_each_scaling_is_that_of_keras(show, every_kind: Sample) -> None:
    scalings = [RED_FIRST, SIGNED, BLUE_FIRST]
    place = show(every_kind, scalings=scalings, may_change=True)
    expect(rows(place)).to_have_count(3)
    for row, scaling in zip(range(3), scalings, strict=True):
        expected = answer(every_kind, scaling)
        rows(place).nth(row).locator("xpath=self::*[@data-value]").wait_for()
        value = float(rows(place).nth(row).get_attribute("data-value") or "nan")
        assert value == pytest.approx(expected.max(), abs=1e-5)
        expect(rows(place).nth(row)).to_contain_text(CLASSES[int(expected.argmax())])


def test_its_owner_takes_another_one_with_a_click(show, every_kind: Sample) -> None:
    place = show(every_kind, scalings=[RED_FIRST, SIGNED], may_change=True)
    expect(rows(place).first.get_by_role("button")).to_be_hidden()
    expect(rows(place).first).to_contain_text("in use")
    place.evaluate("(node) => { window.told = []; node.insideNet.tell = (...said) => window.told.push(said); }")
    rows(place).last.get_by_role("button", name="Use").click()
    assert place.page.evaluate("window.told") == [["scaling", {"net": "/nets/net", "name": "-1..1"}]]


def test_others_only_look_and_a_net_that_was_trained_here_has_no_choice(show, every_kind: Sample) -> None:
    place = show(every_kind, scalings=[RED_FIRST, SIGNED])
    expect(rows(place).last).to_be_visible()
    expect(rows(place).last.get_by_role("button")).to_be_hidden()
    place = show(every_kind)
    expect(place.locator(".scalings")).to_be_hidden()
