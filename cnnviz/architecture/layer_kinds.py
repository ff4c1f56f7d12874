"""One record for each kind of layer: all that is said, drawn and offered of it; what it computes is in `analysis`.

A new kind of layer is a class in `spec.layers` or `spec.arithmetic` (and a member of `spec.Layer`), a record here, a
rule in `analysis.rules`, a Keras layer in `models.layers`, and a step in `export.keras_calls`, `export.torch_steps`,
`models.onnx_steps` and the browser's `nn/layers.js` and `nn/terms.js`.
"""

from cnnviz.architecture.layer_family import LayerKind, NewLayer, Shape
from cnnviz.architecture.spec import (
    ActivationLayer,
    AvgPool,
    Backbone,
    BatchNorm,
    Branches,
    Conv,
    Cropping,
    Dense,
    DepthwiseConv,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Layer,
    LayerNorm,
    MaxPool,
    PReLU,
    Repeat,
    Residual,
    SeparableConv,
    SpatialDropout,
    TransposedConv,
    UpSampling,
    ZeroPadding,
)


def _always(layer: Layer) -> NewLayer:
    return lambda _: layer


def _relu_conv(filters: int, kernel: int) -> Conv:
    return Conv(filters=filters, kernel=kernel, padding="same", activation="relu")


def _shape_keeping(shape: Shape | None) -> tuple[Layer, ...]:
    """Return two layers whose output has the shape of their input, as a sum with that input needs."""
    if shape is not None and len(shape) == 1:
        return (Dense(units=shape[0], activation="relu"), Dense(units=shape[0]))
    maps = shape[-1] if shape else 32
    return (_relu_conv(maps, 3), Conv(filters=maps, padding="same"))


def _branches(shape: Shape | None) -> Branches:
    if shape is not None and len(shape) == 1:
        return Branches(branches=((Dense(units=32, activation="relu"),), (Dense(units=32, activation="tanh"),)))
    return Branches(branches=((_relu_conv(16, 1),), (_relu_conv(16, 3),)))


LAYER_KINDS: dict[str, LayerKind] = {
    "conv": LayerKind(
        "Convolution",
        "convolution",
        "2D convolution (cross-correlation) with a square kernel.",
        _always(Conv(filters=32, activation="relu")),
    ),
    "max_pool": LayerKind("Max pooling", "pooling", "The largest value of each window.", _always(MaxPool())),
    "avg_pool": LayerKind("Average pooling", "pooling", "The mean of each window.", _always(AvgPool())),
    "dense": LayerKind("Dense", "dense", "Fully connected, with a bias.", _always(Dense(units=64, activation="relu"))),
    "flatten": LayerKind("Flatten", "shape", "Maps to one long vector.", _always(Flatten())),
    "dropout": LayerKind(
        "Dropout", "dropout", "Sets a share of the values to zero while training.", _always(Dropout())
    ),
    "activation": LayerKind(
        "Activation",
        "activation",
        "An activation function as a layer of its own.",
        _always(ActivationLayer()),
    ),
    "batch_norm": LayerKind(
        "Batch normalisation",
        "normalisation",
        "Batch normalisation over the last axis.",
        _always(BatchNorm()),
    ),
    "layer_norm": LayerKind(
        "Layer normalisation",
        "normalisation",
        "Normalises the channels of each place (the values of a vector) by their own mean and variance.",
        _always(LayerNorm()),
    ),
    "spatial_dropout": LayerKind(
        "Spatial dropout",
        "dropout",
        "Sets a share of whole maps to zero while training.",
        _always(SpatialDropout()),
    ),
    "global_avg_pool": LayerKind(
        "Global average pooling", "pooling", "The mean of each map.", _always(GlobalAvgPool()), term="global average"
    ),
    "global_max_pool": LayerKind(
        "Global max pooling",
        "pooling",
        "The largest value of each map.",
        _always(GlobalMaxPool()),
        term="global maximum",
    ),
    "depthwise_conv": LayerKind(
        "Depthwise convolution",
        "convolution",
        "A convolution in which each map has kernels of its own: space is mixed, channels are not.",
        _always(DepthwiseConv(padding="same")),
    ),
    "separable_conv": LayerKind(
        "Separable convolution",
        "convolution",
        "A depthwise convolution, then a 1×1 convolution that mixes the channels.",
        _always(SeparableConv(filters=32, padding="same", activation="relu")),
    ),
    "transposed_conv": LayerKind(
        "Transposed convolution",
        "convolution",
        "The convolution that makes maps larger: each value paints the kernel, scaled, every `stride` pixels.",
        _always(TransposedConv(filters=32, activation="relu")),
    ),
    "up_sampling": LayerKind(
        "Up-sampling",
        "shape",
        "Larger maps: each value is repeated, or new values lie between its neighbours.",
        _always(UpSampling()),
    ),
    "zero_padding": LayerKind(
        "Zero padding",
        "shape",
        "Rows and columns of zeros around the maps.",
        _always(ZeroPadding()),
    ),
    "cropping": LayerKind(
        "Cropping",
        "shape",
        "Rows and columns at the border of the maps are left out.",
        _always(Cropping()),
    ),
    "prelu": LayerKind(
        "Activation with a learned slope (PReLU)",
        "activation",
        "A ReLU whose slope below zero is learned: one for each map, or one for each value.",
        _always(PReLU()),
        term="PReLU",
    ),
    "repeat": LayerKind(
        "Block: repeat n times",
        "repetition",
        "The same block several times in a row, each time with weights of its own.",
        lambda shape: Repeat(layers=_shape_keeping(shape)[:1]),
        lambda layer: Repeat(layers=(layer,)),
        term="repeated block",
    ),
    "residual": LayerKind(
        "Block: skip connection (add)",
        "sum or concatenation",
        "A block with a way around it: activation(layers(x) + shortcut(x)).",
        lambda shape: Residual(layers=_shape_keeping(shape)),
        lambda layer: Residual(layers=(layer,)),
        term="residual block",
    ),
    "branches": LayerKind(
        "Block: parallel branches (concat)",
        "sum or concatenation",
        "Paths side by side, their maps put one after the other (or added, multiplied ...); an empty path passes its "
        "input on.",
        _branches,
        lambda layer: Branches(branches=((layer,), ())),
        term="branches",
    ),
    "backbone": LayerKind(
        "Pretrained net (first layer)",
        "pretrained net",
        "A known network without its head, as the first layer: it brings its own scaling of pixels.",
        _always(Backbone()),
        term="pretrained net",
    ),
    "clip": LayerKind(
        "Clipping",
        "activation",
        "What is below the lowest or above the highest value becomes that value.",
    ),
    "scaling": LayerKind(
        "Scaling",
        "normalisation",
        "Each value times a fixed factor, plus a fixed number: one of each, or one for each channel.",
    ),
    "reshape": LayerKind("Other shape", "shape", "The same values in another shape, in the order of flatten."),
    "add": LayerKind("Sum of paths", "sum or concatenation", "The sum of paths, value by value.", term="sum"),
    "multiply": LayerKind(
        "Product of paths", "sum or concatenation", "The product of paths, value by value.", term="product"
    ),
    "average": LayerKind("Mean of paths", "sum or concatenation", "The mean of paths, value by value."),
    "maximum": LayerKind("Maximum of paths", "sum or concatenation", "The largest value of all paths, place by place."),
    "concat": LayerKind(
        "Maps of all paths put together",
        "sum or concatenation",
        "The maps of all branches, one after another.",
        term="put together",
    ),
}
"""Kind -> its record, in the order of the menu."""

MENU: dict[str, str] = {kind: record.title for kind, record in LAYER_KINDS.items() if record.new}
"""The kinds that can be added -> their titles, in order."""
