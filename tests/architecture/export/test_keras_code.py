"""The generated Keras code runs as it stands and makes the net that its report describes."""

import keyword
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.export.keras_code import keras_functional, keras_sequential, why_not_sequential
from cnnviz.architecture.export.torch_code import torch_module
from cnnviz.architecture.export.variables import python_names
from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.architecture.spec import (
    Architecture,
    Backbone,
    Branches,
    Conv,
    Dense,
    Flatten,
    GlobalAvgPool,
    Repeat,
    Residual,
)
from cnnviz.errors import InvalidArchitecture
from tests.architecture.random_nets import random_net

keras = pytest.importorskip("keras")

NETS = [random_net(seed) for seed in range(0, 1000, 10)]
CHAINS = [net for net in NETS if not why_not_sequential(net)]
SKIP = Residual(layers=(Conv(filters=3, padding="same"),))


def run(code: str) -> Any:
    namespace: dict[str, Any] = {}
    exec(code, namespace)
    return namespace["model"]


def assert_is(model: Any, architecture: Architecture) -> None:
    analysis = analyze(architecture)
    layers = {layer.name: layer for layer in model.layers if layer.name not in ("image", "rescaling")}
    assert set(layers) == {report.name for report in analysis.layers}
    for report in analysis.layers:
        layer = layers[report.name]
        assert (tuple(layer.output.shape[1:]), layer.count_params()) == (report.output_shape, report.params)
    assert model.outputs[0].shape[1:] == analysis.layers[-1].output_shape
    assert model.count_params() == analysis.totals.params


def layer_behind(tensor: Any) -> Any:
    operation = tensor._keras_history.operation
    while not isinstance(operation, keras.layers.Layer):
        operation = operation._inbound_nodes[0].input_tensors[0]._keras_history.operation
    return operation


@pytest.fixture
def _free_memory() -> Iterator[None]:
    yield
    keras.backend.clear_session()


def test_the_nets_of_these_tests_are_chains_and_others():
    assert 20 < len(CHAINS) < 80


@pytest.mark.parametrize("architecture", NETS, ids=range(len(NETS)))
def test_the_functional_code_of_a_random_net_makes_that_net(architecture: Architecture):
    model = run(keras_functional(architecture))
    assert_is(model, architecture)
    reads = {report.name: [*report.inputs] for report in analyze(architecture).layers}
    for layer in model.layers[2:]:
        tensors = layer.input if isinstance(layer.input, list) else [layer.input]
        sources = [layer_behind(tensor).name.replace("rescaling", "image") for tensor in tensors]
        assert sources == reads[layer.name]


@pytest.mark.parametrize("architecture", CHAINS, ids=range(len(CHAINS)))
def test_the_sequential_code_of_a_random_chain_makes_that_net(architecture: Architecture):
    assert_is(run(keras_sequential(architecture)), architecture)


@pytest.mark.usefixtures("_free_memory")
@pytest.mark.parametrize("name", PRESETS)
def test_the_code_of_a_preset_runs_and_has_its_parameters(name: str):
    architecture = PRESETS[name].architecture
    model = run(keras_functional(architecture))
    assert model.name == name
    assert model.count_params() == analyze(architecture).totals.params
    rescaling = model.get_layer("rescaling")
    assert (rescaling.scale, rescaling.offset) == (1 / 255, 0.0)


@pytest.mark.parametrize("write", [keras_functional, keras_sequential])
def test_settings_of_every_kind_reach_the_keras_layer(write: Callable[[Architecture], str]):
    layers = [
        {"kind": "conv", "filters": 4, "kernel": 5, "stride": 2, "padding": "same", "activation": "elu", "l1": 0.5},
        {"kind": "separable_conv", "filters": 4, "dilation": 2, "l2": 0.25},
        {"kind": "depthwise_conv", "multiplier": 2, "l1": 0.5, "l2": 0.25},
        {"kind": "transposed_conv", "filters": 3, "stride": 3, "padding": "valid"},
        {"kind": "max_pool", "size": 3, "stride": 1, "padding": "same"},
        {"kind": "avg_pool", "size": 3},
        {"kind": "spatial_dropout", "rate": 0.125},
        {"kind": "global_max_pool"},
        {"kind": "dense", "units": 2, "activation": "softmax", "l2": 0.5},
    ]
    model = run(write(Architecture.from_fields({"input_shape": (20, 23, 2), "layers": layers})))
    conv, separable, depthwise, transposed, pool, mean, dropout, _, dense = model.layers[-9:]
    assert (conv.strides, conv.padding, conv.activation.__name__) == ((2, 2), "same", "elu")
    assert (float(conv.kernel_regularizer.l1), float(conv.kernel_regularizer.l2)) == (0.5, 0.0)
    assert separable.dilation_rate == (2, 2)
    assert float(separable.pointwise_regularizer.l2) == float(separable.depthwise_regularizer.l2) == 0.25
    assert (depthwise.depth_multiplier, float(depthwise.depthwise_regularizer.l1)) == (2, 0.5)
    assert (transposed.strides, transposed.padding) == ((3, 3), "valid")
    assert (pool.pool_size, pool.strides, pool.padding) == ((3, 3), (1, 1), "same")
    assert (mean.pool_size, mean.strides) == ((3, 3), (3, 3))
    assert dropout.rate == 0.125
    assert (dense.activation.__name__, float(dense.kernel_regularizer.l2)) == ("softmax", 0.5)


@pytest.mark.parametrize("network", ["MobileNetV2", "VGG16", "ResNet50"])
@pytest.mark.usefixtures("_free_memory")
def test_the_code_of_a_backbone_runs_with_the_scaling_it_was_trained_with(network: str):
    layers = (Backbone(network=network, weights="random"), GlobalAvgPool(), Dense(units=2))
    architecture = Architecture(input_shape=(32, 45, 3), layers=layers)
    code = keras_functional(architecture)
    model = run(code)
    assert model.count_params() == analyze(architecture).totals.params
    assert model.get_layer("backbone_1").trainable is False
    assert "offset=-1" in code if network == "MobileNetV2" else "103.939" in code


def test_nets_that_are_no_chain_say_so_instead_of_sequential_code():
    skip = Architecture(input_shape=(8, 9, 3), layers=(SKIP,))
    fork = Architecture(input_shape=(8, 9, 3), layers=(Branches(branches=((Conv(filters=1),), (Conv(filters=1),))),))
    backbone = Architecture(input_shape=(32, 33, 3), layers=(Backbone(),))
    chain, way_out = "A Sequential model is one chain of layers, and ", "use the functional code."
    assert why_not_sequential(skip) == f"{chain}there is more than one path in Residual block ('residual_1'): {way_out}"
    assert why_not_sequential(fork) == f"{chain}there is more than one path in Branches ('branches_1'): {way_out}"
    assert why_not_sequential(backbone) == f"{chain}Pretrained net ('backbone_1') is a net of its own: {way_out}"
    rounds = Repeat(layers=(Conv(filters=1, padding="same"),))
    fork = Architecture(input_shape=(8, 9, 3), layers=(Branches(branches=((), (rounds,))),))
    assert "in Branches ('branches_1'):" in why_not_sequential(fork), "not in the rounds, which are a chain"
    assert keras_sequential(skip) == f"# {why_not_sequential(skip)}\n"
    assert torch_module(backbone).startswith("# PyTorch has other weights")


def test_a_name_with_quotes_cannot_break_out_of_the_code():
    architecture = Architecture.from_fields(
        {"name": '"); raise SystemExit("', "input_shape": (4, 5, 1), "layers": [{"kind": "flatten"}]}
    )
    assert run(keras_functional(architecture)).name == run(keras_sequential(architecture)).name


WORDS = ["class", "layers", "keras", "inputs", "model", "x", "forward", "train", "import", "self", "F", "torch"]


def test_layers_named_like_words_of_the_language_still_make_code_that_runs():
    skips = [Residual(name=word, layers=(Conv(name=word, filters=3, padding="same"),)) for word in WORDS]
    architecture = Architecture(input_shape=(8, 9, 3), layers=(*skips, Flatten()))
    assert_is(run(keras_functional(architecture)), architecture)
    compile(torch_module(architecture), "net", "exec")


def test_names_of_values_are_python_names_and_all_different():
    branch = Branches(name="a_1", branches=((Conv(name="b", filters=1, kernel=1),), ()))
    clash = Conv(name="a_1_1_b", filters=1)
    names = python_names(trace(Architecture(input_shape=(8, 9, 1), layers=(branch, clash)))[0])
    assert names == ["a_1_1_b", "a_1_concat", "a_1_1_b_"]
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in names)


@pytest.mark.parametrize("write", [keras_functional, keras_sequential, torch_module])
def test_no_code_is_written_for_an_impossible_net(write: Callable[[Architecture], str]):
    with pytest.raises(InvalidArchitecture, match="needs one vector"):
        write(Architecture(input_shape=(8, 9, 1), layers=(Dense(units=2),)))
