"""The memory of a training step, the layer that costs most, and the limits of a shared server."""

from collections.abc import Callable
from math import prod

from cnnviz.architecture.analysis.analyze import BYTES_PER_VALUE, Analysis, LayerReport
from cnnviz.errors import InvalidArchitecture, InvalidConfig, UnknownName
from cnnviz.settings import LIMITS, Settings, read_settings
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
    and each with a gradient. A frozen part at the start has no way back: its values count once. What a
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
    return BYTES_PER_VALUE * weights + batch_size * report.memory_bytes * (1 if report.is_passed else 2)


def dominant(analysis: Analysis) -> str:
    """Return a sentence on the layer with most of the net's cost: "94% of the parameters are in Dense 1."."""
    if not analysis.totals.params:
        return "The net has no parameters: nothing in it can learn."
    for what, cost in _SHARES:
        largest, share = _largest(analysis, cost)
        if share >= _DOMINANT:
            return f"{cautious_percent_text(share).capitalize()} of the {what} are in {largest.title}."
    largest, share = _largest(analysis, _SHARES[0][1])
    return f"No layer dominates: the most parameters, {percent_text(share)}, are in {largest.title}."


def check_limits(
    analysis: Analysis, settings: Settings | None = None, *, batch_size: int = 64, optimizer: str = "adam"
) -> None:
    """Raise if a net is too large for this server.

    Parameters
    ----------
    settings
        Those of the environment, unless given: `max_params` counts parameters, `max_macs` multiply-accumulates for one
        image, `max_memory` bytes for one training step (`training_memory`).
    batch_size, optimizer
        Of the training that is planned; they only count for the memory.

    Raises
    ------
    InvalidArchitecture
        The net is above a limit; `layer` is the path of the layer that costs most.
    InvalidConfig
        A limit of the environment is no number.
    """
    limits = read_settings(*LIMITS) if settings is None else settings
    memory = training_memory(analysis, batch_size, optimizer)
    totals = analysis.totals
    _check_limit(analysis, totals.params, limits.max_params, what="parameters", cost=lambda report: report.params)
    _check_limit(
        analysis, totals.macs, limits.max_macs, what="multiply-adds for one image", cost=lambda report: report.macs
    )
    what = f"bytes for a training step with {batch_size} images"
    _check_limit(
        analysis,
        memory,
        limits.max_memory,
        what=what,
        cost=lambda report: 4 * report.params + report.memory_bytes,
        remedy="a smaller batch or input, ",
    )


def _largest(analysis: Analysis, cost: Callable[[LayerReport], int]) -> tuple[LayerReport, float]:
    largest = max(analysis.layers, key=cost)
    return largest, cost(largest) / max(1, sum(map(cost, analysis.layers)))


def _check_limit(
    analysis: Analysis,
    value: int,
    limit: int | None,
    *,
    what: str,
    cost: Callable[[LayerReport], int],
    remedy: str = "",
) -> None:
    if limit is None or value <= limit:
        return
    largest = max(analysis.layers, key=cost)
    raise InvalidArchitecture(
        f"The net needs {value:,} {what}, most of them in {largest.title}; this server accepts {limit:,}.",
        f"Use {remedy}fewer filters or units, or pool earlier. Received: {largest.title}, "
        f"input={largest.input_shape}, output={largest.output_shape}.",
        layer=largest.path,
    )
