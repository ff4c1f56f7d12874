"""The test images that excite a unit most, and where: against Keras over all of them."""

import base64
import re
from collections.abc import Callable

import keras
import numpy as np
from playwright.sync_api import Locator, expect

from tests.js.inside_net.nets import Sample
from tests.js.inside_net.test_inside_net import go


def strip(place: Locator) -> Locator:
    found = place.locator(".top-strip")
    expect(found.locator(".hint")).to_contain_text(re.compile("^Of the first|^It gives 0"), timeout=15_000)
    return found


def strongest(sample: Sample, name: str, unit: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the images by the largest value of a unit, and these values."""
    probe = keras.Model(sample.model.inputs[0], sample.model.get_layer(name).output)
    values = np.asarray(probe(sample.images, training=False))[..., unit].reshape(len(sample.images), -1).max(axis=1)
    order = np.argsort(-values, kind="stable")
    return order, values[order]


def shown(place: Locator) -> list[tuple[int, float]]:
    labels = strip(place).locator(".top-image").evaluate_all("nodes => nodes.map((node) => node.ariaLabel)")
    found = [re.fullmatch(r"Test image (\d+): \w+, (\S+)", label.replace("\u2212", "-")).groups() for label in labels]
    return [(int(number) - 1, float(value)) for number, value in found]


def test_they_are_those_that_keras_finds(show: Callable, plain: Sample) -> None:
    place = show(plain)
    for layer, name, unit in ((2, "conv_1", 3), (4, "conv_2", 1)):
        go(place, layer, unit, level=1)
        order, values = strongest(plain, name, unit)
        found = shown(place)
        assert [index for index, _ in found] == order[: len(found)].tolist()
        assert np.allclose([value for _, value in found], values[: len(found)], rtol=0.01, atol=1e-3)


def test_a_click_looks_at_the_image_at_its_place(show: Callable, plain: Sample) -> None:
    place = show(plain)
    go(place, 2, 3, level=1)
    image = strip(place).locator(".top-image").nth(1)
    number = shown(place)[1][0]
    image.click()
    expect(place.locator(".seen-name")).to_contain_text(f"Test image {number + 1}:")
    values = plain.model.get_layer("conv_1")
    probe = keras.Model(plain.model.inputs[0], values.output)
    expected = np.asarray(probe(plain.images[number : number + 1], training=False))[0, ..., 3]
    view = place.evaluate("(root) => root.insideNet.state.values.view")
    assert (view["row"], view["column"]) == tuple(int(at) for at in np.unravel_index(expected.argmax(), expected.shape))


def test_a_unit_that_is_switched_off_is_excited_by_nothing(show: Callable, plain: Sample) -> None:
    place = show(plain)
    go(place, 2, 3, level=1)
    assert shown(place)
    place.evaluate("(root) => root.insideNet.toggleUnit(2, 3)")
    expect(place.locator(".top-strip .hint")).to_contain_text("It gives 0 on all", timeout=15_000)


def test_without_test_images_it_says_so(show: Callable, plain: Sample) -> None:
    place = show(plain, images=None, style="digit")
    go(place, 2, 3, level=1)
    expect(place.locator(".top-strip .hint")).to_have_text("The test images of this net are not here.")


def test_the_picture_of_a_link_may_be_none_of_those_that_were_fetched(show: Callable, plain: Sample) -> None:
    pixels = base64.b64encode(plain.images[0].tobytes()).decode()
    place = show(plain, index=4000, linked={"index": 4000, "label": 2, "pixels": pixels})
    expect(place.locator(".seen-name")).to_have_text("Test image 4001: cat")
    seen = place.evaluate("root => Array.from(root.insideNet.state.values.picture.pixels)")
    assert seen == plain.images[0].ravel().tolist()
    place.get_by_role("button", name="Draw", exact=True).click()
    place.get_by_role("button", name="Test set", exact=True).click()
    expect(place.locator(".seen-name")).to_have_text("Test image 4001: cat")
    place.get_by_role("button", name="Next \u203a").click()
    expect(place.locator(".seen-name")).to_have_text(re.compile(r"^Test image (\d|1[0-2]): "))
