"""The memory of a training step, and the layer that costs most."""

from collections.abc import Callable
from math import prod

from cnnviz.architecture.analysis.analyze import BYTES_PER_VALUE, Analysis, LayerReport
from cnnviz.errors import InvalidConfig, UnknownName
from cnnviz.text.units import cautious_percent_text, percent_text

OPTIMIZER_SLOTS = {"sgd": 1, "rmsprop": 1, "adam": 2, "adamw": 2}
"""Values that an optimizer keeps for each trainable parameter: momentum, mean square, or both."""

_SHARES: tuple[tuple[str, Callable[[LayerReport], int]], ...] = (
    ("parameters", lambda report: report.params),
    ("multiply-adds", lambda report: report.macs),
    ("values of the maps", lambda report: report.memory_bytes),
)
_DOMINANT = 0.5


def training_memory(analysis: Analysis, batch_size: int, optimizer: str) -> int:
    """Return the bytes that one training step needs at least, in float32.

    Parameters
    ----------
    batch_size
        Images of one step, at least 1.
    optimizer
        A key of `OPTIMIZER_SLOTS`.

    Notes
    -----
    4 (P + T + s T) + 4 B (I + 2 A): P parameters, T trainable ones with a gradient and s slots of
    the optimizer each, B images of I values, A values put out by all layers, kept for the way back
    and each with a gradient. A frozen backbone has no way back: its values count once. What a
    framework adds (buffers of its own, copies for convolutions) is not in it, so this is a floor.

    Raises
    ------
    InvalidConfig
        The batch is empty.
    UnknownName
        There is no such optimizer.
    """
    if batch_size < 1:
        raise InvalidConfig(f"A batch has at least one image. Choose 1 or more. Received: batch_size={batch_size}.")
    if optimizer not in OPTIMIZER_SLOTS:
        raise UnknownName.among("optimizer", optimizer, list(OPTIMIZER_SLOTS))
    images = BYTES_PER_VALUE * batch_size * prod(analysis.layers[0].input_shape)
    return images + sum(layer_training_memory(report, batch_size, optimizer) for report in analysis.layers)


def layer_training_memory(report: LayerReport, batch_size: int, optimizer: str) -> int:
    """Return the bytes that one layer adds to `training_memory`; the rest of it are the images of the batch."""
    weights = report.params + report.trainable_params * (1 + OPTIMIZER_SLOTS[optimizer])
    return BYTES_PER_VALUE * weights + batch_size * report.memory_bytes * _times_kept(report)


def dominant(analysis: Analysis) -> str:
    """Return a sentence on the layer with most of the net's cost: "94% of the parameters are in dense_1."."""
    if not analysis.totals.params:
        return "The net has no parameters: nothing in it can learn."
    for what, cost in _SHARES:
        largest, share = _largest(analysis, cost)
        if share >= _DOMINANT:
            return f"{cautious_percent_text(share).capitalize()} of the {what} are in {largest.name}."
    largest, share = _largest(analysis, _SHARES[0][1])
    return f"No layer dominates: the most parameters, {percent_text(share)}, are in {largest.name}."


def _times_kept(report: LayerReport) -> int:
    return 1 if report.kind == "backbone" and not report.trainable_params else 2


def _largest(analysis: Analysis, cost: Callable[[LayerReport], int]) -> tuple[LayerReport, float]:
    largest = max(analysis.layers, key=cost)
    return largest, cost(largest) / max(1, sum(map(cost, analysis.layers)))
