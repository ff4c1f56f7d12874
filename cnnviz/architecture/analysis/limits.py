"""Limits for the size of a net on a shared server, set by the environment."""

from collections.abc import Callable

from cnnviz.architecture.analysis.analyze import Analysis, LayerReport
from cnnviz.architecture.analysis.costs import training_memory
from cnnviz.errors import InvalidArchitecture
from cnnviz.settings import Settings, read_settings


def check_limits(
    analysis: Analysis, settings: Settings | None = None, *, batch_size: int = 64, optimizer: str = "adam"
) -> None:
    """Raise if a net is too large for this server.

    Parameters
    ----------
    settings
        Those of the environment, unless given: `max_params` counts parameters, `max_macs` multiply-accumulates for one
        image, `max_memory` bytes for one training step (`costs.training_memory`).
    batch_size, optimizer
        Of the training that is planned; they only count for the memory.

    Raises
    ------
    InvalidArchitecture
        The net is above a limit; `layer` is the path of the layer that costs most.
    InvalidConfig
        A limit of the environment is no number.
    """
    limits = read_settings() if settings is None else settings
    memory = training_memory(analysis, batch_size, optimizer)
    totals = analysis.totals
    _check(analysis, totals.params, limits.max_params, what="parameters", cost=lambda report: report.params)
    _check(analysis, totals.macs, limits.max_macs, what="multiply-adds for one image", cost=lambda report: report.macs)
    what = f"bytes for a training step with {batch_size} images"
    _check(
        analysis,
        memory,
        limits.max_memory,
        what=what,
        cost=lambda report: 4 * report.params + report.memory_bytes,
        remedy="a smaller batch or input, ",
    )


def _check(
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
        f"The net needs {value:,} {what}, most of them in '{largest.name}'; this server accepts {limit:,}.",
        f"Use {remedy}fewer filters or units, or pool earlier. Received: {largest.kind} '{largest.name}', "
        f"input={largest.input_shape}, output={largest.output_shape}.",
        layer=largest.path,
    )
