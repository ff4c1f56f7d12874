"""What one layer does for one picture beyond what its weights say: pooling has none, attention compares all places.

Rough, and rather too much than too little: it keeps out nets that take minutes, and the limit is far from usual nets.
"""

from math import ceil, prod
from typing import Any, NamedTuple

import keras

from cnnviz.models.input_form import Shape

ONE_BY_ONE = 10  # multiply-adds take as long as one step of pooling or resizing, which no fast library does
ONE_ROUND = 100_000  # multiply-adds take as long as to start a round of a SpectralNormalization
TAPS = 16  # values that an interpolation looks at for each that it makes
LAYERS = keras.layers


class Work(NamedTuple):
    """What a layer does.

    Attributes
    ----------
    macs : int
        Multiply-adds, or what takes as long.
    hidden : int
        Values that it holds besides what it gives.
    """

    macs: int
    hidden: int = 0


def work(operation: Any, arguments: Any, shape: Shape) -> Work:
    """Reckon what a layer or another operation does.

    Parameters
    ----------
    operation : keras.Operation
    arguments : nested tuples, lists and dicts
        What it is called with.
    shape : tuple of int
        Of what it gives, with the batch.
    """
    received = [tuple(each.shape) for each in keras.tree.flatten(arguments) if hasattr(each, "shape")]
    name = type(operation).__name__
    weights = operation.count_params() if isinstance(operation, LAYERS.Layer) and operation.built else 0
    if "Attention" in name:
        return _attention(operation, name, weights, received)
    if name == "CategoryEncoding":  # each value becomes a row, and the rows are added up
        rows = size(received[0]) * operation.num_tokens
        return Work(rows, rows)
    if name == "Equalization":
        return Work(size(shape) + operation.bins, operation.bins)
    if name == "EinsumDense":
        return Work(_einsum(operation, received[0]))
    if isinstance(operation, (LAYERS.RNN, LAYERS.Bidirectional)):  # the output may be that of the last step alone
        return Work(weights * received[0][1] * size(received[0][2:-1]))
    if weights:
        rounds = getattr(operation, "power_iterations", 0) * (weights + ONE_ROUND)
        return Work(weights * size(_places(operation, shape)) + rounds)
    return Work(_without_weights(operation, name, received, shape))


def _without_weights(operation: Any, name: str, received: list[Shape], shape: Shape) -> int:
    once = sum(map(size, received))
    if hasattr(operation, "pool_size"):
        return ONE_BY_ONE * size(shape) * _area(operation.pool_size, len(shape) - 2)
    if name.startswith("Adaptive"):
        windows = (ceil(a / b) + 1 for a, b in zip(received[0][1:], shape[1:], strict=True) if a != b)
        return ONE_BY_ONE * size(shape) * prod(windows)
    if name in ("Dot", "Matmul"):
        return size(shape) * _contracted(operation, received[0])
    if "Conv" in name:  # an operation, whose kernels are values like its picture
        return size(_places(operation, shape)) * sum(map(size, received[1:]))
    if name in ("Resizing", "UpSampling2D"):
        return TAPS * ONE_BY_ONE * (once + size(shape))
    if name == "RandomGaussianBlur":  # nothing, unless the net's file calls it as in training
        return size(shape) * _area(operation.kernel_size, 2)
    if name in ("AugMix", "RandAugment"):
        rounds = operation.num_ops if name == "RandAugment" else operation.num_chains * max(3, operation.chain_depth)
        return TAPS * ONE_BY_ONE * size(shape) * rounds
    return once


def _attention(operation: Any, name: str, weights: int, received: list[Shape]) -> Work:
    """Each place of the first input looks at each one of the second, in each head."""
    heads = int(getattr(operation, "num_heads", None) or getattr(operation, "num_query_heads", None) or 1)
    width = int(getattr(operation, "key_dim", None) or getattr(operation, "head_dim", None) or received[0][-1] or 1)
    value_width = int(getattr(operation, "value_dim", None) or width)
    asking, asked = size(received[0][1:-1]), max(size(each[1:-1]) for each in received[:3])
    pairs = asking * asked * heads
    return Work(
        weights * max(asking, asked) + pairs * (width + value_width),
        pairs * (width if name == "AdditiveAttention" else 1),
    )


def _einsum(operation: Any, received: Shape) -> int:
    """All indices of the equation run: those of the input, and those that the weights alone have."""
    inputs, _, kernel = operation.equation.split("->")[0].replace(" ", "").partition(",")
    own = (side for letter, side in zip(kernel, operation.kernel.shape, strict=False) if letter not in inputs)
    return size(received) * prod(own)


def _contracted(operation: Any, received: Shape) -> int:
    axes = getattr(operation, "axes", -1)
    return received[axes if isinstance(axes, int) else axes[0]] or 1


def _places(operation: Any, shape: Shape) -> Shape:
    return shape[2:] if getattr(operation, "data_format", None) == "channels_first" else shape[1:-1]


def _area(sides: int | tuple[int, ...], num_sides: int) -> int:
    return sides**num_sides if isinstance(sides, int) else prod(sides)


def size(shape: Shape) -> int:
    """How many values a shape has, for a batch of one."""
    return prod(side or 1 for side in shape)
