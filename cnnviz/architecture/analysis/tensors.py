"""What flows through a net, what one layer makes of it, and what a layer asks of its input."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from cnnviz.errors import InvalidArchitecture

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Tensor:
    """What leaves a layer, for one image: its shape and its receptive field.

    Parameters
    ----------
    shape : tuple of int
        (height, width, channels) of maps, (units,) of a vector.
    extent : int or Fraction
        Distance, in input pixels, between the outermost pixels that one value depends on.
    jump : int or Fraction
        Distance, in input pixels, between neighbouring values; a fraction after a transposed convolution.
    reach : int or Fraction
        Side, along the longer axis, of what all values together depend on.

    Notes
    -----
    The last three are theoretical: not clipped at the border, so that with 'same' padding they may be larger than the
    image.
    """

    shape: Shape
    extent: int | Fraction = 0
    jump: int | Fraction = 1
    reach: int | Fraction = 1

    @property
    def field(self) -> int:
        """Side of the square of input pixels that one value depends on."""
        return floor(self.extent) + 1


@dataclass(frozen=True)
class Effect:
    """What one layer puts out, and what that costs.

    `values` counts what it puts out where that is not the size of `output`: a backbone's inner layers count as well.
    """

    output: Tensor
    params: int = 0
    trainable_params: int = 0
    params_formula: str = ""
    shape_formula: str = ""
    macs: int = 0
    macs_formula: str = ""
    values: int | None = None


Rule = Callable[[Any, str, Tensor], Effect]
"""A layer of the rule's kind, its title (`architecture.layer_titles`) and its input -> what it does."""


def need_maps(title: str, tensor: Tensor) -> None:
    """Raise InvalidArchitecture unless the input is maps, (height, width, channels)."""
    if len(tensor.shape) != 3:
        raise InvalidArchitecture(
            f"{title} needs maps (height, width, channels), but a layer before it has made one vector of them.",
            f"Move it before the flatten, global average pooling or dense layer. Received: input={tensor.shape}.",
        )


def need_vector(title: str, tensor: Tensor) -> None:
    """Raise InvalidArchitecture unless the input is a vector, (units,)."""
    if len(tensor.shape) != 1:
        raise InvalidArchitecture(
            f"{title} needs one vector, but gets maps.",
            f"Put flatten or global average pooling before it. Received: input={tensor.shape}.",
        )
