"""What one layer does to what flows through the net: one small function per kind, one table.

A new kind of layer is a class in `spec` and an entry in `RULES`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod

from cnnviz.architecture.spec import AvgPool, BatchNorm, Conv, Dense, Layer, MaxPool
from cnnviz.architecture.windows import Window
from cnnviz.errors import InvalidArchitecture

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Signal:
    """What leaves a layer: its shape and how its values look back at the input image.

    `field` is the side of the square of input pixels that one value depends on, `jump` the
    distance in input pixels between neighbouring values, `reach` the side (along the longer axis)
    of what all values together depend on. All three are the theoretical figures: not clipped at
    the border, so that with 'same' padding they may be larger than the image.
    """

    shape: Shape
    field: int = 1
    jump: int = 1
    reach: int = 1


@dataclass(frozen=True)
class Effect:
    """What one layer makes of a signal, and what that costs."""

    signal: Signal
    params: int = 0
    trainable_params: int = 0
    params_formula: str = ""
    shape_formula: str = ""
    macs: int = 0


Rule = Callable[[Layer, str, Signal], Effect]


def _slide(window: Window, signal: Signal, channels: int) -> Signal:
    height, width, _ = signal.shape
    shape = (window.output_side(height), window.output_side(width), channels)
    field = signal.field + (window.span - 1) * signal.jump
    jump = signal.jump * window.stride
    return Signal(shape, field, jump, reach=field + (max(shape[:2]) - 1) * jump)


def _conv(layer: Conv, name: str, signal: Signal) -> Effect:
    _need_maps(layer, name, signal)
    if layer.stride > 1 and layer.dilation > 1:
        raise InvalidArchitecture(
            f"Conv '{name}' has a stride and a dilation above 1, which Keras does not do together. "
            f"Set one of them to 1. Received: stride={layer.stride}, dilation={layer.dilation}."
        )
    window = Window(layer.kernel, layer.stride, layer.padding, layer.dilation)
    _need_room(layer, name, signal, window=window)
    height, width, channels = signal.shape
    output = _slide(window, signal, layer.filters)
    weights = layer.kernel**2 * channels * layer.filters
    params = weights + layer.filters
    return Effect(
        output,
        params=params,
        trainable_params=params,
        params_formula=f"{layer.kernel} x {layer.kernel} x {channels:,} x {layer.filters:,} + {layer.filters:,}"
        f" = {params:,}",
        shape_formula=window.formula(height, width),
        macs=prod(output.shape[:2]) * weights,
    )


def _pool(layer: MaxPool | AvgPool, name: str, signal: Signal) -> Effect:
    _need_maps(layer, name, signal)
    window = Window(layer.size, layer.stride or layer.size, layer.padding)
    _need_room(layer, name, signal, window=window)
    height, width, channels = signal.shape
    return Effect(_slide(window, signal, channels), shape_formula=window.formula(height, width))


def _keep(layer: Layer, name: str, signal: Signal) -> Effect:  # noqa: ARG001 (every rule takes the same three)
    return Effect(signal)


def _batch_norm(layer: BatchNorm, name: str, signal: Signal) -> Effect:  # noqa: ARG001
    channels = signal.shape[-1]
    # scale and shift are learned; the moving mean and variance are kept, but not by gradient descent
    return Effect(
        signal,
        params=4 * channels,
        trainable_params=2 * channels,
        params_formula=f"4 x {channels:,} = {4 * channels:,}",
    )


def _flatten(layer: Layer, name: str, signal: Signal) -> Effect:  # noqa: ARG001
    size = prod(signal.shape)
    factors = " x ".join(f"{side:,}" for side in signal.shape)
    formula = f"{factors} = {size:,}" if len(signal.shape) > 1 else ""
    return Effect(replace(signal, shape=(size,)), shape_formula=formula)


def _global_avg_pool(layer: Layer, name: str, signal: Signal) -> Effect:
    _need_maps(layer, name, signal)
    channels = signal.shape[-1]
    return Effect(
        replace(signal, shape=(channels,), field=signal.reach),
        shape_formula=f"one mean for each of {channels:,} maps = {channels:,}",
    )


def _dense(layer: Dense, name: str, signal: Signal) -> Effect:
    if len(signal.shape) != 1:
        raise InvalidArchitecture(
            f"Dense '{name}' needs one vector, but gets maps. Put a flatten or global_avg_pool layer before it. "
            f"Received: input={signal.shape}."
        )
    inputs = signal.shape[0]
    params = inputs * layer.units + layer.units
    return Effect(
        replace(signal, shape=(layer.units,), field=signal.reach),
        params=params,
        trainable_params=params,
        params_formula=f"{inputs:,} x {layer.units:,} + {layer.units:,} = {params:,}",
        macs=inputs * layer.units,
    )


def _need_maps(layer: Layer, name: str, signal: Signal) -> None:
    if len(signal.shape) != 3:
        raise InvalidArchitecture(
            f"{type(layer).__name__} '{name}' needs maps (height, width, channels), but a layer before it has made "
            f"one vector of them. Move it before the flatten, global_avg_pool or dense layer. "
            f"Received: input={signal.shape}."
        )


def _need_room(layer: Layer, name: str, signal: Signal, *, window: Window) -> None:
    height, width, _ = signal.shape
    if window.output_side(height) and window.output_side(width):
        return
    word = "kernel" if layer.kind == "conv" else "window"
    largest = (min(height, width) - 1) // window.dilation + 1
    size, span = (f"{side}x{side}" for side in (window.size, window.span))
    what = size + f" {word}" + (f" with dilation {window.dilation} spans {span} and" if window.dilation > 1 else "")
    raise InvalidArchitecture(
        f"{type(layer).__name__} '{name}' turns {height}x{width} into "
        f"{window.output_side(height)}x{window.output_side(width)}: a {what} with 'valid' padding is larger than "
        f"its input. Use padding 'same' or a {word} of {largest}{' or less' if largest > 1 else ''}. "
        f"Received: input={signal.shape}, {word}={(window.size, window.size)}."
    )


RULES: dict[str, Rule] = {
    "conv": _conv,
    "max_pool": _pool,
    "avg_pool": _pool,
    "batch_norm": _batch_norm,
    "activation": _keep,
    "dropout": _keep,
    "flatten": _flatten,
    "global_avg_pool": _global_avg_pool,
    "dense": _dense,
}
