"""What the four convolutions do to maps, and what that costs."""

from dataclasses import replace
from fractions import Fraction

from cnnviz.architecture.analysis.checks import need_maps, need_room, refuse_stride_with_dilation
from cnnviz.architecture.analysis.sliding_window import Upsampling, Window
from cnnviz.architecture.analysis.tensors import Effect, Signal
from cnnviz.architecture.spec.base import LayerSpec
from cnnviz.architecture.spec.layers import AvgPool, Conv, DepthwiseConv, MaxPool, SeparableConv, TransposedConv


def window_of(layer: Conv | DepthwiseConv | SeparableConv | MaxPool | AvgPool) -> Window:
    """Return the window that a convolution or pooling slides over its input."""
    if isinstance(layer, MaxPool | AvgPool):
        return Window(layer.size, layer.stride or layer.size, layer.padding)
    return Window(layer.kernel, layer.stride, layer.padding, layer.dilation)


def field_formula(layer: LayerSpec, signal: Signal) -> str:
    """Write out how far a value behind a window sees, r + (k - 1) x d x j; "" for other layers and broken steps."""
    if not isinstance(layer, Conv | DepthwiseConv | SeparableConv | MaxPool | AvgPool) or signal.jump % 1:
        return ""
    window = window_of(layer)
    field = signal.field + (window.span - 1) * int(signal.jump)
    return f"{signal.field} + ({window.size} - 1) x {window.dilation} x {int(signal.jump)} = {field}"


def upsampling_of(layer: TransposedConv) -> Upsampling:
    """Return how a transposed convolution spreads its input."""
    return Upsampling(layer.kernel, layer.stride, layer.padding)


def conv(layer: Conv, name: str, signal: Signal) -> Effect:
    """Every output value is a sum over a window of all maps."""
    output, formula = _slid(layer, name, signal, channels=layer.filters)
    channels, size = signal.shape[-1], layer.kernel
    weights = size**2 * channels * layer.filters
    return _weighted(
        output,
        formula,
        weights=f"{size} x {size} x {channels:,} x {layer.filters:,}",
        params=weights + layer.filters,
        macs=(output.shape, weights),
    )


def depthwise_conv(layer: DepthwiseConv, name: str, signal: Signal) -> Effect:
    """Every output value is a sum over a window of one map."""
    maps = signal.shape[-1] * layer.multiplier
    output, formula = _slid(layer, name, signal, channels=maps)
    more = f" x {layer.multiplier}" if layer.multiplier > 1 else ""
    weights = layer.kernel**2 * maps
    return _weighted(
        output,
        formula,
        weights=f"{layer.kernel} x {layer.kernel} x {signal.shape[-1]:,}{more}",
        params=weights + maps,
        macs=(output.shape, weights),
    )


def separable_conv(layer: SeparableConv, name: str, signal: Signal) -> Effect:
    """A window of each map, then a sum over the maps at each place; one bias, at the end."""
    output, formula = _slid(layer, name, signal, channels=layer.filters)
    channels, size = signal.shape[-1], layer.kernel
    weights = size**2 * channels + channels * layer.filters
    return _weighted(
        output,
        formula,
        weights=f"{size} x {size} x {channels:,} + {channels:,} x {layer.filters:,}",
        params=weights + layer.filters,
        macs=(output.shape, weights),
    )


def transposed_conv(layer: TransposedConv, name: str, signal: Signal) -> Effect:
    """Every *input* value is multiplied with the whole kernel, also where the border cuts the product off."""
    need_maps(layer, name, signal)
    spread = upsampling_of(layer)
    height, width, channels = signal.shape
    shape = (spread.output_side(height), spread.output_side(width), layer.filters)
    jump = signal.jump / Fraction(layer.stride)
    extent = signal.extent + (layer.kernel - 1) * jump
    # the new values lie between those of the input, so that together they reach no further
    output = replace(signal, shape=shape, extent=extent, jump=jump)
    weights = layer.kernel**2 * channels * layer.filters
    return _weighted(
        output,
        spread.formula(height, width),
        weights=f"{layer.kernel} x {layer.kernel} x {channels:,} x {layer.filters:,}",
        params=weights + layer.filters,
        macs=(signal.shape, weights),
    )


def pool(layer: MaxPool | AvgPool, name: str, signal: Signal) -> Effect:
    """One value for each window of each map."""
    output, formula = _slid(layer, name, signal, channels=signal.shape[-1])
    return Effect(output, shape_formula=formula)


def _slid(layer: Conv, name: str, signal: Signal, *, channels: int) -> tuple[Signal, str]:
    """Slide the layer's window over the maps: what comes out, and its size as a formula."""
    need_maps(layer, name, signal)
    refuse_stride_with_dilation(layer, name)
    window = window_of(layer)
    need_room(layer, name, signal, window=window)
    height, width, _ = signal.shape
    shape = (window.output_side(height), window.output_side(width), channels)
    extent = signal.extent + (window.span - 1) * signal.jump
    # how far the first and the last window together stick out of the maps; below zero where a rest is left over
    beyond = (max(shape[:2]) - 1) * window.stride + window.span - max(height, width)
    reach = signal.reach + beyond * signal.jump
    return Signal(shape, extent, signal.jump * window.stride, reach), window.formula(height, width)


def _weighted(output: Signal, formula: str, *, weights: str, params: int, macs: tuple[tuple[int, ...], int]) -> Effect:
    """Put a convolution's costs together; `macs` are the maps that are walked over and the weights at each place."""
    (height, width, _), per_place = macs
    total = height * width * per_place
    bias = output.shape[-1]
    return Effect(
        output,
        params=params,
        trainable_params=params,
        params_formula=f"{weights} + {bias:,} = {params:,}",
        shape_formula=formula,
        macs=total,
        macs_formula=f"{height} x {width} x {_bracketed(weights)} = {total:,}",
    )


def _bracketed(formula: str) -> str:
    return f"({formula})" if "+" in formula else formula
