"""Why: the maps of all methods as a worker computes them, following the hand, each with its checks."""

import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from cnnviz.architecture.spec import Architecture, Dense, Flatten
from cnnviz.inspection.attribution.attribute import attribution
from cnnviz.inspection.attribution.checks import deletion
from cnnviz.inspection.attribution.methods import METHODS
from tests.js.inside_net.nets import CLASSES, Sample, make
from tests.js.inside_net.test_inside_net import NO_PAGE_AROUND
from tests.js.nn.nets import difference

BAR = 1e-4
TABLE: Any = [{"name": name, **asdict(method)} for name, method in METHODS.items()]
PART = "root.insideNet.parts.find((part) => part.explainer !== undefined)"
EXACT = [name for name in METHODS if name != "smoothgrad"]  # whose noise is another one


def open_why(show: Callable, sample: Sample, **data: Any) -> Locator:
    place = show(sample, methods=TABLE, **data)
    place.get_by_role("button", name="Why").click()
    settle(place)
    return place


def settle(place: Locator) -> None:
    """Wait until every map is there."""
    expect(place.locator(".why-card")).to_have_count(len(METHODS))
    expect(place.locator(".why-card.stale")).to_have_count(0)


def maps(place: Locator) -> dict[str, np.ndarray]:
    found = place.evaluate(
        f"""(root) => {PART}.cards.filter(({{ map }}) => map).map(({{ method, map }}) =>
            [method.name, [...map.values], [map.height, map.width]])"""
    )
    return {name: np.array(values, np.float32).reshape(shape) for name, values, shape in found}


def choose(place: Locator, name: str, value: str) -> None:
    place.locator(f'.why-bar select[data-name="{name}"]').select_option(value)
    settle(place)


def assert_worker_s(place: Locator, sample: Sample, image: np.ndarray, of: int, layer: str = "") -> None:
    found = maps(place)
    assert set(found) == set(METHODS)
    for method in EXACT:
        about = METHODS[method].about
        expected = attribution(sample.model, image, method, of, "" if about == "pixels" else layer).map
        assert difference(found[method], expected) <= BAR, method


def test_every_map_is_the_worker_s_for_what_the_net_says(show: Callable, plain: Sample) -> None:
    place = open_why(show, plain)
    said = int(plain.model(plain.images[:1]).numpy().argmax())
    assert_worker_s(place, plain, plain.images[0], said)
    expect(place.locator(".why .lead")).to_contain_text(f"What speaks for {CLASSES[said]}.")
    score = attribution(plain.model, plain.images[0], "saliency", said).score
    text = place.locator(".why .lead").inner_text().replace("\u2212", "-")
    assert float(re.search(r"score of (-?[\d.]+)\.$", text)[1]) == pytest.approx(score, abs=1e-3)


def test_a_layer_that_makes_no_sense_is_refused_by_its_title(show: Callable, plain: Sample) -> None:
    place = open_why(show, plain)
    names = place.evaluate("(root) => root.insideNet.layers.map(({ name }) => name)")
    choose(place, "layer", str(names.index("flatten_1")))
    card = place.locator('.why-card[data-method="grad_cam"]')
    expect(card.locator(":scope > .hint:not([hidden])")).to_have_text(
        "Grad-CAM weights maps: expected a layer that gives maps, such as a convolution. Received: Flatten."
    )


def test_another_class_layer_and_a_difference_are_the_worker_s(show: Callable, every_kind: Sample) -> None:
    place = open_why(show, every_kind)
    image = every_kind.images[0]
    choose(place, "class", "1")
    assert_worker_s(place, every_kind, image, 1)
    layer = next(
        one for one in place.evaluate("(root) => root.insideNet.layers") if one["name"].startswith("transposed")
    )
    choose(place, "layer", str(layer["index"]))
    assert_worker_s(place, every_kind, image, 1, layer["name"])
    choose(place, "layer", "")
    choose(place, "less", "2")
    one, other = (attribution(every_kind.model, image, "integrated_gradients", of).map for of in (1, 2))
    assert difference(maps(place)["integrated_gradients"], one - other) <= BAR
    expect(place.locator(".why .lead")).to_contain_text(f"less what speaks for {CLASSES[2]}")
    expect(place.locator(".why .lead")).to_contain_text("No check for a difference.")
    assert place.locator(".why-check").first.bounding_box()["height"] >= 44  # nothing jumps


def test_a_layer_without_places_says_why_nothing_is_taken_away(show: Callable, plain: Sample) -> None:
    place = open_why(show, plain)
    names = place.evaluate("(root) => root.insideNet.layers.map(({ name }) => name)")
    choose(place, "layer", str(names.index("flatten_1")))
    expect(place.locator(".why-check", has_text="has no place in the picture").first).to_be_visible()


def test_the_pinned_picture_can_be_taken_away(show: Callable, plain: Sample) -> None:
    place = open_why(show, plain)
    choose(place, "class", "0")
    expect(place.locator('option[value="pinned"]')).to_be_disabled()
    place.get_by_role("button", name="Pin", exact=True).click()
    place.get_by_role("button", name="Next \u203a").click()
    choose(place, "less", "pinned")
    first, second = (attribution(plain.model, image, "gradient_x_input", 0).map for image in plain.images[:2])
    assert difference(maps(place)["gradient_x_input"], second - first) <= BAR


def test_quick_maps_follow_the_picture_in_the_same_frame(show: Callable, plain: Sample) -> None:
    place = open_why(show, plain)
    choose(place, "class", "2")
    is_same_frame = place.evaluate(
        f"""async (root) => {{
        const app = root.insideNet;
        const part = {PART};
        const pixels = Float32Array.from(app.state.values.picture.pixels, (value) => 255 - value);
        const before = part.cards.map(({{ map }}) => map);
        let drawn = null;
        const frame = part.frame.bind(part);
        part.frame = () => {{ frame(); drawn = part.cards.map(({{ map }}, at) => map !== before[at]); }};
        app.show({{ ...app.state.values.picture, pixels }});
        await new Promise(requestAnimationFrame);
        return part.cards.filter((_, at) => drawn?.[at]).map(({{ method }}) => method.name);
      }}"""
    )
    assert is_same_frame == ["saliency", "gradient_x_input", "grad_cam", "grad_cam_plus_plus"]
    settle(place)
    assert_worker_s(place, plain, 255 - plain.images[0], 2)


def test_a_unit_that_is_switched_off_speaks_for_nothing(show: Callable, plain: Sample) -> None:
    place = open_why(show, plain)
    choose(place, "class", "3")
    before = maps(place)["saliency"]
    place.evaluate("(root) => { for (let unit = 0; unit < 6; unit++) root.insideNet.toggleUnit(2, unit); }")
    settle(place)
    assert np.abs(before).max() > 0
    assert np.abs(maps(place)["saliency"]).max() == 0
    place.evaluate("(root) => root.insideNet.resetEdits()")
    settle(place)
    assert np.array_equal(maps(place)["saliency"], before)


def test_each_map_has_a_check_that_is_the_worker_s(show: Callable, plain: Sample) -> None:
    place = open_why(show, plain, style="digit")
    choose(place, "class", "1")
    for name in ("saliency", "occlusion"):
        card = place.locator(f'.why-card[data-method="{name}"]')
        line = card.locator('[data-check="deletion"]')
        expect(line).to_contain_text("left on average")
        explained = attribution(plain.model, plain.images[0], name, 1)
        expected = deletion(plain.model, plain.images[0], explained, "black")
        area = float(re.search(r"([\d.]+) left on average", line.inner_text())[1])
        assert area == pytest.approx(expected.area, abs=0.011)
        expect(line).to_have_class(re.compile(r"\b(passes|fails)\b"))
        expect(card.locator('[data-check="shuffle"]')).to_contain_text("alike with all weights shuffled")


def test_a_place_is_read_in_all_maps_at_once_also_by_keys(show: Callable, plain: Sample) -> None:
    place = open_why(show, plain)
    canvas = place.locator('.why-card[data-method="saliency"] canvas').first
    canvas.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        canvas.press(key)
    values = maps(place)
    for name in ("saliency", "integrated_gradients"):
        said = place.locator(f'.why-card[data-method="{name}"] .why-number').inner_text().replace("\u2212", "-")
        row, column, value = re.fullmatch(r"row (\d+), column (\d+): (-?[\d.e+-]+)", said).groups()
        assert (row, column) == ("2", "3")
        assert float(value) == pytest.approx(float(values[name][1, 2]), rel=0.01, abs=1e-3)


def test_a_setting_that_cannot_be_gets_a_sentence_and_one_that_can_another_map(show: Callable, plain: Sample) -> None:
    place = open_why(show, plain)
    choose(place, "class", "1")
    card = place.locator('.why-card[data-method="occlusion"]')
    card.get_by_text("What it means").click()
    patch = card.get_by_label("Patch")
    patch.fill("2,5")
    patch.blur()
    expect(card.get_by_role("alert").first).to_have_text("Expected a whole number from 1 to 64. Received: 2,5.")
    patch.fill("12")
    patch.blur()
    expect(card).to_contain_text("expected at most 11 pixels. Received: 12.")
    patch.fill("3")
    patch.blur()
    settle(place)
    expected = attribution(plain.model, plain.images[0], "occlusion", 1, settings={"patch": 3}).map
    assert difference(maps(place)["occlusion"], expected) <= BAR


def test_one_scale_is_one_of_all_maps_of_a_unit(show: Callable, plain: Sample) -> None:
    place = open_why(show, plain)
    ends = lambda name: place.locator(f'.why-card[data-method="{name}"] .bar').inner_text()  # noqa: E731
    assert ends("gradient_x_input") == ends("integrated_gradients")
    place.get_by_role("button", name="One scale").click()
    largest = float(np.abs(maps(place)["gradient_x_input"]).max())
    assert float(ends("gradient_x_input").split()[-1]) == pytest.approx(largest, rel=0.01, abs=1e-3)


def test_a_link_opens_it_and_escape_leaves_it(show: Callable, plain: Sample) -> None:
    place = show(plain, methods=TABLE, screen="why")
    settle(place)
    expect(place.get_by_role("button", name="Why")).to_have_attribute("aria-pressed", "true")
    place.get_by_role("button", name="One scale").press("Escape")
    expect(place.locator(".why")).to_be_hidden()
    expect(place.get_by_role("button", name="One picture")).to_have_attribute("aria-pressed", "true")
    place.get_by_role("button", name="Several pictures").click()
    expect(place.locator(".journey")).to_be_visible()


def test_it_is_accessible(show: Callable, plain: Sample, modules: Page) -> None:
    place = open_why(show, plain)
    expect(place.locator('[data-check="shuffle"]').last).to_contain_text("alike")
    found = Axe().run(place.page, options={"rules": {rule: {"enabled": False} for rule in NO_PAGE_AROUND}})
    assert found.violations_count == 0, found.generate_report()


def test_a_map_that_is_zero_everywhere_says_why_and_its_colours_end_at_zero(show: Callable, plain: Sample) -> None:
    place = open_why(show, plain)
    place.evaluate("""(root) => {
      const app = root.insideNet;
      app.show({ pixels: app.state.values.picture.pixels.map(() => 0), name: "nothing" });
    }""")
    for name in ("gradient_x_input", "integrated_gradients"):
        card = place.locator(f'.why-card[data-method="{name}"]')
        expect(card.locator(".why-number")).to_have_text(f"Zero everywhere: {METHODS[name].zero}.")
        expect(card.locator(".bar span").first).to_have_text("0")
        expect(card.locator(".bar span").last).to_have_text("0")
        assert card.locator(".ramp").evaluate("(ramp) => ramp.style.background").startswith("rgb(")
    choose(place, "less", "0")
    choose(place, "class", "0")
    for name in METHODS:
        number = place.locator(f'.why-card[data-method="{name}"] .why-number')
        expect(number).to_have_text("Zero everywhere: both maps are the same.")


def test_a_net_without_maps_says_so(show: Callable) -> None:
    place = open_why(show, make(Architecture(name="dense", input_shape=(5, 7, 1), layers=(Flatten(), Dense(units=3)))))
    for name in ("grad_cam", "grad_cam_plus_plus"):
        hint = place.locator(f'.why-card[data-method="{name}"] > .hint:not([hidden])')
        expect(hint).to_contain_text("this net has none after its picture: choose another method")
