"""What people read for the layers of a net: "Convolution 2", not conv_2. Pure.

A net in the browser is called by the same rule (`layerTitles` in assets/components/shared/net_view/words.js).
"""

from collections import Counter
from collections.abc import Generator, Sequence
from functools import lru_cache
from typing import NamedTuple

from cnnviz.architecture.layer_kinds import LAYER_KINDS
from cnnviz.architecture.spec import Architecture, Block, Branches, Layer, Repeat, Residual
from cnnviz.architecture.spec.arithmetic import Reshape
from cnnviz.architecture.spec.layers import Flatten, GlobalAvgPool, GlobalMaxPool
from cnnviz.architecture.spec.naming import ACTIVATION_NAME, ADD_NAME, SHORTCUT_NAME, unchecked_names
from cnnviz.architecture.spec.paths import Path

CACHED_NETS = 128


class _Step(NamedTuple):
    """A layer, or a block; what a block brings along (shortcut, sum, activation, concatenation) has no path."""

    kind: str
    name: str
    path: Path | None


_Steps = Generator[_Step, None, bool]
"""Ends with whether a vector comes out."""


def layer_titles(architecture: Architecture) -> dict[str, str]:
    """Return what each layer is called, by its name: its kind, numbered where a net has several of it.

    Layers in blocks count as well, and those of a block that is repeated in each of its rounds.
    """
    titled = _titled(architecture.layers)
    return {step.name: title for step, title in titled if LAYER_KINDS[step.kind].around is None}  # none of blocks


def path_titles(layers: Sequence[Layer]) -> dict[Path, str]:
    """Return what each layer and block is called, by its path; one that is repeated as in its last round.

    It takes layers that do not fit each other as well.
    """
    return {step.path: title for step, title in _titled(tuple(layers)) if step.path is not None}


def kind_titles(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return what the layers of a net are called of which only the kinds are known, in the order of computation."""
    totals, seen, titles = Counter(kinds), Counter[str](), []
    for kind in kinds:
        seen[kind] += 1
        words = LAYER_KINDS[kind].words
        title = words[0].upper() + words[1:]
        titles.append(f"{title} {seen[kind]}" if totals[kind] > 1 else title)
    return tuple(titles)


@lru_cache(CACHED_NETS)
def _titled(layers: tuple[Layer, ...]) -> tuple[tuple[_Step, str], ...]:
    steps = tuple(_walk(layers, (), "", is_vector=False))
    return tuple(zip(steps, kind_titles([step.kind for step in steps]), strict=True))


def _walk(layers: Sequence[Layer], path: Path, prefix: str, *, is_vector: bool) -> _Steps:
    """Go through the steps in the order in which `analysis.graph` computes them, whether they fit or not."""
    for index, (layer, own_name) in enumerate(zip(layers, unchecked_names(layers), strict=True)):
        here, name = (*path, index), prefix + own_name
        yield _Step(layer.kind, name, here)
        if isinstance(layer, Block):
            is_vector = yield from _inside(layer, here, name, is_vector=is_vector)
        elif isinstance(layer, Flatten):
            is_vector = True
        elif isinstance(layer, GlobalAvgPool | GlobalMaxPool):
            is_vector = not layer.keep_sides
        elif isinstance(layer, Reshape):
            is_vector = len(layer.shape) == 1
    return is_vector


def _inside(block: Block, path: Path, name: str, *, is_vector: bool) -> _Steps:
    """Go through the steps of a block."""
    if isinstance(block, Repeat):
        for number in range(1, block.times + 1):
            is_vector = yield from _walk(block.layers, path, f"{name}.{number}.", is_vector=is_vector)
    elif isinstance(block, Residual):
        is_vector = yield from _walk(block.layers, path, f"{name}.", is_vector=is_vector)
        if block.shortcut == "projection":
            yield _Step("dense" if is_vector else "conv", f"{name}.{SHORTCUT_NAME}", None)
        yield _Step("add", f"{name}.{ADD_NAME}", None)
        if block.activation != "linear":
            yield _Step("activation", f"{name}.{ACTIVATION_NAME}", None)
    elif isinstance(block, Branches):
        before = is_vector
        for number, branch in enumerate(block.branches):
            is_vector = yield from _walk(branch, (*path, number), f"{name}.{number + 1}.", is_vector=before)
        yield _Step(block.merge, f"{name}.{block.merge}", None)
    return is_vector
