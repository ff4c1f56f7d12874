"""A hand on the picture: what the net then sees and computes, and how that differs from a pinned picture."""

from typing import Any

import keras
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.js.inside_net.nets import PLAIN, Sample, make
from tests.js.inside_net.test_inside_net import NO_PAGE_AROUND, cell, near

FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def seen(place: Locator, layer: int = 0) -> np.ndarray:
    """All values of a layer, as they are on the page now."""
    place.page.evaluate(FRAME)
    values = place.evaluate("(root, layer) => Array.from(root.insideNet.values(layer))", layer)
    shape = place.evaluate("(root, layer) => root.insideNet.layers[layer].shape", layer)
    return np.array(values).reshape(shape)


def computed(sample: Sample, image: np.ndarray, layer: str) -> np.ndarray:
    probe = keras.Model(sample.model.inputs[0], sample.model.get_layer(layer).output)
    return np.asarray(probe(image[None].astype(np.float32), training=False))[0]


def assert_axe_finds_nothing(page: Page) -> None:
    found = Axe().run(page, options={"rules": {rule: {"enabled": False} for rule in NO_PAGE_AROUND}})
    assert found.violations_count == 0, found.generate_report()


def press(place: Locator, name: str) -> None:
    place.get_by_role("button", name=name, exact=True).click()


def drag(place: Locator, handle: str, right: float, down: float) -> None:
    """Drag a handle by pixels of the net's picture."""
    box: Any = place.locator(handle).bounding_box()
    picture: Any = place.locator(".handles").bounding_box()
    columns = place.locator(".seen-picture").evaluate("(canvas) => canvas.width")
    pixel = picture["width"] / columns
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    place.page.mouse.move(x, y)
    place.page.mouse.down()
    place.page.mouse.move(x + right * pixel / 2, y + down * pixel / 2)
    place.page.mouse.move(x + right * pixel, y + down * pixel)
    place.page.mouse.up()


def test_the_tools_are_folded_away_until_they_are_wanted(show, plain: Sample) -> None:
    place = show(plain)
    expect(place.locator(".handle.shift")).to_be_hidden()
    expect(place.get_by_label("Blur")).to_be_hidden()
    press(place, "Change")
    expect(place.locator(".handle.shift")).to_be_visible()
    expect(place.get_by_label("Blur")).to_be_visible()
    expect(place.locator(".handle.cover")).to_be_hidden()


def test_a_dragged_picture_is_shifted_and_every_map_follows(show, plain: Sample) -> None:
    place = show(plain)
    press(place, "Change")
    drag(place, ".handle.shift", 3, -2)
    image = plain.images[0].astype(float)
    rows, columns = np.clip(np.arange(14) + 2, 0, 13), np.clip(np.arange(11) - 3, 0, 10)
    expected = image[rows][:, columns]
    moved = seen(place)
    assert np.abs(moved - expected).mean() < 2  # the mouse stands on whole screen pixels
    for layer, name in ((2, "conv_1"), (4, "conv_2"), (6, "dense_1")):
        values = computed(plain, moved, name)
        assert near(seen(place, layer), values, values)
    press(place, "As it was")
    assert np.array_equal(seen(place), image)


def test_the_handles_take_the_arrow_keys(show, plain: Sample) -> None:
    place = show(plain)
    press(place, "Change")
    place.locator(".handle.shift").press("ArrowRight")
    assert np.array_equal(seen(place)[:, 1:], plain.images[0][:, :-1])
    knob, corner = place.get_by_role("slider", name="Turn"), place.get_by_role("slider", name="Size")
    for _ in range(3):
        knob.press("ArrowRight")
    expect(knob).to_have_attribute("aria-valuenow", "15")
    corner.press("ArrowUp")
    expect(corner).to_have_attribute("aria-valuenow", "105")


def test_corner_and_knob_scale_and_turn(show, plain: Sample) -> None:
    place = show(plain)
    press(place, "Change")
    drag(place, ".handle.corner", -2.5, -3.5)
    size = int(place.locator(".handle.corner").get_attribute("aria-valuenow"))
    assert 35 < size < 75
    drag(place, ".handle.knob", 4, 4)
    assert 30 < float(place.locator(".handle.knob").get_attribute("aria-valuenow")) < 150


def test_the_slider_of_contrast_and_invert_reach_the_net(show, plain: Sample) -> None:
    place = show(plain)
    press(place, "Change")
    place.get_by_label("Contrast").fill("0.5")
    press(place, "Invert")
    expected = 255 - ((plain.images[0].astype(float) - 127.5) * 0.5 + 127.5)
    assert np.allclose(seen(place), expected, atol=1e-3)


def test_a_cover_is_dragged_over_the_picture_and_stays_for_the_next_one(show, plain: Sample) -> None:
    place = show(plain)
    press(place, "Cover")
    side = 3  # a quarter of 11
    drag(place, ".handle.cover", -4, 3)
    expected = plain.images[0].astype(float)
    expected[5 + 3 : 5 + 3 + side, 0:side] = 128
    assert np.array_equal(seen(place), expected)
    values = computed(plain, expected, "conv_2")
    assert near(seen(place, 4), values, values)
    press(place, "black")
    place.locator(".handle.cover").press("ArrowRight")
    press(place, "Next \u203a")
    expected = plain.images[1].astype(float)
    expected[8 : 8 + side, 1 : 1 + side] = 0
    assert np.array_equal(seen(place), expected)
    expect(place.locator(".seen-name")).to_contain_text("changed")
    press(place, "Cover")
    assert np.array_equal(seen(place), plain.images[1])


def test_maps_show_the_difference_to_a_pinned_picture(show, plain: Sample) -> None:
    place = show(plain)
    press(place, "Pin")
    press(place, "Next \u203a")
    press(place, "Show the difference")
    place.page.evaluate(FRAME)
    now, then = (computed(plain, plain.images[i], "conv_2") for i in (1, 0))
    shown = place.evaluate("(root) => Array.from(root.insideNet.shown(4).values)")
    assert near(np.array(shown).reshape(now.shape), now - then, now)
    scale = place.evaluate("(root) => root.insideNet.shown(4).scales.of(4, 0)")
    assert scale["mode"] == "signed"
    assert scale["high"] == pytest.approx(np.abs(now - then).max(), rel=1e-4)
    expect(place.locator(".tools .bar")).to_contain_text("less than pinned")
    shares = computed(plain, plain.images[0], "dense_1")
    for unit, mark in enumerate(place.locator(".class-pinned").all()):
        assert float(mark.evaluate("(node) => parseFloat(node.style.left)")) == pytest.approx(
            100 * shares[unit], abs=0.01
        )
    press(place, "Pin")
    expect(place.locator(".class-pinned").first).to_be_hidden()
    assert np.array_equal(
        place.evaluate("(root) => Array.from(root.insideNet.shown(4).values)"), seen(place, 4).ravel()
    )


def test_an_opened_unit_tells_then_now_and_the_difference(show, plain: Sample) -> None:
    place = show(plain)
    press(place, "Pin")
    press(place, "Next \u203a")
    place.page.evaluate(FRAME)
    cell(place, 6, 2).click()
    strip = place.locator(".pinned-strip")
    numbers = [float(node.get_attribute("data-value")) for node in strip.locator(".number").all()]
    now, then = (computed(plain, plain.images[i], "dense_1")[2] for i in (1, 0))
    assert np.allclose(numbers, [now, then, now - then], atol=1e-5)
    press(place, "Pin")
    expect(strip).to_be_hidden()


def test_nobody_is_shut_out_of_the_tools(show, plain: Sample) -> None:
    place = show(plain)
    for name in ("Change", "Cover", "Pin"):
        press(place, name)
    assert_axe_finds_nothing(place.page)
    cell(place, 2, 1).click()
    assert_axe_finds_nothing(place.page)
    place.page.set_viewport_size({"width": 390, "height": 844})
    try:
        assert_axe_finds_nothing(place.page)
    finally:
        place.page.set_viewport_size({"width": 1400, "height": 900})


def test_a_difference_is_one_of_pictures_also_when_the_net_is_another_one(show, plain: Sample) -> None:
    other = make(PLAIN, seed=8)
    stops = [{"title": "Epoch 1", "url": "/nets/first"}, {"title": "Epoch 2", "url": "/nets/net"}]
    place = show(plain, more={"first": other.net}, stops=stops)
    press(place, "Pin")
    press(place, "Next \u203a")
    press(place, "Show the difference")
    place.get_by_role("slider", name="Epoch").fill("0")
    now, then = (computed(other, plain.images[i], "conv_2") for i in (1, 0))
    place.page.wait_for_function("() => root.querySelector('.inside-net').insideNet.url === '/nets/first'")
    place.page.evaluate(FRAME)
    shown = place.evaluate("(root) => Array.from(root.insideNet.shown(4).values)")
    assert near(np.array(shown).reshape(now.shape), now - then, now)
    assert near(seen(place, 4), now, now)  # the picture that is shown is still the one that is computed
    place.evaluate("(root) => root.insideNet.toggleUnit(2, 0)")
    press(place, "\u2039 Before")
    place.page.evaluate(FRAME)
    shown = place.evaluate("(root) => Array.from(root.insideNet.shown(4).values)")
    assert not any(shown)  # the pinned picture against itself: a filter that is off is off for both


def test_an_empty_paper_is_what_the_net_sees_at_once(show, plain: Sample) -> None:
    place = show(plain)
    press(place, "Draw")
    expect(place.locator(".seen-name")).to_have_text("The empty paper")
    place.page.evaluate(FRAME)
    white = np.full(plain.images[0].shape, 255)
    assert np.array_equal(seen(place), white)
    values = computed(plain, white, "conv_2")
    assert near(seen(place, 4), values, values)
    expect(place.locator(".verdict")).not_to_contain_text("Right")


def test_no_unit_is_called_silent_for_the_picture_before(show, plain: Sample) -> None:
    place = show(plain)
    before, during = place.evaluate(
        """async (root) => {
          const { values } = root.insideNet.state;
          root.querySelector('.net').classList.remove('moving');
          const cell = root.querySelector('.cell[data-layer="2"][data-unit="1"]');
          cell.classList.add('silent'); // as if the picture before had left it so
          const mark = () => getComputedStyle(cell, '::after').content;
          const before = mark();
          root.insideNet.show({ ...values.picture, pixels: values.picture.pixels.map((value) => 255 - value) });
          await new Promise(requestAnimationFrame); // in which it is computed, before it has come to rest
          return [before, mark()];
        }"""
    )
    assert (before, during) == ('"0"', "none")
    expect(place.locator(".net.moving")).to_have_count(0)
    silent = place.locator('.maps .cell.silent[data-layer="2"]')
    assert silent.count() == sum(not seen(place, 2)[..., unit].any() for unit in range(6))
