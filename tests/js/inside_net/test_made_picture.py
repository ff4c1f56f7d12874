"""A picture that is made to excite a unit, in the opened view."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from cnnviz.inspection.maximization import UnitActivation, maximise
from tests.js.inside_net.nets import Sample
from tests.js.inside_net.test_fool import TABLE
from tests.js.inside_net.test_inside_net import NO_PAGE_AROUND

PLAIN = {"jitter": 0, "blur": 0.0, "tv": 0.0}
PART = "root.insideNet.parts.find(({ topImages }) => topImages).made"


def open_unit(show: Callable, sample: Sample, layer: str, unit: int = 0) -> Locator:
    place = show(sample, makers=TABLE, layer=layer, unit=unit)
    expect(place.locator(".made-picture")).to_be_attached()
    return place


def make_it(place: Locator, **settings: Any) -> Locator:
    panel = place.locator(".made-picture")
    panel.get_by_text("Settings", exact=True).click()
    titles = {"steps": "Steps", "jitter": "Jitter", "blur": "Blur", "tv": "Total variation", "seed": "Seed"}
    for name, value in settings.items():
        panel.get_by_role("textbox", name=titles[name]).fill(str(value))
        panel.get_by_role("textbox", name=titles[name]).blur()
    panel.get_by_role("button", name="Make it").click()
    return panel


def picture(place: Locator) -> list[int]:
    return place.evaluate(f"(root) => [...{PART}.whole]")


@pytest.mark.parametrize("layer", ["conv_2", "dense_1"])
def test_it_excites_the_unit_as_the_worker_s_does_and_more_than_any_test_image(
    show: Callable, plain: Sample, layer: str
) -> None:
    panel = make_it(open_unit(show, plain, layer, 2), steps=30, **PLAIN)
    expect(panel).to_contain_text("after 30 steps")
    said = float(panel.locator(".made-said b").get_attribute("data-value"))
    expected = maximise(plain.model, layer, 2, {"steps": 30, **PLAIN})
    assert said == pytest.approx(expected.activations[-1], rel=0.02)
    activation = UnitActivation(plain.model, layer, 2)
    image = np.array(picture(panel.page.locator("section").first), np.float32).reshape(plain.architecture.input_shape)
    assert activation(image)[0] == pytest.approx(said, rel=1e-3)
    best = max(activation(one.astype(np.float32))[0] for one in plain.images)
    expect(panel).to_contain_text("the largest of the first 12 test images")
    assert panel.inner_text().count("mean over the map,") == (2 if layer == "conv_2" else 0)
    assert said > best


def test_it_stops_goes_on_and_begins_anew_with_another_seed(show: Callable, plain: Sample) -> None:
    place = open_unit(show, plain, "conv_2")
    place.evaluate(f"(root) => {{ {PART}.settings.steps = Infinity; }}")  # however fast the machine is
    panel = make_it(place)
    panel.get_by_role("button", name="Stop").click()
    steps = f"(root) => {PART}.made.activations.length"
    after = place.evaluate(steps)
    place.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert 0 < place.evaluate(steps) == after
    panel.get_by_role("button", name="Go on").click()
    panel.get_by_role("button", name="Stop").click()
    assert place.evaluate(steps) > after
    panel.get_by_role("textbox", name="Steps").fill("20")
    panel.get_by_role("textbox", name="Steps").blur()
    panel.get_by_role("button", name="Other seed").click()
    expect(panel.get_by_label("Seed")).to_have_value("1")
    expect(panel).to_contain_text("after 20 steps")
    other = picture(place)
    panel.get_by_label("Seed").fill("0")
    panel.get_by_label("Seed").blur()
    expect(panel.get_by_role("button", name="Go on")).to_be_visible()
    expect(panel).to_contain_text("after 20 steps")
    first = picture(place)
    assert first != other
    panel.get_by_label("Seed").fill("1")
    panel.get_by_label("Seed").blur()
    expect(panel.get_by_role("button", name="Go on")).to_be_visible()
    assert picture(place) == other


def test_it_can_be_looked_at_and_a_field_says_what_it_takes(show: Callable, plain: Sample) -> None:
    place = open_unit(show, plain, "conv_1", 1)
    panel = make_it(place, steps=10)
    expect(panel).to_contain_text("after 10 steps")
    panel.get_by_label("Jitter").fill("2.5")
    panel.get_by_label("Jitter").blur()
    expect(panel.get_by_role("alert").nth(2)).to_have_text("Expected a whole number from 0 to 32. Received: 2.5.")
    panel.get_by_role("button", name="Look at it").click()
    expect(place.locator('[data-id="seen-name"]')).to_have_text("Made for filter 2 of Convolution 1")


def test_it_is_accessible(show: Callable, plain: Sample, modules: Page) -> None:
    place = open_unit(show, plain, "conv_1", 1)
    panel = make_it(place, steps=10)
    expect(panel).to_contain_text("after 10 steps")
    found = Axe().run(place.page, options={"rules": {rule: {"enabled": False} for rule in NO_PAGE_AROUND}})
    assert found.violations_count == 0, found.generate_report()
