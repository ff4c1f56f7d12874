"""What a net is and costs, layer by layer, in exact integers and without Keras."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from math import prod
from typing import Any

from cnnviz.architecture.naming import layer_names
from cnnviz.architecture.rules import RULES, Effect, Shape, Signal
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidArchitecture

BYTES_PER_VALUE = 4  # float32
MAX_PARAMS = 100_000_000  # 400 MB of weights; an optimizer needs up to four times as much
MAX_MEMORY_BYTES = 2**30  # of activations for one image; a batch needs many times as much


@dataclass(frozen=True)
class LayerReport:
    """One layer: shapes without the batch axis, counts for one image.

    `macs` counts the multiply-accumulates of convolutions and dense layers; pooling, activations,
    normalisation and biases count 0, as is usual. `memory_bytes` is the layer's float32 output.

    `receptive_field` is the side, in input pixels, of the square that one output value depends on,
    not clipped at the border. A value of a flatten layer is one value of a map and keeps its field.
    A value of a dense or global pooling layer depends on all of the maps before it: there it is
    the side, along the longer axis, of what those maps depend on together.
    """

    name: str
    kind: str
    input_shape: Shape
    output_shape: Shape
    params: int
    trainable_params: int
    params_formula: str
    shape_formula: str
    macs: int
    memory_bytes: int
    receptive_field: int


@dataclass(frozen=True)
class Totals:
    """Sums over all layers; `weight_bytes` is all parameters as float32."""

    params: int
    trainable_params: int
    macs: int
    memory_bytes: int
    weight_bytes: int


@dataclass(frozen=True)
class Analysis:
    """Every layer's report, from input to output, and their sums."""

    layers: tuple[LayerReport, ...]
    totals: Totals

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists and numbers, ready for JSON."""
        return {"layers": [_plain(report) for report in self.layers], "totals": _plain(self.totals)}


def analyze(architecture: Architecture) -> Analysis:
    """Follow one image through the net.

    Raises
    ------
    InvalidArchitecture
        A layer cannot take what the one before it gives, two layers share a name, or the net is
        larger than `MAX_PARAMS` or `MAX_MEMORY_BYTES`.

    Notes
    -----
    Output side: floor((n - d (k - 1) - 1) / s) + 1 for 'valid', ceil(n / s) for 'same' padding.
    Receptive field: r' = r + (k - 1) d j, with the jump j' = j s.

    References
    ----------
    V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", 2016.
    A. Araujo, W. Norris, J. Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill, 2019.
    """
    signal = Signal(architecture.input_shape, reach=max(architecture.input_shape[:2]))
    reports: list[LayerReport] = []
    for layer, name in zip(architecture.layers, layer_names(architecture), strict=True):
        effect = RULES[layer.kind](layer, name, signal)
        reports.append(_report(name, layer.kind, before=signal, effect=effect))
        signal = effect.signal
    totals = _sum(reports)
    _check_size(reports, totals)
    return Analysis(tuple(reports), totals)


def output_units(architecture: Architecture) -> int:
    """Return how many values the net puts out for one image.

    Raises
    ------
    InvalidArchitecture
        The net is impossible, or ends with maps instead of a vector.
    """
    last = analyze(architecture).layers[-1]
    if len(last.output_shape) != 1:
        raise InvalidArchitecture(
            "The net ends with maps, so it has no answer: expected a vector with a value for each class. "
            f"Add flatten (or global_avg_pool) and a dense layer. "
            f"Received: output={last.output_shape} of '{last.name}'."
        )
    return last.output_shape[0]


def _report(name: str, kind: str, *, before: Signal, effect: Effect) -> LayerReport:
    return LayerReport(
        name=name,
        kind=kind,
        input_shape=before.shape,
        output_shape=effect.signal.shape,
        params=effect.params,
        trainable_params=effect.trainable_params,
        params_formula=effect.params_formula,
        shape_formula=effect.shape_formula,
        macs=effect.macs,
        memory_bytes=prod(effect.signal.shape) * BYTES_PER_VALUE,
        receptive_field=effect.signal.field,
    )


def _sum(reports: Iterable[LayerReport]) -> Totals:
    reports = tuple(reports)
    params = sum(report.params for report in reports)
    return Totals(
        params=params,
        trainable_params=sum(report.trainable_params for report in reports),
        macs=sum(report.macs for report in reports),
        memory_bytes=sum(report.memory_bytes for report in reports),
        weight_bytes=params * BYTES_PER_VALUE,
    )


def _check_size(reports: list[LayerReport], totals: Totals) -> None:
    if totals.params > MAX_PARAMS:
        largest = max(reports, key=lambda report: report.params)
        raise InvalidArchitecture(
            f"The net has {totals.params:,} parameters, {largest.params / totals.params:.0%} of them in "
            f"'{largest.name}'; at most {MAX_PARAMS:,} are accepted. Use fewer units or filters, or pool before it. "
            f"Received: {largest.params_formula} parameters in '{largest.name}', input={largest.input_shape}."
        )
    if totals.memory_bytes > MAX_MEMORY_BYTES:
        largest = max(reports, key=lambda report: report.memory_bytes)
        raise InvalidArchitecture(
            f"One image needs {totals.memory_bytes:,} bytes for its maps; at most {MAX_MEMORY_BYTES:,} are accepted. "
            f"Use fewer filters, pool earlier or take a smaller input. "
            f"Received: output={largest.output_shape} of '{largest.name}'."
        )


def _plain(record: LayerReport | Totals) -> dict[str, Any]:
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
