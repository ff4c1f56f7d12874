"""A net as it is drawn: boxes, and blocks of chains of boxes; and what is said of them in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from cnnviz.architecture.analysis.analyze import Analysis, LayerReport, analyze
from cnnviz.architecture.analysis.tensors import Shape
from cnnviz.architecture.layer_titles import path_titles
from cnnviz.architecture.spec import Architecture, Branches, Layer, Repeat, Residual
from cnnviz.architecture.spec.naming import ACTIVATION_NAME, ADD_NAME, SHORTCUT_NAME, path_names
from cnnviz.architecture.spec.paths import Path
from cnnviz.text.units import shape_text

IMAGE_TITLE = "Image"
IMAGE_WORDS = f"{IMAGE_TITLE}: what comes in"


@dataclass(frozen=True)
class Box:
    """One layer; `label` is what people read for its name."""

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

    `label` is what people read for its `name`. `merge` is the sum and its activation, or the concatenation; a repeated
    block has none. `fold` is the key by which it can be folded, "" where nothing can.
    """

    kind: str
    label: str
    name: str
    path: Path
    chains: tuple[tuple["Element", ...], ...]
    shortcut: Box | None = None
    merge: tuple[Box, ...] = ()
    times: int = 1
    fold: str = ""


@dataclass(frozen=True)
class Folded:
    """Layers or blocks that stand as one box: from `path` to `last`, `label` so many `times`.

    `main` is the layer that computes most, which gives the box its look; `shape` is what comes out.
    """

    label: str
    key: str
    path: Path
    last: Path
    times: int
    main: Box
    shape: Shape

    @property
    def title(self) -> str:
        """What it is, and how many."""
        return f"{self.label} × {self.times}" if self.times > 1 else self.label

    def holds(self, path: Path | None) -> bool:
        """Whether the layer at that path is in it."""
        if path is None or path[: len(self.path) - 1] != self.path[:-1] or len(path) < len(self.path):
            return False
        return self.path[-1] <= path[len(self.path) - 1] <= self.last[-1]


@dataclass(frozen=True)
class Handle:
    """Stands before what was opened and comes again, from `path` on, to fold it again."""

    label: str
    key: str
    path: Path
    times: int


Element = Box | Group | Folded | Handle


def boxes_of(element: Element) -> int:
    """Return how many boxes an element is drawn as."""
    if isinstance(element, Group):
        inside = sum(boxes_of(part) for chain in element.chains for part in chain)
        return inside + len(element.merge) + (element.shortcut is not None)
    return 0 if isinstance(element, Handle) else 1


def tree(architecture: Architecture) -> tuple[Element, ...]:
    """Return the boxes and blocks of a net from input to output.

    Of a repeated block the last round is taken. Raises InvalidArchitecture if the net is impossible.
    """
    return _TreeBuilder(architecture, analyze(architecture)).chain(architecture.layers, (), "")


class _TreeBuilder:
    def __init__(self, architecture: Architecture, analysis: Analysis) -> None:
        self.names, self.titles = path_names(architecture), path_titles(architecture.layers)
        self.reports = {report.name: report for report in analysis.layers}

    def chain(self, layers: Sequence[Layer], path: Path, prefix: str) -> tuple[Element, ...]:
        return tuple(self._element(layer, (*path, index), prefix) for index, layer in enumerate(layers))

    def _element(self, layer: Layer, path: Path, prefix: str) -> Element:
        name = prefix + self.names[path].rpartition(".")[2]
        known = layer.kind, self.titles[path], self.names[path], path
        if isinstance(layer, Residual):
            ends = (ADD_NAME, ACTIVATION_NAME) if layer.activation != "linear" else (ADD_NAME,)
            return Group(
                *known,
                (self.chain(layer.layers, path, f"{name}."),),
                shortcut=self._box(f"{name}.{SHORTCUT_NAME}", path) if layer.shortcut == "projection" else None,
                merge=tuple(self._box(f"{name}.{end}", path) for end in ends),
            )
        if isinstance(layer, Branches):
            chains = (
                self.chain(inside, (*path, number), f"{name}.{number + 1}.")
                for number, inside in enumerate(layer.branches)
            )
            return Group(*known, tuple(chains), merge=(self._box(f"{name}.{layer.merge}", path),))
        if isinstance(layer, Repeat):
            inside = self.chain(layer.layers, path, f"{name}.{layer.times}.")
            return Group(*known, (inside,), times=layer.times)
        return self._box(name, path)

    def _box(self, name: str, path: Path) -> Box:
        return Box(self.reports[name].title, path, self.reports[name])


def layer_words(report: LayerReport) -> str:
    """Return what a layer is called, on pages and in code, and the shapes of its input and output."""
    shapes = f"{shape_text(report.input_shape)} to {shape_text(report.output_shape)}"
    return f"{report.title} · {report.name}: {shapes}"


def box_words(box: Box) -> str:
    """Return the accessible name of a box: `layer_words` and the number of parameters."""
    params = box.report.params
    return layer_words(box.report) + (f", {params:,} parameters" if params else "")


def group_caption(group: Group) -> str:
    """Return what stands above a block."""
    return f"{group.label} (× {group.times})" if group.kind == "repeat" else group.label


def group_words(group: Group) -> str:
    """Return the accessible name of a block."""
    called = f"{group.label} · {group.name}"
    if group.kind == "repeat":
        return f"{called}: the same block {group.times} times in a row"
    if group.kind == "branches":
        return f"{called}: {len(group.chains)} paths side by side, their maps {_merged(group)}"
    way = "a 1×1 projection" if group.shortcut else "its input"
    return f"{called}: a block whose output is added to {way}"


def folded_words(folded: Folded) -> str:
    """Return the accessible name of a folded box."""
    return f"{folded.title}, ending in {shape_text(folded.shape)}: folded, open it to see its layers"


def _merged(group: Group) -> str:
    """What becomes of the paths of branches."""
    return _MERGED[group.merge[0].report.kind]


_MERGED = {
    "concat": "put together",
    "add": "added",
    "multiply": "multiplied",
    "average": "averaged",
    "maximum": "compared, the larger value kept",
}


def diagram_alt(architecture: Architecture) -> str:
    """Return the text alternative of a diagram: the net in words, layer after layer.

    Raises
    ------
    InvalidArchitecture
        The net is impossible.
    """
    elements = tree(architecture)
    told = "; ".join(_told(element) for element in elements)
    return f"{architecture.name}: an image of {shape_text(architecture.input_shape)} goes through {told}."


def _told(element: Element) -> str:
    if not isinstance(element, Group):
        return f"{element.label} ({shape_text(element.shape)})" if isinstance(element, Box) else element.label
    chains = [", ".join(_told(inside) for inside in chain) or "nothing" for chain in element.chains]
    if element.kind == "repeat":
        return f"{element.times} times {element.label} [{chains[0]}]"
    if element.kind == "branches":
        ways = "; beside ".join(chains)
        return f"{element.label} [{ways}], {_merged(element)} ({shape_text(element.merge[0].shape)})"
    way = "a projection of its input" if element.shortcut else "its input"
    return f"{element.label} [{chains[0]}], added to {way} ({shape_text(element.merge[0].shape)})"
