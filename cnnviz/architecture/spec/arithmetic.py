"""Layers of plain arithmetic (borders, sizes, limits, factors), and those in which paths meet."""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cnnviz.architecture.spec.layers import LayerSpec

MAX_BORDER = 64
MAX_CHANNELS = 4096  # with a factor each

Finite = Annotated[float, Field(allow_inf_nan=False)]
Factors = Finite | Annotated[tuple[Finite, ...], Field(min_length=1, max_length=MAX_CHANNELS)]
"""One number, or one for each channel."""

_Border = Annotated[int, Field(ge=0, le=MAX_BORDER)]


class ZeroPadding(LayerSpec):
    """Rows and columns of zeros around the maps."""

    kind: Literal["zero_padding"] = "zero_padding"
    top: _Border = 1
    bottom: _Border = 1
    left: _Border = 1
    right: _Border = 1


class Cropping(LayerSpec):
    """Rows and columns at the border of the maps are left out."""

    kind: Literal["cropping"] = "cropping"
    top: _Border = 1
    bottom: _Border = 1
    left: _Border = 1
    right: _Border = 1


class UpSampling(LayerSpec):
    """Larger maps: each value is repeated, or new values lie between its neighbours."""

    kind: Literal["up_sampling"] = "up_sampling"
    size: int = Field(default=2, ge=2, le=16)
    interpolation: Literal["nearest", "bilinear"] = "nearest"


class Scaling(LayerSpec):
    """Each value times a fixed factor, plus a fixed number: one of each, or one for each channel."""

    kind: Literal["scaling"] = "scaling"
    scale: Factors = 1.0
    offset: Factors = 0.0


class PReLU(LayerSpec):
    """A ReLU whose slope below zero is learned: one for each map, or one for each value."""

    kind: Literal["prelu"] = "prelu"
    shared: Literal["maps", "values"] = Field(default="maps", description="what has a slope of its own")


class Clip(LayerSpec):
    """What is below the lowest or above the highest value becomes that value."""

    kind: Literal["clip"] = "clip"
    low: Finite = 0.0
    high: Finite = 6.0

    @model_validator(mode="after")
    def _in_order(self) -> "Clip":
        if self.low > self.high:
            raise ValueError(f"low must not be above high. Received: low={self.low}, high={self.high}")
        return self


class Reshape(LayerSpec):
    """The same values in another shape, in the order of Flatten."""

    kind: Literal["reshape"] = "reshape"
    shape: tuple[Annotated[int, Field(ge=1, le=2**24)], ...] = Field(
        default=(1, 1, 64), description="units, or height, width and channels"
    )

    @model_validator(mode="after")
    def _vector_or_maps(self) -> "Reshape":
        if len(self.shape) not in (1, 3):
            raise ValueError(f"shape must be one number or three. Received: shape={self.shape}")
        return self


class Merge(LayerSpec):
    """Where paths meet: comes of a block and is never written by hand."""


class Add(Merge):
    """The sum of paths."""

    kind: Literal["add"] = "add"


class Multiply(Merge):
    """The product of paths."""

    kind: Literal["multiply"] = "multiply"


class Average(Merge):
    """The mean of paths."""

    kind: Literal["average"] = "average"


class Maximum(Merge):
    """The largest value of all paths."""

    kind: Literal["maximum"] = "maximum"


class Concat(Merge):
    """The maps of all paths, one after the other."""

    kind: Literal["concat"] = "concat"


MERGES: dict[str, Callable[[], Merge]] = {
    "concat": Concat,
    "add": Add,
    "multiply": Multiply,
    "average": Average,
    "maximum": Maximum,
}
"""How branches may be put together -> the layer that does it."""
