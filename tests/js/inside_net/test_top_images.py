"""The test images that excite a unit most, and where: against Keras over all of them."""

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from cnnviz.engine.long.answers import pack_answer
from cnnviz.inspection.top_images import strongest as strongest_of
from tests.js.conftest import ORIGIN
from tests.js.inside_net.nets import Sample
from tests.js.inside_net.test_inside_net import go


def strip(place: Locator) -> Locator:
    found = place.locator(".top-strip")
    expect(found.locator(".hint")).to_contain_text(re.compile("^Of the first|^It gives 0"))
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
    expect(place.locator(".top-strip .hint")).to_contain_text("It gives 0 on all")


def test_without_test_images_it_says_so(show: Callable, plain: Sample) -> None:
    place = show(plain, images=None, style="digit")
    go(place, 2, 3, level=1)
    expect(place.locator(".top-strip .hint")).to_have_text("The test images of this net are not here.")


def packed(sample: Sample, first: int = 0) -> bytes:
    """What a worker answers about these images, as those from `first` on of a larger test set."""
    probe = keras.Model(sample.model.inputs[0], [layer.output for layer in sample.model.layers[2:]])
    arrays = {}
    for layer, output in zip(sample.model.layers[2:], probe(sample.images, training=False), strict=True):
        tops = strongest_of(np.asarray(output), first)
        arrays[layer.name] = np.stack([tops.values, tops.images, tops.places])
    return pack_answer({"num_images": 10_000}, **arrays)


@pytest.fixture
def worker(modules: Page) -> Iterator[dict[str, Any]]:
    """Answers as a server does: `replies` by the name of the question; `asked` is what was sent."""
    told: dict[str, Any] = {"replies": {}, "asked": [], "names": {}}

    def answer(route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(f"{ORIGIN}/questions/").split("?")[0]
        if request.method == "POST":
            name = path.split("/")[1]
            told["asked"].append((name, request.post_data_json))
            route.fulfill(json={"id": name})
        elif request.method == "DELETE":
            route.fulfill(status=204)
        else:
            reply = told["replies"].get(path, [{"status": 404}])  # a page that was left may ask, too
            route.fulfill(**(reply.pop(0) if len(reply) > 1 else reply[0]))

    modules.route(f"{ORIGIN}/questions/**", answer)
    yield told
    modules.unroute(f"{ORIGIN}/questions/**")


def open_unit(show: Callable, sample: Sample, **data: Any) -> Locator:
    place = show(sample, questions="/questions/run?ticket=a", **data)
    go(place, 2, 3, level=1)
    return place.locator(".top-strip")


def test_the_whole_test_set_takes_the_place_of_the_first_images(show: Callable, plain: Sample, worker: dict) -> None:
    """The worker has the same images, but counts them from 7,000 on: the browser holds none of them."""
    pictures = pack_answer({"labels": [1] * 8, "classes": ["ant", "bee"]}, images=plain.images[:8])
    worker["replies"] = {
        "top_images": [{"status": 202, "json": {"share": 0.4}}, {"body": packed(plain, 7000)}],
        "test_images": [{"body": pictures}],
    }
    found = open_unit(show, plain)
    expect(found.locator(".hint").first).to_contain_text("Of all 10,000 test images")
    expect(found.locator(".whole-set")).to_have_text("")
    order, values = strongest(plain, "conv_1", 3)
    labels = found.locator(".top-image").evaluate_all("nodes => nodes.map((node) => node.ariaLabel)")
    numbers = [int(re.match(r"Test image (\d+): bee", label)[1]) - 7001 for label in labels]
    assert numbers == order[: len(numbers)].tolist()
    assert float(labels[0].split(", ")[1]) == pytest.approx(values[0], rel=0.01)
    assert worker["asked"] == [
        ("top_images", {"epoch": None, "params": {}}),
        ("test_images", {"epoch": None, "params": {"images": (order[:8] + 7000).tolist()}}),
    ]
    found.locator(".top-image").first.click()
    expect(found.page.locator(".seen-name").first).to_contain_text(f"Test image {order[0] + 7001}: bee")


def test_one_search_is_for_all_units_and_images_that_are_here_are_not_fetched(
    show: Callable, plain: Sample, worker: dict
) -> None:
    worker["replies"] = {"top_images": [{"body": packed(plain)}]}
    found = open_unit(show, plain)
    expect(found.locator(".hint").first).to_contain_text("Of all 10,000 test images")
    go(found.page.locator("section").first, 4, 1, level=1)
    expect(found.locator(".hint").first).to_contain_text("Of all 10,000 test images")
    order, _ = strongest(plain, "conv_2", 1)
    labels = found.locator(".top-image").evaluate_all("nodes => nodes.map((node) => node.ariaLabel)")
    assert [int(re.search(r"\d+", label)[0]) - 1 for label in labels] == order[: len(labels)].tolist()
    assert [name for name, _ in worker["asked"]] == ["top_images"]


def test_of_an_edited_net_the_first_images_are_searched_and_that_is_said(
    show: Callable, plain: Sample, worker: dict
) -> None:
    worker["replies"] = {"top_images": [{"body": packed(plain)}]}
    found = open_unit(show, plain)
    expect(found.locator(".hint").first).to_contain_text("Of all 10,000 test images")
    section = found.page.locator("section").first
    section.evaluate("(root) => root.insideNet.edit({ layer: 2, weight: 'bias', at: 3, value: 1 })")
    expect(found.locator(".hint").first).to_contain_text("Of the first 12")
    expect(found.locator(".whole-set")).to_contain_text("A worker knows the net only as it was trained")


def test_what_the_worker_cannot_answer_is_said_below_the_first_images(
    show: Callable, plain: Sample, worker: dict
) -> None:
    worker["replies"] = {"top_images": [{"status": 422, "json": {"problem": "The images are gone."}}]}
    found = open_unit(show, plain)
    expect(found.locator(".whole-set")).to_have_text("The images are gone.")
    expect(found.locator(".hint").first).to_contain_text("Of the first 12")
    assert found.locator(".top-image").count() > 0


def test_only_the_patch_is_shown_on_demand(show: Callable, plain: Sample) -> None:
    place = show(plain)
    go(place, 2, 3, level=1)
    found = strip(place)
    canvas = found.locator(".top-image canvas").first
    whole = canvas.evaluate("(canvas) => canvas.width / canvas.height")
    assert whole == pytest.approx(11 / 14, abs=0.02)
    found.get_by_role("button", name="Only the patch").click()
    expect(found.get_by_role("button", name="Only the patch")).to_have_attribute("aria-pressed", "true")
    view = place.evaluate(
        """(root) => import('/shared/nn/receptive_field.js').then(({ receptiveField }) => {
          const app = root.insideNet;
          const { row, column } = app.parts.find((part) => part.topImages).top.items[0];
          return receptiveField(app.layers, 2, row, column);
        })"""
    )
    shape = (view["right"] - view["left"]) / (view["bottom"] - view["top"])
    assert canvas.evaluate("(canvas) => canvas.width / canvas.height") == pytest.approx(shape, abs=0.03)


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
