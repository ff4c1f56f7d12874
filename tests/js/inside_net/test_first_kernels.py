"""The first kernels beside a training: their colours by hand, and that they are those of the epoch that is shown."""

from collections.abc import Callable

import keras
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten
from tests.js.inside_net.nets import PLAIN, Sample, make

COLOUR = Architecture(
    name="colour",
    input_shape=(8, 8, 3),
    layers=(Conv(filters=3, kernel=3), Flatten(), Dense(units=4, activation="softmax")),
)
PIXEL = """(canvas) => [...canvas.getContext("2d").getImageData(4, 4, 1, 1).data.slice(0, 3)]"""


def colours(modules: Page, kernel: np.ndarray, limit: float) -> list:
    """Of each filter, the colour of each of its places."""
    script = """async ([values, shape, limit]) => {
      const { kernelColours } = await import("/inside_net/epochs/first_kernels.js");
      return Array.from({ length: shape[3] }, (_, filter) => kernelColours(values, shape, filter, limit));
    }"""
    return modules.evaluate(script, [kernel.ravel().tolist(), list(kernel.shape), limit])


def test_planes_of_a_colour_net_are_colours_and_nothing_is_grey(modules: Page) -> None:
    kernel = np.zeros((1, 2, 3, 2))
    kernel[0, 0, :, 0] = [2, -2, 1]
    kernel[0, 1, :, 1] = [0, 0, -1]
    grey = [128, 128, 128]
    assert colours(modules, kernel, 2) == [[[255, 0, 191], grey], [grey, [128, 128, 64]]]


def test_other_kernels_are_signed_red_blue_and_white_for_nothing(modules: Page) -> None:
    kernel = np.array([0.5, 0.0, -0.5]).reshape(1, 3, 1, 1)
    assert colours(modules, kernel, 0.5) == [[[33, 102, 172], [247, 247, 247], [178, 24, 43]]]
    two_planes = np.stack([kernel[..., 0], -kernel[..., 0]], axis=2)
    assert colours(modules, two_planes, 0.5) == colours(modules, kernel, 0.5), "the first plane stands for them"


@pytest.fixture(scope="module")
def trained() -> dict[str, list[Sample]]:
    """Two nets of each form, as two epochs of a training."""
    return {net.name: [make(net, seed=seed) for seed in (1, 2)] for net in (PLAIN, COLOUR)}


@pytest.mark.parametrize("form", ["plain", "colour"])
def test_the_kernels_are_those_of_the_epoch_that_is_shown(
    show: Callable[..., Locator], modules: Page, trained: dict[str, list[Sample]], form: str
) -> None:
    samples = trained[form]
    files = {f"epoch-{number}": sample.net for number, sample in enumerate(samples)}
    stops = [{"title": f"Epoch {number + 1}", "url": f"/nets/epoch-{number}"} for number in range(2)]
    place = show(samples[0], more=files, net="/nets/epoch-1", stops=stops, learning=True, goes_on=False)
    canvas = place.locator("[data-id=kernels] canvas")
    expect(place.get_by_text("Learned kernels of the first convolution")).to_be_visible()
    expect(place.get_by_text("Grey is 0" if form == "colour" else "Red is negative")).to_be_visible()
    for key, number in (("Home", 0), ("End", 1)):
        place.get_by_role("slider", name="Epoch").press(key)
        url = f"/nets/epoch-{number}"
        modules.wait_for_function("(url) => root.querySelector('.inside-net').insideNet.url === url", arg=url)
        kernel = keras.ops.convert_to_numpy(samples[number].model.get_layer("conv_1").kernel)
        expected = colours(modules, kernel, float(np.abs(kernel).max()))[0][0]
        assert np.abs(np.array(canvas.evaluate(PIXEL)) - expected).max() <= 1, "the corner of the first kernel"


def test_the_page_inside_has_none_of_it(show: Callable[..., Locator], plain: Sample) -> None:
    place = show(plain)
    expect(place.locator("[data-id=kernels]")).to_be_hidden()
