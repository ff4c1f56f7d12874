"""Fool it: the game by hand, and what the computer finds, as a worker does."""

import re
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from cnnviz.architecture.spec import Architecture, Dense, Flatten
from cnnviz.evaluation.predict import predict_probabilities
from cnnviz.inspection.fooling import fool
from cnnviz.inspection.image_makers import MAKERS
from cnnviz.models.browser_export import net_file
from tests.js.inside_net.nets import CLASSES, Sample, make
from tests.js.inside_net.test_inside_net import NO_PAGE_AROUND

TABLE: Any = [{"name": name, **asdict(maker)} for name, maker in MAKERS.items()]
PART = "root.insideNet.parts.find(({ game }) => game)"
WEIGHTS = {(0, 0): 3.0, (1, 2): 2.0, (3, 3): 1.0}  # of pixels for bee; ant has a lead of 4.5 on a black picture
LEAD = 4.5


def open_fool(show: Callable, sample: Sample, **data: Any) -> Locator:
    place = show(sample, makers=TABLE, **data)
    place.evaluate("() => localStorage.clear()")
    place.get_by_role("button", name="Fool it").click()
    expect(place.locator(".fool-game")).to_be_visible()
    return place


@pytest.fixture(scope="module")
def linear() -> Sample:
    """Says ant of a black picture of 4 x 5; white at the pixels of `WEIGHTS` speaks for bee, each by its weight."""
    spec = Architecture(input_shape=(4, 5, 1), layers=(Flatten(), Dense(units=4, activation="softmax")))
    sample = make(spec)
    kernel = np.zeros((4, 5, 4), np.float32)
    for place, weight in WEIGHTS.items():
        kernel[(*place, 1)] = weight
    sample.model.layers[-1].set_weights([kernel.reshape(-1, 4), np.array([LEAD, 0, -9, -9], np.float32)])
    images = np.zeros((6, 4, 5, 1), np.uint8)
    net = net_file(sample.model, spec, CLASSES)
    return Sample(spec, sample.model, net, images, np.zeros(6, int), sample.values)


def paint(place: Locator, row: int, column: int) -> None:
    canvas = place.locator(".fool-paper")
    box = canvas.bounding_box()
    canvas.click(position={"x": (column + 0.5) * box["width"] / 5, "y": (row + 0.5) * box["height"] / 4})


def score(place: Locator, name: str) -> Locator:
    return place.locator(f'[data-score="{name}"]')


def test_the_game_is_won_with_the_pixels_that_speak_for_the_other_class(show: Callable, linear: Sample) -> None:
    place = open_fool(show, linear)
    expect(place.locator(".fool-goal")).to_contain_text("It says ant. Make it say")
    assert place.get_by_label("What it shall say").input_value() == "1"
    message = place.locator(".fool-message")
    expect(message).to_have_text("Paint on the picture.")
    paint(place, 0, 0)
    expect(score(place, "count")).to_have_text("1")
    expect(place.locator(".fool-way")).to_have_text(f"{round(100 * 3 / LEAD)} % of the way")
    paint(place, 3, 3)
    paint(place, 2, 0)
    expect(score(place, "count")).to_have_text("3")
    expect(score(place, "best")).to_have_text("\u2013")
    paint(place, 1, 2)
    expect(message).to_contain_text("Fooled with 4 pixels!")
    expect(score(place, "best")).to_have_text("4")
    place.get_by_role("button", name="Rubber").click()
    paint(place, 2, 0)  # what it was before: no pixel is changed there any more
    expect(score(place, "count")).to_have_text("3")
    paint(place, 3, 3)
    expect(score(place, "best")).to_have_text("2")
    expect(score(place, "search")).to_have_text("2")
    expect(message).to_contain_text("As few as the search!")
    place.get_by_role("button", name="Undo").click()
    expect(score(place, "count")).to_have_text("3")
    place.get_by_role("button", name="Start again").click()
    expect(score(place, "count")).to_have_text("0")
    expect(score(place, "best")).to_have_text("2")
    place.get_by_label("What it shall say").select_option("cat")  # another goal has a score of its own
    expect(score(place, "best")).to_have_text("\u2013")
    place.get_by_label("What it shall say").select_option("anything else")
    expect(score(place, "best")).to_have_text("\u2013")


def test_it_is_played_with_the_keyboard_alone_and_told_in_words(show: Callable, linear: Sample) -> None:
    place = open_fool(show, linear)
    spoken = place.locator('[data-id="spoken"]')
    expect(spoken).to_contain_text("Test image 1")  # which is said when the picture has come to rest
    canvas = place.locator(".fool-paper")
    canvas.focus()
    for key in [*["ArrowLeft"] * 4, *["ArrowUp"] * 4, " "]:
        canvas.press(key)
    expect(score(place, "count")).to_have_text("1")
    expect(spoken).to_contain_text("It says ant")
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", " "):
        canvas.press(key)
    expect(spoken).to_contain_text("Fooled with 2 pixels!")
    canvas.press("Control+z")
    expect(score(place, "count")).to_have_text("1")


def test_the_answer_follows_in_the_frame_of_the_stroke(show: Callable, linear: Sample) -> None:
    place = open_fool(show, linear)
    found = place.evaluate(
        f"""async (root) => {{
        const {{ painting }} = {PART}.game;
        const box = painting.canvas.getBoundingClientRect();
        painting.canvas.setPointerCapture = () => {{}};
        const at = (type, row, column) => painting.canvas.dispatchEvent(new PointerEvent(type, {{ pointerId: 7,
            clientX: box.left + (column + 0.5) * box.width / 5, clientY: box.top + (row + 0.5) * box.height / 4 }}));
        at("pointerdown", 0, 0);
        at("pointermove", 1, 2);
        await new Promise(requestAnimationFrame);
        return root.querySelector('.fool-message').textContent;
      }}"""
    )
    assert "Fooled with" in found, found


@pytest.mark.parametrize("kind", ["plain", "every_kind"])
def test_what_the_computer_finds_is_the_worker_s(show: Callable, kind: str, request: pytest.FixtureRequest) -> None:
    sample = request.getfixturevalue(kind)
    place = open_fool(show, sample)
    image = sample.images[0]
    order = np.argsort(-predict_probabilities(sample.model, image[None])[0])
    target = int(order[1])
    assert place.get_by_label("What it shall say").input_value() == str(target)
    expected = fool(sample.model, image, "step", target)
    card = place.locator('[data-maker="step"]')
    expect(card.locator("output")).to_have_text(f"{expected.size} of 255")
    expect(card.locator("figcaption").last).to_contain_text(CLASSES[int(expected.probabilities_after.argmax())])
    expect(card).to_contain_text(f"by at most {np.abs(expected.change).max()} grey level")
    found = fool(sample.model, image, "pixels", target)
    pixels = place.locator('[data-maker="pixels"]')
    if found.is_fooled:
        expect(score(place, "search")).to_have_text(str(found.num_pixels))
        pixels.get_by_role("button", name="Show how").click()
    else:
        expect(pixels).to_contain_text("Not fooled")
    expect(pixels.get_by_role("button", name="Show how")).to_be_hidden()
    expect(pixels).to_contain_text(f"{found.num_pixels} of {image.shape[0] * image.shape[1]} pixels changed")


def test_a_larger_step_and_a_new_picture_are_shown_in_the_same_frame(show: Callable, plain: Sample) -> None:
    place = open_fool(show, plain)
    card = place.locator('[data-maker="step"]')
    card.get_by_role("slider").fill("90")
    target = int(place.get_by_label("What it shall say").input_value())
    expected = fool(plain.model, plain.images[0], "step", target, {"size": 90})
    assert f"by at most {np.abs(expected.change).max()} grey" in card.inner_text()
    is_same_frame = place.evaluate(
        f"""async (root) => {{
        const app = root.insideNet;
        const {{ card }} = {PART}.step;
        const before = card.after;
        const {{ picture }} = app.state.values;
        app.show({{ ...picture, pixels: picture.pixels.map((value) => 255 - value) }});
        await new Promise(requestAnimationFrame);
        return card.after !== before && card.after.length === before.length;
      }}"""
    )
    assert is_same_frame


def test_the_share_of_the_test_images_is_counted(show: Callable, plain: Sample) -> None:
    place = open_fool(show, plain)
    card = place.locator('[data-maker="step"]')
    place.get_by_label("What it shall say").select_option("anything else")
    card.get_by_role("slider").fill("12")
    card.get_by_role("button", name="How many test images").click()
    fooled = sum(fool(plain.model, image, "step", settings={"size": 12}).is_fooled for image in plain.images)
    expect(card).to_contain_text(re.compile(rf"A step of 12 fools {fooled} of 12 test images .*by chance: \d+\."))


def test_those_that_are_the_wanted_class_already_are_left_out(show: Callable, linear: Sample) -> None:
    images = linear.images.copy()
    images[4:] = 255  # two of six are bees
    place = open_fool(show, replace(linear, images=images))
    place.get_by_label("What it shall say").select_option("1")
    card = place.locator('[data-maker="step"]')
    card.get_by_role("button", name="How many test images").click()
    expect(card).to_contain_text("of 4 test images")
    expect(card).to_contain_text("Left out: 2 of the first 6, which the net calls bee already.")


def test_a_net_with_one_output_has_two_answers(show: Callable) -> None:
    spec = Architecture(input_shape=(5, 6, 1), layers=(Flatten(), Dense(units=1, activation="sigmoid")))
    sample = make(spec)
    place = open_fool(show, sample, classes=[])
    said = int(predict_probabilities(sample.model, sample.images[:1])[0].argmax())
    expect(place.locator(".fool-goal")).to_contain_text(f"It says {('no', 'yes')[said]}. Make it say")
    expected = fool(sample.model, sample.images[0], "step", 1 - said)
    expect(place.locator('[data-maker="step"] output')).to_have_text(f"{expected.size} of 255")
    found = fool(sample.model, sample.images[0], "pixels", 1 - said)
    expect(score(place, "search")).to_have_text(str(found.num_pixels))


def test_a_large_net_is_searched_when_asked_and_can_be_stopped(show: Callable, plain: Sample) -> None:
    place = show(plain, makers=TABLE)
    place.evaluate("async (root) => { (await root.insideNet.backward.open()).isQuick = false; }")
    place.get_by_role("button", name="Fool it").click()
    expect(place.locator('[data-maker="step"] figcaption').last).to_contain_text("After")
    pixels = place.locator('[data-maker="pixels"]')
    search = pixels.get_by_role("button", name="Search", exact=True)
    clicked = "([search, stop]) => { search.click(); stop.click(); return search.hidden; }"
    handles = [pixels.locator(f"button:text-is('{name}')").element_handle() for name in ("Search", "Stop")]
    assert not place.page.evaluate(clicked, handles), "it can be asked again"
    expect(score(place, "search")).to_have_text("\u2013")
    search.click()
    expect(pixels.get_by_role("button", name="Show how")).to_be_visible()
    card = place.locator('[data-maker="step"]')
    card.get_by_role("button", name="How many test images").click()
    expect(card).to_contain_text(re.compile(r"fools \d+ of \d+ test images"))


def test_what_was_made_can_be_looked_at_and_escape_leaves(show: Callable, plain: Sample) -> None:
    place = open_fool(show, plain)
    place.locator('[data-maker="step"]').get_by_role("button", name="Look at it").click()
    expect(place.locator(".fool")).to_be_hidden()
    expect(place.locator('[data-id="seen-name"]')).to_contain_text("pixels changed")
    expect(place.locator('[data-id="answer"]')).to_contain_text("Wrong: it is")
    place.get_by_role("button", name="Fool it").click()
    place.get_by_role("button", name="Smallest").press("Escape")
    expect(place.locator(".fool")).to_be_hidden()


def test_it_is_accessible(show: Callable, plain: Sample, modules: Page) -> None:
    place = open_fool(show, plain)
    place.locator('[data-maker="pixels"]').get_by_role("button", name="Show how").click()
    found = Axe().run(place.page, options={"rules": {rule: {"enabled": False} for rule in NO_PAGE_AROUND}})
    assert found.violations_count == 0, found.generate_report()
