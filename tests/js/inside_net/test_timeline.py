"""The epochs of a net: scrubbed, played, scored; each is the net that Keras has."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.js.inside_net.nets import CLASSES, PLAIN, Sample, make
from tests.js.inside_net.test_inside_net import near
from tests.js.inside_net.test_touch_net import all_near, kernel_of, layers_with
from tests.js.inside_net.test_touch_picture import assert_axe_finds_nothing

NUM_EPOCHS = 3


@pytest.fixture(scope="module")
def epochs() -> list[Sample]:
    """Nets of one form with other weights, as training leaves them behind."""
    return [make(PLAIN, seed=seed) for seed in range(NUM_EPOCHS)]


@pytest.fixture
def opened(show: Callable[..., Locator], epochs: list[Sample]) -> Locator:
    """The page with the last of them."""
    last = epochs[-1]
    files = {f"epoch-{number}": sample.net for number, sample in enumerate(epochs)}
    stops = [{"title": f"Epoch {number + 1}", "url": f"/nets/epoch-{number}"} for number in range(NUM_EPOCHS)]
    return show(last, more=files, net=f"/nets/epoch-{NUM_EPOCHS - 1}", stops=stops)


@pytest.fixture
def learning(show: Callable[..., Locator], epochs: list[Sample]) -> Callable[..., Locator]:
    """The canvas beside a training after some epochs, or what becomes of it when it is given others."""

    def learning(*numbers: int, goes_on: bool = True) -> Locator:
        files = {f"epoch-{number}": sample.net for number, sample in enumerate(epochs)}
        stops = [{"title": f"Epoch {number + 1}", "url": f"/nets/epoch-{number}"} for number in numbers]
        return show(epochs[0], more=files, net=stops[-1]["url"], stops=stops, learning=True, goes_on=goes_on)

    return learning


def values_of(place: Locator) -> dict[str, Any]:
    return place.evaluate(
        "(root) => Object.fromEntries(root.insideNet.layers.map("
        "({ name, index }) => [name, [...root.insideNet.values(index)]]))"
    )


def keras_answers(sample: Sample, images: np.ndarray) -> np.ndarray:
    return np.asarray(sample.model(images)).argmax(axis=1)


def test_every_layer_is_that_of_the_epoch_to_which_one_scrubs(opened: Locator, epochs: list[Sample]) -> None:
    slider = opened.get_by_role("slider", name="Epoch")
    expect(slider).to_have_value(str(NUM_EPOCHS - 1))
    expect(slider).to_have_attribute("aria-valuetext", "Epoch 3, 3 of 3")
    picture = epochs[-1].images[0].astype(np.float32)
    for key, number in (("Home", 0), ("ArrowRight", 1), ("End", 2)):
        slider.press(key)
        expect(opened.locator(".epoch-words strong")).to_have_text(f"Epoch {number + 1}")
        opened.page.wait_for_function(
            f"() => root.querySelector('.inside-net').insideNet.url === '/nets/epoch-{number}'"
        )
        model = epochs[number].model
        probe = keras.Model(model.inputs[0], [layer.output for layer in model.layers])
        expected = {
            layer.name: np.asarray(output)[0]
            for layer, output in zip(model.layers, probe(picture[None], training=False), strict=True)
        }
        found = values_of(opened)
        assert len(found) == len(model.layers)
        for name, values in found.items():
            assert near(np.reshape(values, expected[name].shape), expected[name], expected[name]), name


def test_accuracy_and_matrix_are_those_of_each_epoch(opened: Locator, epochs: list[Sample]) -> None:
    last = epochs[-1]
    opened.page.wait_for_function(
        "(count) => root.querySelector('.inside-net').insideNet.parts.find((part) => part.stops)"
        ".answers?.found.length === count",
        arg=NUM_EPOCHS,
    )
    found = opened.evaluate("(root) => root.insideNet.parts.find((part) => part.stops).answers.found")
    for sample, answer in zip(epochs, found, strict=True):
        answers = keras_answers(sample, last.images)
        assert answer["accuracy"] == pytest.approx((answers == last.labels).mean())
        pairs = list(zip(last.labels.tolist(), answers.tolist(), strict=True))
        assert answer["matrix"] == [[pairs.count((label, said)) for said in range(4)] for label in range(4)]
    opened.get_by_role("button", name="By class").click()
    expect(opened.get_by_role("img", name="Confusion matrix, Epoch 3: 8 of 12 right.")).to_be_visible()
    expect(opened.locator(".learned li")).to_have_count(len(CLASSES))
    assert_axe_finds_nothing(opened.page)


def test_playing_goes_through_the_epochs_and_stops_at_the_end(opened: Locator) -> None:
    click = "(play) => { play.click(); return play.ariaLabel; }"  # it plays for less than a second
    assert opened.get_by_role("button", name="Play the epochs").evaluate(click) == "Pause the epochs"
    expect(opened.get_by_role("button", name="Play the epochs")).to_be_visible()
    expect(opened.get_by_role("slider", name="Epoch")).to_have_value(str(NUM_EPOCHS - 1))


def test_what_was_changed_by_hand_is_changed_in_the_other_epoch_too(opened: Locator, epochs: list[Sample]) -> None:
    opened.evaluate(
        "(root) => root.insideNet.edit([{ layer: 2, off: 1, isOff: true },"
        " { layer: 2, unit: 3, channel: 0, kernel: Array(9).fill(0.25) },"
        " { layer: 6, weight: 'bias', at: 2, value: 9 }])"
    )
    opened.get_by_role("slider", name="Epoch").press("Home")
    expect_net(opened, 0)
    kernel, bias = kernel_of(epochs[0], "conv_1")
    kernel[..., 1] = bias[1] = 0
    kernel[..., 3] = 0.25
    classes = kernel_of(epochs[0], "dense_1")[1]
    classes[2] = 9
    changes = {"conv_1__kernel": kernel, "conv_1__bias": bias, "dense_1__bias": classes}
    assert all_near(opened, layers_with(epochs[0], epochs[-1].images[0], **changes))
    expect(opened.locator(".edit-words")).to_contain_text("changes: ")
    expect(opened.locator(".edit-accuracy")).to_contain_text("Right on 12 test images")
    opened.get_by_role("button", name="Reset").click()
    expect(opened.locator("[data-id=edit-bar]")).to_be_hidden()
    assert all_near(opened, layers_with(epochs[0], epochs[-1].images[0]))


def number_in(field: Locator) -> float:
    """What somebody reads in a field."""
    return float(field.input_value().replace("\u2212", "-"))


def test_a_weight_that_has_the_focus_is_that_of_the_epoch_shown(opened: Locator, epochs: list[Sample]) -> None:
    bias = [float(np.asarray(sample.model.get_layer("conv_1").bias)[1]) for sample in epochs]
    assert len({f"{value:.2g}" for value in bias}) == NUM_EPOCHS
    opened.evaluate("(root) => root.insideNet.openUnit(2, 1)")
    opened.get_by_role("button", name="Edit weights").click()
    field = opened.get_by_label("bias", exact=True)
    go = "(root, at) => root.insideNet.parts.find((part) => part.stops).go(at)"
    field.focus()
    for number in (2, 0):
        opened.evaluate(go, number)
        expect_net(opened, number)
        assert number_in(field) == pytest.approx(bias[number], rel=0.02)
    field.fill("what")
    opened.evaluate(go, 1)
    expect_net(opened, 1)
    expect(field).to_have_value("what")  # a hand is at work
    field.blur()
    expect(field).not_to_have_value("what")
    assert number_in(field) == pytest.approx(bias[1], rel=0.02)


def test_of_a_net_whose_end_alone_is_kept_that_is_said(show: Callable[..., Locator], epochs: list[Sample]) -> None:
    place = show(epochs[0], stops=[{"title": "As it ended", "url": "/nets/net"}])
    expect(place.get_by_text("Only the end of this training is kept")).to_be_visible()
    expect(place.get_by_role("slider", name="Epoch")).to_have_count(0)


def test_an_epoch_that_does_not_arrive_is_said_and_the_others_stay(
    show: Callable[..., Locator], epochs: list[Sample]
) -> None:
    files = {"epoch-0": b"rubbish", "epoch-1": epochs[1].net}
    stops = [{"title": f"Epoch {number + 1}", "url": f"/nets/epoch-{number}"} for number in range(2)]
    place = show(epochs[1], more=files, net="/nets/epoch-1", stops=stops)
    place.get_by_role("slider", name="Epoch").press("Home")
    expect(place.get_by_text("This is no net of cnnviz")).to_be_visible()
    place.get_by_role("slider", name="Epoch").press("End")
    expect(place.locator(".epoch-words strong")).to_have_text("Epoch 2")


def expect_net(place: Locator, number: int) -> None:
    place.page.wait_for_function(f"() => root.querySelector('.inside-net').insideNet.url === '/nets/epoch-{number}'")


def test_each_epoch_of_a_training_takes_the_place_of_the_one_before(
    learning: Callable[..., Locator], epochs: list[Sample]
) -> None:
    place = learning(0)
    expect(place.locator(".timeline")).to_have_text("Epoch 1 The next epoch takes its place here when it is done.")
    place.get_by_role("button", name="Next", exact=False).first.click()
    before = values_of(place)["conv_1"]
    for number in (1, 2):
        learning(*range(number + 1))
        expect_net(place, number)
        expect(place.locator(".epoch-words strong")).to_have_text(f"Epoch {number + 1}, the newest")
        expect(place.locator("[data-id=seen-name]")).to_contain_text("Test image 2:")
        model = epochs[number].model
        first = keras.Model(model.inputs[0], model.get_layer("conv_1").output)
        expected = np.asarray(first(epochs[0].images[1:2], training=False))
        found = values_of(place)["conv_1"]
        assert near(found, expected.ravel(), expected)
        assert found != before
    learning(0, 1, 2, goes_on=False)
    expect(place.locator(".epoch-words strong")).to_have_text("Epoch 3")
    bars = place.locator(".class-bar")
    shares = np.asarray(epochs[2].model(epochs[0].images[1:2], training=False))[0]
    assert near([float(bars.nth(unit).get_attribute("data-value")) for unit in range(4)], shares, shares)


def test_epochs_that_were_told_before_the_canvas_was_there_are_asked_for(
    learning: Callable[..., Locator], modules: Page
) -> None:
    modules.evaluate("""() => {
      const stops = [0, 1].map((number) => ({ title: `Epoch ${number + 1}`, url: `/nets/epoch-${number}` }));
      const tell = ({ detail }) => {
        window.asked = detail;
        document.dispatchEvent(new CustomEvent("cnnviz-stops", { detail: { stops } }));
      };
      document.addEventListener("cnnviz-stops-wanted", tell, { once: true });
    }""")
    place = learning(0)
    assert modules.evaluate("() => asked") == "/nets/epoch-0"
    expect_net(place, 1)
    expect(place.get_by_role("slider", name="Epoch")).to_have_attribute("aria-valuetext", "Epoch 2, 2 of 2")


def test_whoever_looks_at_an_earlier_epoch_is_left_there(learning: Callable[..., Locator]) -> None:
    place = learning(0, 1)
    place.get_by_role("slider", name="Epoch").press("Home")
    expect_net(place, 0)
    learning(0, 1, 2)
    expect(place.get_by_role("slider", name="Epoch")).to_have_attribute("aria-valuetext", "Epoch 1, 1 of 3")
    expect(place.locator(".epoch-words strong")).to_have_text("Epoch 1")
    place.get_by_role("slider", name="Epoch").press("End")
    expect_net(place, 2)


def test_an_epoch_that_the_server_drops_stays_in_the_page(learning: Callable[..., Locator]) -> None:
    place = learning(0, 1)
    learning(0, 1, 2)
    expect_net(place, 2)
    learning(0, 2)
    slider = place.get_by_role("slider", name="Epoch")
    expect(slider).to_have_attribute("max", "2")
    slider.press("Home")
    slider.press("ArrowRight")
    expect_net(place, 1)


def test_after_a_rewind_the_epochs_begin_anew(learning: Callable[..., Locator]) -> None:
    place = learning(0, 1)
    learning(0, 2)
    expect_net(place, 2)
    learning(2)
    expect(place.locator(".timeline")).to_contain_text("The next epoch takes its place here")


def test_a_net_that_learns_is_not_changed_by_hand(learning: Callable[..., Locator]) -> None:
    place = learning(0)
    unit = place.locator('.cell[data-layer="2"]').first
    unit.click(modifiers=["Shift"])
    unit.press("o")
    assert place.evaluate("(root) => root.insideNet.live.edits") == []
    unit.click()
    expect(place.get_by_text("sum, before the activation")).to_be_visible()
    expect(place.get_by_role("button", name="Switch off")).to_have_count(0)
    expect(place.get_by_role("button", name="Several pictures")).to_have_count(0)


def test_a_class_is_known_from_the_epoch_after_which_half_of_it_is_always_right(modules: Page) -> None:
    """Right of ten: class 0: 6, 4, 5 -> from the third on; class 1: 5, 9, 9 -> from the first; class 2: 9, 9, 4 -> not
    at the end; class 3 has no images."""

    def matrix(*right: int) -> list[list[int]]:
        rows = [[0] * 4 for _ in range(4)]
        for label, number in enumerate(right):
            rows[label][label], rows[label][3] = number, 10 - number
        return rows

    matrices = [matrix(6, 5, 9), matrix(4, 9, 9), matrix(5, 9, 4)]
    known = "async (given) => (await import('/inside_net/epochs/epoch_answers.js')).knownFrom(given)"
    assert modules.evaluate(known, matrices) == [2, 0, None, None]
