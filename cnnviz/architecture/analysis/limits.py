"""Limits for the size of a net on a shared server, set by the environment."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cnnviz.architecture.analysis.analyze import Analysis, LayerReport
from cnnviz.architecture.analysis.costs import training_memory
from cnnviz.errors import InvalidArchitecture, InvalidConfig

VARIABLES = {"max_params": "CNNVIZ_MAX_PARAMS", "max_macs": "CNNVIZ_MAX_MACS", "max_memory": "CNNVIZ_MAX_MEMORY"}


@dataclass(frozen=True)
class Limits:
    """The most that a net may have; None: no limit but those of `analysis`.

    `max_params` counts parameters, `max_macs` multiply-accumulates for one image, `max_memory` is
    bytes for one training step (`costs.training_memory`).
    """

    max_params: int | None = None
    max_macs: int | None = None
    max_memory: int | None = None


def limits_from_environment(environment: Mapping[str, str] | None = None) -> Limits:
    """Read the limits from CNNVIZ_MAX_PARAMS, CNNVIZ_MAX_MACS and CNNVIZ_MAX_MEMORY (whole numbers, "1e9" as well).

    Raises
    ------
    InvalidConfig
        A variable is no number above zero.
    """
    values = os.environ if environment is None else environment
    return Limits(**{field: _read(values, variable) for field, variable in VARIABLES.items()})


def check_limits(
    analysis: Analysis, limits: Limits | None = None, *, batch_size: int = 64, optimizer: str = "adam"
) -> None:
    """Raise if a net is too large for this server.

    Parameters
    ----------
    limits
        Those of the environment, unless given.
    batch_size, optimizer
        Of the training that is planned; they only count for the memory.

    Raises
    ------
    InvalidArchitecture
        The net is above a limit; `layer` is the path of the layer that costs most.
    """
    limits = limits_from_environment() if limits is None else limits
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


def _read(environment: Mapping[str, str], variable: str) -> int | None:
    text = environment.get(variable, "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1 <= value < 1e18:
        raise InvalidConfig(
            f"{variable} must be a number of 1 or more, such as 5000000 or 5e6. Correct or remove it. "
            f"Received: {text[:40]!r}"
        )
    return int(value)
