"""One call of a layer of Keras while it is being read: its settings, its inputs, its weights."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnviz.models.foreign.limits import NotShown
from cnnviz.models.foreign.steps import ForeignNet, Shape, Value
from cnnviz.models.import_keras.calls import Call
from cnnviz.models.import_keras.settings import Settings

FindWeight = Callable[[Call, int, Sequence[str]], str]
"""A call, place and names of one of its weights -> path in the weights file."""


@dataclass(frozen=True)
class Reading:
    """What the function for a class of layers is given.

    Attributes
    ----------
    net : ForeignNet
    names : tuple of str
        Of the call, and of its class.
    values : tuple of Value
        What it takes of other layers.
    constants : tuple
        What else it takes, as JSON; with its name where it has one.
    is_constant_first : bool
        The first thing that it takes is one of `constants`, as in 1 - x.
    settings : Settings
    weight : callable
        (place, names, shape) -> one of its weights.
    """

    net: ForeignNet
    names: tuple[str, str]
    values: tuple[Value, ...]
    constants: tuple[Any, ...]
    settings: Settings
    weight: Callable[[int, Sequence[str], Shape], np.ndarray]
    is_constant_first: bool = False

    @property
    def value(self) -> Value:
        """The only input; raises NotShown where there are several."""
        if len(self.values) != 1:
            raise NotShown(f"It takes {len(self.values)} values; here such a layer takes one.")
        return self.values[0]

    def weights(self, *wanted: tuple[str, Shape] | None) -> list[np.ndarray | None]:
        """Return weights in the order in which Keras has them; None for those that the layer does without."""
        given, place = [], 0
        for each in wanted:
            given.append(None if each is None else self.weight(place, each[0].split("|"), each[1]))
            place += each is not None
        return given

    def maps(self) -> Shape:
        """(height, width, channels) of the input, whose layout has to be the one that the settings name."""
        shape = self.value.maps
        wanted = self.settings.word("data_format", "channels_last", ("channels_last", "channels_first", None))
        if wanted is not None and (wanted == "channels_first") != self.value.is_first and shape[:2] != (1, 1):
            raise NotShown("Its channels are on another axis than those of the layer before it.")
        return shape

    def is_channel_axis(self, axis: Any) -> bool:
        """Whether a setting names the axis of the channels, or the only one of a vector."""
        axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
        shape, is_first = self.values[0].shape or (), self.values[0].is_first
        if len(shape) == 3 and is_first:
            return axis in (1, -3)
        return axis in (-1, len(shape))
