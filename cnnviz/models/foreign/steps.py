"""What is followed of a foreign net: its steps in the order in which they are computed, and their values."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from cnnviz.architecture.analysis.rules import RULES, concat, merge
from cnnviz.architecture.analysis.tensors import Shape, Tensor
from cnnviz.architecture.spec.arithmetic import Concat, Merge
from cnnviz.architecture.spec.layers import LayerSpec
from cnnviz.errors import InvalidArchitecture
from cnnviz.models.foreign.limits import MAX_STEPS, NotShown, brief, too_large

OURS = "\0"
"""Ends the names of steps that no file has, so that a step of the file may have any name."""
IMAGE = f"image{OURS}"
"""Name of the step that gives the picture."""
BEHIND = "It lies behind a step that is not shown."
Weights = dict[str, np.ndarray]


@dataclass(frozen=True)
class Step:
    """One step of the file, or one that a step of the file needs as well (`is_extra`).

    Attributes
    ----------
    name, operation : str
        As the file calls them.
    inputs : tuple of str
        Names of the steps whose values it takes.
    layer : LayerSpec, optional
        Where paths meet, a merge. None: its input passes unchanged, or it is not shown.
    weights : dict
        Name -> values, as the browser's file has them (`browser_export`).
    note : str
        What is to be said of it.
    part_of : str
        Name of the step that computes this one with it; "" for none.
    is_shown : bool
    is_extra : bool
    """

    name: str
    operation: str
    inputs: tuple[str, ...]
    layer: LayerSpec | None = None
    weights: Weights = field(default_factory=dict)
    note: str = ""
    part_of: str = ""
    is_shown: bool = True
    is_extra: bool = False


@dataclass(frozen=True, eq=False)
class Value:
    """What a step gives.

    Attributes
    ----------
    step : str
    shape : tuple of int, optional
        Ours: (height, width, channels), or (units,). None: not known, because a step before it is not shown.
    is_first : bool
        Of maps: in the file the axis of the channels is the first.
    order : ndarray, optional
        Of a vector: place in the file's vector of each value of ours. None: the same.
    """

    step: str
    shape: Shape | None
    is_first: bool = False
    order: np.ndarray | None = None

    @property
    def maps(self) -> Shape:
        """(height, width, channels); raises NotShown for a vector."""
        if self.shape is None or len(self.shape) != 3:
            raise NotShown("It takes maps, but gets a vector.")
        return self.shape

    @property
    def in_file(self) -> Shape:
        """The shape as the file has it."""
        shape = self.shape or ()
        return (shape[2], *shape[:2]) if self.is_first and len(shape) == 3 else shape


class ForeignNet:
    """The steps that have been followed; a reader adds one after the other.

    Parameters
    ----------
    shape : tuple of int
        Of the picture: (height, width, channels).

    Attributes
    ----------
    image : Value
    steps : dict
        Name -> step, each after those whose values it takes.
    reordered : set of str
        Names of the steps that give a vector whose values have another order in the file.
    """

    def __init__(self, shape: Shape, *, is_first: bool = False) -> None:
        self.image = Value(IMAGE, shape, is_first)
        self.steps: dict[str, Step] = {}
        self.reordered: set[str] = set()
        self._tensors: dict[str, Tensor] = {IMAGE: Tensor(shape)}

    def add(
        self,
        name: str,
        operation: str,
        inputs: Sequence[Value],
        layer: LayerSpec,
        weights: Weights | None = None,
        **more: Any,
    ) -> Value:
        """Add a step that one of our layers computes; raises NotShown where it cannot take these values."""
        step = Step(name, operation, tuple(value.step for value in inputs), layer, weights or {}, **more)
        tensors = tuple(self._tensors[each] for each in step.inputs)
        try:
            effect = (
                (concat(name, tensors) if isinstance(layer, Concat) else merge(layer, name, tensors))
                if isinstance(layer, Merge)
                else RULES[layer.kind](layer, name, tensors[0])
            )
        except InvalidArchitecture as error:
            raise NotShown(error.problem) from error
        self._tensors[name] = effect.output
        self._note(step)
        shape, before = effect.output.shape, inputs[0]
        same = len(shape) == len(before.shape or ()) and layer.kind != "dense"
        return self.ordered(Value(name, shape, before.is_first), before.order if same else None)

    def shapes(self) -> list[Shape]:
        """Return the shape of what each step gives that is shown, in order."""
        return [tensor.shape for tensor in self._tensors.values()]

    def shape(self, name: str) -> Shape:
        """Return the shape of what a step gives that is shown."""
        return self._tensors[name].shape

    def ordered(self, value: Value, order: np.ndarray | None) -> Value:
        """Say in which order the file has the values of a vector."""
        if order is None:
            return value
        self.reordered.add(value.step)
        return replace(value, order=order)

    def passes(self, name: str, operation: str, value: Value, note: str = "", **layout: Any) -> Value:
        """Note a step that changes no value, at most their order in the file (`is_first`, `order`)."""
        self._note(Step(name, operation, (value.step,), note=note))
        return replace(value, **layout)

    def lacks(self, name: str, operation: str, inputs: Sequence[Value], reason: str) -> Value:
        """Note a step that is not shown."""
        self._note(Step(name, operation, tuple(value.step for value in inputs), note=reason, is_shown=False))
        return Value(name, None)

    def absorb(self, value: Value, names: tuple[str, str], layer: LayerSpec, bias: np.ndarray) -> Value:
        """Note a step that is the bias of the layer before it, and with it one layer of ours."""
        step = self.steps[value.step]
        weights = {**step.weights, "bias": bias}
        self._tensors[names[0]] = self._tensors[step.name]
        self._note(replace(step, name=names[0], operation=names[1], layer=layer, weights=weights))
        self.steps[step.name] = replace(step, layer=None, weights={}, part_of=names[0])
        return replace(value, step=names[0])

    def rename(self, value: Value, name: str, operation: str) -> Value:
        """Give the last step, which was an extra one, the name of the file's step that it stands for."""
        step = self.steps.pop(value.step)
        self._tensors[name] = self._tensors.pop(value.step)
        self._note(replace(step, name=name, operation=operation, is_extra=False))
        return replace(value, step=name)

    def comment(self, name: str, note: str) -> None:
        """Say something of a step."""
        self.steps[name] = replace(self.steps[name], note=note)

    def free_name(self, name: str) -> str:
        """Return a name that no step has, nor will have."""
        number, free = 2, f"{name}{OURS}"
        while free in self.steps:
            number, free = number + 1, f"{name}_{number}{OURS}"
        return free

    def _note(self, step: Step) -> None:
        if len(self.steps) >= MAX_STEPS:
            raise too_large(f"{MAX_STEPS:,} steps", f"more of them, {brief(step.name)} among them")
        self.steps[step.name] = step
