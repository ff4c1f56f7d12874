"""Keras as oracle: 200 random nets and every preset have its shapes and its parameter counts."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cnnviz.architecture.analysis import Analysis, analyze
from cnnviz.architecture.codegen import keras_functional, keras_sequential
from cnnviz.architecture.presets import PRESETS
from cnnviz.architecture.rules import RULES
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidArchitecture

keras = pytest.importorskip("keras")

NUM_NETS = 200
ACTIVATIONS = ["linear", "relu", "leaky_relu", "elu", "gelu", "sigmoid", "tanh", "softmax"]

KERAS_LAYERS: dict[str, Callable[[Any], Any]] = {
    "conv": lambda s: keras.layers.Conv2D(
        s.filters, s.kernel, strides=s.stride, padding=s.padding, dilation_rate=s.dilation, activation=s.activation
    ),
    "max_pool": lambda s: keras.layers.MaxPooling2D(s.size, strides=s.stride, padding=s.padding),
    "avg_pool": lambda s: keras.layers.AveragePooling2D(s.size, strides=s.stride, padding=s.padding),
    "batch_norm": lambda _: keras.layers.BatchNormalization(),
    "activation": lambda s: keras.layers.Activation(s.function),
    "dropout": lambda s: keras.layers.Dropout(s.rate),
    "flatten": lambda _: keras.layers.Flatten(),
    "global_avg_pool": lambda _: keras.layers.GlobalAveragePooling2D(),
    "dense": lambda s: keras.layers.Dense(s.units, activation=s.activation),
}


def random_layer(rng: random.Random) -> dict[str, Any]:
    kind = rng.choice([*RULES, "conv", "conv", "max_pool", "avg_pool"])
    padding = rng.choice(["valid", "same"])
    if kind == "conv":
        stride, dilation = rng.choice([(1, 1), (1, 1), (2, 1), (3, 1), (1, 2), (1, 3)])
        fields = {"filters": rng.randint(2, 6), "kernel": rng.randint(1, 5), "activation": rng.choice(ACTIVATIONS)}
        return {"kind": kind, "stride": stride, "dilation": dilation, "padding": padding, **fields}
    if kind in ("max_pool", "avg_pool"):
        return {"kind": kind, "size": rng.randint(1, 4), "stride": rng.choice([None, 1, 2, 3]), "padding": padding}
    if kind == "dense":
        return {"kind": kind, "units": rng.randint(2, 9), "activation": rng.choice(ACTIVATIONS)}
    return {"kind": kind} | ({"function": rng.choice(ACTIVATIONS)} if kind == "activation" else {})


def random_net(seed: int) -> Architecture:
    """Add random layers as long as they fit: the refusals are tested elsewhere, here only what is possible."""
    rng = random.Random(seed)
    height = rng.randint(3, 40)
    # two channels or more: Keras warns about a softmax over one value
    net = {"input_shape": (height, height + rng.randint(1, 20), rng.randint(2, 4)), "layers": [{"kind": "dropout"}]}
    for _ in range(rng.randint(2, 9)):
        candidate = net | {"layers": [*net["layers"], random_layer(rng)]}
        try:
            analyze(Architecture.from_fields(candidate))
        except InvalidArchitecture:
            continue
        net = candidate
    return Architecture.from_fields(net)


def assert_equal_to_keras(analysis: Analysis, layers: list[Any]) -> None:
    for report, layer in zip(analysis.layers, layers, strict=True):
        assert tuple(layer.output.shape[1:]) == report.output_shape, report
        assert layer.count_params() == report.params, report
        assert sum(weight.numpy().size for weight in layer.trainable_weights) == report.trainable_params, report


def run(code: str) -> Any:
    namespace: dict[str, Any] = {}
    exec(code, namespace)
    return namespace["model"]


@pytest.fixture
def _free_memory() -> Iterator[None]:
    yield
    keras.backend.clear_session()


def test_the_random_nets_have_every_kind_and_are_no_toys():
    nets = [random_net(seed) for seed in range(NUM_NETS)]
    assert {layer.kind for net in nets for layer in net.layers} == set(RULES) == set(KERAS_LAYERS)
    assert sum(len(net.layers) for net in nets) > 4 * NUM_NETS
    assert all(net.input_shape[0] != net.input_shape[1] for net in nets)


@pytest.mark.parametrize("seed", range(NUM_NETS))
def test_a_random_net_has_the_shapes_and_parameters_of_keras(seed: int):
    architecture = random_net(seed)
    image = tensor = keras.Input(shape=architecture.input_shape)
    layers = [KERAS_LAYERS[spec.kind](spec) for spec in architecture.layers]
    for layer in layers:
        tensor = layer(tensor)
    analysis = analyze(architecture)
    assert_equal_to_keras(analysis, layers)
    assert keras.Model(image, tensor).count_params() == analysis.totals.params


@pytest.mark.parametrize("write", [keras_functional, keras_sequential])
@pytest.mark.parametrize("seed", range(0, NUM_NETS, 20))
def test_the_code_of_a_random_net_runs_and_makes_that_net(seed: int, write: Callable[[Architecture], str]):
    architecture = random_net(seed)
    model = run(write(architecture))
    _, *layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    analysis = analyze(architecture)
    assert [layer.name for layer in layers] == [report.name for report in analysis.layers]
    assert_equal_to_keras(analysis, layers)
    for spec, layer in zip(architecture.layers, layers, strict=True):
        expected = KERAS_LAYERS[spec.kind](spec).get_config() | {"name": layer.name}
        assert {k: v for k, v in layer.get_config().items() if k != "build_config"} == expected


@pytest.mark.usefixtures("_free_memory")
@pytest.mark.parametrize("name", PRESETS)
def test_the_code_of_a_preset_runs_and_has_its_parameters(name: str):
    architecture = PRESETS[name].architecture
    model = run(keras_functional(architecture))
    assert model.name == name
    assert model.count_params() == analyze(architecture).totals.params
    rescaling = model.get_layer("rescaling")
    assert (rescaling.scale, rescaling.offset) == (1 / 255, 0.0)


def test_a_name_with_quotes_cannot_break_out_of_the_code():
    architecture = Architecture.from_fields(
        {"name": '"); raise SystemExit("', "input_shape": (4, 5, 1), "layers": [{"kind": "flatten"}]}
    )
    assert run(keras_functional(architecture)).name == run(keras_sequential(architecture)).name
