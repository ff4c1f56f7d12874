"""Convolutions and pooling as files have them (any borders, groups, layouts), as layers of ours."""

from dataclasses import dataclass
from math import ceil
from typing import Any, Literal

import numpy as np

from cnnviz.architecture.spec.arithmetic import ZeroPadding
from cnnviz.architecture.spec.layers import (
    ActivationLayer,
    AvgPool,
    Conv,
    DepthwiseConv,
    LayerSpec,
    MaxPool,
    TransposedConv,
)
from cnnviz.models.foreign.limits import NotShown, num_values
from cnnviz.models.foreign.steps import ForeignNet, Value, Weights

Borders = tuple[int, int, int, int]  # top, bottom, left, right
Pair = tuple[int, int]
Names = tuple[str, str]
_NEVER_NEGATIVE = {"relu", "relu6", "sigmoid", "softmax", "hard_sigmoid", "softplus", "exponential"}


@dataclass(frozen=True)
class Window:
    """How a kernel or a pool walks over the maps.

    Attributes
    ----------
    size, stride, dilation : tuple of int
        Along the height and along the width.
    borders : "same", "valid" or (top, bottom, left, right)
        "same" as Keras has it: the smaller half of the border is at the top and at the left.
    more : tuple of int
        Rows at the bottom and columns at the right that count as outside, so that a last window fits in.
    """

    size: Pair
    stride: Pair = (1, 1)
    dilation: Pair = (1, 1)
    borders: Literal["same", "valid"] | Borders = "valid"

    def square(self) -> dict[str, int]:
        """Return size, stride and dilation as ours; raises NotShown where the axes differ."""
        for name in ("size", "stride", "dilation"):
            down, across = getattr(self, name)
            if down != across:
                raise NotShown(
                    f"Its {name} differs along the two axes ({down} × {across}); here all windows are square."
                )
        return {"size": self.size[0], "stride": self.stride[0], "dilation": self.dilation[0]}

    def padding(self, shape: tuple[int, ...]) -> tuple[str, Borders]:
        """Return "valid" or "same", and the borders that are to be added before, for maps of a shape."""
        if isinstance(self.borders, str):
            return self.borders, (0, 0, 0, 0)
        if self.borders == (0, 0, 0, 0):
            return "valid", self.borders
        same = [
            half
            for length, size, stride, dilation in zip(shape, self.size, self.stride, self.dilation, strict=False)
            for half in _same(length, size, stride, dilation)
        ]
        return ("same", (0, 0, 0, 0)) if tuple(same) == self.borders else ("valid", self.borders)


def convolve(net: ForeignNet, names: Names, value: Value, window: Window, **given: Any) -> Value:
    """Add a convolution.

    Parameters
    ----------
    names : tuple of str
        Name of the step and its operation.
    given
        `kernel` (rows, columns, maps of a group, filters), `bias` (filters,) or None, `groups`, `activation`.

    Raises
    ------
    NotShown
        Its steps differ along the two axes.
    """
    bias, groups = given.get("bias"), given.get("groups", 1)
    window, kernel, note = _squared(window, given["kernel"], value.maps)
    walk, channels = window.square(), value.maps[2]
    if kernel.shape[2] * groups != channels or kernel.shape[3] % groups:
        raise NotShown(f"Its kernels are for {kernel.shape[2] * groups:,} maps, but it gets {channels:,}.")
    padding, borders = window.padding(value.maps)
    fields = {"kernel": walk["size"], "stride": walk["stride"], "dilation": walk["dilation"], "padding": padding}
    fields |= {"activation": given.get("activation", "linear"), "bias": bias is not None}
    layer: LayerSpec
    if groups > 1 and groups == channels:
        multiplier = kernel.shape[3] // groups
        kernel = kernel.reshape(*kernel.shape[:2], channels, multiplier)
        layer = spec(DepthwiseConv, multiplier=multiplier, **fields)
    else:
        if groups > 1:
            kernel = _of_all_groups(kernel, groups)
            note += f"Its {groups} groups of maps are shown as one convolution with zeros between the groups. "
        layer = spec(Conv, filters=kernel.shape[3], **fields)
    value = bordered(net, names[0], value, borders)
    return net.add(*names, [value], layer, with_bias({"kernel": kernel}, bias), note=note.strip())


def transpose_convolve(net: ForeignNet, names: Names, value: Value, window: Window, **given: Any) -> Value:
    """Add a transposed convolution: as `convolve`, with `kernel` (rows, columns, filters, maps)."""
    kernel, bias, walk = given["kernel"], given.get("bias"), window.square()
    if walk["dilation"] > 1 or not isinstance(window.borders, str):
        raise NotShown("A transposed convolution is shown without dilation and with padding 'same' or 'valid' only.")
    fields: Any = {"kernel": walk["size"], "stride": walk["stride"], "padding": window.borders}
    fields |= {"activation": given.get("activation", "linear"), "bias": bias is not None}
    layer = spec(TransposedConv, filters=kernel.shape[2], **fields)
    return net.add(*names, [value], layer, with_bias({"kernel": kernel}, bias))


def pool(net: ForeignNet, names: Names, value: Value, window: Window, *, kind: str, **counts: bool) -> Value:
    """Add a pooling.

    Parameters
    ----------
    kind : {"max", "avg"}
    counts
        `border`: zeros of the border count in a mean. `part`: a last window that lies partly outside is one.

    Raises
    ------
    NotShown
        Its window is not square, or no layers of ours give the same.
    """
    walk, make = window.square(), MaxPool if kind == "max" else AvgPool
    if walk["dilation"] > 1:
        raise NotShown("A pooling with dilation is not shown.")
    size, stride = walk["size"], walk["stride"]
    if counts.get("part"):
        window = _with_last_window(window, value.maps)
    padding, borders = window.padding(value.maps)
    is_plain = not any(borders)
    if padding == "same" and kind == "avg" and counts.get("border") and any(_same_borders(window, value.maps)):
        padding, borders, is_plain = "valid", _same_borders(window, value.maps), False
    zeros_do = counts.get("border") and not counts.get("part") if kind == "avg" else _is_never_negative(net, value)
    if is_plain or zeros_do:
        value = bordered(net, names[0], value, borders)
        return net.add(*names, [value], spec(make, size=size, stride=stride, padding=padding))
    out = [
        (side + a + b - size) // stride + 1 for side, a, b in zip(value.maps, borders[::2], borders[1::2], strict=False)
    ]
    if size % 2 and borders[::2] == (size // 2,) * 2 and out == [ceil(side / stride) for side in value.maps[:2]]:
        dense = spec(make, size=size, stride=1, padding="same")  # borders as wanted; then every n-th place of it
        value = net.add(net.free_name(f"{names[0]}_each"), names[1], [value], dense, is_extra=True)
        return net.add(*names, [value], spec(MaxPool, size=1, stride=stride))
    raise NotShown(f"No pooling here has the borders {borders} (top, bottom, left, right).")


def bordered(net: ForeignNet, name: str, value: Value, borders: Borders) -> Value:
    """Add a border of zeros as a step of its own, where there is one."""
    if not any(borders):
        return value
    top, bottom, left, right = borders
    layer = spec(ZeroPadding, top=top, bottom=bottom, left=left, right=right)
    return net.add(net.free_name(f"{name}_border"), "border of zeros", [value], layer, is_extra=True)


def spec(make: type[LayerSpec], **fields: Any) -> Any:
    """Make a layer; raises NotShown where a number is out of the range of ours."""
    try:
        return make(**fields)
    except ValueError as error:  # pydantic's
        first: dict[str, Any] = getattr(error, "errors", lambda: [{}])()[0]
        where = ".".join(map(str, first.get("loc", ()))) or "a setting"
        raise NotShown(f"{make.__name__} cannot have this {where}: {str(first.get('input'))[:40]}.") from None


def with_bias(weights: Weights, bias: np.ndarray | None) -> Weights:
    """Return weights with a bias, where there is one."""
    return weights if bias is None else {**weights, "bias": bias}


def _squared(window: Window, kernel: np.ndarray, shape: tuple[int, ...]) -> tuple[Window, np.ndarray, str]:
    """A kernel of 1 x 7 as one of 7 x 7 with zeros above and below, whose borders are wider by as much."""
    rows, columns = window.size
    if rows == columns:
        return window, kernel, ""
    side = max(rows, columns)
    num_values((side, side, *kernel.shape[2:]), "kernels")
    borders = window.borders
    if borders == "same":
        borders = _same_borders(window, shape)
    elif borders == "valid":
        borders = (0, 0, 0, 0)
    above, left = (side - rows) // 2, (side - columns) // 2
    below, right = side - rows - above, side - columns - left
    whole = np.zeros((side, side, *kernel.shape[2:]), np.float32)
    whole[above : above + rows, left : left + columns] = kernel
    down, across = window.dilation
    outside = (above * down, below * down, left * across, right * across)
    wider = tuple(one + more for one, more in zip(borders, outside, strict=True))
    note = f"Its {rows} × {columns} kernels are shown as {side} × {side} ones with zeros. "
    return Window((side, side), window.stride, window.dilation, (wider[0], wider[1], wider[2], wider[3])), whole, note


def _is_never_negative(net: ForeignNet, value: Value) -> bool:
    step = net.steps.get(value.step)
    layer = step.layer if step else None
    if isinstance(layer, (MaxPool, AvgPool, ZeroPadding)) and step:
        return _is_never_negative(net, Value(step.inputs[0], None))
    function = layer.function if isinstance(layer, ActivationLayer) else getattr(layer, "activation", "")
    return function in _NEVER_NEGATIVE


def _with_last_window(window: Window, shape: tuple[int, ...]) -> Window:
    """The same with so many rows and columns more at the end as a last window needs that begins inside."""
    before = (0, 0, 0, 0) if window.borders == "valid" else window.borders
    if isinstance(before, str):
        return window
    borders = list(before)
    for axis in (0, 1):
        first, last = before[2 * axis : 2 * axis + 2]
        length = shape[axis] + first + last
        steps = ceil((length - window.size[axis]) / window.stride[axis])
        if steps * window.stride[axis] >= shape[axis] + first:
            steps -= 1  # it would begin in the border
        borders[2 * axis + 1] += max(steps * window.stride[axis] + window.size[axis] - length, 0)
    return Window(window.size, window.stride, window.dilation, (borders[0], borders[1], borders[2], borders[3]))


def _of_all_groups(kernel: np.ndarray, groups: int) -> np.ndarray:
    rows, columns, inside, filters = kernel.shape
    num_values((rows, columns, inside * groups, filters), "kernels")
    whole = np.zeros((rows, columns, inside * groups, filters), np.float32)
    each = filters // groups
    for group in range(groups):
        own = slice(group * each, (group + 1) * each)
        whole[:, :, group * inside : (group + 1) * inside, own] = kernel[..., own]
    return whole


def _same_borders(window: Window, shape: tuple[int, ...]) -> Borders:
    top, bottom = _same(shape[0], window.size[0], window.stride[0], window.dilation[0])
    left, right = _same(shape[1], window.size[1], window.stride[1], window.dilation[1])
    return top, bottom, left, right


def _same(length: int, size: int, stride: int, dilation: int) -> Pair:
    total = max((ceil(length / stride) - 1) * stride + dilation * (size - 1) + 1 - length, 0)
    return total // 2, total - total // 2
