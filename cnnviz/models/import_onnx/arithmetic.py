"""Arithmetic of ONNX, with fixed numbers and of paths that meet -> steps of ours."""

from collections.abc import Callable
from math import prod

import numpy as np

from cnnviz.architecture.spec.layers import ActivationLayer
from cnnviz.models.foreign.layouts import reorder_channels
from cnnviz.models.foreign.limits import NotShown
from cnnviz.models.foreign.merging import merge, scaled
from cnnviz.models.foreign.steps import Value
from cnnviz.models.import_onnx.layers import with_bias_of
from cnnviz.models.import_onnx.reading import Reading

Read = Callable[[Reading], Value]


def gather(read: Reading) -> Value:
    """Gather of all channels in another order, as from RGB to BGR."""
    places = read.fixed(1)
    if places is None or not read.is_channel_axis(read.whole("axis", 0)):
        raise NotShown("It does not take channels.")
    return reorder_channels(read.net, read.names, read.value, places)


def concat(read: Reading) -> Value:
    """Concat of channels."""
    if not read.is_channel_axis(read.whole("axis", 1)):
        raise NotShown("It does not put channels next to each other.")
    return merge(read.net, read.names, read.values, "concat")


def merging(kind: str) -> Read:
    """Return the function for operations in which paths meet."""
    return lambda read: merge(read.net, read.names, read.values, kind)


def largest(read: Reading) -> Value:
    """Max: of paths, or a ReLU where it is taken with 0."""
    numbers = [each for each in read.inputs if isinstance(each, np.ndarray)]
    if len(read.inputs) == 2 and len(numbers) == 1 and numbers[0].size == 1 and not numbers[0].any():
        (value,) = (each for each in read.inputs if isinstance(each, Value))
        return read.net.add(*read.names, [value], ActivationLayer(function="relu"))
    return merge(read.net, read.names, read.values, "maximum")


def negative(read: Reading) -> Value:
    """Neg."""
    return scaled(read.net, read.names, read.value, -np.ones(1), np.zeros(1))


def arithmetic(kind: str) -> Read:
    """Return the function for Add, Sub, Mul, Div: with fixed numbers, or of two paths."""

    def read_arithmetic(read: Reading) -> Value:
        if len(read.inputs) == 2 and all(isinstance(each, Value) for each in read.inputs):
            if kind == "divide":
                raise NotShown("A quotient of paths is not shown.")
            return merge(read.net, read.names, read.values, kind)
        is_swapped = not isinstance(read.inputs[0], Value)
        value, numbers = read.inputs[::-1] if is_swapped else read.inputs
        if not isinstance(value, Value) or numbers is None or numbers.dtype.kind not in "fiu":
            raise NotShown("It computes with no numbers.")
        factors = of_channels(value, np.asarray(numbers, np.float64))
        if kind == "add" and factors.size > 1:
            found = with_bias_of(read, value, factors.astype(np.float32))
            if found is not None:
                return found
        return scaled(read.net, read.names, value, *_line(kind, factors, is_swapped=is_swapped))

    return read_arithmetic


def _line(kind: str, factors: np.ndarray, *, is_swapped: bool) -> tuple[np.ndarray, np.ndarray]:
    """The scale and offset that an operation with fixed numbers is."""
    none, one = np.zeros(1), np.ones(1)
    if kind == "multiply":
        return factors, none
    if kind == "add":
        return one, factors
    if kind == "subtract":
        return (-one, factors) if is_swapped else (one, -factors)
    if is_swapped or not factors.all():
        raise NotShown("It divides by values of the net, or by zero.")
    return 1 / factors, none


def of_channels(value: Value, numbers: np.ndarray) -> np.ndarray:
    """Fixed numbers as one, or as one for each channel; raises NotShown for others."""
    if numbers.size == 1:
        return numbers.ravel()
    sides = numbers.shape[-len(value.in_file) :]
    channels = (value.shape or (0,))[-1]
    wanted = (channels, 1, 1) if value.is_first and len(value.in_file) == 3 else (channels,)
    if prod(sides) != numbers.size or sides[-len(wanted) :] != wanted or numbers.size != channels:
        raise NotShown("Its fixed numbers are not one for each map.")
    return numbers.ravel()
