"""Repair an impossible net: the repaired net, with a label for a button."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from cnnviz.architecture.analysis.analyze import output_units
from cnnviz.architecture.analysis.backbones import MIN_SIDE
from cnnviz.architecture.editing import edit
from cnnviz.architecture.editing.repair_blocks import (
    Repair,
    all_maps_or_all_vectors,
    ends_maps,
    projected,
    same_inside,
    unwrapped,
)
from cnnviz.architecture.layer_titles import path_titles
from cnnviz.architecture.spec import Architecture, Branches, Residual
from cnnviz.architecture.spec.layers import (
    ActivationLayer,
    AvgPool,
    Backbone,
    Conv,
    Dense,
    Flatten,
    GlobalAvgPool,
    LayerSpec,
    MaxPool,
)
from cnnviz.architecture.spec.paths import Path, layer_at, walk
from cnnviz.errors import InvalidArchitecture
from cnnviz.text.units import shape_text

_Ways = Callable[[Architecture, Path], Iterator[Repair]]

MAX_STEPS = 12  # a net that needs more repairs than this is better built anew


@dataclass(frozen=True)
class Fix:
    """A repaired net that is possible from input to output, and what was done to it, in words."""

    label: str
    architecture: Architecture


def suggest_fix(architecture: Architecture, error: InvalidArchitecture) -> Fix | None:
    """Search the smallest repair that makes the net possible.

    Parameters
    ----------
    error
        What `analyze` or `output_units` raised for this net.

    Returns
    -------
    Fix or None
        None if nothing simple helps. Where one layer after the other fails (three convolutions on
        an image that is too small), the fix repairs them all.
    """
    return _search(architecture, error, _repairs) or _search(architecture, error, _with_removal)


def explain(architecture: Architecture) -> InvalidArchitecture | None:
    """Return the error of an impossible net, with `layer` and `fix` set; None for a possible one."""
    error = _problem(architecture)
    if error is not None:
        error.fix = suggest_fix(architecture, error)
    return error


def _problem(architecture: Architecture) -> InvalidArchitecture | None:
    try:
        output_units(architecture)
    except InvalidArchitecture as error:
        return error
    return None


def _search(architecture: Architecture, error: InvalidArchitecture, ways: _Ways) -> Fix | None:
    labels: list[str] = []
    for _ in range(MAX_STEPS):
        step = _step(architecture, error, ways)
        if step is None:
            return None
        label, architecture, next_error = step
        labels.append(label)
        if next_error is None:
            return Fix(_joined(labels), architecture)
        error = next_error
    return None


def _step(
    architecture: Architecture, error: InvalidArchitecture, ways: _Ways
) -> tuple[str, Architecture, InvalidArchitecture | None] | None:
    """Take the first repair that makes the net possible, else the first that moves the problem on, else elsewhere."""
    further = elsewhere = None
    for label, repaired in _possible(architecture, error, ways):
        problem = _problem(repaired)
        if problem is None:
            return label, repaired, None
        if problem.layer != error.layer:
            elsewhere = elsewhere or (label, repaired, problem)
            if (problem.layer or ()) > (error.layer or ()):
                further = further or (label, repaired, problem)
    return further or elsewhere


def _with_removal(architecture: Architecture, path: Path) -> Iterator[Repair]:
    yield from _repairs(architecture, path)
    yield from _removal(architecture, path)


def _possible(
    architecture: Architecture, error: InvalidArchitecture, ways: _Ways
) -> Iterator[tuple[str, Architecture]]:
    if error.layer is None:
        return
    for label, repair in ways(architecture, error.layer):
        try:
            repaired = repair()
        except InvalidArchitecture:  # the repair would leave an empty block, or too many layers
            continue
        if repaired != architecture:
            yield label, repaired


def _joined(labels: list[str]) -> str:
    labels = list(dict.fromkeys(labels))  # a layer may have taken the name of one that was taken away
    shown = "; ".join(labels[:3])
    return f"{shown}; and {len(labels) - 3} more" if len(labels) > 3 else shown


def _repairs(architecture: Architecture, path: Path) -> Iterator[Repair]:
    """Go through the repairs for the layer at `path`; each is a label and a function that gives the net."""
    layer, title = layer_at(architecture, path), path_titles(architecture.layers)[path]
    if layer.name is not None:
        yield f"Give {title} no name", lambda: edit.with_settings(architecture, path, name=None)
    yield from _of_the_kind(architecture, path, layer, title)
    yield from _order(architecture, path, layer, title)
    if getattr(layer, "dilation", 1) > 1:
        yield f"Set the dilation of {title} to 1", lambda: edit.with_settings(architecture, path, dilation=1)
    yield from _fitting_window(architecture, path, layer, title)
    yield from _smaller(architecture, path, layer, title)
    yield from _answer(architecture)


def _removal(architecture: Architecture, path: Path) -> Iterator[Repair]:
    """The last resort: do without the skip connection, the layer, or the block around it."""
    layer = layer_at(architecture, path)
    if isinstance(layer, Residual):
        label = f"Take {path_titles(architecture.layers)[path]} away and keep what is in it"
        yield label, partial(unwrapped, architecture, path, layer)
    for end in range(len(path), 0, -1):
        place = path[:end]
        titles = path_titles(architecture.layers)
        if place in titles:
            yield f"Remove {titles[place]}", partial(edit.remove, architecture, place)


def _of_the_kind(architecture: Architecture, path: Path, layer: LayerSpec, title: str) -> Iterator[Repair]:
    if isinstance(layer, Dense):
        yield f"Put flatten before {title}", lambda: edit.add(architecture, path, Flatten())
    if isinstance(layer, Residual) and layer.shortcut == "identity":
        yield f"Project the shortcut of {title}", lambda: projected(architecture, path)
    if isinstance(layer, Branches):
        yield from all_maps_or_all_vectors(architecture, path, layer, title)
    if isinstance(layer, Residual | Branches):
        yield from same_inside(architecture, path, layer, title)
    if isinstance(layer, Backbone):
        yield f"Move {title} to the front", lambda: edit.move(architecture, path, (0,))
        height, width, _ = architecture.input_shape
        larger = (max(MIN_SIDE, height), max(MIN_SIDE, width), 3)
        yield f"Take images of {shape_text(larger)}", lambda: edit.with_input(architecture, larger)
    if isinstance(layer, MaxPool | AvgPool):
        yield f"Remove {title}", lambda: edit.remove(architecture, path)


def _order(architecture: Architecture, path: Path, layer: LayerSpec, title: str) -> Iterator[Repair]:
    """Layers for maps belong before the layer that makes one vector of them."""
    siblings = [(place, sibling) for place, sibling in walk(architecture.layers) if place[:-1] == path[:-1]]
    ends = [place for place, sibling in siblings if place < path and ends_maps(sibling)]
    if ends and not isinstance(layer, Dense):
        first = path_titles(architecture.layers)[ends[0]]
        yield f"Move {title} before {first}", lambda: edit.move(architecture, path, ends[0])


def _fitting_window(architecture: Architecture, path: Path, layer: LayerSpec, title: str) -> Iterator[Repair]:
    if getattr(layer, "padding", "same") == "valid":
        yield f"Use padding 'same' in {title}", lambda: edit.with_settings(architecture, path, padding="same")
    field = "kernel" if hasattr(layer, "kernel") else "size"
    for side in range(getattr(layer, field, 1) - 1, 0, -1):
        label = f"Use a {field} of {side} in {title}"
        yield label, partial(edit.with_settings, architecture, path, **{field: side})


def _smaller(architecture: Architecture, path: Path, layer: LayerSpec, title: str) -> Iterator[Repair]:
    """For nets that are too large: no flatten before a dense layer, or fewer units or filters."""
    before = (*path[:-1], path[-1] - 1)
    if path[-1] and isinstance(layer, Dense) and isinstance(layer_at(architecture, before), Flatten):
        flatten = path_titles(architecture.layers)[before]
        pool = GlobalAvgPool()
        yield f"Use global average pooling instead of {flatten}", lambda: edit.replace(architecture, before, pool)
    field = "units" if isinstance(layer, Dense) else "filters"
    size = getattr(layer, field, 1)
    while size > 1:
        size //= 2
        label = f"Use {size:,} {field} in {title}"
        yield label, partial(edit.with_settings, architecture, path, **{field: size})


def _answer(architecture: Architecture) -> Iterator[Repair]:
    """For a net that ends in maps: a vector for each class."""
    end = (len(architecture.layers),)
    last = architecture.layers[-1]
    if isinstance(last, Conv | ActivationLayer):
        # the all-convolutional way: each map is a class already
        yield "Add global average pooling", lambda: edit.add(architecture, end, GlobalAvgPool())
    yield "Add flatten", lambda: edit.add(architecture, end, Flatten())
