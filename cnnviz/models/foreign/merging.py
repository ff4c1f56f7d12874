"""Steps of a file in which paths meet, and factors of channels, as layers of ours."""

from collections.abc import Sequence

import numpy as np

from cnnviz.architecture.spec.arithmetic import MERGES, Scaling
from cnnviz.architecture.spec.layers import BatchNorm
from cnnviz.models.foreign.layouts import in_our_order, joined_order
from cnnviz.models.foreign.limits import NotShown
from cnnviz.models.foreign.steps import ForeignNet, Value
from cnnviz.models.foreign.windows import spec

Names = tuple[str, str]
EPSILON = 2.0**-10  # of a normalisation that stands for factors of channels: exact in float32, and so is 1 less it
MANY_CHANNELS = 5  # get their factors as a normalisation; fewer are colours


def merge(net: ForeignNet, names: Names, values: Sequence[Value], kind: str) -> Value:
    """Add a step in which paths meet.

    Parameters
    ----------
    names : tuple of str
        Name of the step and its operation.
    kind : str
        Of `MERGES`, or "subtract" and "minimum": these are the sum with the negative of the second path, and the
        negative of the largest negative.

    Raises
    ------
    NotShown
        The layouts of the paths differ.
    """
    if len(values) == 1 and kind != "subtract":
        return net.passes(*names, values[0])
    maps = [value for value in values if len(value.shape or ()) == 3 and value.shape != (1, 1, (value.shape or ())[-1])]
    if len({value.is_first for value in maps}) > 1:
        raise NotShown("Paths meet in it whose channels are on different axes.")
    if kind != "concat" and any(not np.array_equal(_order(values[0]), _order(each)) for each in values[1:]):
        raise NotShown("Paths meet in it whose values have different orders.")
    if kind == "subtract":
        return _difference(net, names, values)
    if kind == "minimum":
        opposite = [_negative(net, names, value) for value in values]
        largest = net.add(net.free_name(f"{names[0]}_largest"), names[1], opposite, MERGES["maximum"](), is_extra=True)
        note = "The smallest value, as the negative of the largest negative."
        return net.add(*names, [largest], Scaling(scale=-1.0), note=note)
    value = net.add(*names, values, MERGES[kind]())
    if kind == "concat" and len(value.shape or ()) == 1:
        return net.ordered(Value(value.step, value.shape), joined_order(list(values)))
    return value


def scaled(net: ForeignNet, names: Names, value: Value, scale: np.ndarray, offset: np.ndarray) -> Value:
    """Add value x scale + offset, each (1,) or (channels,): for many channels as a normalisation."""
    channels = (value.shape or (1,))[-1]
    size = max(scale.size, offset.size)
    if size < MANY_CHANNELS and value.order is None:
        factors = [tuple(each.tolist()) if each.size > 1 else float(each[0]) for each in (scale, offset)]
        return net.add(*names, [value], spec(Scaling, scale=factors[0], offset=factors[1]))
    each = {"gamma": scale, "beta": offset, "mean": np.zeros(1), "variance": np.full(1, 1 - EPSILON)}
    weights = {
        name: in_our_order(np.broadcast_to(one, (channels,)).astype(np.float32), value) for name, one in each.items()
    }
    note = "One number for each map, as a normalisation that changes nothing else."
    return net.add(*names, [value], spec(BatchNorm, epsilon=EPSILON), weights, note=note)


def _difference(net: ForeignNet, names: Names, values: Sequence[Value]) -> Value:
    if len(values) != 2:
        raise NotShown("It subtracts more or fewer than one path from another.")
    both = [values[0], _negative(net, names, values[1])]
    return net.add(*names, both, MERGES["add"](), note="The difference, as a sum with the negative of the second path.")


def _negative(net: ForeignNet, names: Names, value: Value) -> Value:
    name = net.free_name(f"{names[0]}_negative")
    return net.add(name, "times -1", [value], Scaling(scale=-1.0), is_extra=True)


def _order(value: Value) -> np.ndarray:
    return np.arange(0) if value.order is None else value.order
