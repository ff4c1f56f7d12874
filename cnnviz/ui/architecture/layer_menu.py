"""The kinds of layers on offer, in words, and a new layer of each with usual settings."""

from collections.abc import Callable

from cnnviz.architecture.analysis.tensors import Shape
from cnnviz.architecture.spec import (
    ActivationLayer,
    AvgPool,
    Backbone,
    BatchNorm,
    Branches,
    Conv,
    Dense,
    DepthwiseConv,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Layer,
    LayerNorm,
    MaxPool,
    Repeat,
    Residual,
    SeparableConv,
    SpatialDropout,
    TransposedConv,
)

KIND_TITLES = {
    "conv": "Convolution",
    "max_pool": "Max pooling",
    "avg_pool": "Average pooling",
    "dense": "Dense",
    "flatten": "Flatten",
    "dropout": "Dropout",
    "activation": "Activation",
    "batch_norm": "Batch normalisation",
    "layer_norm": "Layer normalisation",
    "spatial_dropout": "Spatial dropout",
    "global_avg_pool": "Global average pooling",
    "global_max_pool": "Global max pooling",
    "depthwise_conv": "Depthwise convolution",
    "separable_conv": "Separable convolution",
    "transposed_conv": "Transposed convolution",
    "repeat": "Block: repeat n times",
    "residual": "Block: skip connection (add)",
    "branches": "Block: parallel branches (concat)",
    "backbone": "Pretrained net (first layer)",
}

BLOCKS = ("repeat", "residual", "branches")

_PLAIN: dict[str, Callable[[], Layer]] = {
    "conv": lambda: Conv(filters=32, activation="relu"),
    "depthwise_conv": lambda: DepthwiseConv(padding="same"),
    "separable_conv": lambda: SeparableConv(filters=32, padding="same", activation="relu"),
    "transposed_conv": lambda: TransposedConv(filters=32, activation="relu"),
    "dense": lambda: Dense(units=64, activation="relu"),
    "max_pool": MaxPool,
    "avg_pool": AvgPool,
    "batch_norm": BatchNorm,
    "layer_norm": LayerNorm,
    "activation": ActivationLayer,
    "dropout": Dropout,
    "spatial_dropout": SpatialDropout,
    "flatten": Flatten,
    "global_avg_pool": GlobalAvgPool,
    "global_max_pool": GlobalMaxPool,
    "backbone": Backbone,
}


def new_layer(kind: str, shape: Shape | None) -> Layer:
    """Return a layer of that kind for a place where maps or a vector of `shape` come in (None: not known)."""
    if kind in _PLAIN:
        return _PLAIN[kind]()
    if kind == "residual":
        return Residual(layers=_keeping(shape))
    if kind == "repeat":
        return Repeat(layers=_keeping(shape)[:1])
    if shape is not None and len(shape) == 1:
        return Branches(branches=((Dense(units=32, activation="relu"),), (Dense(units=32, activation="tanh"),)))
    return Branches(branches=((_same(16, 1),), (_same(16, 3),)))


def around(kind: str, layer: Layer) -> Layer:
    """Return a block of that kind with the layer in it."""
    if kind == "branches":
        return Branches(branches=((layer,), ()))
    return Repeat(layers=(layer,)) if kind == "repeat" else Residual(layers=(layer,))


def _keeping(shape: Shape | None) -> tuple[Layer, ...]:
    """Two layers that put out what they take, as a sum with their input needs."""
    if shape is not None and len(shape) == 1:
        return (Dense(units=shape[0], activation="relu"), Dense(units=shape[0]))
    maps = shape[-1] if shape else 32
    return (_same(maps, 3), Conv(filters=maps, padding="same"))


def _same(filters: int, kernel: int) -> Conv:
    return Conv(filters=filters, kernel=kernel, padding="same", activation="relu")
