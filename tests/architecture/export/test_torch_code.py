"""The generated PyTorch code has Keras's shapes and parameters, and with its weights the same answers."""

import re
from typing import Any, get_args

import numpy as np
import pytest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.analysis.graph import Node, trace
from cnnviz.architecture.analysis.rules import RULES
from cnnviz.architecture.export.torch_code import torch_module
from cnnviz.architecture.export.variables import python_names
from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.architecture.spec import MERGES, Activation, ActivationLayer, Architecture, BatchNorm
from tests.architecture.random_nets import random_net

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is not needed to run the product")

NUM_NETS = 60
SMALL_PRESETS = [name for name in PRESETS if analyze(PRESETS[name].architecture).totals.params < 3_000_000]


def run(architecture: Architecture) -> Any:
    namespace: dict[str, Any] = {}
    exec(torch_module(architecture), namespace)
    return namespace["model"].eval()


def as_torch(images: np.ndarray) -> Any:
    return torch.tensor(np.moveaxis(images, -1, 1).astype(np.float32))


def as_keras(values: Any) -> np.ndarray:
    array = values.detach().numpy()
    return np.moveaxis(array, 1, -1) if array.ndim == 4 else array


def images_for(architecture: Architecture, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (2, *architecture.input_shape), np.uint8)


def copy_weights(node: Node, name: str, *, keras_layer: Any, module: Any) -> None:
    """Put one Keras layer's weights into the PyTorch module of that name."""
    weights = [torch.tensor(weight) for weight in keras_layer.get_weights()]
    part = getattr(module, name, None)
    kind = node.layer.kind
    if kind == "separable_conv":
        depthwise, pointwise = (getattr(module, f"{name}_{part}") for part in ("depthwise", "pointwise"))
        depthwise.weight.data = weights[0].permute(2, 3, 0, 1)
        pointwise.weight.data = weights[1].permute(3, 2, 0, 1)
        copy_bias(pointwise, weights[2:])
    elif kind in ("conv", "transposed_conv"):
        part.weight.data = weights[0].permute(3, 2, 0, 1)
        copy_bias(part, weights[1:])
    elif kind == "depthwise_conv":
        maps = part.weight.shape[0]
        part.weight.data = weights[0].permute(2, 3, 0, 1).reshape(maps, 1, *weights[0].shape[:2])
        copy_bias(part, weights[1:])
    elif kind == "dense":
        part.weight.data = weights[0].T
        copy_bias(part, weights[1:])
    elif kind == "prelu" and node.layer.shared == "maps":
        part.weight.data = weights[0].flatten()
    elif kind == "prelu":
        slopes = weights[0].permute(2, 0, 1) if weights[0].ndim == 3 else weights[0]
        (part if isinstance(part, torch.nn.Parameter) else part.weight).data = slopes
    elif kind in ("batch_norm", "layer_norm"):
        part.weight.data, part.bias.data = weights[:2]
        if kind == "batch_norm":
            part.running_mean.data, part.running_var.data = weights[2:]


def copy_bias(part: Any, biases: list[Any]) -> None:
    assert (part.bias is not None) == bool(biases)
    if biases:
        part.bias.data = biases[0]


def with_random_weights(model: Any, seed: int) -> Any:
    rng = np.random.default_rng(seed)
    # variances of normalisation must stay above zero
    model.set_weights(
        [
            np.abs(rng.normal(0.3, 0.5, weight.shape)) + 0.1 if weight.ndim == 1 else rng.normal(0, 0.5, weight.shape)
            for weight in model.get_weights()
        ]
    )
    return model


def assert_same_answers(architecture: Architecture, seed: int) -> None:
    pytest.importorskip("keras")
    from cnnviz.models.build import build_model

    model = with_random_weights(build_model(architecture), seed)
    module = run(architecture)
    nodes, _ = trace(architecture)
    for node, name in zip(nodes, python_names(nodes), strict=True):
        copy_weights(node, name, keras_layer=model.get_layer(node.name), module=module)
    images = images_for(architecture, seed)
    expected = np.asarray(model(images, training=False))
    answer = as_keras(module(as_torch(images)))
    assert answer.shape == expected.shape
    assert np.allclose(answer, expected, rtol=1e-3, atol=1e-4 * max(1.0, np.abs(expected).max()))


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_has_the_shapes_and_parameters_of_its_report(name: str):
    architecture = PRESETS[name].architecture
    module, analysis = run(architecture), analyze(architecture)
    assert sum(weight.numel() for weight in module.parameters()) == analysis.totals.trainable_params
    with torch.no_grad():
        assert tuple(module(as_torch(images_for(architecture))).shape[1:]) == analysis.layers[-1].output_shape


@pytest.mark.parametrize("seed", range(NUM_NETS))
def test_a_random_net_gives_the_answers_of_keras_with_the_same_weights(seed: int):
    # e^x makes of what was rounded before whatever it likes; it is tested by itself below
    architecture = Architecture.from_json(random_net(10_000 + seed).to_json().replace('"exponential"', '"softplus"'))
    assert (
        sum(weight.numel() for weight in run(architecture).parameters())
        == analyze(architecture).totals.trainable_params
    )
    assert_same_answers(architecture, seed)


def test_the_random_nets_have_every_kind_of_layer():
    kinds = {node.layer.kind for seed in range(NUM_NETS) for node in trace(random_net(10_000 + seed))[0]}
    assert kinds == {*RULES, *MERGES}


@pytest.mark.parametrize("name", ["lenet5", "conv32-64-128-mnist"])
def test_a_preset_gives_the_answers_of_keras_with_the_same_weights(name: str):
    assert_same_answers(PRESETS[name].architecture, seed=1)


@pytest.mark.parametrize("function", [*get_args(Activation), "gelu_tanh"])
def test_an_activation_is_that_of_keras(function: str):
    layers = (BatchNorm(), ActivationLayer(function=function))
    assert_same_answers(Architecture(input_shape=(5, 6, 2), layers=layers), seed=2)


@pytest.mark.parametrize("size", [7, 8])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_same_padding_is_where_keras_pads(size: int, kernel: int, stride: int):
    window = {"stride": stride, "padding": "same"}
    layers = [
        {"kind": "conv", "filters": 2, "kernel": kernel, **window},
        {"kind": "transposed_conv", "filters": 2, "kernel": kernel, **window},
        {"kind": "avg_pool", "size": kernel, **window},
        {"kind": "transposed_conv", "filters": 2, "kernel": kernel, **window, "padding": "valid"},
        {"kind": "max_pool", "size": kernel, **window},
    ]
    assert_same_answers(Architecture.from_fields({"input_shape": (size, size + 3, 2), "layers": layers}), seed=kernel)


def test_kernels_are_held_small_by_the_penalty():
    layers = [
        {"kind": "conv", "filters": 1, "kernel": 1, "l1": 0.5},
        {"kind": "flatten"},
        {"kind": "dense", "units": 1, "l1": 0.125, "l2": 0.25},
    ]
    module = run(Architecture.from_fields({"input_shape": (1, 2, 1), "layers": layers}))
    module.conv_1.weight.data.fill_(-3.0)
    module.dense_1.weight.data = torch.tensor([[2.0, -1.0]])
    assert module.penalty().item() == pytest.approx(0.5 * 3 + 0.125 * 3 + 0.25 * 5)


def test_no_attribute_of_a_module_has_a_number_of_its_own_so_that_no_layer_can_hide_one():
    assert not [name for name in dir(torch.nn.Module()) if re.search(r"_\d", name)]
