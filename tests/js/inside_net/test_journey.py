"""Several pictures through one net: each map is Keras', and what they share is told in numbers."""

import re
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from cnnviz.architecture.spec import Architecture, Dense, Flatten
from tests.js.inside_net.nets import PLAIN, Sample, make
from tests.js.inside_net.test_inside_net import BAR, NO_PAGE_AROUND, go

LAYERS = {"conv_1": 6, "max_pool_1": 6, "conv_2": 5}  # units
JOURNEY = "root.insideNet.parts.find((part) => part.follower !== undefined)"

ON_PAGE = JOURNEY.replace("root", "window.root.querySelector('.inside-net')", 1)


def state(place: Locator) -> dict[str, Any]:
    """Pictures, and of each column the unit, the maps of all rows, what they share and how alike they are."""
    return place.evaluate(
        f"""(root) => {{
        const {{ rows, columns }} = {JOURNEY};
        const table = columns.map(({{ unit, shared, alike }}, at) =>
            ({{ unit, alike, shared: [...shared], maps: rows.map(({{ maps }}) => [...maps[at]]) }}));
        return {{ names: rows.map(({{ picture }}) => picture.name), columns: table }}; }}"""
    )


def maps_of(sample: Sample, index: int, name: str, unit: int) -> np.ndarray:
    """What Keras computes of a test image."""
    model = sample.model
    probe = keras.Model(model.inputs[0], model.get_layer(name).output)
    return np.asarray(probe(sample.images[index : index + 1], training=False))[0, :, :, unit]


def start(place: Locator) -> None:
    place.get_by_role("button", name="Several pictures").click()
    expect(place.locator(".journey-cell").first).to_have_attribute("aria-label", re.compile("strongest|everywhere"))


def check(place: Locator, sample: Sample, indexes: list[int]) -> None:
    """Every map of every row and column is Keras', and so is what is said of them."""
    found = state(place)
    assert [int(re.findall(r"\d+", name)[0]) - 1 for name in found["names"]] == indexes
    for (name, units), column in zip(LAYERS.items(), found["columns"], strict=True):
        expected = np.array([maps_of(sample, index, name, column["unit"] % units).ravel() for index in indexes])
        assert np.abs(np.array(column["maps"]) - expected).max() <= BAR * max(1, np.abs(expected).max()), name
        same_sign = np.all(expected > 0, axis=0) | np.all(expected < 0, axis=0)
        nearest = np.take_along_axis(expected, np.abs(expected).argmin(axis=0)[None], axis=0)[0]
        assert np.abs(np.array(column["shared"]) - np.where(same_sign, nearest, 0)).max() <= BAR, name
        pairs = np.corrcoef(expected)[np.triu_indices(len(indexes), 1)]
        assert column["alike"] == pytest.approx(np.nan_to_num(pairs).mean(), abs=1e-4), name


def of_class(sample: Sample, label: int) -> list[int]:
    return np.flatnonzero(sample.labels == label).tolist()


def test_three_of_one_class_go_through_all_convolutions_and_poolings(show: Callable, plain: Sample) -> None:
    place = show(plain)
    start(place)
    first = of_class(plain, plain.labels[0])
    check(place, plain, first[:3])
    heads = place.locator(".journey thead th")
    expect(heads).to_have_count(3)
    expect(heads.nth(1)).to_contain_text("Max pooling")
    expect(heads.nth(1)).to_contain_text("7 × 5")
    unit = state(place)["columns"][0]["unit"]
    label = place.locator(".journey-cell").first.get_attribute("aria-label")
    peak = maps_of(plain, first[0], "conv_1", unit)
    row, column = np.unravel_index(peak.argmax(), peak.shape)
    assert label.startswith(f"Convolution 1, filter {unit + 1}, Test image {first[0] + 1}: ")
    assert f"strongest at row {row + 1}, column {column + 1}, value " in label


def test_a_filter_is_chosen_for_all_layers_or_for_one(show: Callable, plain: Sample) -> None:
    place = show(plain)
    start(place)
    place.get_by_label("Number of the filter in all layers").fill("6")
    place.page.wait_for_function(f"() => {ON_PAGE}.columns[0].unit === 5")
    assert [column["unit"] for column in state(place)["columns"]] == [5, 5, 0], "modulo where there are fewer"
    place.get_by_label("Convolution 2: number of the filter").fill("4")
    expect(place.get_by_label("Number of the filter in all layers")).to_have_value("")
    assert [column["unit"] for column in state(place)["columns"]] == [5, 5, 3]
    check(place, plain, of_class(plain, plain.labels[0])[:3])
    place.get_by_label("Convolution 2: number of the filter").fill("9")
    expect(place.get_by_label("Convolution 2: number of the filter")).to_have_attribute("aria-invalid", "true")
    assert state(place)["columns"][2]["unit"] == 3


def test_a_picture_is_swapped_for_another_class_and_the_number_before_is_told(show: Callable, plain: Sample) -> None:
    place = show(plain)
    start(place)
    before = place.locator('.number[data-name="alike"]').first.inner_text()
    rows = of_class(plain, plain.labels[0])[:3]
    place.locator(".journey-tools").nth(1).get_by_role("button", name="Other class").click()
    rows[1] = next(i % 12 for i in range(rows[1] + 1, 24) if plain.labels[i % 12] != plain.labels[rows[1]])
    expect(place.locator(".journey-picture").nth(1)).to_contain_text(f"Test image {rows[1] + 1}:")
    check(place, plain, rows)
    expect(place.locator(".journey tfoot .alike .hint").nth(1)).to_have_text(f"was {before}")


def test_what_the_net_sees_becomes_a_row_that_follows_the_hand(show: Callable, plain: Sample) -> None:
    place = show(plain)
    start(place)
    place.locator(".journey-tools select").nth(2).select_option("mine")
    place.get_by_role("button", name="Next \u203a").click()
    expect(place.locator(".journey-picture").nth(2)).to_contain_text("Test image 2:")
    rows = of_class(plain, plain.labels[0])[:3]
    check(place, plain, [*rows[:2], 1])


def test_an_edit_of_the_net_is_seen_in_all_rows(show: Callable, plain: Sample) -> None:
    place = show(plain, screen="journey")
    expect(place.locator(".journey-cell").first).to_have_attribute("aria-label", re.compile("strongest"))
    unit = state(place)["columns"][0]["unit"]
    place.evaluate("(root, unit) => root.insideNet.toggleUnit(2, unit)", unit)
    expect(place.locator(".journey-cell").first).to_have_attribute("aria-label", re.compile("0 everywhere"))
    assert state(place)["columns"][0]["alike"] is None, "maps that are 0 everywhere are neither alike nor not"


def test_one_walks_by_keyboard_opens_a_filter_and_comes_back(show: Callable, plain: Sample) -> None:
    place = show(plain)
    start(place)
    cells = place.locator(".journey-cell")
    expect(place.locator('.journey-cell[tabindex="0"]')).to_have_count(1)
    cells.first.press("ArrowDown")
    cells.nth(3).press("ArrowRight")
    expect(cells.nth(4)).to_be_focused()
    cells.nth(4).press("Enter")
    expect(place.locator(".crumbs")).to_contain_text("Several pictures")
    expect(place.locator(".crumbs")).to_contain_text("Max pooling, map ")
    second = of_class(plain, plain.labels[0])[1]
    expect(place.locator("[data-id=seen-name]")).to_contain_text(f"Test image {second + 1}:")
    place.page.keyboard.press("Escape")
    expect(cells.nth(4)).to_be_visible()
    place.page.keyboard.press("Escape")
    expect(place.locator(".stage")).to_be_visible()
    expect(cells.nth(4)).to_be_hidden()


def test_a_unit_opened_is_followed_through_several_pictures(show: Callable, plain: Sample) -> None:
    place = show(plain)
    go(place, 4, 3, level=1)
    place.get_by_role("button", name="Follow it through several pictures").click()
    expect(place.locator(".journey-cell").first).to_be_visible()
    assert [column["unit"] for column in state(place)["columns"]] == [3, 3, 3]


def test_without_test_images_what_one_draws_is_the_row(show: Callable, plain: Sample) -> None:
    show(plain)
    place = show(plain, images=None)
    place.evaluate("(root) => root.insideNet.show({ pixels: new Float32Array(154).fill(99), name: 'Your drawing' })")
    start(place)
    expect(place.locator(".journey-picture")).to_have_text(["Your drawing"])
    expect(place.get_by_text("The test images of this run are not here")).to_be_visible()
    expect(place.locator(".journey tfoot")).to_be_hidden()
    place.get_by_role("button", name="Add a picture").click()
    expect(place.locator(".journey-picture")).to_have_count(2)


def test_a_net_without_maps_says_so(show: Callable) -> None:
    layers = (Flatten(), Dense(units=4, activation="softmax"))
    place = show(make(Architecture(name="dense", input_shape=(6, 5, 1), layers=layers)))
    place.get_by_role("button", name="Several pictures").click()
    expect(place.get_by_text("This net has no convolution or pooling layer")).to_be_visible()


def test_another_epoch_is_another_journey(show: Callable, plain: Sample) -> None:
    other = make(PLAIN, seed=5)
    stops = [{"title": "Epoch 1", "url": "/nets/other"}, {"title": "Epoch 2", "url": "/nets/net"}]
    place = show(plain, more={"other": other.net}, stops=stops)
    start(place)
    before = state(place)["columns"][0]["maps"]
    place.get_by_role("slider", name="Epoch").press("Home")
    place.page.wait_for_function(f"(before) => {ON_PAGE}.rows[0].maps[0][5] !== before", arg=before[0][5])
    unit = state(place)["columns"][0]["unit"]
    first = of_class(plain, plain.labels[0])[0]
    picture = keras.Model(other.model.inputs[0], other.model.get_layer("conv_1").output)(
        plain.images[first : first + 1]
    )
    assert np.allclose(state(place)["columns"][0]["maps"][0], np.asarray(picture)[0, :, :, unit].ravel(), atol=BAR)


def test_nobody_is_shut_out(show: Callable, plain: Sample) -> None:
    place = show(plain)
    start(place)
    found = Axe().run(place.page, options={"rules": {rule: {"enabled": False} for rule in NO_PAGE_AROUND}})
    assert found.response["violations"] == []


@pytest.mark.parametrize(
    ("maps", "alike", "shared"),
    [
        ([[0, 1, 2], [0, 2, 4]], 1.0, [0, 1, 2]),
        ([[0, 1, 2], [2, 1, 0]], -1.0, [0, 1, 0]),
        ([[-1, 2, -3], [-2, 1, 3]], 0.0, [-1, 1, 0]),
        ([[0, 1, 2], [0, 0, 0]], 0.0, [0, 0, 0]),
        ([[1, 1, 1], [2, 2, 2]], None, [1, 1, 1]),
        ([[0, 1, 2]], None, [0, 1, 2]),
    ],
)
def test_likeness_and_what_is_shared_by_hand(modules: Page, maps: list, alike: float | None, shared: list) -> None:
    code = """async (maps) => { const { common, likeness } = await import('/inside_net/journey/journey_maps.js');
        return [likeness(maps), [...common(maps)]]; }"""
    found = modules.evaluate(code, maps)
    if maps[0] == [-1, 2, -3]:  # deviations (-1/3, 8/3, -7/3) and (-8/3, 1/3, 7/3)
        alike = (8 / 9 + 8 / 9 - 49 / 9) / ((1 + 64 + 49) / 9)
    assert found == [None if alike is None else pytest.approx(alike), shared]


def test_no_picture_stands_beside_itself_after_a_swap(show: Callable, plain: Sample) -> None:
    place = show(plain)
    start(place)
    tools = place.locator(".journey-tools").first
    for name in ["Next"] * 5 + ["Other class"] * 5:
        tools.get_by_role("button", name=name, exact=True).click()
        names = state(place)["names"]
        assert len(set(names)) == len(names) == 3, name
    for _ in range(6):
        tools.get_by_role("combobox").select_option("random")
        names = state(place)["names"]
        assert len(set(names)) == 3
