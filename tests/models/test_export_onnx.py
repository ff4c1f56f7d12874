"""onnxruntime as oracle of the ONNX file: every layer of random nets and of small presets is Keras'."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.architecture.spec import Architecture
from cnnviz.models.export_onnx import onnx_file
from tests.architecture.random_nets import random_net
from tests.js.nn.nets import ARITHMETIC, difference, in_doubles, keras_values, net_bytes, random_image, trained_model

BAR = 1e-5  # of the layer's largest absolute value
SMALL_PRESETS = [name for name in PRESETS if analyze(PRESETS[name].architecture).totals.params < 2_000_000]


def values_of(file: bytes, image: np.ndarray, names: list[str]) -> dict[str, np.ndarray]:
    """What each layer gives, in Keras' order of axes."""
    model = onnx.load_from_string(file)
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in names)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    found = session.run(["output", *names], {"image": image[None].astype(np.float32)})
    named = {name: values[0] for name, values in zip(names, found[1:], strict=True)}
    inside = {name: np.moveaxis(values, 0, -1) if values.ndim == 3 else values for name, values in named.items()}
    return {"output": found[0][0], **inside}


def assert_keras_s(architecture: Architecture, seed: int) -> None:
    model = trained_model(architecture, seed)
    image = random_image(model, seed)
    file = onnx_file(architecture, net_bytes(model, architecture))
    onnx.checker.check_model(onnx.load_from_string(file), full_check=True)
    names = [report.name for report in analyze(architecture).layers]
    found, expected = values_of(file, image, names), keras_values(model, image)
    assert difference(found["output"], found[names[-1]]) == 0
    apart = {name for name in names if not difference(found[name], expected[name]) <= BAR}
    if apart:  # where Keras' own 32 bits are far from 64, see the oracle of the net in the browser
        exact = keras_values(in_doubles(model), image)
        own = {name: difference(expected[name], exact[name]) for name in apart}
        far = {name: difference(found[name], exact[name]) for name in apart}
        assert all(own[name] > BAR / 4 or far[name] <= BAR for name in apart), (seed, own, far)
        assert all(far[name] <= max(3 * own[name], BAR) for name in apart), (seed, own, far)


@pytest.mark.parametrize("first", range(0, 100, 10))
def test_every_layer_of_random_nets_is_keras_s(first: int) -> None:
    for seed in range(first, first + 10):
        assert_keras_s(random_net(seed), seed)


@pytest.mark.parametrize("name", SMALL_PRESETS)
def test_every_layer_of_a_preset_is_keras_s(name: str) -> None:
    assert_keras_s(PRESETS[name].architecture, seed=1)


def test_layers_of_plain_arithmetic_are_keras_s_and_the_classes_are_named() -> None:
    assert_keras_s(ARITHMETIC, seed=4)
    file = onnx_file(ARITHMETIC, net_bytes(trained_model(ARITHMETIC), ARITHMETIC, ("ant", "bee", "cat", "dog")))
    model = onnx.load_from_string(file)
    assert json.loads({prop.key: prop.value for prop in model.metadata_props}["classes"]) == [
        "ant",
        "bee",
        "cat",
        "dog",
    ]
    (image,), (output,) = model.graph.input, model.graph.output
    assert [dim.dim_value for dim in image.type.tensor_type.shape.dim] == [0, 9, 7, 3]
    assert (image.name, output.name) == ("image", "output")
