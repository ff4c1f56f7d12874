"""What flows through a net, and what one layer makes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from cnnviz.architecture.spec.base import LayerSpec

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Signal:
    """What leaves a layer: its shape and how its values look back at the input image.

    `extent` is how far apart, in input pixels, the outermost of those are that one value depends
    on, `jump` the distance in input pixels between neighbouring values (a fraction after a
    transposed convolution), `reach` the side (along the longer axis) of what all values together
    depend on. All three are the theoretical figures: not clipped at the border, so that with
    'same' padding they may be larger than the image.
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
    """What one layer makes of a signal, and what that costs; `values` is how many it puts out, inner ones included."""

    signal: Signal
    params: int = 0
    trainable_params: int = 0
    params_formula: str = ""
    shape_formula: str = ""
    macs: int = 0
    macs_formula: str = ""
    values: int | None = None


Rule = Callable[[LayerSpec, str, Signal], Effect]


def article(name: str, layer: LayerSpec) -> str:
    """Name a layer in a message: "Conv 'conv_2'"."""
    return f"{type(layer).__name__} '{name}'"
