"""A net from a handful of sliders, and the sliders that come closest to a net."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    AvgPool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool,
    Padding,
)
from cnnviz.architecture.spec.paths import walk

_T = TypeVar("_T")

MAX_BLOCKS = 6
MAX_FILTERS = 256
MAX_KERNEL = 11
MAX_DENSE_UNITS = 1024
MAX_DROPOUT = 0.9
MAX_DOUBLED_FILTERS = 2048  # the most that a convolution may have


class QuickNet(BaseModel):
    """Blocks of convolution (and normalisation, and pooling), then a hidden dense layer and a softmax."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    blocks: int = Field(default=2, ge=0, le=MAX_BLOCKS)
    filters: int = Field(default=32, ge=1, le=MAX_FILTERS, description="of the first block")
    growth: Literal["same", "double"] = Field(default="double", description="of the filters from block to block")
    kernel: int = Field(default=3, ge=1, le=MAX_KERNEL, description="side of the window, odd")
    padding: Padding = "valid"
    pooling: Literal["max", "avg", "none"] = "max"
    dense_units: int = Field(default=128, ge=0, le=MAX_DENSE_UNITS, description="0: no hidden dense layer")
    dropout: float = Field(default=0.0, ge=0.0, le=MAX_DROPOUT, description="0: no dropout layer")
    batch_norm: bool = False

    @field_validator("kernel")
    @classmethod
    def _is_odd(cls, kernel: int) -> int:
        if kernel % 2 == 0:
            raise ValueError("a kernel needs a middle, so its side must be odd")
        return kernel

    def build(self, input_shape: Sequence[int], num_classes: int, *, name: str = "my-net") -> Architecture:
        """Return the net; `analyze` checks whether the images are large enough for it.

        Raises
        ------
        InvalidArchitecture
            The input shape, the number of classes or the name is out of its range.
        """
        blocks = chain.from_iterable(self._block(index) for index in range(self.blocks))
        layers = (*blocks, Flatten(), *self._hidden())
        # the last layer goes as plain values, so that a bad number of classes is told like all else
        head = {"kind": "dense", "units": num_classes, "activation": "softmax"}
        return Architecture.from_fields({"name": name, "input_shape": tuple(input_shape), "layers": (*layers, head)})

    def _block(self, index: int) -> Iterable[Layer]:
        filters = self.filters * 2**index if self.growth == "double" else self.filters
        conv = Conv(filters=min(filters, MAX_DOUBLED_FILTERS), kernel=self.kernel, padding=self.padding)
        if self.batch_norm:
            yield from (conv, BatchNorm(), ActivationLayer(function="relu"))
        else:
            yield conv.model_copy(update={"activation": "relu"})
        if self.pooling != "none":
            yield MaxPool() if self.pooling == "max" else AvgPool()

    def _hidden(self) -> Iterable[Layer]:
        if self.dense_units:
            yield Dense(units=self.dense_units, activation="relu")
        if self.dropout:
            yield Dropout(rate=self.dropout)

    @classmethod
    def from_architecture(cls, architecture: Architecture) -> "QuickNet":
        """Return the closest setting: exact for nets that `build` made, a start for the sliders for others.

        Layers in blocks count as well, each once, but for dense ones, which there weigh maps or do the like. Kernel
        and padding are those of most convolutions; without any, filters, kernel and padding keep their defaults.
        """
        layers = tuple(layer for _, layer in walk(architecture.layers))
        convs = [layer for layer in layers if isinstance(layer, Conv)]
        found = _convolutions(convs) if convs else {"blocks": 0}
        hidden = [layer.units for layer in architecture.layers if isinstance(layer, Dense)][:-1]
        return cls(**found, **_rest(layers), dense_units=min(hidden[0], MAX_DENSE_UNITS) if hidden else 0)


def _convolutions(convs: list[Conv]) -> dict[str, int | str]:
    kernel = _most_common(conv.kernel for conv in convs)
    return {
        "blocks": min(len(convs), MAX_BLOCKS),
        "filters": min(convs[0].filters, MAX_FILTERS),
        "growth": "double" if convs[-1].filters > convs[0].filters else "same",
        "kernel": min(kernel - (kernel + 1) % 2, MAX_KERNEL),
        "padding": _most_common(conv.padding for conv in convs),
    }


def _rest(layers: tuple[Layer, ...]) -> dict[str, int | float | str | bool]:
    pools = ["max" if isinstance(layer, MaxPool) else "avg" for layer in layers if isinstance(layer, MaxPool | AvgPool)]
    rates = [layer.rate for layer in layers if isinstance(layer, Dropout)]
    return {
        "pooling": _most_common(pools) if pools else "none",
        "dropout": min(max(rates, default=0.0), MAX_DROPOUT),
        "batch_norm": any(isinstance(layer, BatchNorm) for layer in layers),
    }


def _most_common(values: Iterable[_T]) -> _T:
    return Counter(values).most_common(1)[0][0]
