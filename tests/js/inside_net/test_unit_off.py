"""A unit that is switched off: its arithmetic stays that of the net, and "x 0" is a step of its own at the end."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tests.js.inside_net.nets import CLASSES, Sample
from tests.js.inside_net.test_inside_net import go, near, number, table
from tests.js.inside_net.test_touch_net import edit

REASON = "this unit is switched off"


def switch_off(place: Locator, layer: int, unit: int) -> None:
    edit(place, {"layer": layer, "off": unit, "isOff": True})


def step(place: Locator) -> Locator:
    return place.locator(".view figure", has_text=REASON)


def shown(text: str) -> float:
    return float(text.replace("\N{MINUS SIGN}", "-"))


def strongest(layer: np.ndarray, unit: int) -> tuple[int, int]:
    row, column = np.unravel_index(layer[..., unit].argmax(), layer.shape[:2])
    return int(row), int(column)


def test_a_convolution_shows_its_activation_then_times_0(show, plain: Sample) -> None:
    place = show(plain)
    layer = plain.values["conv_1"]
    unit = int(layer.max(axis=(0, 1)).argmax())
    row, column = strongest(layer, unit)
    go(place, 2, unit, row, column)
    expect(step(place)).to_be_hidden()
    place.get_by_role("button", name="Switch off").click()
    expect(step(place)).to_be_visible()
    assert near(number(place, "sum"), layer[row, column, unit], layer)
    assert near(number(place, "computed"), layer[row, column, unit], layer)
    assert number(place, "output") == 0
    go(place, 2, unit, row, column, level=1)
    expect(step(place)).to_be_visible()
    assert REASON in (place.locator(".opened").get_attribute("aria-label") or "")
    go(place, 2, unit, row, column)
    assert REASON in (place.locator(".opened").get_attribute("aria-label") or "")
    place.get_by_role("button", name="Switch on").click()
    expect(step(place)).to_be_hidden()
    assert near(number(place, "output"), layer[row, column, unit], layer)


@pytest.mark.parametrize("width", [950, 1400])
def test_the_kernel_of_a_unit_stays_where_it_is_when_the_unit_is_switched_off(show, plain: Sample, width: int) -> None:
    place = show(plain)
    place.page.set_viewport_size({"width": width, "height": 900})
    go(place, 2, 0, level=1)
    rows = place.locator(".share-rows")
    before = rows.bounding_box()
    place.get_by_role("button", name="Switch off").click()
    expect(step(place)).to_be_visible()
    assert rows.bounding_box() == before


def test_max_pooling_names_the_largest_value_then_times_0(show, plain: Sample) -> None:
    place = show(plain)
    layer = plain.values["max_pool_1"]
    unit = int(layer.max(axis=(0, 1)).argmax())
    switch_off(place, 3, unit)
    go(place, 3, unit, *strongest(layer, unit))
    said = place.locator(".formula").inner_text()
    assert said.startswith("The largest of 4 values: ")
    assert shown(said.split(": ")[1][:-1]) == pytest.approx(table(place, "window").max(), rel=0.006)
    expect(step(place)).to_be_visible()
    assert number(place, "output") == 0


@pytest.mark.parametrize("opened", [1, 3])
def test_softmax_keeps_the_shares_and_sets_only_that_of_the_class_that_is_off_to_0(
    show, plain: Sample, opened: int
) -> None:
    place = show(plain)
    shares = plain.values["dense_1"]
    switch_off(place, 6, 1)
    go(place, 6, opened, level=1)
    rows = place.locator("button.softmax-row")
    expected = [0.0 if unit == 1 else shares[unit] for unit in range(4)]
    assert near([number(rows.nth(unit), "share") for unit in range(4)], expected, shares)
    expect(rows.nth(1).locator('[data-name="share"]')).to_have_text("0 (off)")
    result = place.locator(".softmax-result").inner_text()
    percents = (
        "> 99.9" if shares[opened] >= 0.9995 else "< 0.1" if shares[opened] < 5e-4 else f"{100 * shares[opened]:.1f}"
    )
    assert f"= {percents}\u202f%" in result
    assert (f"\u00d7 0: {REASON}" in result) == (opened == 1)
    expect(place.locator(".softmax-off")).to_contain_text(f"Switched off: {CLASSES[1]}.")


def test_every_kind_of_layer_is_right_while_a_unit_of_it_is_off(show, every_kind: Sample) -> None:
    place = show(every_kind)
    layers: Any = place.evaluate(
        "(root) => root.insideNet.layers.map(({ name, kind, activation }) => [name, kind, activation])"
    )
    for index, (name, kind, activation) in enumerate(layers[2:], start=2):
        values = every_kind.values[name]
        unit = values.shape[-1] - 1
        row, column = (1, 2) if values.ndim == 3 else (0, 0)
        expected = values[row, column, unit] if values.ndim == 3 else values[unit]
        switch_off(place, index, unit)
        for level in (1, 2):
            go(place, index, unit, row, column, level=level)
            expect(step(place)).to_be_visible()
            expect(place.get_by_role("button", name="Switch on")).to_be_visible()
        assert number(place, "output") == 0, (name, kind)
        is_sum = kind.endswith("conv") or kind == "dense"
        assert near(number(place, "sum" if is_sum and activation == "linear" else "computed"), expected, values), (
            name,
            kind,
        )
        edit(place, {"layer": index, "off": unit, "isOff": False})
        expect(step(place)).to_be_hidden()
