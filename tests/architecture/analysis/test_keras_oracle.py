"""Keras as oracle: 500 random nets, blocks in blocks included, have its shapes and parameters."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cnnviz.architecture.analysis.analyze import Analysis, analyze
from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.analysis.rules import RULES
from cnnviz.architecture.spec import MERGES, Architecture, Backbone, Dense, GlobalAvgPool
from tests.architecture.random_nets import BLOCKS, random_net

keras = pytest.importorskip("keras")

NUM_NETS = 500


def regularised(s: Any, *names: str) -> dict[str, Any]:
    return {f"{n}_regularizer": keras.regularizers.L1L2(s.l1, s.l2) for n in names} if s.l1 or s.l2 else {}


KERAS_LAYERS: dict[str, Callable[[Any], Any]] = {
    "conv": lambda s: keras.layers.Conv2D(
        s.filters,
        s.kernel,
        strides=s.stride,
        padding=s.padding,
        dilation_rate=s.dilation,
        activation=s.activation,
        use_bias=s.bias,
        **regularised(s, "kernel"),
    ),
    "depthwise_conv": lambda s: keras.layers.DepthwiseConv2D(
        s.kernel,
        strides=s.stride,
        padding=s.padding,
        dilation_rate=s.dilation,
        depth_multiplier=s.multiplier,
        activation=s.activation,
        use_bias=s.bias,
        **regularised(s, "depthwise"),
    ),
    "separable_conv": lambda s: keras.layers.SeparableConv2D(
        s.filters,
        s.kernel,
        strides=s.stride,
        padding=s.padding,
        dilation_rate=s.dilation,
        activation=s.activation,
        use_bias=s.bias,
        **regularised(s, "depthwise", "pointwise"),
    ),
    "transposed_conv": lambda s: keras.layers.Conv2DTranspose(
        s.filters,
        s.kernel,
        strides=s.stride,
        padding=s.padding,
        activation=s.activation,
        use_bias=s.bias,
        **regularised(s, "kernel"),
    ),
    "max_pool": lambda s: keras.layers.MaxPooling2D(s.size, strides=s.stride, padding=s.padding),
    "avg_pool": lambda s: keras.layers.AveragePooling2D(s.size, strides=s.stride, padding=s.padding),
    "batch_norm": lambda s: keras.layers.BatchNormalization(epsilon=s.epsilon),
    "layer_norm": lambda s: keras.layers.LayerNormalization(epsilon=s.epsilon),
    "activation": lambda s: keras.layers.Activation(s.function.removesuffix("_tanh")),
    "dropout": lambda s: keras.layers.Dropout(s.rate),
    "spatial_dropout": lambda s: keras.layers.SpatialDropout2D(s.rate),
    "flatten": lambda _: keras.layers.Flatten(),
    "global_avg_pool": lambda s: keras.layers.GlobalAveragePooling2D(keepdims=s.keep_sides),
    "global_max_pool": lambda s: keras.layers.GlobalMaxPooling2D(keepdims=s.keep_sides),
    "zero_padding": lambda s: keras.layers.ZeroPadding2D(((s.top, s.bottom), (s.left, s.right))),
    "cropping": lambda s: keras.layers.Cropping2D(((s.top, s.bottom), (s.left, s.right))),
    "up_sampling": lambda s: keras.layers.UpSampling2D(s.size, interpolation=s.interpolation),
    "scaling": lambda s: keras.layers.Rescaling(s.scale, s.offset),
    "prelu": lambda _: keras.layers.PReLU(),
    "clip": lambda s: keras.layers.ReLU(max_value=s.high),
    "reshape": lambda s: keras.layers.Reshape(s.shape),
    "dense": lambda s: keras.layers.Dense(
        s.units, activation=s.activation, use_bias=s.bias, **regularised(s, "kernel")
    ),
}


class Builder:
    """A second way from spec to Keras, written straight from the words of the spec, without `graph`."""

    def __init__(self) -> None:
        self.layers: list[Any] = []

    def follow(self, specs: Any, tensor: Any) -> Any:
        for spec in specs:
            tensor = getattr(self, spec.kind, self.plain)(spec, tensor)
        return tensor

    def apply(self, layer: Any, *tensors: Any) -> Any:
        self.layers.append(layer)
        return layer(list(tensors) if len(tensors) > 1 else tensors[0])

    def plain(self, spec: Any, tensor: Any) -> Any:
        return self.apply(KERAS_LAYERS[spec.kind](spec), tensor)

    def prelu(self, spec: Any, tensor: Any) -> Any:
        are_maps = spec.shared == "maps" and len(tensor.shape) == 4
        return self.apply(keras.layers.PReLU(shared_axes=[1, 2] if are_maps else None), tensor)

    def repeat(self, spec: Any, tensor: Any) -> Any:
        for _ in range(spec.times):
            tensor = self.follow(spec.layers, tensor)
        return tensor

    def branches(self, spec: Any, tensor: Any) -> Any:
        classes = {"concat": "Concatenate"}
        merge = getattr(keras.layers, classes.get(spec.merge, spec.merge.capitalize()))()
        return self.apply(merge, *[self.follow(branch, tensor) for branch in spec.branches])

    def residual(self, spec: Any, tensor: Any) -> Any:
        out = self.follow(spec.layers, tensor)
        if spec.shortcut == "projection":
            before, after = tensor.shape[1:-1], out.shape[1:-1]
            stride = max((-(-a // b) for a, b in zip(before, after, strict=True)), default=None)
            filters = out.shape[-1]
            fitting = keras.layers.Conv2D(filters, 1, strides=stride) if stride else keras.layers.Dense(filters)
            tensor = self.apply(fitting, tensor)
        out = self.apply(keras.layers.Add(), out, tensor)
        return out if spec.activation == "linear" else self.apply(keras.layers.Activation(spec.activation), out)


def assert_equal_to_keras(analysis: Analysis, layers: list[Any]) -> None:
    for report, layer in zip(analysis.layers, layers, strict=True):
        assert tuple(layer.output.shape[1:]) == report.output_shape, report
        assert layer.count_params() == report.params, report
        assert sum(np.prod(weight.shape) for weight in layer.trainable_weights) == report.trainable_params, report


def test_the_random_nets_have_every_kind_and_are_no_toys():
    nets = [random_net(seed) for seed in range(NUM_NETS)]
    kinds = [node.layer.kind for net in nets for node in trace(net)[0]]
    blocks = [span for net in nets for span in trace(net)[1]]
    assert set(kinds) == {*RULES, *MERGES}
    assert set(RULES) == set(KERAS_LAYERS)
    assert len(kinds) > 6 * NUM_NETS
    assert {span.kind for span in blocks} == set(BLOCKS)
    assert sum(span.depth > 0 for span in blocks) > 50
    assert all(net.input_shape[0] != net.input_shape[1] for net in nets)


@pytest.mark.parametrize("seed", range(NUM_NETS))
def test_a_random_net_has_the_shapes_and_parameters_of_keras(seed: int):
    architecture = random_net(seed)
    image = keras.Input(shape=architecture.input_shape)
    builder = Builder()
    output = builder.follow(architecture.layers, image)
    analysis = analyze(architecture)
    assert_equal_to_keras(analysis, builder.layers)
    assert keras.Model(image, output).count_params() == analysis.totals.params


@pytest.mark.parametrize("network", ["MobileNetV2", "VGG16", "ResNet50"])
def test_a_backbone_has_the_shapes_and_parameters_of_keras(network: str):
    spec = Backbone(network=network, weights="random")
    architecture = Architecture(input_shape=(33, 70, 3), layers=(spec, GlobalAvgPool(), Dense(units=3)))
    made = getattr(keras.applications, network)(include_top=False, weights=None, input_shape=(33, 70, 3))
    report = analyze(architecture).layers[0]
    assert (report.output_shape, report.params) == (tuple(made.output.shape[1:]), made.count_params())
    assert report.trainable_params == 0
    convolutions = [layer for layer in made.layers if isinstance(layer, keras.layers.Conv2D)]
    convolutions += [layer for layer in made.layers if isinstance(layer, keras.layers.DepthwiseConv2D)]
    macs = {
        layer.name: int(np.prod(layer.output.shape[1:3])) * int(np.prod(layer.kernel.shape)) for layer in convolutions
    }
    assert report.macs == sum(macs.values())
    trained = architecture.model_copy(update={"layers": (spec.model_copy(update={"trainable": True}),)})
    made.trainable = True
    weights = sum(int(np.prod(weight.shape)) for weight in made.trainable_weights)
    assert analyze(trained).totals.trainable_params == weights
