"""One layer of a spec -> one Keras layer."""

from collections.abc import Callable
from typing import Any

import keras

from cnnviz.architecture.spec.base import LayerSpec, WeightedSpec
from cnnviz.models.backbones import backbone

Shape = tuple[int, ...]


def keras_layer(spec: LayerSpec, name: str, input_shape: Shape) -> keras.layers.Layer:
    """Make the Keras layer for a spec (not for a block: `graph.trace` takes those apart).

    `input_shape` is without the batch axis; only a backbone needs it.
    """
    if spec.kind == "backbone":
        return backbone(spec, name, input_shape)
    return _LAYERS[spec.kind](spec, name)


def _convolution(make: Callable[..., keras.layers.Layer]) -> Callable[[Any, str], keras.layers.Layer]:
    def layer(spec: Any, name: str) -> keras.layers.Layer:
        size = {"filters": spec.filters} if hasattr(spec, "filters") else {"depth_multiplier": spec.multiplier}
        holes = {"dilation_rate": spec.dilation} if hasattr(spec, "dilation") else {}
        return make(
            kernel_size=spec.kernel,
            strides=spec.stride,
            padding=spec.padding,
            activation=spec.activation,
            name=name,
            **size,
            **holes,
            **_regularisers(spec),
        )

    return layer


def _pooling(make: Callable[..., keras.layers.Layer]) -> Callable[[Any, str], keras.layers.Layer]:
    return lambda spec, name: make(spec.size, strides=spec.stride, padding=spec.padding, name=name)


def _plain(make: Callable[..., keras.layers.Layer]) -> Callable[[Any, str], keras.layers.Layer]:
    return lambda _, name: make(name=name)


def _dense(spec: Any, name: str) -> keras.layers.Layer:
    return keras.layers.Dense(spec.units, activation=spec.activation, name=name, **_regularisers(spec))


def _regularisers(spec: WeightedSpec) -> dict[str, Any]:
    if not (spec.l1 or spec.l2):
        return {}
    kernels = {"depthwise_conv": ("depthwise",), "separable_conv": ("depthwise", "pointwise")}
    names = kernels.get(spec.kind, ("kernel",))
    return {f"{name}_regularizer": keras.regularizers.L1L2(l1=spec.l1, l2=spec.l2) for name in names}


_LAYERS: dict[str, Callable[[Any, str], keras.layers.Layer]] = {
    "conv": _convolution(keras.layers.Conv2D),
    "depthwise_conv": _convolution(keras.layers.DepthwiseConv2D),
    "separable_conv": _convolution(keras.layers.SeparableConv2D),
    "transposed_conv": _convolution(keras.layers.Conv2DTranspose),
    "max_pool": _pooling(keras.layers.MaxPooling2D),
    "avg_pool": _pooling(keras.layers.AveragePooling2D),
    "batch_norm": _plain(keras.layers.BatchNormalization),
    "layer_norm": _plain(keras.layers.LayerNormalization),
    "activation": lambda spec, name: keras.layers.Activation(spec.function, name=name),
    "dropout": lambda spec, name: keras.layers.Dropout(spec.rate, name=name),
    "spatial_dropout": lambda spec, name: keras.layers.SpatialDropout2D(spec.rate, name=name),
    "flatten": _plain(keras.layers.Flatten),
    "global_avg_pool": _plain(keras.layers.GlobalAveragePooling2D),
    "global_max_pool": _plain(keras.layers.GlobalMaxPooling2D),
    "dense": _dense,
    "add": _plain(keras.layers.Add),
    "concat": _plain(keras.layers.Concatenate),
}
