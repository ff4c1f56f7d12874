"""The same picture through several nets: each says what Keras says, on colours that all share."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from cnnviz.imaging.preprocess import prepare_photo
from cnnviz.inspection.attribution.attribute import attribution
from tests.js.conftest import ORIGIN
from tests.js.inside_net.nets import CLASSES, PLAIN, Sample, make
from tests.js.inside_net.test_inside_net import NO_PAGE_AROUND
from tests.js.nn.nets import difference, keras_values
from tests.js.nn.test_live_net import LARGE

BAR = 1e-5
BAR_WHY = 1e-4

Compare = Callable[..., Locator]

DRAWN = "() => { const { next, drawing } = root.querySelector('section').compareNets; return !next && !drawing; }"


def draw(place: Locator) -> None:
    """Wait until what was changed is drawn."""
    place.page.wait_for_function(DRAWN)


def layer_values(place: Locator, at: int, name: str) -> np.ndarray:
    """All values of a layer of the net of a column, as they are now."""
    draw(place)
    found = place.evaluate(
        """(root, [at, name]) => {
        const layer = root.compareNets.columns[at].live.layers.find((one) => one.name === name);
        return [[...layer.values], layer.shape];
    }""",
        [at, name],
    )
    return np.array(found[0], np.float32).reshape(found[1])


def seen(place: Locator, at: int) -> np.ndarray:
    """The pixels that the net of a column sees."""
    draw(place)
    found = place.evaluate(
        """(root, at) => { const { seen, given } = root.compareNets.columns[at];
        return [[...seen.pixels], given.shape]; }""",
        at,
    )
    return np.array(found[0], np.float32).reshape(found[1])


def why_map(place: Locator, at: int) -> np.ndarray:
    draw(place)
    found = place.evaluate(
        """(root, at) => { const { map } = root.compareNets.columns[at].why;
        return [[...map.values], [map.height, map.width]]; }""",
        at,
    )
    return np.array(found[0], np.float32).reshape(found[1])


def column(place: Locator, at: int) -> Locator:
    return place.locator(".compared-net").nth(at)


def bar_ends(place: Locator, heading: str) -> list[float]:
    texts = place.locator(f".{heading} .bar span").all_inner_texts()
    return [float(text.replace("\N{MINUS SIGN}", "-")) for text in texts]


def assert_keras(place: Locator, at: int, sample: Sample) -> None:
    """Every layer of a column has what Keras computes of the pixels that it sees."""
    image = seen(place, at)
    for name, expected in keras_values(sample.model, image).items():
        assert difference(layer_values(place, at, name), expected) <= BAR, name


def test_every_net_computes_what_keras_computes(compare: Compare, grey: Sample, other: Sample) -> None:
    place = compare(grey, other)
    assert np.array_equal(seen(place, 0)[..., 0], grey.images[0][..., 0])
    for at, sample in enumerate((grey, other)):
        assert_keras(place, at, sample)
        probabilities = sample.model(grey.images[:1]).numpy()[0]
        rows = column(place, at).locator(".class-bar")
        shares = [float(row.get_attribute("data-value")) for row in rows.all()]
        assert np.abs(shares - probabilities).max() <= BAR
        assert rows.locator(".class-name").all_inner_texts() == list(CLASSES)
        expect(column(place, at).locator(".net-said strong")).to_have_text(CLASSES[probabilities.argmax()])


def test_all_follow_the_hand(compare: Compare, grey: Sample, other: Sample) -> None:
    place = compare(grey, other)
    place.get_by_role("button", name="Cover", exact=True).click()
    place.locator(".handle.cover").press("ArrowDown")
    expected = grey.images[0].astype(float)
    expected[6:9, 4:7] = 128
    assert np.array_equal(seen(place, 1), expected)
    for at, sample in enumerate((grey, other)):
        assert_keras(place, at, sample)


def test_right_and_wrong_are_said_by_the_name_of_the_class(compare: Compare, grey: Sample, other: Sample) -> None:
    place = compare(grey, (other, {"classes": ("w", "x", "y", "z")}))
    label = CLASSES[grey.labels[0]]
    assert grey.model(grey.images[:1]).numpy().argmax() == grey.labels[0]
    expect(column(place, 0).locator(".net-verdict")).to_have_text("\N{CHECK MARK} right")
    expect(column(place, 1).locator(".net-verdict")).to_have_text("")
    expect(place.locator(".agreement")).to_have_text(
        "These nets know different classes: look at them side by side, they cannot agree."
    )
    for _ in range(2):
        place.get_by_role("button", name="Next \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}").click()
    label = CLASSES[grey.labels[2]]  # one that the net does not give
    expect(column(place, 0).locator(".net-verdict")).to_have_text(f"\N{BALLOT X} wrong: it is {label}")


def test_the_next_difference_is_a_picture_on_which_the_nets_differ(
    compare: Compare, grey: Sample, other: Sample
) -> None:
    said = [sample.model(grey.images).numpy().argmax(axis=1) for sample in (grey, other)]
    index = next(i for i in range(1, 12) if said[0][i] != said[1][i])
    place = compare(grey, other)
    place.get_by_role("button", name="Next difference").click()
    expect(place.locator('[data-id="seen-name"]')).to_contain_text(f"Test image {index + 1}:")
    words = f"It is {CLASSES[grey.labels[index]]}. A says {CLASSES[said[0][index]]}; B says {CLASSES[said[1][index]]}."
    expect(place.locator(".agreement")).to_have_text(words)


def test_nets_that_always_agree_are_said_to(compare: Compare, grey: Sample) -> None:
    place = compare(grey, grey)
    expect(place.locator(".agreement")).to_contain_text("Both say")
    place.get_by_role("button", name="Next difference").click()
    expect(place.get_by_role("alert")).to_have_text("All nets say the same on these 12 pictures.")


def test_a_net_of_another_form_gets_the_picture_in_its_own(compare: Compare, grey: Sample, colour: Sample) -> None:
    place = compare(grey, colour)
    expected = prepare_photo(np.repeat(grey.images[0], 3, axis=2), colour.architecture.input_shape)
    assert np.abs(seen(place, 1) - expected).max() <= 1
    assert_keras(place, 1, colour)
    words = "from 11 × 14 to the net's 10 × 12 pixels and from grey to three equal planes."
    expect(column(place, 1).locator(".net-form")).to_contain_text(words)
    expect(column(place, 0).locator(".net-form")).to_be_hidden()
    place.get_by_label("Pictures as for").select_option("1")
    expect(column(place, 1).locator(".net-form")).to_be_hidden()
    place.page.wait_for_function("() => root.querySelector('section').compareNets.picture.pixels.length === 360")
    assert np.array_equal(seen(place, 1), colour.images[0])
    expect(column(place, 0).locator(".net-form")).to_contain_text("to grey")
    assert_keras(place, 0, grey)


def test_a_changed_picture_is_changed_alike_in_every_form(compare: Compare, grey: Sample, colour: Sample) -> None:
    place = compare(grey, colour)
    place.get_by_role("button", name="Change", exact=True).click()
    place.get_by_role("button", name="Invert").click()
    expected = 255 - prepare_photo(np.repeat(grey.images[0], 3, axis=2), colour.architecture.input_shape).astype(float)
    assert np.abs(seen(place, 1) - expected).max() <= 1
    assert_keras(place, 1, colour)


@pytest.mark.parametrize(("choice", "layer"), [("conv-1", "conv_1"), ("conv-last", "conv_2"), ("dense-1", None)])
def test_the_maps_of_the_chosen_layer_share_one_range(
    compare: Compare, grey: Sample, other: Sample, choice: str, layer: str | None
) -> None:
    place = compare(grey, other, maps=choice)
    if layer is None:
        expect(column(place, 0).locator(".net-maps .hint:visible")).to_have_text("This net has no first dense layer.")
        expect(place.locator(".maps-heading .bar")).to_be_hidden()
        return
    values = [keras_values(sample.model, grey.images[0])[layer] for sample in (grey, other)]
    low, high = min(one.min() for one in values), max(one.max() for one in values)
    limit = max(-low, high)
    expected = [-limit, limit] if low < 0 else [0, high]
    assert bar_ends(place, "maps-heading") == pytest.approx(expected, rel=6e-3)
    units = values[0].shape[-1]
    expect(column(place, 0).locator(".maps-head .hint")).to_contain_text(f"{units} filters")


def test_each_net_may_have_a_layer_of_its_own(compare: Compare, grey: Sample, other: Sample) -> None:
    place = compare(grey, other)
    column(place, 0).get_by_label("Layer of A · Net 0").select_option(label="Max pooling")
    expect(place.get_by_label("Layer of all nets")).to_have_value("own")
    shown = place.evaluate("(root) => root.compareNets.columns.map(({ maps }) => maps.layer.name)")
    assert shown == ["max_pool_1", "conv_1"], "the other net keeps its layer"


@pytest.mark.parametrize("method", ["saliency", "gradient_x_input", "grad_cam", "occlusion"])
def test_why_is_the_worker_s_for_what_each_net_says_on_one_scale(
    compare: Compare, grey: Sample, other: Sample, method: str
) -> None:
    place = compare(grey, other, why=method)
    expect(place.locator(".net-why.stale")).to_have_count(0)
    limits = []
    for at, sample in enumerate((grey, other)):
        said = int(sample.model(grey.images[:1]).numpy().argmax())
        expected = attribution(sample.model, grey.images[0], method, said).map
        assert difference(why_map(place, at), expected) <= BAR_WHY
        limits.append(np.abs(expected).max())
        expect(column(place, at).locator(".net-why .hint:visible")).to_have_text(f"what speaks for {CLASSES[said]}")
    assert bar_ends(place, "why-heading") == pytest.approx([-max(limits), max(limits)], rel=6e-3, abs=1e-3)


def test_why_of_a_class_that_a_net_does_not_know(compare: Compare, grey: Sample, other: Sample) -> None:
    place = compare(grey, (other, {"classes": ("ant", "x", "y", "z")}))
    place.get_by_label("Class", exact=True).select_option("bee")
    expect(column(place, 1).locator(".net-why .hint:visible")).to_have_text("This net has no class bee.")
    assert difference(why_map(place, 0), attribution(grey.model, grey.images[0], "gradient_x_input", 1).map) <= BAR_WHY
    place.get_by_label("Method").select_option("none")
    expect(place.locator(".net-why:visible")).to_have_count(0)


def test_a_net_that_cannot_be_shown_says_so_and_the_others_go_on(compare: Compare, grey: Sample, other: Sample) -> None:
    refused = "This net has a pretrained net, which a browser does not compute."
    place = compare((grey, {"problem": refused, "images": None}), other, (grey, {"net": "/nets/gone"}))
    expect(column(place, 0).get_by_role("status")).to_have_text(refused)
    expect(column(place, 2).get_by_role("status")).to_contain_text("did not arrive from the server")
    assert np.array_equal(seen(place, 1), other.images[0]), "its own test images, since the first has none"
    assert_keras(place, 1, other)
    for at in (0, 2):
        expect(column(place, at).locator(".net-answer")).to_be_hidden()


def test_a_net_that_did_not_arrive_is_asked_for_again(compare: Compare, grey: Sample, other: Sample) -> None:
    place = compare(grey, (other, {"net": "/nets/late"}))
    again = place.get_by_role("button", name="Try again to load B")
    expect(again).to_be_visible()
    place.page.route(f"{ORIGIN}/nets/late", lambda route: route.fulfill(body=other.net))
    again.click()
    expect(column(place, 1).locator(".net-answer")).to_be_visible()
    expect(again).to_be_hidden()
    place.page.unroute(f"{ORIGIN}/nets/late")


def test_one_slider_goes_through_all_trainings(compare: Compare, grey: Sample, other: Sample) -> None:
    stops = [
        {"title": f"Epoch {epoch}", "url": f"/nets/{file}", "epoch": epoch} for epoch, file in ((1, "early"), (4, 0))
    ]
    place = compare((grey, {"stops": stops}), other, files={"early": other.net})
    expect(column(place, 0).locator(".net-facts")).to_contain_text("Epoch 4 of 4")
    assert_keras(place, 0, grey)
    slider = place.get_by_label("Share of the training")
    slider.fill("20")
    expect(column(place, 0).locator(".net-facts")).to_contain_text("Epoch 1 of 4")
    place.page.wait_for_function("() => root.querySelector('section').compareNets.columns[0].attributor.weights")
    assert_keras(place, 0, other)  # whose weights that epoch has here
    said = int(other.model(grey.images[:1]).numpy().argmax())
    place.page.wait_for_function(
        "(name) => root.querySelector('.net-said strong').textContent === name", arg=CLASSES[said]
    )
    expected = attribution(other.model, grey.images[0], "gradient_x_input", said).map
    assert difference(why_map(place, 0), expected) <= BAR_WHY
    slider.fill("100")
    expect(column(place, 0).locator(".net-facts")).to_contain_text("Epoch 4 of 4")
    expect(column(place, 0).locator(".net-said strong")).to_have_text(
        CLASSES[int(grey.model(grey.images[:1]).numpy().argmax())]
    )
    assert_keras(place, 0, grey)


def test_without_kept_epochs_there_is_no_slider(compare: Compare, grey: Sample, other: Sample) -> None:
    place = compare(grey, other)
    expect(place.locator(".training")).to_be_hidden()


def test_what_a_link_should_name_is_told(compare: Compare, grey: Sample, other: Sample) -> None:
    place = compare(grey, other, index=3)
    expect(place.locator('[data-id="seen-name"]')).to_contain_text("Test image 4:")
    first, last = {"index": 3, "maps": "conv-last", "why": "gradient_x_input"}, {"index": 3, "maps": "conv-last"}
    place.get_by_label("Layer of all nets").select_option("conv-last")
    assert place.page.evaluate("() => sent") == [["chosen", first]], "at once, for who leaves the page after that"
    for method in ("saliency", "grad_cam", "saliency"):
        place.get_by_label("Method").select_option(method)
    place.page.wait_for_function("() => sent.at(-1)[1].why === 'saliency'")
    assert len(place.page.evaluate("() => sent")) <= 4
    assert place.page.evaluate("() => sent.at(-1)") == ["chosen", {**last, "why": "saliency"}]
    column(place, 1).get_by_role("link", name="Look inside B · Net 1").click()
    assert place.page.evaluate("() => sent.at(-1)") == ["inside", {"run": "run-1", "index": 3}]


def test_names_stand_as_written(compare: Compare, grey: Sample, other: Sample) -> None:
    place = compare((grey, {"title": "<b>x</b>", "classes": ("<i>a</i>", "*b*", "c", "d")}), other)
    expect(column(place, 0).get_by_role("heading")).to_have_text("A · <b>x</b>")
    expect(column(place, 0).locator(".class-name").first).to_have_text("<i>a</i>")


def test_a_net_with_one_output_answers_for_two_classes(compare: Compare) -> None:
    layers = (*PLAIN.layers[:-1], PLAIN.layers[-1].model_copy(update={"units": 1, "activation": "sigmoid"}))
    single = make(PLAIN.model_copy(update={"layers": layers, "name": "single"}))
    place = compare((single, {"classes": ("cat", "dog"), "images": None}), (single, {"classes": ("cat", "dog")}))
    probability = float(single.model(single.images[:1]).numpy()[0, 0])
    rows = column(place, 0).locator(".class-bar")
    assert [float(row.get_attribute("data-value")) for row in rows.all()] == pytest.approx(
        [1 - probability, probability], abs=1e-6
    )
    expect(column(place, 1).locator(".net-said strong")).to_have_text(("cat", "dog")[probability > 0.5])


def test_a_large_net_is_computed_beside_the_page(compare: Compare, grey: Sample) -> None:
    large = make(LARGE)
    place = compare((large, {"images": None}), grey, why="saliency")
    assert place.evaluate("(root) => root.compareNets.columns.map(({ live }) => live.isWorker)") == [True, False]
    expect(place.locator(".net-why.stale")).to_have_count(0)
    assert_keras(place, 0, large)
    assert_keras(place, 1, grey)
    said = int(large.model(seen(place, 0)[None]).numpy().argmax())
    expected = attribution(large.model, seen(place, 0).astype(np.uint8), "saliency", said).map
    assert difference(why_map(place, 0), expected) <= BAR_WHY


def test_other_nets_take_the_picture_and_the_share_that_stand_there(
    compare: Compare, grey: Sample, other: Sample
) -> None:
    stops = [
        {"title": f"Epoch {epoch}", "url": f"/nets/{file}", "epoch": epoch} for epoch, file in ((1, "early"), (4, 0))
    ]
    place = compare(grey, (grey, {"stops": stops}), files={"early": other.net}, index=5)
    place.get_by_label("Share of the training").fill("10")
    place = compare((grey, {"stops": stops}), other, files={"early": other.net})
    assert np.array_equal(seen(place, 1), grey.images[5])
    expect(column(place, 0).locator(".net-facts")).to_contain_text("Epoch 1 of 4")
    place.page.wait_for_function("() => root.querySelector('section').compareNets.columns[0].attributor.weights")
    assert_keras(place, 0, other)
    assert_keras(place, 1, other)


def test_a_slow_map_is_computed_once_for_a_picture(compare: Compare, grey: Sample, other: Sample) -> None:
    place = compare(grey, other, why="occlusion")
    expect(place.locator(".net-why.stale")).to_have_count(0)
    place.evaluate(
        """(root) => { window.taken = 0; for (const { why } of root.compareNets.columns) {
        const { take } = why;
        why.take = (...given) => { window.taken++; take.apply(why, given); };
    } }"""
    )
    place.get_by_role("button", name="More maps").click()
    draw(place)
    assert (place.locator(".net-why.stale").count(), place.evaluate("() => taken")) == (0, 0)
    place.get_by_role("button", name="Next \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}").click()
    draw(place)  # from then on those of the picture before are pale
    expect(place.locator(".net-why.stale")).to_have_count(0)
    assert place.evaluate("() => taken") == 2, "one of each net"
    said = int(other.model(grey.images[1:2]).numpy().argmax())
    assert difference(why_map(place, 1), attribution(other.model, grey.images[1], "occlusion", said).map) <= BAR_WHY


def test_axe_finds_nothing(compare: Compare, grey: Sample, colour: Sample, modules: Page) -> None:
    compare(grey, colour)
    found = Axe().run(modules, options={"rules": {rule: {"enabled": False} for rule in NO_PAGE_AROUND}})
    assert found.violations_count == 0, found.generate_report()


def test_on_a_phone_each_net_is_a_row(compare: Compare, grey: Sample, other: Sample, modules: Page) -> None:
    modules.set_viewport_size({"width": 390, "height": 844})
    try:
        place = compare(grey, other)
        first, second = (column(place, at).bounding_box() for at in (0, 1))
        assert second["y"] >= first["y"] + first["height"]
        assert modules.evaluate("() => document.documentElement.scrollWidth <= 390")
        widths: Any = place.locator("canvas:visible").evaluate_all(
            "all => all.map((one) => one.getBoundingClientRect().right)"
        )
        assert max(widths) <= 390
    finally:
        modules.set_viewport_size({"width": 1400, "height": 900})


def test_the_spoken_words_name_what_each_net_says(compare: Compare, grey: Sample, other: Sample) -> None:
    place = compare(grey, other)
    expect(place.locator('[data-id="spoken"]')).to_have_text(
        re.compile(r"^Test image 1: \w+\. It is \w+\. .*A: .*B: .*")
    )
