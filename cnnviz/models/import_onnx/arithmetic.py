"""Arithmetic of ONNX, with fixed numbers and of paths that meet -> steps of ours."""

from collections.abc import Callable
from math import prod

import numpy as np

from cnnviz.architecture.spec.arithmetic import MERGES, Scaling
from cnnviz.architecture.spec.layers import BatchNorm
from cnnviz.models.foreign.layouts import in_our_order, joined_order, reorder_channels
from cnnviz.models.foreign.limits import NotShown
from cnnviz.models.foreign.steps import Value
from cnnviz.models.foreign.windows import spec
from cnnviz.models.import_onnx.layers import with_bias_of
from cnnviz.models.import_onnx.reading import Reading

EPSILON = 2.0**-10  # of a normalisation that stands for factors of channels: exact in float32, and so is 1 less it
MANY_CHANNELS = 5  # get their factors as a normalisation; fewer are colours

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
    return merge("concat")(read)


def merge(kind: str) -> Read:
    """Return the function for operations in which paths meet."""

    def read_merge(read: Reading) -> Value:
        values = read.values
        if len(values) == 1:
            return read.net.passes(*read.names, read.value)
        if len({value.is_first for value in values if len(value.shape or ()) == 3}) > 1:
            raise NotShown("Paths meet in it whose channels are on different axes.")
        value = read.net.add(*read.names, values, MERGES[kind]())
        if kind == "concat" and len(value.shape or ()) == 1:
            return read.net.ordered(Value(value.step, value.shape), joined_order(values))
        if any(not np.array_equal(_order(values[0]), _order(each)) for each in values[1:]):
            raise NotShown("Paths meet in it whose values have different orders.")
        return value

    return read_merge


def arithmetic(kind: str) -> Read:
    """Return the function for Add, Sub, Mul, Div: with fixed numbers, or of two paths."""

    def read_arithmetic(read: Reading) -> Value:
        if len(read.inputs) == 2 and all(isinstance(each, Value) for each in read.inputs):
            if kind not in ("add", "multiply"):
                raise NotShown("A difference or a quotient of paths is not shown.")
            return merge(kind)(read)
        is_swapped = not isinstance(read.inputs[0], Value)
        value, numbers = read.inputs[::-1] if is_swapped else read.inputs
        if not isinstance(value, Value) or numbers is None or numbers.dtype.kind not in "fiu":
            raise NotShown("It computes with no numbers.")
        factors = of_channels(value, np.asarray(numbers, np.float64))
        if kind == "add" and factors.size > 1:
            found = with_bias_of(read, value, factors.astype(np.float32))
            if found is not None:
                return found
        return _scaled(read, value, *_line(kind, factors, is_swapped=is_swapped))

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


def _scaled(read: Reading, value: Value, scale: np.ndarray, offset: np.ndarray) -> Value:
    channels = (value.shape or (1,))[-1]
    size = max(scale.size, offset.size)
    if size < MANY_CHANNELS and value.order is None:
        factors = [tuple(each.tolist()) if each.size > 1 else float(each[0]) for each in (scale, offset)]
        return read.net.add(*read.names, [value], spec(Scaling, scale=factors[0], offset=factors[1]))
    each = {"gamma": scale, "beta": offset, "mean": np.zeros(1), "variance": np.full(1, 1 - EPSILON)}
    weights = {
        name: in_our_order(np.broadcast_to(one, (channels,)).astype(np.float32), value) for name, one in each.items()
    }
    note = "One number for each map, as a normalisation that changes nothing else."
    return read.net.add(*read.names, [value], spec(BatchNorm, epsilon=EPSILON), weights, note=note)


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


def _order(value: Value) -> np.ndarray:
    return np.arange(0) if value.order is None else value.order
