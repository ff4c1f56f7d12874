"""What one layer does to its input and what that costs: a function for each kind, and one table of them.

Blocks (`residual`, `branches`, `repeat`) and backbones are taken apart by `graph`; where paths meet it calls `merge`
and `concat`.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import prod

from cnnviz.architecture.analysis.rules_arithmetic import border, prelu, reshape, scaling, up_sampling
from cnnviz.architecture.analysis.rules_convolution import conv, depthwise_conv, pool, separable_conv, transposed_conv
from cnnviz.architecture.analysis.tensors import Effect, Rule, Shape, Tensor, need_maps, need_vector
from cnnviz.architecture.spec import Layer, layer_from_fields
from cnnviz.architecture.spec.arithmetic import Merge
from cnnviz.architecture.spec.layers import BatchNorm, Dense, GlobalAvgPool, GlobalMaxPool, LayerNorm, LayerSpec
from cnnviz.errors import InvalidArchitecture
from cnnviz.text.units import count_text, shape_text

MAX_PROJECTION_STRIDE = 16


def _keep(layer: LayerSpec, title: str, tensor: Tensor) -> Effect:  # noqa: ARG001 (every rule takes the same three)
    return Effect(tensor)


def _keep_maps(layer: LayerSpec, title: str, tensor: Tensor) -> Effect:  # noqa: ARG001
    need_maps(title, tensor)
    return Effect(tensor)


def _batch_norm(layer: BatchNorm, title: str, tensor: Tensor) -> Effect:  # noqa: ARG001
    channels = tensor.shape[-1]
    # scale and shift are learned; the moving mean and variance are kept, but not by gradient descent
    return Effect(
        tensor,
        params=4 * channels,
        trainable_params=2 * channels,
        params_formula=f"4 × {channels:,} = {4 * channels:,}",
    )


def _layer_norm(layer: LayerNorm, title: str, tensor: Tensor) -> Effect:  # noqa: ARG001
    channels = tensor.shape[-1]
    return Effect(
        tensor,
        params=2 * channels,
        trainable_params=2 * channels,
        params_formula=f"2 × {channels:,} = {2 * channels:,}",
    )


def _flatten(layer: LayerSpec, title: str, tensor: Tensor) -> Effect:  # noqa: ARG001
    size = prod(tensor.shape)
    factors = shape_text(tensor.shape)
    formula = f"{factors} = {size:,}" if len(tensor.shape) > 1 else ""
    return Effect(replace(tensor, shape=(size,)), shape_formula=formula)


def _global_pool(layer: GlobalAvgPool | GlobalMaxPool, title: str, tensor: Tensor) -> Effect:
    need_maps(title, tensor)
    channels = tensor.shape[-1]
    what = "mean" if layer.kind == "global_avg_pool" else "maximum"
    return Effect(
        replace(tensor, shape=(1, 1, channels) if layer.keep_sides else (channels,), extent=tensor.reach - 1),
        shape_formula=f"one {what} for each of {channels:,} maps = {channels:,}",
    )


def _dense(layer: Dense, title: str, tensor: Tensor) -> Effect:
    need_vector(title, tensor)
    inputs = tensor.shape[0]
    params = inputs * layer.units + layer.bias * layer.units
    bias = f" + {layer.units:,}" if layer.bias else ""
    return Effect(
        replace(tensor, shape=(layer.units,), extent=tensor.reach - 1),
        params=params,
        trainable_params=params,
        params_formula=f"{inputs:,} × {layer.units:,}{bias} = {params:,}",
        shape_formula=f"{count_text(layer.units, 'unit')}, a value each",
        macs=inputs * layer.units,
        macs_formula=f"{inputs:,} × {layer.units:,} = {inputs * layer.units:,}",
    )


RULES: dict[str, Rule] = {
    "conv": conv,
    "depthwise_conv": depthwise_conv,
    "separable_conv": separable_conv,
    "transposed_conv": transposed_conv,
    "max_pool": pool,
    "avg_pool": pool,
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "activation": _keep,
    "dropout": _keep,
    "spatial_dropout": _keep_maps,
    "flatten": _flatten,
    "global_avg_pool": _global_pool,
    "global_max_pool": _global_pool,
    "dense": _dense,
    "zero_padding": border,
    "cropping": border,
    "up_sampling": up_sampling,
    "scaling": scaling,
    "prelu": prelu,
    "clip": _keep,
    "reshape": reshape,
}


def refuse_unequal(title: str, inside: Shape, shortcut: Shape) -> None:
    """Raise InvalidArchitecture unless a residual block's output has the shape of its shortcut."""
    if inside != shortcut:
        raise InvalidArchitecture(
            f"{title} cannot add {shape_text(inside)} to {shape_text(shortcut)}: the layers "
            "inside change the shape, and an identity shortcut does not.",
            f"{_way_to_add(inside, shortcut)} Received: block={inside}, shortcut={shortcut}.",
        )


def _way_to_add(inside: Shape, shortcut: Shape) -> str:
    """Say what makes a block's output fit its identity shortcut."""
    if len(inside) != len(shortcut):
        return "Put the layer that makes a vector of the maps behind the block."
    if _projection_stride(shortcut, inside):
        return "Use shortcut 'projection'."
    if inside[-1] == shortcut[-1]:
        return "Use padding 'same' and stride 1 inside the block."
    return "Use padding 'same' inside the block, and shortcut 'projection'."


_ONE_VALUE = "For one value a map, as in squeeze and excite, reshape the vector to 1 × 1 with as many maps."
_MERGED = {"add": "added", "multiply": "multiplied", "average": "averaged", "maximum": "compared"}


def merge(layer: Merge, title: str, tensors: Sequence[Tensor]) -> Effect:
    """Put paths together value by value; the largest receptive field counts.

    Maps of one place, 1 x 1, are taken at every place of the others. Raises InvalidArchitecture for other shapes.
    """
    shapes = [tensor.shape for tensor in tensors]
    shape = max(shapes, key=prod)
    if any(one not in (shape, (1, 1, shape[-1])) for one in shapes):
        raise InvalidArchitecture(
            f"{title} end in {' and '.join(map(shape_text, shapes))}, but can only be {_MERGED[layer.kind]} "
            "value by value when their shapes agree, or one is 1 × 1 with as many maps.",
            _way_out(
                shapes, "Use padding 'same', equal strides and equal numbers of maps in all branches.", _ONE_VALUE
            ),
        )
    return Effect(_widest(tensors, shape), shape_formula=f"{shape_text(shape)}, value by value")


def concat(title: str, tensors: Sequence[Tensor]) -> Effect:
    """Put the maps of all branches one after the other; the largest receptive field counts.

    Raises InvalidArchitecture where heights or widths differ.
    """
    shapes = [tensor.shape for tensor in tensors]
    if len({shape[:-1] for shape in shapes}) > 1:
        raise InvalidArchitecture(
            f"{title} end in {' and '.join(map(shape_text, shapes))}, but maps can only be put together when "
            "height and width agree.",
            _way_out(shapes, "Use padding 'same' and equal strides in all branches."),
        )
    channels = sum(shape[-1] for shape in shapes)
    formula = " + ".join(f"{shape[-1]:,}" for shape in shapes) + f" = {channels:,}"
    return Effect(_widest(tensors, (*shapes[0][:-1], channels)), shape_formula=formula)


def _way_out(shapes: Sequence[Shape], otherwise: str, for_vectors: str = "") -> str:
    """What to do about branches that do not fit; padding and strides help where all end in maps."""
    if len({len(shape) for shape in shapes}) > 1:
        otherwise = "Put the layer that makes a vector of the maps behind the branches, or give every branch one."
        otherwise = f"{otherwise} {for_vectors}".strip()
    return f"{otherwise} Received: branches={list(shapes)}."


def projection(title: str, before: Shape, after: Shape) -> Layer:
    """Return the layer that gives the shortcut the shape of the block's output.

    The stride is the smallest with ceil(side / stride) = the wanted side, for height and width; raises
    InvalidArchitecture where no stride of at most `MAX_PROJECTION_STRIDE` gives both, or there are too many maps.
    """
    stride = _projection_stride(before, after)
    if stride and len(after) == 1:
        return layer_from_fields({"kind": "dense", "units": after[0]})
    if stride:
        return layer_from_fields({"kind": "conv", "filters": after[2], "kernel": 1, "stride": stride})
    raise InvalidArchitecture(
        f"{title} has no projection: no 1×1 convolution makes {shape_text(after)} of {shape_text(before)}, "
        "because its stride can only divide height and width.",
        f"Use padding 'same' inside the block, and no flatten. Received: input={before}, block={after}.",
    )


def _projection_stride(before: Shape, after: Shape) -> int | None:
    """The stride of a projection; 1 between vectors, None where there is none."""
    if len(before) != len(after):
        return None
    sides = list(zip(before[:-1], after[:-1], strict=True))
    strides = range(1, MAX_PROJECTION_STRIDE + 1)
    return next((stride for stride in strides if all(-(-old // stride) == new for old, new in sides)), None)


def _widest(tensors: Sequence[Tensor], shape: Shape) -> Tensor:
    return replace(
        tensors[0],
        shape=shape,
        extent=max(tensor.extent for tensor in tensors),
        jump=max(tensor.jump for tensor in tensors),
        reach=max(tensor.reach for tensor in tensors),
    )
