"""Rules of the layers that slide a window over maps (convolutions, pooling) and of the transposed convolution."""

from dataclasses import replace
from fractions import Fraction

from cnnviz.architecture.analysis.sliding_window import Upsampling, Window
from cnnviz.architecture.analysis.tensors import Effect, Tensor, need_maps
from cnnviz.architecture.spec.layers import (
    AvgPool,
    Conv,
    Convolution,
    DepthwiseConv,
    LayerSpec,
    MaxPool,
    SeparableConv,
    TransposedConv,
)
from cnnviz.errors import InvalidArchitecture
from cnnviz.text.units import shape_text

Sliding = Conv | DepthwiseConv | SeparableConv | MaxPool | AvgPool
"""The layers that slide a window over their input."""


def window_of(layer: Sliding) -> Window:
    """Return the window that a convolution or pooling slides over its input."""
    if isinstance(layer, MaxPool | AvgPool):
        return Window(layer.size, layer.stride or layer.size, layer.padding)
    return Window(layer.kernel, layer.stride, layer.padding, layer.dilation)


def field_formula(layer: LayerSpec, tensor: Tensor) -> str:
    """Return the formula of the receptive field, r + (k - 1) x d x j, with its numbers.

    Empty for layers without a window, and behind a transposed convolution (fractional jump).
    """
    if not isinstance(layer, Sliding) or tensor.jump % 1:
        return ""
    window = window_of(layer)
    field = tensor.field + (window.span - 1) * int(tensor.jump)
    return f"{tensor.field} + ({window.size} − 1) × {window.dilation} × {int(tensor.jump)} = {field}"


def upsampling_of(layer: TransposedConv) -> Upsampling:
    """Return the geometry of a transposed convolution."""
    return Upsampling(layer.kernel, layer.stride, layer.padding)


def conv(layer: Conv, title: str, tensor: Tensor) -> Effect:
    """Convolution: each output value is a weighted sum over a window of all maps (H, W, C).

    Parameters k k C F + F (without bias k k C F, as below), multiply-accumulates H' W' k k C F for F filters.
    """
    output, formula = _slide(layer, title, tensor, channels=layer.filters)
    channels, size = tensor.shape[-1], layer.kernel
    weights = size**2 * channels * layer.filters
    return _weighted(
        layer,
        output,
        formula,
        weights=(f"{size} × {size} × {channels:,} × {layer.filters:,}", weights),
        walked=output.shape,
    )


def depthwise_conv(layer: DepthwiseConv, title: str, tensor: Tensor) -> Effect:
    """Depthwise convolution: each output value is a weighted sum over a window of one map; k k C m + C m parameters."""
    maps = tensor.shape[-1] * layer.multiplier
    output, formula = _slide(layer, title, tensor, channels=maps)
    more = f" × {layer.multiplier}" if layer.multiplier > 1 else ""
    weights = layer.kernel**2 * maps
    return _weighted(
        layer,
        output,
        formula,
        weights=(f"{layer.kernel} × {layer.kernel} × {tensor.shape[-1]:,}{more}", weights),
        walked=output.shape,
    )


def separable_conv(layer: SeparableConv, title: str, tensor: Tensor) -> Effect:
    """Separable convolution: depthwise without bias, then 1x1; k k C + C F + F parameters."""
    output, formula = _slide(layer, title, tensor, channels=layer.filters)
    channels, size = tensor.shape[-1], layer.kernel
    weights = size**2 * channels + channels * layer.filters
    return _weighted(
        layer,
        output,
        formula,
        weights=(f"{size} × {size} × {channels:,} + {channels:,} × {layer.filters:,}", weights),
        walked=output.shape,
    )


def transposed_conv(layer: TransposedConv, title: str, tensor: Tensor) -> Effect:
    """Transposed convolution: k k C F + F parameters.

    Each *input* value is multiplied with the whole kernel, also where the border cuts the product off, so that the
    multiply-accumulates are H W k k C F.
    """
    need_maps(title, tensor)
    spread = upsampling_of(layer)
    height, width, channels = tensor.shape
    shape = (spread.output_side(height), spread.output_side(width), layer.filters)
    jump = tensor.jump / Fraction(layer.stride)
    extent = tensor.extent + (layer.kernel - 1) * jump
    # the new values lie between those of the input, so that together they reach no further
    output = replace(tensor, shape=shape, extent=extent, jump=jump)
    weights = layer.kernel**2 * channels * layer.filters
    return _weighted(
        layer,
        output,
        spread.formula(height, width),
        weights=(f"{layer.kernel} × {layer.kernel} × {channels:,} × {layer.filters:,}", weights),
        walked=tensor.shape,
    )


def pool(layer: MaxPool | AvgPool, title: str, tensor: Tensor) -> Effect:
    """Max or average pooling: one value for each window of each map, no parameters."""
    output, formula = _slide(layer, title, tensor, channels=tensor.shape[-1])
    return Effect(output, shape_formula=formula)


def _slide(layer: Sliding, title: str, tensor: Tensor, *, channels: int) -> tuple[Tensor, str]:
    """Return the output of the layer's window, with `channels` maps, and its sides as a formula."""
    need_maps(title, tensor)
    _refuse_stride_with_dilation(layer, title)
    window = window_of(layer)
    _need_room(layer, title, tensor, window=window)
    height, width, _ = tensor.shape
    shape = (window.output_side(height), window.output_side(width), channels)
    extent = tensor.extent + (window.span - 1) * tensor.jump
    # how far the first and the last window together stick out of the maps; below zero where a rest is left over
    beyond = (max(shape[:2]) - 1) * window.stride + window.span - max(height, width)
    reach = tensor.reach + beyond * tensor.jump
    return Tensor(shape, extent, tensor.jump * window.stride, reach), window.formula(height, width)


def _need_room(layer: Sliding, title: str, tensor: Tensor, *, window: Window) -> None:
    """Refuse a window that is larger than the maps."""
    height, width, _ = tensor.shape
    output = window.output_side(height), window.output_side(width)
    if all(output):
        return
    word = "window" if isinstance(layer, MaxPool | AvgPool) else "kernel"
    largest = (min(height, width) - 1) // window.dilation + 1
    size, span = (f"{side}×{side}" for side in (window.size, window.span))
    what = size + f" {word}" + (f" with dilation {window.dilation} spans {span} and" if window.dilation > 1 else "")
    raise InvalidArchitecture(
        f"{title} turns {shape_text((height, width))} into {shape_text(output)}: a {what} with "
        "'valid' padding is larger than its input.",
        f"Use padding 'same' or a {word} of {largest}{' or less' if largest > 1 else ''}. "
        f"Received: input={tensor.shape}, {word}={(window.size, window.size)}.",
    )


def _refuse_stride_with_dilation(layer: Sliding, title: str) -> None:
    """Refuse what Keras cannot compute."""
    stride, dilation = getattr(layer, "stride", None) or 1, getattr(layer, "dilation", 1)
    if stride > 1 and dilation > 1:
        raise InvalidArchitecture(
            f"{title} has a stride and a dilation above 1, which Keras does not do together.",
            f"Set one of them to 1. Received: stride={stride}, dilation={dilation}.",
        )


def _weighted(
    layer: Convolution, output: Tensor, formula: str, *, weights: tuple[str, int], walked: tuple[int, ...]
) -> Effect:
    """Put a convolution's costs together: its weights, which it applies at each place of maps of the shape `walked`."""
    factors, per_place = weights
    biases = output.shape[-1] if layer.bias else 0
    params = per_place + biases
    total = walked[0] * walked[1] * per_place
    return Effect(
        output,
        params=params,
        trainable_params=params,
        params_formula=f"{factors} + {biases:,} = {params:,}" if biases else f"{factors} = {params:,}",
        shape_formula=formula,
        macs=total,
        macs_formula=f"{walked[0]} × {walked[1]} × {_bracketed(factors)} = {total:,}",
    )


def _bracketed(formula: str) -> str:
    return f"({formula})" if "+" in formula else formula
