"""A hand on the net: filters switched off, weights typed in; what maps, answer and test images make of it."""

import re
from typing import Any

import keras
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from cnnviz.models.net_edits import edited, weight_changes
from cnnviz.models.net_file import read_manifest
from tests.js.inside_net.nets import CLASSES, Sample
from tests.js.inside_net.test_inside_net import NO_PAGE_AROUND, cell, go, near
from tests.js.inside_net.test_touch_picture import press, seen

KERNELS = [
    {"title": "Sobel x", "matrix": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]},
    {"title": "Blur", "matrix": [[1 / 9] * 3] * 3},
]


def layers_with(sample: Sample, image: np.ndarray, **weights: np.ndarray) -> dict[str, np.ndarray]:
    """What Keras gives for every layer of a copy of the net with other weights ("conv_1__kernel")."""
    model = keras.models.clone_model(sample.model)
    model.set_weights(sample.model.get_weights())
    for name, values in weights.items():
        layer, weight = name.split("__")
        getattr(model.get_layer(layer), weight).assign(values)
    probe = keras.Model(model.inputs[0], [layer.output for layer in model.layers])
    outputs = probe(image[None].astype(np.float32), training=False)
    return {layer.name: np.asarray(output)[0] for layer, output in zip(model.layers, outputs, strict=True)}


def kernel_of(sample: Sample, layer: str) -> tuple[np.ndarray, np.ndarray]:
    kernel, bias = (np.array(weight) for weight in sample.model.get_layer(layer).get_weights())
    return kernel, bias


def all_near(place: Locator, expected: dict[str, np.ndarray]) -> bool:
    names = place.evaluate("(root) => root.insideNet.layers.map(({ name }) => name)")
    found = {name: seen(place, index) for index, name in enumerate(names) if name in expected}
    assert len(found) > 4
    return all(near(values, expected[name], expected[name]) for name, values in found.items())


def edit(place: Locator, *changes: dict[str, Any]) -> None:
    place.evaluate("(root, changes) => root.insideNet.edit(changes)", list(changes))


@pytest.mark.parametrize("way", ["Shift-click", "key O", "switch"])
def test_a_filter_is_switched_off_and_on_again(show, plain: Sample, way: str) -> None:
    place = show(plain, kernels=KERNELS)

    def switch() -> None:
        if way == "Shift-click":
            cell(place, 2, 4).click(modifiers=["Shift"])
        elif way == "key O":
            cell(place, 2, 4).focus()
            place.page.keyboard.press("o")
        else:
            go(place, 2, 4, level=1)
            place.get_by_role("button", name="Switch o").click()
            place.evaluate("(root) => root.insideNet.state.open({ level: 0 })")

    trained = seen(place, 6)
    switch()
    expect(cell(place, 2, 4)).to_have_class(re.compile(r"\boff\b"))  # "silent" comes when the page is at rest
    expect(place.locator(".edit-words")).to_have_text("1 change: filter 5 of Convolution 1 off")
    kernel, bias = kernel_of(plain, "conv_1")
    kernel[..., 4] = bias[4] = 0
    expected = layers_with(plain, plain.images[0], conv_1__kernel=kernel, conv_1__bias=bias)
    assert all_near(place, expected)
    assert not near(expected["dense_1"], trained, trained)
    switch()
    expect(place.locator(".edit-bar")).to_be_hidden()
    assert near(seen(place, 6), trained, trained)


def test_weights_are_typed_in_and_hold_at_once(show, plain: Sample) -> None:
    place = show(plain, kernels=KERNELS)
    go(place, 4, 2, level=1)
    press(place, "Edit weights")
    place.get_by_label("Weights for", exact=True).select_option("3")
    fields = place.locator(".weight-grid .weight")
    kernel, bias = kernel_of(plain, "conv_2")
    assert np.allclose([float(node.get_attribute("data-value")) for node in fields.all()], kernel[:, :, 3, 2].ravel())
    place.get_by_label("row 2, column 1", exact=True).fill("-0,75")
    place.get_by_label("bias", exact=True).fill("1/4")
    kernel[1, 0, 3, 2], bias[2] = -0.75, 0.25
    assert all_near(place, layers_with(plain, plain.images[0], conv_2__kernel=kernel, conv_2__bias=bias))
    expect(place.locator(".edit-words")).to_have_text(
        "2 changes: 1 weight of filter 3 of Convolution 2, bias of filter 3 of Convolution 2"
    )
    assert float(place.locator('.number[data-name="bias"]').get_attribute("data-value")) == 0.25
    press(place, "Reset")
    expect(place.locator(".edit-bar")).to_be_hidden()
    expect(place.get_by_label("bias", exact=True)).not_to_have_value("1/4")
    assert all_near(place, plain.values)


@pytest.mark.parametrize(("text", "received"), [("a lot", "a lot"), ("", "nothing"), ("1e9", "1e9"), ("--1", "--1")])
def test_what_is_no_weight_is_said_in_one_sentence_and_changes_nothing(
    show, plain: Sample, text: str, received: str
) -> None:
    place = show(plain, kernels=KERNELS)
    go(place, 4, 2, level=1)
    press(place, "Edit weights")
    field = place.get_by_label("bias", exact=True)
    old = field.input_value()
    field.fill(text)
    expect(field).to_have_attribute("aria-invalid", "true")
    field.press("Enter")
    expect(place.get_by_role("alert").filter(has_text="Type a number")).to_contain_text(f"Received: {received}.")
    expect(field).to_have_value(old)
    expect(place.locator(".edit-bar")).to_be_hidden()
    field.fill("0.5")
    expect(place.get_by_role("alert").filter(has_text="Type a number")).to_be_hidden()


def test_a_kernel_of_the_kernels_page_is_put_into_a_filter(show, plain: Sample) -> None:
    place = show(plain, kernels=KERNELS)
    go(place, 2, 1, level=1)
    press(place, "Edit weights")
    place.get_by_label("Put in a kernel").select_option(label="Sobel x")
    kernel, _ = kernel_of(plain, "conv_1")
    kernel[..., 0, 1] = KERNELS[0]["matrix"]
    assert all_near(place, layers_with(plain, plain.images[0], conv_1__kernel=kernel))
    expect(place.get_by_label("row 2, column 3", exact=True)).to_have_value("2")
    go(place, 4, 1, level=1)
    press(place, "Edit weights")
    expect(place.get_by_label("Put in a kernel")).to_be_hidden()  # a kernel of 3 is larger than this one of 2


def test_a_weight_between_a_map_and_a_class_is_typed_in(show, plain: Sample) -> None:
    place = show(plain, kernels=KERNELS)
    go(place, 6, 3, level=1)
    press(place, "Edit weights")
    place.get_by_label("Weights for", exact=True).select_option("2")
    place.get_by_label("row 4, column 2", exact=True).fill("3.5")
    kernel, _ = kernel_of(plain, "dense_1")
    rows, columns, maps = plain.values["conv_2"].shape
    assert (rows, columns) == (6, 4)
    kernel[(3 * columns + 1) * maps + 2, 3] = 3.5
    assert all_near(place, layers_with(plain, plain.images[0], dense_1__kernel=kernel))


def predictions(model: keras.Model, images: np.ndarray) -> np.ndarray:
    return np.asarray(model(images.astype(np.float32), training=False)).argmax(axis=1)


def test_the_test_images_follow_with_those_that_changed_sides(show, plain: Sample) -> None:
    place = show(plain, kernels=KERNELS)
    before = predictions(plain.model, plain.images)
    winner = int(np.bincount(before, minlength=4).argmin())
    edit(place, {"layer": 6, "weight": "bias", "at": winner, "value": 50})
    changed = np.flatnonzero(before != winner)
    right = [100 * np.mean(plain.labels == said) for said in (before, np.full(12, winner))]
    text = "Right on 12 test images: {:.1f}\u202f% \u2192 {:.1f}\u202f%".format(*right)
    expect(place.locator(".edit-accuracy")).to_have_text(text)
    was, now = (int((said[changed] == plain.labels[changed]).sum()) for said in (before, np.full(12, winner)))
    words = f"{was} {'was' if was == 1 else 'were'} right before, {now} {'is' if now == 1 else 'are'} right now"
    expect(place.locator(".edit-more")).to_have_text(f"{len(changed)} answers changed: {words}")
    place.locator(".edit-more").click()
    images = place.locator(".changed-image")
    assert [int(node.get_attribute("data-index")) for node in images.all()] == changed.tolist()
    first = changed[0]
    expect(images.first).to_have_text(f"{CLASSES[before[first]]} \u2192 {CLASSES[winner]}")
    right_now = int((plain.labels == winner).sum())
    expect(place.get_by_label("Confusion matrix now")).to_have_attribute(
        "aria-label",
        f"Confusion matrix now: {right_now} of 12 right. {_commonest(plain, winner)}.",
    )
    images.last.click()
    expect(place.locator(".seen-name")).to_contain_text(f"Test image {changed[-1] + 1}:")
    assert np.array_equal(seen(place), plain.images[changed[-1]])


def _commonest(sample: Sample, said: int) -> str:
    counts = np.bincount(sample.labels[sample.labels != said], minlength=4)
    label = int(counts.argmax())
    if (ties := int((counts == counts[label]).sum())) > 1:
        return f"No mistake stands out: {ties} of them were made {counts[label]} times each"
    return f"The commonest mistake: {CLASSES[label]} taken for {CLASSES[said]}, {counts[label]} times"


def test_without_test_images_that_is_said(show, plain: Sample) -> None:
    place = show(plain, kernels=KERNELS)
    place.evaluate("(root) => { root.insideNet.imagesUrl = null; }")
    edit(place, {"layer": 2, "off": 0, "isOff": True})
    expect(place.locator(".edit-accuracy")).to_have_text(
        "The test images are not here, so nobody knows what this does to them."
    )
    expect(place.locator(".edit-more")).to_be_hidden()


def test_the_net_that_is_saved_gives_what_the_browser_showed(show, every_kind: Sample) -> None:
    """Units of every kind with weights off, and a weight of each kind changed: all layers within 1e-5."""
    place = show(every_kind, kernels=KERNELS)
    rng = np.random.default_rng(1)
    manifest = read_manifest(every_kind.net)
    changes: list[dict[str, Any]] = []
    for index, layer in enumerate(manifest["layers"]):
        for name, weight in layer["weights"].items():
            at = int(rng.integers(np.prod(weight["shape"])))
            changes.append({"layer": index, "weight": name, "at": at, "value": float(rng.uniform(0.1, 0.5))})
        if layer["weights"] and layer["activation"] != "softmax" and index < len(manifest["layers"]) - 2:
            changes.append({"layer": index, "off": int(rng.integers(layer["shape"][-1])), "isOff": True})
    edit(place, *changes)
    press(place, "Save as a new net")
    expect(place.get_by_role("button", name="Save as a new net")).to_be_disabled()  # until something is changed again
    ((name, sent),) = place.page.evaluate("() => sent")
    assert (name, sent["net"]) == ("save", "/nets/net")
    model = keras.models.clone_model(every_kind.model)
    variables = [np.asarray(variable) for variable in every_kind.model.variables]
    for variable, values in zip(
        model.variables, edited(variables, weight_changes(manifest, sent["edits"])), strict=True
    ):
        variable.assign(values)
    probe = keras.Model(model.inputs[0], [layer.output for layer in model.layers])
    outputs = probe(every_kind.images[:1].astype(np.float32), training=False)
    expected = {layer.name: np.asarray(output)[0] for layer, output in zip(model.layers, outputs, strict=True)}
    assert all_near(place, expected)
    trained = every_kind.values["dense_2"]
    assert not near(expected["dense_2"], trained, trained)


def test_nobody_is_shut_out_of_the_touched_net(show, plain: Sample) -> None:
    place = show(plain, kernels=KERNELS)
    edit(place, {"layer": 6, "weight": "bias", "at": 0, "value": 50})
    expect(place.locator(".edit-accuracy")).to_contain_text("Right on")
    place.locator(".edit-more").click()
    for level in (0, 1):
        go(place, 4, 2, level=level)
        if level:
            press(place, "Edit weights")
        found = Axe().run(place.page, options={"rules": {rule: {"enabled": False} for rule in NO_PAGE_AROUND}}).response
        assert [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found["violations"]] == []


def test_numbers_of_a_change_before_are_not_shown_as_those_of_the_next(show, plain: Sample) -> None:
    place = show(plain)
    edit(place, {"layer": 6, "weight": "bias", "at": 0, "value": 50})
    now = place.locator(".edit-accuracy strong")
    expect(now).to_contain_text("%")
    at_once = place.evaluate(
        """(root) => {
          root.insideNet.edit([{ layer: 6, weight: "bias", at: 1, value: 90 }]);
          return root.insideNet.find("edit-bar").querySelector(".edit-accuracy strong").textContent;
        }"""
    )
    assert at_once == "computing \u2026"
    expect(now).to_contain_text("%")
