"""What a net is and costs, layer by layer, in exact integers and without Keras."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from math import prod
from typing import Any

from cnnviz.architecture.analysis.graph import CACHED_NETS, IMAGE, Node, Span, trace
from cnnviz.architecture.analysis.rules_convolution import field_formula
from cnnviz.architecture.analysis.tensors import Shape
from cnnviz.architecture.layer_titles import layer_titles
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.naming import INPUT_NAME
from cnnviz.architecture.spec.paths import Path
from cnnviz.errors import InvalidArchitecture
from cnnviz.text.units import percent_text

BYTES_PER_VALUE = 4  # float32
MAX_PARAMS = 100_000_000  # 400 MB of weights; an optimizer needs up to four times as much
MAX_MEMORY_BYTES = 2**30  # of activations for one image; a batch needs many times as much


@dataclass(frozen=True)
class LayerReport:
    """One layer: shapes without the batch axis, counts for one image; `title` is what people read for its name.

    `macs` counts the multiply-accumulates of convolutions and dense layers; pooling, activations,
    normalisation and biases count 0, as is usual. `memory_bytes` is the layer's float32 output.

    `receptive_field` is the side, in input pixels, of the square that one output value depends on,
    not clipped at the border. A value of a flatten layer is one value of a map and keeps its field.
    A value of a dense or global pooling layer depends on all of the maps before it: there it is
    the side, along the longer axis, of what those maps depend on together. Where paths meet it is
    that of the path that sees more; after a transposed convolution values differ, and it is the
    largest, over-estimated by less than one step of the maps before.

    `path` is the place in the spec (all rounds of a repeated block share it; what a block brings
    along has the block's own), `depth` the number of blocks around, `inputs` the names of what the
    layer reads ("image" or layers). A layer with several inputs has the shape of the first as
    `input_shape`. `is_passed` says that values only go through in a training, because nothing before learns, nor it.
    """

    name: str
    title: str
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
    macs_formula: str = ""
    field_formula: str = ""
    path: Path = ()
    depth: int = 0
    inputs: tuple[str, ...] = ()
    is_passed: bool = False


@dataclass(frozen=True)
class Totals:
    """Sums over all layers; `weight_bytes` is all parameters as float32."""

    params: int
    trainable_params: int
    macs: int
    memory_bytes: int
    weight_bytes: int


@dataclass(frozen=True)
class BlockReport:
    """A block of layers: `Analysis.layers[first:stop]` are its own, `totals` their sums."""

    name: str
    kind: str
    path: Path
    depth: int
    first: int
    stop: int
    input_shape: Shape
    output_shape: Shape
    totals: Totals


@dataclass(frozen=True)
class Analysis:
    """Every layer's report, from input to output, their sums, and which of them form blocks.

    There is a report for each Keras layer, under its name. A block (`residual_1`, `repeat_1`) is
    no layer; its figures are in `blocks`.
    """

    layers: tuple[LayerReport, ...]
    totals: Totals
    blocks: tuple[BlockReport, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists and numbers, ready for JSON."""
        return {
            "layers": [_plain(report) for report in self.layers],
            "totals": _plain(self.totals),
            "blocks": [_plain(block) for block in self.blocks],
        }


@lru_cache(CACHED_NETS)
def analyze(architecture: Architecture) -> Analysis:
    """Compute the shapes, parameters, multiply-accumulates, memory and receptive field of every layer, for one image.

    Returns
    -------
    Analysis
        Immutable, and shared with all who ask for the same net.

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
    nodes, spans = trace(architecture)
    titles = layer_titles(architecture)
    reports = tuple(_report(node, nodes, titles[node.name]) for node in nodes)
    totals = _sum(reports)
    _check_size(reports, totals)
    return Analysis(reports, totals, tuple(_block(span, reports) for span in spans))


def output_units(architecture: Architecture) -> int:
    """Return the number of values that the net puts out for one image.

    Raises
    ------
    InvalidArchitecture
        The net is impossible, or ends with maps instead of a vector.
    """
    last = analyze(architecture).layers[-1]
    if len(last.output_shape) != 1:
        raise InvalidArchitecture(
            "The net ends with maps, so it has no answer: expected a vector with a value for each class.",
            "Add flatten (or global average pooling) and a dense layer. "
            f"Received: output={last.output_shape} of {last.title}.",
            layer=last.path,
        )
    return last.output_shape[0]


def _report(node: Node, nodes: tuple[Node, ...], title: str) -> LayerReport:
    effect = node.effect
    values = prod(effect.output.shape) if effect.values is None else effect.values
    return LayerReport(
        name=node.name,
        title=title,
        kind=node.layer.kind,
        input_shape=node.input_tensors[0].shape,
        output_shape=effect.output.shape,
        params=effect.params,
        trainable_params=effect.trainable_params,
        params_formula=effect.params_formula,
        shape_formula=effect.shape_formula,
        macs=effect.macs,
        memory_bytes=values * BYTES_PER_VALUE,
        receptive_field=effect.output.field,
        macs_formula=effect.macs_formula,
        field_formula=field_formula(node.layer, node.input_tensors[0]),
        path=node.path,
        depth=node.depth,
        inputs=tuple(INPUT_NAME if index == IMAGE else nodes[index].name for index in node.inputs),
        is_passed=node.layer.kind == "backbone" and not effect.trainable_params,
    )


def _block(span: Span, reports: tuple[LayerReport, ...]) -> BlockReport:
    inside = reports[span.first : span.stop]
    return BlockReport(
        name=span.name,
        kind=span.kind,
        path=span.path,
        depth=span.depth,
        first=span.first,
        stop=span.stop,
        input_shape=inside[0].input_shape,
        output_shape=inside[-1].output_shape,
        totals=_sum(inside),
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


def _check_size(reports: tuple[LayerReport, ...], totals: Totals) -> None:
    if totals.params > MAX_PARAMS:
        largest = max(reports, key=lambda report: report.params)
        raise InvalidArchitecture(
            f"The net has {totals.params:,} parameters, {percent_text(largest.params / totals.params)} of them in "
            f"{largest.title}; at most {MAX_PARAMS:,} are accepted.",
            "Use fewer units or filters, or pool before it. "
            f"Received: {largest.params_formula} parameters in {largest.title}, input={largest.input_shape}.",
            layer=largest.path,
        )
    if totals.memory_bytes > MAX_MEMORY_BYTES:
        largest = max(reports, key=lambda report: report.memory_bytes)
        raise InvalidArchitecture(
            f"One image needs {totals.memory_bytes:,} bytes for its maps; at most {MAX_MEMORY_BYTES:,} are accepted.",
            "Use fewer filters, pool earlier or take a smaller input. "
            f"Received: output={largest.output_shape} of {largest.title}.",
            layer=largest.path,
        )


def _plain(record: LayerReport | Totals | BlockReport) -> dict[str, Any]:
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    return {key: _plain_value(value) for key, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Totals):
        return _plain(value)
    return list(value) if isinstance(value, tuple) else value
