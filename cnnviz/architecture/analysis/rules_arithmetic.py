"""Rules of the layers of plain arithmetic: borders, sizes, factors, slopes, another shape."""

from dataclasses import replace
from fractions import Fraction
from math import prod

from cnnviz.architecture.analysis.tensors import Effect, Tensor, need_maps
from cnnviz.architecture.spec.arithmetic import Cropping, PReLU, Reshape, Scaling, UpSampling, ZeroPadding
from cnnviz.errors import InvalidArchitecture
from cnnviz.text.units import shape_text


def border(layer: ZeroPadding | Cropping, title: str, tensor: Tensor) -> Effect:
    """Rows and columns around the maps, added or left out; no parameters.

    Raises InvalidArchitecture where nothing is left of the maps.
    """
    need_maps(title, tensor)
    sign = 1 if layer.kind == "zero_padding" else -1
    height, width, channels = tensor.shape
    tall, wide = height + sign * (layer.top + layer.bottom), width + sign * (layer.left + layer.right)
    if min(tall, wide) < 1:
        raise InvalidArchitecture(
            f"{title} leaves nothing of maps of {shape_text((height, width))}.",
            f"Cut off less. Received: input={tensor.shape}, rows={layer.top + layer.bottom}, "
            f"columns={layer.left + layer.right}.",
        )
    word = "+" if sign > 0 else "-"
    formula = f"height: {height} {word} {layer.top} {word} {layer.bottom} = {tall}, "
    formula += f"width: {width} {word} {layer.left} {word} {layer.right} = {wide}"
    reach = max(tensor.reach + (max(tall, wide) - max(height, width)) * tensor.jump, tensor.extent + 1)
    return Effect(replace(tensor, shape=(tall, wide, channels), reach=reach), shape_formula=formula)


def up_sampling(layer: UpSampling, title: str, tensor: Tensor) -> Effect:
    """Larger maps, `size` values for each along both axes; no parameters.

    Seen from the input, each value is spread as by a transposed convolution with that stride: over `size` places, or
    with "bilinear" as a triangle over its neighbours' places as well.
    """
    need_maps(title, tensor)
    height, width, channels = tensor.shape
    jump = tensor.jump / Fraction(layer.size)
    taps = layer.size if layer.interpolation == "nearest" else 2 * layer.size - layer.size % 2
    formula = f"height: {height} × {layer.size} = {height * layer.size}, "
    formula += f"width: {width} × {layer.size} = {width * layer.size}"
    return Effect(
        replace(
            tensor,
            shape=(height * layer.size, width * layer.size, channels),
            extent=tensor.extent + (taps - 1) * jump,
            jump=jump,
        ),
        shape_formula=formula,
    )


def scaling(layer: Scaling, title: str, tensor: Tensor) -> Effect:
    """Each value times a factor plus a number, neither of them learned.

    Raises InvalidArchitecture where there are factors of a channel, but not one for each.
    """
    channels = tensor.shape[-1]
    for field in ("scale", "offset"):
        factors = getattr(layer, field)
        if isinstance(factors, tuple) and len(factors) != channels:
            raise InvalidArchitecture(
                f"{title} has {len(factors):,} numbers as its {field}, but {channels:,} channels.",
                f"Give one number, or one for each channel. Received: input={tensor.shape}.",
            )
    return Effect(tensor)


def prelu(layer: PReLU, title: str, tensor: Tensor) -> Effect:  # noqa: ARG001 (every rule takes the same three)
    """A learned slope for each map (each unit of a vector), or for each value."""
    shape = tensor.shape if layer.shared == "values" else tensor.shape[-1:]
    slopes = prod(shape)
    formula = f"{shape_text(shape)} = {slopes:,}" if len(shape) > 1 else f"{slopes:,}"
    return Effect(tensor, params=slopes, trainable_params=slopes, params_formula=formula)


def reshape(layer: Reshape, title: str, tensor: Tensor) -> Effect:
    """The same values, row by row, pixel by pixel, channel by channel, in another shape.

    Raises InvalidArchitecture where the numbers of values differ.
    """
    before, after = prod(tensor.shape), prod(layer.shape)
    if before != after:
        raise InvalidArchitecture(
            f"{title} cannot make {shape_text(layer.shape)} of {shape_text(tensor.shape)}: that "
            f"are {after:,} values of {before:,}.",
            f"Choose a shape of {before:,} values. Received: input={tensor.shape}, shape={layer.shape}.",
        )
    formula = f"{shape_text(tensor.shape)} = {shape_text(layer.shape)} = {after:,}"
    output = replace(tensor, shape=layer.shape)
    if len(layer.shape) == 3 and max(layer.shape[:2]) > 1 and layer.shape != tensor.shape:
        # neighbours here need not be neighbours in the image: each is taken to depend on all that it may depend on
        output = replace(output, extent=tensor.reach - 1, jump=0)
    return Effect(output, shape_formula=formula)
