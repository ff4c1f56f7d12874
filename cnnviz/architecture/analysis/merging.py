"""Where paths meet: the sum at the end of a `residual`, the maps of `branches` put together."""

from collections.abc import Sequence
from dataclasses import replace

from cnnviz.architecture.analysis.tensors import Effect, Shape, Signal
from cnnviz.architecture.spec.layers import Conv, Dense
from cnnviz.errors import InvalidArchitecture

MAX_STRIDE = 16


def add(name: str, signals: Sequence[Signal]) -> Effect:
    """Add the block's output and its shortcut; a value sees as much as the path that sees more."""
    inside, shortcut = signals
    if inside.shape != shortcut.shape:
        raise InvalidArchitecture(
            f"Residual '{name}' cannot add {_sides(inside.shape)} to {_sides(shortcut.shape)}: the layers inside "
            f"change the shape, and an identity shortcut does not. Use shortcut 'projection', or padding 'same', "
            f"stride 1 and as many filters as come in. Received: block={inside.shape}, shortcut={shortcut.shape}."
        )
    return Effect(_widest(signals, inside.shape), shape_formula=f"{_sides(inside.shape)}, value by value")


def concat(name: str, signals: Sequence[Signal]) -> Effect:
    """Put the maps of all branches one after the other; their height and width must agree."""
    shapes = [signal.shape for signal in signals]
    if len({shape[:-1] for shape in shapes}) > 1:
        raise InvalidArchitecture(
            f"Branches '{name}' end in {' and '.join(map(_sides, shapes))}, but maps can only be put together when "
            f"height and width agree. Use padding 'same' and equal strides in all branches. "
            f"Received: branches={shapes}."
        )
    channels = sum(shape[-1] for shape in shapes)
    formula = " + ".join(f"{shape[-1]:,}" for shape in shapes) + f" = {channels:,}"
    return Effect(_widest(signals, (*shapes[0][:-1], channels)), shape_formula=formula)


def projection(name: str, before: Shape, after: Shape) -> Conv | Dense:
    """Return the layer that gives the shortcut the shape of the block's output.

    The stride is the smallest with ceil(side / stride) = the wanted side, for height and width.
    """
    if len(before) == len(after) == 1:
        return Dense(units=after[0])
    if len(before) == len(after):
        for stride in range(1, MAX_STRIDE + 1):
            if all(-(-old // stride) == new for old, new in zip(before[:2], after[:2], strict=True)):
                return Conv(filters=after[2], kernel=1, stride=stride)
    raise InvalidArchitecture(
        f"Residual '{name}' has no projection: no 1x1 convolution makes {_sides(after)} of {_sides(before)}, "
        f"because its stride can only divide height and width. Use padding 'same' inside the block, and no flatten. "
        f"Received: input={before}, block={after}."
    )


def _widest(signals: Sequence[Signal], shape: Shape) -> Signal:
    return replace(
        signals[0],
        shape=shape,
        extent=max(signal.extent for signal in signals),
        jump=max(signal.jump for signal in signals),
        reach=max(signal.reach for signal in signals),
    )


def _sides(shape: Shape) -> str:
    return "x".join(map(str, shape))
