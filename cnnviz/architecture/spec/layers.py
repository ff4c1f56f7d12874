"""The layers that stand for themselves (each is one Keras layer), and what all layers of a spec share."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer, model_validator

Activation = Literal[
    "linear",
    "relu",
    "leaky_relu",
    "elu",
    "gelu",
    "sigmoid",
    "tanh",
    "softmax",
    "relu6",
    "silu",
    "hard_sigmoid",
    "hard_silu",
    "softplus",
    "softsign",
    "selu",
    "exponential",
    "mish",
]
"""Those that Keras knows by name, with its constants."""

Padding = Literal["valid", "same"]
Network = Literal["MobileNetV2", "VGG16", "ResNet50"]

_LATER: dict[str, Any] = {"bias": True, "epsilon": 1e-3, "slope": None, "keep_sides": False, "merge": "concat"}
"""Settings that came later -> what all nets before them have: not written, so that their JSON and hashes stay."""
_OTHER = object()


class LayerSpec(BaseModel):
    """What all layers share: they are immutable, refuse unknown fields, are of a kind and may be named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    name: str | None = Field(default=None, max_length=60, pattern=r"^[A-Za-z][A-Za-z0-9_]*$")

    @model_serializer(mode="wrap")
    def _always_with_kind(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # `kind` is a default, so leaving defaults out (as links do) would leave out what the layer is
        fields = {name: value for name, value in handler(self).items() if _LATER.get(name, _OTHER) != value}
        return {"kind": self.kind, **fields}


class WeightedSpec(LayerSpec):
    """A layer with a kernel, that may be held small: the loss grows by l1 sum |w| + l2 sum w^2."""

    l1: float = Field(default=0.0, ge=0.0, le=1.0, description="share of sum |w| added to the loss")
    l2: float = Field(default=0.0, ge=0.0, le=1.0, description="share of sum w^2 added to the loss")
    bias: bool = Field(default=True, description="a number added to each map (each unit)")


class Conv(WeightedSpec):
    """2D convolution (cross-correlation) with a square kernel and a bias."""

    kind: Literal["conv"] = "conv"
    filters: int = Field(ge=1, le=4096)
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
    filters: int = Field(ge=1, le=4096)
    kernel: int = Field(default=3, ge=1, le=31)
    stride: int = Field(default=1, ge=1, le=16)
    padding: Padding = "valid"
    dilation: int = Field(default=1, ge=1, le=16)
    activation: Activation = "linear"


class TransposedConv(WeightedSpec):
    """The convolution that makes maps larger: each value paints the kernel, scaled, every `stride` pixels."""

    kind: Literal["transposed_conv"] = "transposed_conv"
    filters: int = Field(ge=1, le=4096)
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
    epsilon: float = Field(default=1e-3, ge=0.0, le=1.0, description="added to the variance")


class LayerNorm(LayerSpec):
    """Normalises the channels of each place (the values of a vector) by their own mean and variance."""

    kind: Literal["layer_norm"] = "layer_norm"
    epsilon: float = Field(default=1e-3, ge=0.0, le=1.0, description="added to the variance")


class ActivationLayer(LayerSpec):
    """An activation function as a layer of its own."""

    kind: Literal["activation"] = "activation"
    function: Literal[Activation, "gelu_tanh"] = "relu"
    slope: float | None = Field(
        default=None,
        ge=-100.0,
        le=100.0,
        description="of leaky_relu and elu, below zero; None: 0.2 of leaky_relu, 1 of elu",
    )

    @model_validator(mode="after")
    def _slope_belongs(self) -> "ActivationLayer":
        if self.slope is not None and self.function not in ("leaky_relu", "elu"):
            raise ValueError(f"only leaky_relu and elu have a slope. Received: {self.function}, slope={self.slope}")
        return self

    @property
    def negative_slope(self) -> float:
        """The slope of leaky_relu below zero, the limit of elu there."""
        return self.slope if self.slope is not None else {"leaky_relu": 0.2}.get(self.function, 1.0)


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
    keep_sides: bool = Field(default=False, description="maps of one place each, 1 × 1, in place of a vector")


class GlobalMaxPool(LayerSpec):
    """The largest value of each map."""

    kind: Literal["global_max_pool"] = "global_max_pool"
    keep_sides: bool = Field(default=False, description="maps of one place each, 1 × 1, in place of a vector")


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
