"""The layers that stand for themselves (each is one Keras layer), and what all layers of a spec share."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

Activation = Literal["linear", "relu", "leaky_relu", "elu", "gelu", "sigmoid", "tanh", "softmax"]
Padding = Literal["valid", "same"]
Network = Literal["MobileNetV2", "VGG16", "ResNet50"]


class LayerSpec(BaseModel):
    """What all layers share: they are immutable, refuse unknown fields, are of a kind and may be named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    name: str | None = Field(default=None, max_length=40, pattern=r"^[A-Za-z][A-Za-z0-9_]*$")

    @model_serializer(mode="wrap")
    def _always_with_kind(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # `kind` is a default, so leaving defaults out (as links do) would leave out what the layer is
        return {"kind": self.kind, **handler(self)}


class WeightedSpec(LayerSpec):
    """A layer whose kernel may be held small: the loss grows by l1 sum |w| + l2 sum w^2."""

    l1: float = Field(default=0.0, ge=0.0, le=1.0, description="share of sum |w| added to the loss")
    l2: float = Field(default=0.0, ge=0.0, le=1.0, description="share of sum w^2 added to the loss")


class Conv(WeightedSpec):
    """2D convolution (cross-correlation) with a square kernel and a bias."""

    kind: Literal["conv"] = "conv"
    filters: int = Field(ge=1, le=2048)
    kernel: int = Field(default=3, ge=1, le=31)
    stride: int = Field(default=1, ge=1, le=16)
    padding: Padding = "valid"
    dilation: int = Field(default=1, ge=1, le=16)
    activation: Activation = "linear"


class DepthwiseConv(WeightedSpec):
    """A convolution in which each map has kernels of its own: space is mixed, channels are not."""

    kind: Literal["depthwise_conv"] = "depthwise_conv"
    kernel: int = Field(default=3, ge=1, le=31)
    stride: int = Field(default=1, ge=1, le=16)
    padding: Padding = "valid"
    dilation: int = Field(default=1, ge=1, le=16)
    multiplier: int = Field(default=1, ge=1, le=16, description="kernels for each map")
    activation: Activation = "linear"


class SeparableConv(WeightedSpec):
    """A depthwise convolution, then a 1x1 convolution that mixes the channels."""

    kind: Literal["separable_conv"] = "separable_conv"
    filters: int = Field(ge=1, le=2048)
    kernel: int = Field(default=3, ge=1, le=31)
    stride: int = Field(default=1, ge=1, le=16)
    padding: Padding = "valid"
    dilation: int = Field(default=1, ge=1, le=16)
    activation: Activation = "linear"


class TransposedConv(WeightedSpec):
    """The convolution that makes maps larger: each value paints the kernel, scaled, every `stride` pixels."""

    kind: Literal["transposed_conv"] = "transposed_conv"
    filters: int = Field(ge=1, le=2048)
    kernel: int = Field(default=3, ge=1, le=31)
    stride: int = Field(default=2, ge=1, le=16)
    padding: Padding = "same"
    activation: Activation = "linear"


Convolution = Conv | DepthwiseConv | SeparableConv | TransposedConv


class MaxPool(LayerSpec):
    """The largest value of each window."""

    kind: Literal["max_pool"] = "max_pool"
    size: int = Field(default=2, ge=1, le=31)
    stride: int | None = Field(default=None, ge=1, le=31, description="None: as large as `size`")
    padding: Padding = "valid"


class AvgPool(LayerSpec):
    """The mean of each window."""

    kind: Literal["avg_pool"] = "avg_pool"
    size: int = Field(default=2, ge=1, le=31)
    stride: int | None = Field(default=None, ge=1, le=31, description="None: as large as `size`")
    padding: Padding = "valid"


class BatchNorm(LayerSpec):
    """Batch normalisation over the last axis."""

    kind: Literal["batch_norm"] = "batch_norm"


class LayerNorm(LayerSpec):
    """Normalises the channels of each place (the values of a vector) by their own mean and variance."""

    kind: Literal["layer_norm"] = "layer_norm"


class ActivationLayer(LayerSpec):
    """An activation function as a layer of its own."""

    kind: Literal["activation"] = "activation"
    function: Activation = "relu"


class Dropout(LayerSpec):
    """Sets a share of the values to zero while training."""

    kind: Literal["dropout"] = "dropout"
    rate: float = Field(default=0.25, ge=0.0, lt=1.0)


class SpatialDropout(LayerSpec):
    """Sets a share of whole maps to zero while training."""

    kind: Literal["spatial_dropout"] = "spatial_dropout"
    rate: float = Field(default=0.25, ge=0.0, lt=1.0)


class Flatten(LayerSpec):
    """Maps to one long vector."""

    kind: Literal["flatten"] = "flatten"


class GlobalAvgPool(LayerSpec):
    """The mean of each map."""

    kind: Literal["global_avg_pool"] = "global_avg_pool"


class GlobalMaxPool(LayerSpec):
    """The largest value of each map."""

    kind: Literal["global_max_pool"] = "global_max_pool"


class Dense(WeightedSpec):
    """Fully connected, with a bias."""

    kind: Literal["dense"] = "dense"
    units: int = Field(ge=1, le=16384)
    activation: Activation = "linear"


class Backbone(LayerSpec):
    """A known network without its head, as the first layer: it brings its own scaling of pixels."""

    kind: Literal["backbone"] = "backbone"
    network: Network = "MobileNetV2"
    weights: Literal["imagenet", "random"] = "imagenet"
    trainable: bool = False


class Add(LayerSpec):
    """The sum of paths. Comes of a `residual` and is never written by hand."""

    kind: Literal["add"] = "add"


class Concat(LayerSpec):
    """The maps of all paths, one after the other. Comes of `branches` and is never written by hand."""

    kind: Literal["concat"] = "concat"
