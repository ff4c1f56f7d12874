"""A spec taken apart into steps: one `Node` for each layer that Keras has, and which nodes it reads.

Analysis, diagram, receptive fields, code and the Keras model are all made of these nodes, so that
blocks are understood in one place only.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from math import prod

from cnnviz.architecture.analysis.backbones import MIN_SIDE, NETWORKS
from cnnviz.architecture.analysis.rules import RULES, concat, merge, projection, refuse_unequal
from cnnviz.architecture.analysis.tensors import Effect, Tensor
from cnnviz.architecture.layer_titles import path_titles
from cnnviz.architecture.spec import Architecture, Block, Branches, Layer, Repeat, Residual
from cnnviz.architecture.spec.arithmetic import MERGES, Add, Concat, Merge, PReLU
from cnnviz.architecture.spec.layers import ActivationLayer, Backbone, LayerSpec
from cnnviz.architecture.spec.naming import (
    ACTIVATION_NAME,
    ADD_NAME,
    RESERVED_IN_BLOCKS,
    RESERVED_NAMES,
    SHORTCUT_NAME,
    list_names,
)
from cnnviz.architecture.spec.paths import Path
from cnnviz.errors import InvalidArchitecture

IMAGE = -1
"""The place of the input image among the inputs of a node."""

CACHED_NETS = 128
"""Of as many nets the steps are kept: an Architecture is immutable and hashable, and so are all results."""


@dataclass(frozen=True)
class Node:
    """One step: the layer to compute, the nodes it reads (`IMAGE` or positions), their outputs, its own.

    `path` leads to the layer of the spec it comes from; steps that a block brings along (shortcut,
    sum, concatenation) have the path of the block. `depth` is the number of blocks around it.
    """

    name: str
    layer: LayerSpec
    path: Path
    depth: int
    inputs: tuple[int, ...]
    input_tensors: tuple[Tensor, ...]
    effect: Effect


@dataclass(frozen=True)
class Span:
    """A block: the nodes from `first` up to, without, `stop` are its steps."""

    name: str
    kind: str
    path: Path
    depth: int
    first: int
    stop: int


@dataclass(frozen=True)
class _Place:
    """Where the tracer stands: the path and the full name of a layer, and how many blocks are around it."""

    path: Path
    name: str
    depth: int

    def inside(self, name: str) -> "_Place":
        """Return the place of a step that belongs to the block itself: shortcut, sum, activation, concatenation."""
        return _Place(self.path, f"{self.name}.{name}", self.depth + 1)


@lru_cache(CACHED_NETS)
def trace(architecture: Architecture) -> tuple[tuple[Node, ...], tuple[Span, ...]]:
    """Take a net apart into its steps, in the order in which they are computed.

    Returns
    -------
    nodes : tuple of Node
    spans : tuple of Span
        The blocks by their first node, outer ones first. Both are shared with all who ask for the same net.

    Raises
    ------
    InvalidArchitecture
        A layer cannot take what the one before it gives, or a name is taken; `layer` is its path.
    """
    image = Tensor(architecture.input_shape, reach=max(architecture.input_shape[:2]))
    tracer = _Tracer(image, path_titles(architecture.layers))
    tracer.follow(architecture.layers, IMAGE)
    return tuple(tracer.nodes), tuple(sorted(tracer.spans, key=lambda span: (span.first, span.depth)))


@lru_cache(16)
def inner_nodes(backbone: Backbone, image: Tensor) -> tuple[Node, ...]:
    """Return the steps that a backbone consists of, for images of the shape of `image`."""
    layers = NETWORKS[backbone.network].layers
    tracer = _Tracer(image, path_titles(layers))
    tracer.follow(layers, IMAGE)
    return tuple(tracer.nodes)


class _Tracer:
    """Collects nodes and blocks as it follows the image; methods take and give positions of nodes."""

    def __init__(self, image: Tensor, titles: Mapping[Path, str]) -> None:
        self.image = image
        self.titles = titles
        self.nodes: list[Node] = []
        self.spans: list[Span] = []

    def follow(self, layers: Sequence[Layer], at: int, *, path: Path = (), prefix: str = "", depth: int = 0) -> int:
        names = _names(layers, path, reserved=RESERVED_IN_BLOCKS if depth else RESERVED_NAMES)
        for index, (layer, name) in enumerate(zip(layers, names, strict=True)):
            at = self._layer(layer, at, _Place((*path, index), prefix + name, depth))
        return at

    def _layer(self, layer: Layer, at: int, place: _Place) -> int:
        if not isinstance(layer, Block):
            return self._step(layer, (at,), place)
        first = len(self.nodes)
        last = self._block(layer, at, place)
        self.spans.append(Span(place.name, layer.kind, place.path, place.depth, first, len(self.nodes)))
        return last

    def _block(self, block: Block, at: int, place: _Place) -> int:
        if isinstance(block, Residual):
            return self._residual(block, at, place)
        return self._branches(block, at, place) if isinstance(block, Branches) else self._repeat(block, at, place)

    def _step(self, layer: LayerSpec, inputs: tuple[int, ...], place: _Place) -> int:
        tensors = tuple(self._tensor(index) for index in inputs)
        if isinstance(layer, PReLU) and len(tensors[0].shape) == 1:  # a unit has no places to share a slope
            layer = layer.model_copy(update={"shared": "values"})
        with _at(place.path):
            effect = _effect(layer, self.titles[place.path], tensors, first=inputs == (IMAGE,))
        self.nodes.append(Node(place.name, layer, place.path, place.depth, inputs, tensors, effect))
        return len(self.nodes) - 1

    def _residual(self, layer: Residual, at: int, place: _Place) -> int:
        last = self.follow(layer.layers, at, path=place.path, prefix=f"{place.name}.", depth=place.depth + 1)
        shortcut = at
        if layer.shortcut == "projection":
            with _at(place.path):
                fitting = projection(self.titles[place.path], self._tensor(at).shape, self._tensor(last).shape)
            shortcut = self._step(fitting, (at,), place.inside(SHORTCUT_NAME))
        with _at(place.path):
            refuse_unequal(self.titles[place.path], self._tensor(last).shape, self._tensor(shortcut).shape)
        last = self._step(Add(), (last, shortcut), place.inside(ADD_NAME))
        if layer.activation != "linear":
            last = self._step(ActivationLayer(function=layer.activation), (last,), place.inside(ACTIVATION_NAME))
        return last

    def _branches(self, layer: Branches, at: int, place: _Place) -> int:
        ends = tuple(
            self.follow(
                branch,
                at,
                path=(*place.path, number - 1),
                prefix=f"{place.name}.{number}.",
                depth=place.depth + 1,
            )
            for number, branch in enumerate(layer.branches, start=1)
        )
        return self._step(MERGES[layer.merge](), ends, place.inside(layer.merge))

    def _repeat(self, layer: Repeat, at: int, place: _Place) -> int:
        for number in range(1, layer.times + 1):
            prefix = f"{place.name}.{number}."
            at = self.follow(layer.layers, at, path=place.path, prefix=prefix, depth=place.depth + 1)
        return at

    def _tensor(self, index: int) -> Tensor:
        return self.image if index == IMAGE else self.nodes[index].effect.output


def _effect(layer: LayerSpec, title: str, tensors: tuple[Tensor, ...], *, first: bool) -> Effect:
    if isinstance(layer, Concat):
        return concat(title, tensors)
    if isinstance(layer, Merge):
        return merge(layer, title, tensors)
    if isinstance(layer, Backbone):
        return _backbone(layer, title, tensors[0], first=first)
    return RULES[layer.kind](layer, title, tensors[0])


def _backbone(layer: Backbone, title: str, tensor: Tensor, *, first: bool) -> Effect:
    """Follow the image through the network's own layers and add up what they cost."""
    _check_backbone(layer, title, tensor, first=first)
    network = NETWORKS[layer.network]
    inner = inner_nodes(layer, tensor)
    output = inner[-1].effect.output
    channels = output.shape[-1]
    macs = sum(node.effect.macs for node in inner)
    return Effect(
        output,
        params=network.params,
        trainable_params=network.trainable_params if layer.trainable else 0,
        params_formula=f"{layer.network} without its head: {network.params:,}",
        shape_formula=f"{layer.network} ends in {channels:,} maps, a 32nd of the sides",
        macs=macs,
        macs_formula=f"the sum over its {len(inner)} layers = {macs:,}",
        values=sum(prod(node.effect.output.shape) for node in inner),
    )


def _check_backbone(layer: Backbone, title: str, tensor: Tensor, *, first: bool) -> None:
    if not first:
        raise InvalidArchitecture(
            f"{title} must be the first layer: {layer.network} has learned from pictures, not from maps.",
            f"Move it to the front. Received: input={tensor.shape} of another layer.",
        )
    if tensor.shape[2] != 3 or min(tensor.shape[:2]) < MIN_SIDE:
        raise InvalidArchitecture(
            f"{title} needs colour pictures of at least {MIN_SIDE} × {MIN_SIDE}: {layer.network} was trained "
            "on three planes and halves the sides five times.",
            f"Use a larger input with 3 channels. Received: input={tensor.shape}.",
        )


def _names(layers: Sequence[Layer], path: Path, *, reserved: frozenset[str]) -> tuple[str, ...]:
    try:
        return list_names(layers, reserved)
    except InvalidArchitecture as error:
        given = [layer.name for layer in layers]
        clash = (i for i, name in enumerate(given) if name and (name in reserved or name in given[:i]))
        error.layer = (*path, next(clash))
        raise


@contextmanager
def _at(path: Path) -> Iterator[None]:
    """Tell an error which layer it is about."""
    try:
        yield
    except InvalidArchitecture as error:
        error.layer = path
        raise
