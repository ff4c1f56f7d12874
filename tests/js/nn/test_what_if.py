"""Accuracy and confusion matrix over test images, after a change, against Keras; and the build of the WASM module."""

import json
from typing import Any

import keras
import numpy as np
import pytest
from playwright.sync_api import Page

from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten, MaxPool, Residual
from tests.js.conftest import ORIGIN, send_file
from tests.js.nn.nets import net_bytes, trained_model
from tests.js.nn.wasm import BINARY, build

NET = Architecture(
    name="small",
    input_shape=(10, 8, 1),
    layers=(
        Conv(filters=4, activation="relu"),
        MaxPool(),
        Residual(layers=(Conv(filters=4, padding="same", activation="relu"),)),
        Flatten(),
        Dense(units=3, activation="softmax"),
    ),
)
COUNT = 40

OPEN = """async () => {
  const { WhatIf } = await import("/shared/nn/what_if.js");
  window.progress = [];
  window.whatIf = await WhatIf.open({
    netUrl: "/nets/small", imagesUrl: "/nets/small.images", onProgress: (share) => progress.push(share),
  });
  return whatIf.update([]);
}"""
EDIT = """async (edits) => whatIf.update(edits)"""


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return trained_model(NET, seed=3)


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (COUNT, *NET.input_shape), dtype=np.uint8)


@pytest.fixture
def opened(modules: Page, model: keras.Model, images: np.ndarray) -> Any:
    """The page, with the first answer."""
    labels = [i % 3 for i in range(COUNT)]
    head = json.dumps({"shape": images.shape, "labels": labels, "classes": ["a", "b", "c"]}).encode()
    files = {
        "small": net_bytes(model, NET, ("a", "b", "c")),
        "small.images": len(head).to_bytes(4, "little") + head + images.tobytes(),
    }
    pattern = f"{ORIGIN}/nets/*"
    modules.route(pattern, lambda route: send_file(route, files))
    yield modules, modules.evaluate(OPEN)
    modules.evaluate("() => whatIf.close()")
    modules.unroute(pattern)


def expected_matrix(model: keras.Model, images: np.ndarray) -> list[list[int]]:
    answers = np.asarray(model(images)).argmax(axis=1)
    return [
        [int(((answers == told) & (np.arange(COUNT) % 3 == label)).sum()) for told in range(3)] for label in range(3)
    ]


def test_accuracy_and_matrix_are_keras_s_before_and_after_a_change(
    opened: Any, model: keras.Model, images: np.ndarray
) -> None:
    page, first = opened
    assert first["matrix"] == expected_matrix(model, images)
    assert first["accuracy"] == pytest.approx(sum(first["matrix"][i][i] for i in range(3)) / COUNT)
    assert first["changed"] == []
    assert page.evaluate("() => progress.length") > 0
    changed = keras.models.clone_model(model)
    changed.set_weights(model.get_weights())
    layer = changed.get_layer(name="residual_1.conv_1")
    kernel, bias = layer.get_weights()
    bias[1] = 2.0
    layer.set_weights([kernel, bias])
    index = [one.name for one in model.layers].index("residual_1.conv_1")
    edits = [{"layer": index, "weight": "bias", "at": 1, "value": 2.0}]
    second = page.evaluate(EDIT, edits)
    assert second["matrix"] == expected_matrix(changed, images)
    before, after = np.asarray(model(images)).argmax(axis=1), np.asarray(changed(images)).argmax(axis=1)
    assert second["changed"] == np.flatnonzero(before != after).tolist()
    again = page.evaluate(EDIT, [])
    assert again["matrix"] == first["matrix"]
    assert page.evaluate(EDIT, edits)["matrix"] == second["matrix"], "from what was kept of the first time"


def test_the_greatest_size_of_each_unit_on_any_image_is_keras_s(
    opened: Any, model: keras.Model, images: np.ndarray
) -> None:
    page, _ = opened
    found = page.evaluate("async () => (await whatIf.update([])).sizes.map((sizes) => [...sizes])")
    outputs = keras.Model(model.inputs[0], [layer.output for layer in model.layers])(images)
    for layer, output, sizes in zip(model.layers, outputs, found, strict=True):
        values = np.abs(np.asarray(output))
        expected = values.reshape(-1, values.shape[-1]).max(axis=0)
        assert sizes == pytest.approx(expected, rel=1e-5, abs=1e-5 * float(expected.max())), layer.name


def test_the_binary_is_built_from_the_source_beside_it() -> None:
    assert BINARY.read_text() == build()
