"""Filters: the learned kernels of every convolution, what they are like, and how they came about."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten
from cnnviz.inspection.filters import layer_filters
from cnnviz.inspection.known_kernels import chance_level
from cnnviz.inspection.layer_filters import like_known
from cnnviz.kernel_lab.kernels import KERNELS, kernel_from_link
from tests.js.inside_net.nets import PLAIN, Sample, make
from tests.js.inside_net.test_touch_picture import assert_axe_finds_nothing

KNOWN: Any = [{"title": preset.title, "matrix": preset.matrix} for preset in KERNELS.values()]
NUM_EPOCHS = 3


@pytest.fixture(scope="module")
def epochs() -> list[Sample]:
    """Nets of one form with other weights, as training leaves them behind."""
    return [make(PLAIN, seed=seed) for seed in range(NUM_EPOCHS)]


def open_filters(show: Callable[..., Locator], sample: Sample, **data: Any) -> Locator:
    place = show(sample, kernels=KNOWN, **data)
    place.get_by_role("button", name="Filters", exact=True).click()
    return place


def with_epochs(show: Callable[..., Locator], epochs: list[Sample]) -> Locator:
    files = {f"epoch-{number}": sample.net for number, sample in enumerate(epochs)}
    stops = [{"title": f"Epoch {number + 1}", "url": f"/nets/epoch-{number}"} for number in range(NUM_EPOCHS)]
    place = open_filters(show, epochs[-1], more=files, net=f"/nets/epoch-{NUM_EPOCHS - 1}", stops=stops)
    expect(place.locator(".filter-epochs button")).to_have_count(NUM_EPOCHS)
    return place


def choose(place: Locator, name: str, value: str) -> None:
    place.locator(f'.filter-bar select[data-name="{name}"]').select_option(value)


def order(place: Locator) -> list[int]:
    return [
        int(unit) for unit in place.locator(".filter-tile").evaluate_all("all => all.map((one) => one.dataset.unit)")
    ]


def number(text: str | None) -> float:
    return float((text or "").replace("\u2212", "-"))


@pytest.mark.parametrize("name", ["plain", "every_kind"])
def test_each_filter_says_its_bias_and_what_python_says_that_it_is_like(
    show: Callable, name: str, request: pytest.FixtureRequest
) -> None:
    sample = request.getfixturevalue(name)
    place = open_filters(show, sample)
    layers = dict(place.evaluate("(root) => root.insideNet.layers.map(({ name, index }) => [name, index])"))
    for filters in layer_filters(sample.model):
        choose(place, "layer", str(layers[filters.name]))
        tiles = place.locator(".filter-tile")
        expect(tiles).to_have_count(filters.kernels.shape[-1])
        for like in like_known(filters):
            label = tiles.nth(like.unit).get_attribute("aria-label")
            said = re.search(r"bias (\S+)$", label)
            assert (said is None) == (like.bias is None), label
            if said:
                assert number(said[1]) == pytest.approx(like.bias, rel=0.01, abs=1e-6)
            if like.is_known:
                assert f"{like.nearest.known.text} {like.nearest.cosine:.2f}".replace("-", "\u2212") in label
            elif like.nearest:
                assert "like nothing known" in label


def test_they_are_sorted_by_strength_and_by_likeness(show: Callable, plain: Sample) -> None:
    place = open_filters(show, plain)
    found = like_known(layer_filters(plain.model)[0])
    assert order(place) == [0, 1, 2, 3, 4, 5]
    choose(place, "order", "strength")
    assert order(place) == np.argsort([-one.strength for one in found]).tolist()
    choose(place, "order", "nearest")
    assert order(place) == np.argsort([-abs(one.nearest.cosine) for one in found]).tolist()


def test_the_one_pointed_at_shows_its_weights_and_a_click_opens_it(show: Callable, plain: Sample) -> None:
    place = open_filters(show, plain)
    tile = place.locator(".filter-tile").nth(3)
    tile.hover()
    panel = place.locator(".filter-panel")
    expect(panel.locator("h3")).to_have_text("Convolution 1, filter 4")
    kernel = layer_filters(plain.model)[0].kernels[:, :, 0, 3]
    query = panel.get_by_role("link", name="Try it on Kernels").get_attribute("href").removeprefix("kernels?kernel=")
    np.testing.assert_allclose(kernel_from_link(query), kernel, rtol=0.005)
    tile.click()
    expect(place.locator(".crumbs")).to_contain_text("filter 4")
    place.get_by_role("button", name="Back").click()
    expect(place.locator(".filter-grid")).to_be_visible()


def test_a_plane_deeper_in_the_net_is_named_and_the_next_one_is_a_step_away(show: Callable, plain: Sample) -> None:
    place = open_filters(show, plain)
    choose(place, "layer", "4")
    filters = layer_filters(plain.model)[1]
    squares = (filters.kernels[..., 0] ** 2).sum(axis=(0, 1))
    panel, ranks = place.locator(".filter-panel"), np.argsort(-squares)
    expect(panel.locator(".filter-planes")).to_contain_text(f"map {ranks[0] + 1}, its strongest: ")
    said = panel.locator(".filter-planes span").inner_text()
    share = float(re.search(r"([\d.]+)\u202f%", said)[1]) / 100
    assert share == pytest.approx(squares[ranks[0]] / squares.sum(), abs=6e-4)
    panel.get_by_role("button", name="Weaker plane").click()
    expect(panel.locator(".filter-planes")).to_contain_text(f"map {ranks[1] + 1}: ")
    expect(panel).to_contain_text("Kernels of 2 \u00d7 2 are too small to be like one with a name.")
    expect(panel.get_by_role("link")).to_be_hidden()


def test_no_plane_is_drawn_beyond_its_tile(show: Callable) -> None:
    layers = (Conv(filters=16, kernel=3), Conv(filters=8, kernel=3), Flatten(), Dense(units=4, activation="softmax"))
    place = open_filters(show, make(Architecture(name="wide", input_shape=(8, 8, 1), layers=layers)))
    place.locator(".filter-grid").evaluate(
        "(grid) => grid.before(Object.assign(document.createElement('style'), { textContent: WIDE }))".replace(
            "WIDE", "'.filter-tile:first-child { grid-column: 1 / -1; }'"
        )
    )
    choose(place, "layer", "3")
    expect(place.locator(".filter-tile")).to_have_count(8)
    tiles = place.locator(".filter-tile").evaluate_all(
        "(all) => all.map((one) => [one.querySelector('canvas').offsetWidth, one.clientWidth])"
    )
    assert len({outer for _, outer in tiles}) == 2, tiles
    assert all(inner <= outer - 18 for inner, outer in tiles), tiles


def test_what_is_edited_by_hand_and_what_is_off_is_seen_at_once(show: Callable, plain: Sample) -> None:
    place = open_filters(show, plain)
    sobel = [value for row in KERNELS["sobel_x"].matrix for value in row]
    place.evaluate(
        "(root, kernel) => root.insideNet.edit([{ layer: 2, unit: 1, channel: 0, kernel },"
        " { layer: 2, off: 2, isOff: true }])",
        [-value / 4 for value in sobel],
    )
    tiles = place.locator(".filter-tile")
    expect(tiles.nth(1)).to_have_attribute("aria-label", re.compile("Sobel x \u22121.00"))
    expect(tiles.nth(2)).to_have_class(re.compile("off"))
    expect(tiles.nth(2)).to_have_attribute("aria-label", re.compile("switched off"))
    place.get_by_role("button", name="Reset").click()
    expect(tiles.nth(2)).not_to_have_class(re.compile(r"\boff\b"))
    expect(tiles.nth(1)).not_to_have_attribute("aria-label", re.compile("Sobel x \u22121.00"))


def test_a_colour_net_shows_its_first_kernels_in_colour_or_by_plane(show: Callable, every_kind: Sample) -> None:
    place = open_filters(show, every_kind)
    filters = layer_filters(every_kind.model)[0]
    limit = np.abs(filters.kernels).max()
    assert number(place.locator(".filter-bar .bar span").last.inner_text()) == pytest.approx(limit, rel=0.01)
    drawn = place.locator(".filter-tile canvas").first.evaluate(
        """(canvas) => [...canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data]"""
    )
    expected = 127.5 + 127.5 * filters.kernels[1, 1, :, 0] / limit
    np.testing.assert_allclose(drawn[:3], expected, atol=1)
    place.get_by_role("button", name="By colour plane").click()
    place.locator(".filter-tile").first.hover(position={"x": 20, "y": 20})
    expect(place.locator(".filter-planes")).to_contain_text("red plane")
    chance = place.locator(".filter-panel .hint").first
    expect(chance).to_contain_text(f"more than {chance_level(3, 3, 1):.2f}")
    place.get_by_role("button", name="By colour plane").click()
    expect(chance).to_contain_text(f"more than {chance_level(3, 3, 3):.2f}")


def test_over_the_epochs_a_filter_is_that_of_each_and_says_how_far_it_has_moved(
    show: Callable, epochs: list[Sample]
) -> None:
    place = with_epochs(show, epochs)
    kernels = [layer_filters(sample.model)[0] for sample in epochs]
    moved = [np.linalg.norm(one.kernels[..., 0] - kernels[0].kernels[..., 0]) for one in kernels]
    words = place.locator(".filter-panel section .hint")
    expect(words).to_contain_text("since epoch 1")
    assert number(re.search(r"Moved by (\S+) since", words.inner_text())[1]) == pytest.approx(moved[-1], rel=0.01)
    place.locator(".filter-epochs button").nth(1).click()
    expect(place.locator(".epoch-words strong")).to_have_text("Epoch 2")
    expect(place.locator(".filter-epochs button").nth(1)).to_have_attribute("aria-pressed", "true")
    bias = place.locator(".filter-tile").first.locator(".filter-name span")
    expect(bias).to_have_text(re.compile("bias"))
    assert number(bias.inner_text().removeprefix("bias ")) == pytest.approx(float(kernels[1].bias[0]), rel=0.01)
    assert number(re.search(r"Moved by (\S+) since", words.inner_text())[1]) == pytest.approx(moved[1], rel=0.01)
    choose(place, "order", "moved")
    all_moved = np.linalg.norm((kernels[1].kernels - kernels[0].kernels).reshape(-1, 6), axis=0)
    assert order(place) == np.argsort(-all_moved).tolist()


def test_the_scale_is_one_for_all_epochs(show: Callable, epochs: list[Sample]) -> None:
    place = with_epochs(show, epochs)
    most = max(np.abs(layer_filters(sample.model)[0].kernels).max() for sample in epochs)
    high = place.locator(".filter-bar .bar span").last
    for stop in range(NUM_EPOCHS):
        place.locator(".filter-epochs button").nth(stop).click()
        expect(place.locator(".epoch-words strong")).to_have_text(f"Epoch {stop + 1}")
        assert number(high.inner_text()) == pytest.approx(most, rel=0.01)


def test_a_net_without_convolutions_says_why_there_is_nothing(show: Callable) -> None:
    sample = make(
        Architecture(name="flat", input_shape=(5, 4, 1), layers=(Flatten(), Dense(units=1, activation="sigmoid")))
    )
    place = open_filters(show, sample, classes=("no", "yes"))
    expect(place.locator(".filters .lead")).to_contain_text("This net has no convolution")
    expect(place.locator(".filter-bar")).to_be_hidden()


def test_the_screen_has_no_accessibility_problems(show: Callable, epochs: list[Sample]) -> None:
    place = with_epochs(show, epochs)
    assert_axe_finds_nothing(place.page)


def test_a_finger_looks_first_and_opens_with_a_second_tap(show: Callable, plain: Sample) -> None:
    place = open_filters(show, plain)
    tap = """(node) => {
      node.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, pointerType: "touch" }));
      node.dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 }));
    }"""
    tile = place.locator(".filter-tile").nth(2)
    tile.evaluate(tap)
    expect(place.locator(".filter-panel h3")).to_have_text("Convolution 1, filter 3")
    expect(place.locator(".filter-grid")).to_be_visible()
    tile.evaluate(tap)
    expect(place.locator(".crumbs")).to_contain_text("filter 3")


def test_a_link_opens_the_screen(show: Callable, plain: Sample) -> None:
    place = show(plain, kernels=KNOWN, screen="filters")
    expect(place.locator(".filter-tile")).to_have_count(6)
    expect(place.locator(".filters > .hint")).to_contain_text("of as many random ones hardly any would be")


def test_another_net_brings_its_own_filters_and_epochs(
    show: Callable, epochs: list[Sample], every_kind: Sample
) -> None:
    place = with_epochs(show, epochs)
    stops = [{"title": f"Epoch {number}", "url": f"/nets/other-{number}"} for number in (1, 2)]
    files = {"other-1": every_kind.net, "other-2": every_kind.net}
    files |= {f"epoch-{number}": sample.net for number, sample in enumerate(epochs)}  # some of them are on their way
    show(
        every_kind,
        kernels=KNOWN,
        net="/nets/other-2",
        stops=stops,
        images="/nets/other-images",
        more=files | {"other-images": every_kind.image_file},
    )
    place.get_by_role("button", name="Filters", exact=True).click()
    expect(place.locator(".filter-tile")).to_have_count(4)
    expect(place.locator(".filter-epochs button")).to_have_count(2)
    most = np.abs(layer_filters(every_kind.model)[0].kernels).max()
    assert number(place.locator(".filter-bar .bar span").last.inner_text()) == pytest.approx(most, rel=0.01)
    expect(place.locator(".filter-panel section .hint")).to_contain_text("Moved by 0 since epoch 1")
