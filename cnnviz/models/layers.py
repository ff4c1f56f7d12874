"""One layer of a spec -> one Keras layer, and back: the kind of a Keras layer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras

from cnnviz.architecture.spec.arithmetic import Cropping, Factors, PReLU, Reshape, Scaling, UpSampling, ZeroPadding
from cnnviz.architecture.spec.layers import (
    ActivationLayer,
    AvgPool,
    Backbone,
    BatchNorm,
    Convolution,
    Dense,
    DepthwiseConv,
    Dropout,
    GlobalAvgPool,
    GlobalMaxPool,
    LayerNorm,
    LayerSpec,
    MaxPool,
    SpatialDropout,
    TransposedConv,
    WeightedSpec,
)
from cnnviz.models.backbones import backbone

Shape = tuple[int, ...]


@dataclass(frozen=True)
class KerasLayer:
    """The Keras class of a kind of layer, and the arguments that a spec of this kind gives it, its name apart."""

    make: type[keras.layers.Layer]
    arguments: Callable[[Any], dict[str, Any]] = lambda _: {}


def keras_layer(spec: LayerSpec, name: str, input_shape: Shape) -> keras.layers.Layer:
    """Make the Keras layer for a spec (not for a block: `graph.trace` takes those apart).

    `input_shape` is without the batch axis; only a backbone needs it.
    """
    if isinstance(spec, Backbone):
        return backbone(spec, name, input_shape)
    if isinstance(spec, ActivationLayer) and spec.slope is not None:
        return _WITH_SLOPE[spec.function](spec.slope, name=name)
    layer = KERAS_LAYERS[spec.kind]
    return layer.make(name=name, **layer.arguments(spec))


def layer_kind(layer: keras.layers.Layer) -> str:
    """Return the kind that a Keras layer is called in a spec; for a layer that no spec has, its class in small letters.

    A model inside a model is a backbone.
    """
    if isinstance(layer, keras.Model):
        return "backbone"
    return _KINDS.get(type(layer), type(layer).__name__.lower())


def _convolution(spec: Convolution) -> dict[str, Any]:
    size = {"depth_multiplier": spec.multiplier} if isinstance(spec, DepthwiseConv) else {"filters": spec.filters}
    holes = {} if isinstance(spec, TransposedConv) else {"dilation_rate": spec.dilation}
    return {
        "kernel_size": spec.kernel,
        "strides": spec.stride,
        "padding": spec.padding,
        "activation": spec.activation,
        "use_bias": spec.bias,
        **size,
        **holes,
        **_regularisers(spec),
    }


def _pooling(spec: MaxPool | AvgPool) -> dict[str, Any]:
    return {"pool_size": spec.size, "strides": spec.stride, "padding": spec.padding}


def _dense(spec: Dense) -> dict[str, Any]:
    return {"units": spec.units, "activation": spec.activation, "use_bias": spec.bias, **_regularisers(spec)}


def _activation(spec: ActivationLayer) -> dict[str, Any]:
    return {"activation": spec.function}


def _normalisation(spec: BatchNorm | LayerNorm) -> dict[str, Any]:
    return {"epsilon": spec.epsilon}


def _global_pooling(spec: GlobalAvgPool | GlobalMaxPool) -> dict[str, Any]:
    return {"keepdims": spec.keep_sides}


def _zero_padding(spec: ZeroPadding) -> dict[str, Any]:
    return {"padding": ((spec.top, spec.bottom), (spec.left, spec.right))}


def _cropping(spec: Cropping) -> dict[str, Any]:
    return {"cropping": ((spec.top, spec.bottom), (spec.left, spec.right))}


def _up_sampling(spec: UpSampling) -> dict[str, Any]:
    return {"size": spec.size, "interpolation": spec.interpolation}


def rescaling(scale: Factors, offset: Factors) -> dict[str, Any]:
    """Return the arguments of a Rescaling, with lists for what each channel has of its own."""
    lists = (list(factors) if isinstance(factors, tuple) else factors for factors in (scale, offset))
    return dict(zip(("scale", "offset"), lists, strict=True))


def _scaling(spec: Scaling) -> dict[str, Any]:
    return rescaling(spec.scale, spec.offset)


def _prelu(spec: PReLU) -> dict[str, Any]:
    return {"shared_axes": [1, 2]} if spec.shared == "maps" else {}


def _reshape(spec: Reshape) -> dict[str, Any]:
    return {"target_shape": spec.shape}


def _dropout(spec: Dropout | SpatialDropout) -> dict[str, Any]:
    return {"rate": spec.rate}


def _regularisers(spec: WeightedSpec) -> dict[str, Any]:
    if not (spec.l1 or spec.l2):
        return {}
    kernels = {"depthwise_conv": ("depthwise",), "separable_conv": ("depthwise", "pointwise")}
    names = kernels.get(spec.kind, ("kernel",))
    return {f"{name}_regularizer": keras.regularizers.L1L2(l1=spec.l1, l2=spec.l2) for name in names}


KERAS_LAYERS: dict[str, KerasLayer] = {
    "conv": KerasLayer(keras.layers.Conv2D, _convolution),
    "depthwise_conv": KerasLayer(keras.layers.DepthwiseConv2D, _convolution),
    "separable_conv": KerasLayer(keras.layers.SeparableConv2D, _convolution),
    "transposed_conv": KerasLayer(keras.layers.Conv2DTranspose, _convolution),
    "max_pool": KerasLayer(keras.layers.MaxPooling2D, _pooling),
    "avg_pool": KerasLayer(keras.layers.AveragePooling2D, _pooling),
    "batch_norm": KerasLayer(keras.layers.BatchNormalization, _normalisation),
    "layer_norm": KerasLayer(keras.layers.LayerNormalization, _normalisation),
    "activation": KerasLayer(keras.layers.Activation, _activation),
    "dropout": KerasLayer(keras.layers.Dropout, _dropout),
    "spatial_dropout": KerasLayer(keras.layers.SpatialDropout2D, _dropout),
    "flatten": KerasLayer(keras.layers.Flatten),
    "global_avg_pool": KerasLayer(keras.layers.GlobalAveragePooling2D, _global_pooling),
    "global_max_pool": KerasLayer(keras.layers.GlobalMaxPooling2D, _global_pooling),
    "dense": KerasLayer(keras.layers.Dense, _dense),
    "zero_padding": KerasLayer(keras.layers.ZeroPadding2D, _zero_padding),
    "cropping": KerasLayer(keras.layers.Cropping2D, _cropping),
    "up_sampling": KerasLayer(keras.layers.UpSampling2D, _up_sampling),
    "scaling": KerasLayer(keras.layers.Rescaling, _scaling),
    "prelu": KerasLayer(keras.layers.PReLU, _prelu),
    "clip": KerasLayer(keras.layers.ReLU, lambda spec: {"max_value": spec.high}),
    "reshape": KerasLayer(keras.layers.Reshape, _reshape),
    "add": KerasLayer(keras.layers.Add),
    "multiply": KerasLayer(keras.layers.Multiply),
    "average": KerasLayer(keras.layers.Average),
    "maximum": KerasLayer(keras.layers.Maximum),
    "concat": KerasLayer(keras.layers.Concatenate),
}
"""Kind -> its Keras layer, but for the backbone, which is a model of its own; `clip` from 0 upwards (see `build`)."""

_WITH_SLOPE: dict[str, type[keras.layers.Layer]] = {"leaky_relu": keras.layers.LeakyReLU, "elu": keras.layers.ELU}
"""Activation functions that may have another slope than Keras' own -> the layer that takes it first."""

_KINDS = {layer.make: kind for kind, layer in KERAS_LAYERS.items()}
_KINDS |= dict.fromkeys((keras.layers.ReLU, *_WITH_SLOPE.values()), "activation")
