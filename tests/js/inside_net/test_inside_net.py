"""What the page inside a net shows, depth by depth, against Keras: every number within 1e-5 of its layer's largest."""

import re
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from cnnviz.models.browser_export import net_file
from tests.js.inside_net.nets import CLASSES, Sample

BAR = 1e-5
NO_PAGE_AROUND = ("html-has-lang", "landmark-one-main", "page-has-heading-one", "region")


def cell(place: Locator, layer: int, unit: int) -> Locator:
    return place.locator(f'.cell[data-layer="{layer}"][data-unit="{unit}"]')


def number(place: Locator, name: str) -> float:
    """A number on the page in full."""
    return float(place.locator(f'.number[data-name="{name}"]').first.get_attribute("data-value"))


def table(place: Locator, caption: str) -> np.ndarray:
    """The numbers of a window."""
    figure = place.locator("figure", has=place.page.locator("figcaption", has_text=re.compile(f"^{caption}$")))
    values: Any = figure.locator("td").evaluate_all("cells => cells.map((cell) => Number(cell.dataset.value))")
    rows = figure.locator("tr").count()
    return np.array(values).reshape(rows, -1)


def go(place: Locator, layer: int, unit: int, row: int = 0, column: int = 0, *, level: int = 2) -> None:
    """Open a unit as a click does, or the arithmetic of one of its pixels."""
    place.evaluate(
        "(root, view) => root.insideNet.state.open(view)",
        {"level": level, "layer": layer, "unit": unit, "row": row, "column": column, "channel": -1},
    )


def focused_cell(place: Locator) -> list[str]:
    """Layer and unit of the cell that the keyboard stands on."""
    return place.evaluate(
        "(root) => { const { dataset } = root.getRootNode().activeElement; return [dataset.layer, dataset.unit]; }"
    )


def near(found: Any, expected: Any, layer: np.ndarray) -> bool:
    return bool(np.max(np.abs(np.asarray(found) - np.asarray(expected))) <= BAR * np.abs(layer).max())


def test_every_unit_says_where_it_is_strongest(show, plain: Sample) -> None:
    place = show(plain)
    maps = plain.values["conv_1"]
    for unit in range(maps.shape[2]):
        row, column = np.unravel_index(maps[..., unit].argmax(), maps.shape[:2])
        label = cell(place, 2, unit).get_attribute("aria-label")
        if maps[..., unit].max() == 0:
            assert label == f"Convolution 1, unit {unit + 1}: 0 everywhere on this picture"
            continue
        where, value = label.rsplit(", value ", 1)
        assert where == f"Convolution 1, unit {unit + 1}: strongest at row {row + 1}, column {column + 1}"
        assert float(value) == pytest.approx(maps[row, column, unit], rel=0.01)


def test_the_answer_has_a_bar_for_each_class_with_keras_s_share(show, plain: Sample) -> None:
    place = show(plain)
    shares = plain.values["dense_1"]
    bars = place.locator(".class-bar")
    assert [bars.nth(unit).locator(".class-name").inner_text() for unit in range(4)] == list(CLASSES)
    found = [float(bars.nth(unit).get_attribute("data-value")) for unit in range(4)]
    assert near(found, shares, shares)


@pytest.mark.parametrize(("unit", "row", "column"), [(0, 0, 0), (3, 5, 7), (5, 13, 10)])
def test_the_arithmetic_of_a_convolution_is_keras_s(show, plain: Sample, unit: int, row: int, column: int) -> None:
    place = show(plain)
    go(place, 2, unit, row, column)
    kernel, bias = (np.asarray(weight) for weight in plain.model.get_layer("conv_1").get_weights())
    padded = np.pad(plain.images[0, :, :, 0] / 255, 1)
    window = padded[row : row + 3, column : column + 3]
    layer = plain.values["conv_1"]
    assert near(table(place, "window"), window, window)
    assert near(table(place, "kernel"), kernel[:, :, 0, unit], kernel)
    assert near(table(place, "products"), window * kernel[:, :, 0, unit], layer)
    assert near(number(place, "bias"), bias[unit], layer)
    assert near(number(place, "sum"), (window * kernel[:, :, 0, unit]).sum() + bias[unit], layer)
    assert near(number(place, "output"), layer[row, column, unit], layer)
    outside = place.locator("td.padding").count()
    assert outside == (5 if (row, column) in ((0, 0), (13, 10)) else 0)


def test_the_channels_of_a_convolution_add_up(show, plain: Sample) -> None:
    place = show(plain)
    go(place, 4, 2, 3, 1)
    kernel, bias = (np.asarray(weight) for weight in plain.model.get_layer("conv_2").get_weights())
    window = plain.values["max_pool_1"][3:5, 1:3]
    sums = (window * kernel[..., 2]).sum(axis=(0, 1))
    layer = plain.values["conv_2"]
    for channel in range(6):
        chip = place.locator(f'.chip[data-channel="{channel}"]')
        assert near(float(chip.locator(".number").get_attribute("data-value")), sums[channel], layer)
        chip.click()
        assert near(table(place, "window"), window[..., channel], plain.values["max_pool_1"])
    assert near(number(place, "sum"), sums.sum() + bias[2], layer)
    assert near(number(place, "output"), np.tanh(sums.sum() + bias[2]), layer)


def test_a_filter_opened_shows_the_share_of_each_map_before_it(show, plain: Sample) -> None:
    place = show(plain)
    cell(place, 4, 1).click()
    rows = place.locator(".share-row[data-channel]")
    kernel, _ = (np.asarray(weight) for weight in plain.model.get_layer("conv_2").get_weights())
    before = plain.values["max_pool_1"]
    windows = np.lib.stride_tricks.sliding_window_view(before, (2, 2), axis=(0, 1))
    shares = np.einsum("rcnij,ijn->rcn", windows, kernel[..., 1])
    strongest = np.abs(shares).mean(axis=(0, 1)).argsort()[::-1][:5]
    shown = [int(rows.nth(at).get_attribute("data-channel")) for at in range(5)]
    assert shown == strongest.tolist()
    maps: Any = place.evaluate(
        """(root) => root.insideNet.parts.find((part) => part.view?.lines).view.lines
        .filter(({ at }) => at >= 0).map(({ partial }) => [...partial.values])"""
    )
    for channel, found in zip(shown, maps, strict=True):
        assert near(found, shares[..., channel].ravel(), plain.values["conv_2"])
    rows.first.locator(".row-name").click()
    expect(place.locator(".crumbs")).to_contain_text(f"Max pooling, map {shown[0] + 1}")


def test_the_largest_of_a_window_stands_out_in_max_pooling(show, plain: Sample) -> None:
    place = show(plain)
    go(place, 3, 4, 2, 3)
    window = plain.values["conv_1"][4:6, 6:8, 4]
    assert near(table(place, "window"), window, plain.values["conv_1"])
    assert near(number(place, "output"), window.max(), plain.values["conv_1"])
    marked = place.locator("td.marked")
    expect(marked).to_have_count(1)
    assert near(float(marked.get_attribute("data-value")), window.max(), plain.values["conv_1"])


def test_softmax_shows_real_logits_and_lights_up_both_ways(show, plain: Sample) -> None:
    place = show(plain)
    cell(place, 6, 2).click()
    kernel, bias = (np.asarray(weight) for weight in plain.model.get_layer("dense_1").get_weights())
    logits = plain.values["flatten_1"] @ kernel + bias
    rows = place.locator("button.softmax-row")
    for unit in range(4):
        assert near(number(rows.nth(unit), "logit"), logits[unit], logits)
        assert near(number(rows.nth(unit), "power"), np.exp(logits[unit]), np.exp(logits))
        assert near(number(rows.nth(unit), "share"), plain.values["dense_1"][unit], plain.values["dense_1"])
    assert near(number(place, "sum"), logits[2], logits)
    rows.nth(1).hover()
    expect(place.locator('.softmax-term[data-unit="1"]')).to_have_class(re.compile("lit"))
    place.locator('.softmax-term[data-unit="3"]').hover()
    expect(rows.nth(3)).to_have_class(re.compile("lit"))


def test_which_pixels_of_which_maps_feed_a_class(show, plain: Sample) -> None:
    place = show(plain)
    cell(place, 6, 0).click()
    kernel = np.asarray(plain.model.get_layer("dense_1").get_weights()[0])
    shape = plain.values["conv_2"].shape
    products = plain.values["conv_2"] * kernel[:, 0].reshape(shape)
    for row in place.locator(".share-row").all():
        channel = int(row.get_attribute("data-channel"))
        assert near(number(row, "total"), products[..., channel].sum(), products.sum(axis=(0, 1)))


@pytest.mark.parametrize("name_of_net", ["every_kind", "arithmetic"])
def test_every_kind_of_layer_opens_down_to_keras_s_value(show, request, name_of_net: str) -> None:
    sample: Sample = request.getfixturevalue(name_of_net)
    place = show(sample)
    linear = {"every_kind": "dense_2", "arithmetic": "dense_1"}[name_of_net]
    names: Any = place.evaluate("(root) => root.insideNet.layers.map(({ name, kind }) => [name, kind])")
    for index, (name, kind) in enumerate(names[2:], start=2):
        values = sample.values[name]
        unit = values.shape[-1] - 1
        row, column = (1, 2) if values.ndim == 3 and values.shape[:2] != (1, 1) else (0, 0)
        go(place, index, unit, row, column, level=1)
        expect(place.locator(".view")).to_be_visible()
        assert place.locator(".opened").get_attribute("aria-label"), kind
        go(place, index, unit, row, column)
        expected = values[row, column, unit] if values.ndim == 3 else values[unit]
        field = "sum" if name == linear else "output"
        if kind in ("conv", "depthwise_conv", "separable_conv") and place.locator('[data-name="output"]').count() == 0:
            field = "sum"  # nothing comes after it
        assert near(number(place, field), expected, values), (name, kind)


def test_the_keyboard_goes_from_cell_to_pixel_and_back(show, plain: Sample) -> None:
    place = show(plain)
    page = place.page
    cell(place, 2, 0).focus()
    page.keyboard.press("ArrowDown")
    assert focused_cell(place) == ["2", "1"]
    page.keyboard.press("ArrowRight")
    assert focused_cell(place)[0] == "3"
    page.keyboard.press("ArrowLeft")
    unit = int(focused_cell(place)[1])
    page.keyboard.press("Enter")
    expect(place.locator(".crumbs")).to_contain_text(f"Convolution 1, filter {unit + 1}")
    page.keyboard.press("Enter")
    where = place.locator(".player .where")
    before = where.inner_text()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(where).not_to_have_text(before)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert focused_cell(place) == ["2", str(unit)]
    assert place.locator('.cell[tabindex="0"]').count() == 1


def test_the_window_plays_steps_and_pauses(show, plain: Sample) -> None:
    place = show(plain)
    go(place, 2, 0, 0, 9)
    where = place.locator(".player .where")
    place.get_by_role("button", name="One step on").click()
    place.get_by_role("button", name="One step on").click()
    expect(where).to_have_text("row 2 of 14, column 1 of 11")
    place.get_by_role("button", name="One step back").click()
    expect(where).to_have_text("row 1 of 14, column 11 of 11")
    place.get_by_role("button", name="Play").click()
    expect(where).to_contain_text("row 2 of 14")
    place.get_by_role("button", name="Pause").click()


@pytest.mark.parametrize(("more", "words"), [(0, ""), (9, "the first ")])
def test_the_first_images_are_only_said_where_there_are_more(show, plain: Sample, more: int, words: str) -> None:
    number = len(plain.images)
    place = show(plain, num_test=number + more)
    expect(place.locator(".test-set .hint")).to_have_text(f"Image 1 of {words}{number}")


def test_the_test_set_goes_on_by_class_and_to_the_next_mistake(show, plain: Sample) -> None:
    place = show(plain)
    name = place.locator(".seen-name")
    place.get_by_role("button", name="Next mistake").click()
    expect(name).to_have_text(f"Test image 3: {CLASSES[plain.labels[2]]}")
    expect(place.locator(".verdict")).to_contain_text(f"Wrong: it is {CLASSES[plain.labels[2]]}")
    place.get_by_role("button", name="Next \u203a").click()
    expect(name).to_have_text(f"Test image 4: {CLASSES[plain.labels[3]]}")
    expect(place.locator(".verdict")).to_contain_text("Right.")
    wanted = int(plain.labels[0])
    place.get_by_label("Only pictures of this class").select_option(str(wanted))
    expect(name).to_contain_text(f": {CLASSES[wanted]}")


def test_wide_layers_are_sorted_searched_and_paged(show, plain: Sample) -> None:
    place = show(plain)
    strengths = plain.values["conv_1"].max(axis=(0, 1))
    place.get_by_role("button", name=re.compile("^Convolution 1: all 6")).click()
    place.get_by_role("radio", name="strongest first").check()
    units = place.locator('.cell[data-layer="2"]')
    expected = np.argsort(-strengths, kind="stable").tolist()
    assert [int(unit.get_attribute("data-unit")) for unit in units.all()] == expected
    place.get_by_role("searchbox", name="Search Convolution 1").fill("3")
    expect(units).to_have_count(1)
    expect(units).to_have_attribute("data-unit", "2")


def test_a_unit_is_dead_if_it_is_0_on_all_test_images_and_not_only_on_this_one(show, plain: Sample) -> None:
    model = keras.models.clone_model(plain.model)
    model.set_weights(plain.model.get_weights())
    conv = model.get_layer("conv_1")
    conv.activation = keras.activations.linear
    before = np.asarray(keras.Model(model.inputs[0], conv.output)(plain.images)).max(axis=(1, 2))  # (images, filters)
    silent = int((before[1:].max(axis=0) - before[0]).argmax())
    dead = (silent + 1) % 6
    bias = np.array(conv.bias)
    bias[silent] -= (before[0, silent] + before[1:, silent].max()) / 2
    bias[dead] -= before[:, dead].max() + 1
    conv.bias.assign(bias)
    place = show(replace(plain, net=net_file(model, plain.architecture, CLASSES)))
    expect(place.locator('.column[data-layer="2"] .num-dead')).to_have_text("\u00b7 1 dead")
    words = re.compile(f"^Convolution 1, unit {dead + 1}: 0 everywhere on this picture, dead: 0 on all 12 test images$")
    expect(cell(place, 2, dead)).to_have_attribute("aria-label", words)
    expect(cell(place, 2, dead)).to_have_class(re.compile("dead"))
    expect(cell(place, 3, dead)).to_have_class(re.compile("dead"))
    expect(cell(place, 2, silent)).to_have_attribute("aria-label", re.compile("0 everywhere on this picture$"))
    place.get_by_role("button", name=re.compile("^Convolution 1: all 6")).click()
    place.get_by_role("searchbox", name="Search Convolution 1").fill("dead")
    expect(place.locator('.cell[data-layer="2"]')).to_have_attribute("data-unit", str(dead))


def test_a_link_opens_a_unit(show, plain: Sample) -> None:
    place = show(plain, layer="conv_2", unit=3)
    expect(place.locator(".crumbs")).to_contain_text("Convolution 2, filter 4")


def test_weights_that_do_not_arrive_are_said_to_the_page(show, plain: Sample) -> None:
    place = show(plain)
    place.evaluate("(root) => root.insideNet.open('/missing')")
    expect(place.locator(".status")).to_contain_text("did not arrive")
    name, said = place.evaluate("() => sent.at(-1)")
    assert (name, said["net"]) == ("problem", "/missing")
    assert "did not arrive" in said["text"]


@pytest.mark.parametrize("level", [0, 1, 2])
def test_axe_finds_nothing(show, plain: Sample, level: int) -> None:
    place = show(plain)
    for layer in (2, 3, 6) if level else (2,):
        go(place, layer, 1, level=level)
        found = Axe().run(place.page, options={"rules": {rule: {"enabled": False} for rule in NO_PAGE_AROUND}}).response
        assert [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found["violations"]] == []
