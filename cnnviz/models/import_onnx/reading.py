"""One step of an ONNX file while it is being read: its attributes, its inputs, its constants."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnviz.models.foreign.limits import NotShown
from cnnviz.models.foreign.steps import ForeignNet, Shape, Value


@dataclass(frozen=True)
class Reading:
    """What the function for an operation is given.

    Attributes
    ----------
    net : ForeignNet
    names : tuple of str
        Of the tensor that the step gives, and of its operation.
    inputs : tuple
        A `Value` of the net, fixed numbers, or None for one that is left out.
    attributes : mapping
    opset : int
        The version of ONNX's own operations.
    uses : mapping
        Name of a tensor -> how many steps take it.
    batch : int
        How many pictures the file takes at once; 1 where that is open.
    """

    net: ForeignNet
    names: tuple[str, str]
    inputs: tuple[Any, ...]
    attributes: Mapping[str, Any]
    opset: int
    uses: Mapping[str, int]
    batch: int = 1

    @property
    def value(self) -> Value:
        """The first input, which comes from the net."""
        value = self.inputs[0] if self.inputs else None
        if not isinstance(value, Value):
            raise NotShown("It computes with a fixed value where one of the net is expected.")
        return value

    @property
    def values(self) -> list[Value]:
        """All inputs, which come from the net."""
        if not all(isinstance(each, Value) for each in self.inputs):
            raise NotShown("It puts fixed values together with those of the net.")
        return list(self.inputs)

    def maps(self) -> Shape:
        """(height, width, channels) of the first input, whose channels come first in the file."""
        shape = self.value.maps
        if not self.value.is_first:
            raise NotShown("Its channels are not on the axis where ONNX has them.")
        return shape

    def fixed(self, place: int) -> np.ndarray | None:
        """Numbers that the file brings along; None where they are left out."""
        given = self.inputs[place] if place < len(self.inputs) else None
        if isinstance(given, Value):
            raise NotShown("It takes values of the net where fixed numbers are expected.")
        if given is not None and given.dtype.kind == "f" and not np.isfinite(given).all():
            raise NotShown("Its numbers are not finite.")
        return given

    def weight(self, place: int, num_axes: int) -> np.ndarray:
        """Weights as float32; raises NotShown where there are none, or they have other axes."""
        given = self.fixed(place)
        if given is None or given.ndim != num_axes:
            raise NotShown("Its weights are not in the file, or have other axes.")
        return np.asarray(given, np.float32)

    def number(self, name: str, place: int | None = None, default: float | None = None) -> float | None:
        """A number: an attribute in old files, an input in new ones."""
        given = self.fixed(place) if place is not None else None
        value = self.attributes.get(name, default) if given is None else np.ravel(given)[0]
        return None if value is None else float(value)

    def whole(self, name: str, default: int) -> int:
        """A whole number of the attributes."""
        value = self.attributes.get(name, default)
        if not isinstance(value, int):
            raise NotShown(f"Its attribute {name} is no whole number.")
        return value

    def wholes(self, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
        """Whole numbers of the attributes, as many as in `default`."""
        value = self.attributes.get(name, default)
        if not isinstance(value, tuple) or len(value) != len(default) or max(map(abs, value), default=0) > 10_000:
            raise NotShown(f"Its attribute {name} is not for maps with height and width.")
        return tuple(int(each) for each in value)

    def is_channel_axis(self, axis: int) -> bool:
        """Whether an axis, counted with that of the batch, is that of the channels, or the only one of a vector."""
        value = self.value
        shape = value.shape or ()
        if len(shape) == 3 and value.is_first:
            return axis in (1, -3)
        return axis in (-1, len(shape))
