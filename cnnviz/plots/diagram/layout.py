"""A net as it is drawn: boxes, and blocks of chains of boxes. A repeated block is drawn once."""

from collections.abc import Sequence
from dataclasses import dataclass

from cnnviz.architecture.analysis.analyze import Analysis, LayerReport, analyze
from cnnviz.architecture.analysis.tensors import Shape
from cnnviz.architecture.spec import Architecture, Branches, Layer, Repeat, Residual
from cnnviz.architecture.spec.naming import ACTIVATION_NAME, ADD_NAME, CONCAT_NAME, SHORTCUT_NAME, own_name, path_names
from cnnviz.architecture.spec.paths import Path


@dataclass(frozen=True)
class Box:
    """One layer; `label` is its name without the names of the blocks around it."""

    label: str
    path: Path
    report: LayerReport

    @property
    def shape(self) -> Shape:
        """What the layer puts out."""
        return self.report.output_shape


@dataclass(frozen=True)
class Group:
    """A block: its chains side by side, and the boxes that merge them.

    `merge` is the sum and its activation, or the concatenation; a repeated block has none.
    """

    kind: str
    label: str
    path: Path
    chains: tuple[tuple["Box | Group", ...], ...]
    shortcut: Box | None = None
    merge: tuple[Box, ...] = ()
    times: int = 1


Element = Box | Group


def tree(architecture: Architecture) -> tuple[Element, ...]:
    """Return the boxes and blocks of a net from input to output.

    Of a repeated block the last round is taken. Raises InvalidArchitecture if the net is impossible.
    """
    return _TreeBuilder(architecture, analyze(architecture)).chain(architecture.layers, (), "")


class _TreeBuilder:
    def __init__(self, architecture: Architecture, analysis: Analysis) -> None:
        self.names = path_names(architecture)
        self.reports = {report.name: report for report in analysis.layers}

    def chain(self, layers: Sequence[Layer], path: Path, prefix: str) -> tuple[Element, ...]:
        return tuple(self._element(layer, (*path, index), prefix) for index, layer in enumerate(layers))

    def _element(self, layer: Layer, path: Path, prefix: str) -> Element:
        label = own_name(self.names[path])
        name = prefix + label
        if isinstance(layer, Residual):
            ends = (ADD_NAME, ACTIVATION_NAME) if layer.activation != "linear" else (ADD_NAME,)
            return Group(
                layer.kind,
                label,
                path,
                (self.chain(layer.layers, path, f"{name}."),),
                shortcut=self._step(name, SHORTCUT_NAME, path) if layer.shortcut == "projection" else None,
                merge=tuple(self._step(name, end, path) for end in ends),
            )
        if isinstance(layer, Branches):
            chains = (
                self.chain(inside, (*path, number), f"{name}.{number + 1}.")
                for number, inside in enumerate(layer.branches)
            )
            return Group(layer.kind, label, path, tuple(chains), merge=(self._step(name, CONCAT_NAME, path),))
        if isinstance(layer, Repeat):
            inside = self.chain(layer.layers, path, f"{name}.{layer.times}.")
            return Group(layer.kind, label, path, (inside,), times=layer.times)
        return Box(label, path, self.reports[name])

    def _step(self, block: str, step: str, path: Path) -> Box:
        return Box(step, path, self.reports[f"{block}.{step}"])
