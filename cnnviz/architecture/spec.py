"""A net as data: an input shape and a tuple of layers, each with its `kind`.

Pure: pydantic only. A spec says nothing about weights; `analysis` says what it costs and
`cnnviz.models.build` makes a Keras model of it.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, ValidationError, model_serializer

from cnnviz.errors import InvalidArchitecture

Activation = Literal["linear", "relu", "leaky_relu", "elu", "gelu", "sigmoid", "tanh", "softmax"]
Padding = Literal["valid", "same"]

MAX_LAYERS = 200
MAX_SIDE = 512


class LayerSpec(BaseModel):
    """What all layers share: they are immutable, refuse unknown fields and may be named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = Field(default=None, max_length=40, pattern=r"^[A-Za-z][A-Za-z0-9_]*$")

    @model_serializer(mode="wrap")
    def _always_with_kind(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # `kind` is a default, so leaving defaults out (as links do) would leave out what the layer is
        return {"kind": self.kind, **handler(self)}


class Conv(LayerSpec):
    """2D convolution (cross-correlation) with a square kernel and a bias."""

    kind: Literal["conv"] = "conv"
    filters: int = Field(ge=1, le=2048)
    kernel: int = Field(default=3, ge=1, le=31)
    stride: int = Field(default=1, ge=1, le=16)
    padding: Padding = "valid"
    dilation: int = Field(default=1, ge=1, le=16)
    activation: Activation = "linear"


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


class ActivationLayer(LayerSpec):
    """An activation function as a layer of its own."""

    kind: Literal["activation"] = "activation"
    function: Activation = "relu"


class Dropout(LayerSpec):
    """Sets a share of the values to zero while training."""

    kind: Literal["dropout"] = "dropout"
    rate: float = Field(default=0.25, ge=0.0, lt=1.0)


class Flatten(LayerSpec):
    """Maps to one long vector."""

    kind: Literal["flatten"] = "flatten"


class GlobalAvgPool(LayerSpec):
    """The mean of each map."""

    kind: Literal["global_avg_pool"] = "global_avg_pool"


class Dense(LayerSpec):
    """Fully connected, with a bias."""

    kind: Literal["dense"] = "dense"
    units: int = Field(ge=1, le=16384)
    activation: Activation = "linear"


Layer = Annotated[
    Conv | MaxPool | AvgPool | BatchNorm | ActivationLayer | Dropout | Flatten | GlobalAvgPool | Dense,
    Field(discriminator="kind"),
]


class Architecture(BaseModel):
    """A net: name, input shape (height, width, channels) and layers from input to output."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(default="my-net", min_length=1, max_length=60)
    input_shape: tuple[
        Annotated[int, Field(ge=1, le=MAX_SIDE)],
        Annotated[int, Field(ge=1, le=MAX_SIDE)],
        Annotated[int, Field(ge=1, le=4)],
    ]
    layers: tuple[Layer, ...] = Field(min_length=1, max_length=MAX_LAYERS)

    def to_json(self) -> str:
        """Canonical JSON: the same net always gives the same text (used as a cache key)."""
        return self.model_dump_json(exclude_defaults=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Architecture":
        """Parse JSON; raises InvalidArchitecture with the place and the reason."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise _as_invalid(error) from None

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> "Architecture":
        """Make a net of plain values; raises InvalidArchitecture with the place and the reason."""
        try:
            return cls.model_validate(dict(fields))
        except ValidationError as error:
            raise _as_invalid(error) from None


def _as_invalid(error: ValidationError) -> InvalidArchitecture:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"]) or "the text"
    return InvalidArchitecture(
        f"This is no net: {place}: {first['msg']}. Expected a name, an input_shape and layers, "
        f"each layer with its kind. Received: {repr(first.get('input'))[:80]}"
    )
