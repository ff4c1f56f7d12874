"""Ways to repair blocks: branches that do not fit each other, skip connections around what changes shapes."""

from collections.abc import Callable, Iterator
from functools import partial

from cnnviz.architecture.editing import edit
from cnnviz.architecture.layer_titles import path_titles
from cnnviz.architecture.spec import Architecture, Branches, Layer, Residual
from cnnviz.architecture.spec.arithmetic import Reshape
from cnnviz.architecture.spec.layers import Dense, Flatten, GlobalAvgPool, GlobalMaxPool, LayerSpec
from cnnviz.architecture.spec.paths import Path, layer_at, walk

Repair = tuple[str, Callable[[], Architecture]]
"""A label, and a function that gives the repaired net."""

_SAME: tuple[tuple[str, dict[str, object]], ...] = (
    ("padding 'same'", {"padding": "same"}),
    ("padding 'same' and stride 1", {"padding": "same", "stride": 1}),
)


def ends_maps(layer: LayerSpec) -> bool:
    """Whether a layer makes a vector of maps."""
    return isinstance(layer, Flatten | GlobalAvgPool | GlobalMaxPool) and not getattr(layer, "keep_sides", False)


def same_inside(architecture: Architecture, path: Path, layer: LayerSpec, title: str) -> Iterator[Repair]:
    """For a block that changes height and width, with a projection where it also changes the number of maps."""
    for label, settings in _SAME:
        fitted = partial(_with_all_inside, architecture, path, **settings)
        yield f"Use {label} in {title}", fitted
        if isinstance(layer, Residual) and layer.shortcut == "identity":
            yield f"Use {label} in {title}, and project its shortcut", partial(_projected_after, fitted, path)


def all_maps_or_all_vectors(architecture: Architecture, path: Path, block: Branches, title: str) -> Iterator[Repair]:
    """For branches of which some end in a vector: none of them does, or all do."""
    ends = [((*path, number), branch) for number, branch in enumerate(block.branches)]
    places = [(*place, len(branch) - 1) for place, branch in ends if branch and ends_maps(branch[-1])]
    pools = [place for place in places if not isinstance(layer_at(architecture, place), Flatten)]
    if pools and block.merge != "concat":  # each map is multiplied by, or gets, one value
        keep = partial(edit.with_settings, keep_sides=True)
        label = " and ".join(path_titles(architecture.layers)[place] for place in pools)
        yield f"Keep maps of 1 × 1 in {label}", partial(_each, architecture, pools, keep)
    if block.merge != "concat":
        yield from _as_maps_of_one_value(architecture, ends)
    if places:
        told = " and ".join(path_titles(architecture.layers)[place] for place in places)
        without = partial(_each, architecture, places, edit.remove)
        yield f"Take {told} out of {title}", without
        for label, settings in _SAME:
            yield f"Take {told} out of {title} and use {label} in it", partial(_fitted_after, without, path, settings)
    others = [(*place, len(branch)) for place, branch in ends if not any(map(ends_maps, branch))]
    if 0 < len(others) < len(ends):
        add = partial(edit.add, layer=Flatten())
        yield f"End the other branches of {title} in flatten", partial(_each, architecture, others, add)


def _as_maps_of_one_value(architecture: Architecture, ends: list[tuple[Path, tuple[Layer, ...]]]) -> Iterator[Repair]:
    """For branches that end in a dense layer, as in squeeze and excite: each of its values is for one map."""
    numbers = {architecture.input_shape[-1]: None}
    numbers = dict.fromkeys([getattr(layer, "filters", 0) for _, layer in walk(architecture.layers)]) | numbers
    for place, branch in ends:
        dense = [(index, layer) for index, layer in enumerate(branch) if isinstance(layer, Dense)]
        if not dense:
            continue
        index, last = dense[-1]
        title = path_titles(architecture.layers)[*place, index]
        end = (*place, len(branch))
        yield (
            f"Reshape what {title} gives to 1 × 1 × {last.units:,}",
            partial(edit.add, architecture, end, Reshape(shape=(1, 1, last.units))),
        )
        for number in filter(None, numbers):
            fitting = partial(edit.with_settings, architecture, (*place, index), units=number)
            reshaped = partial(_added_after, fitting, end, Reshape(shape=(1, 1, number)))
            yield f"Use {number:,} units in {title}, and reshape them to 1 × 1 × {number:,}", reshaped


def projected(architecture: Architecture, path: Path) -> Architecture:
    """Give the skip connection at `path` a shortcut that fits."""
    return edit.with_settings(architecture, path, shortcut="projection")


def unwrapped(architecture: Architecture, path: Path, block: Residual) -> Architecture:
    """Put what is in a block in its place."""
    for inside in reversed(block.layers):
        architecture = edit.add(architecture, (*path[:-1], path[-1] + 1), inside)
    return edit.remove(architecture, path)


def _each(architecture: Architecture, places: list[Path], change: Callable[..., Architecture]) -> Architecture:
    for place in places:
        architecture = change(architecture, place)
    return architecture


def _added_after(repair: Callable[[], Architecture], path: Path, layer: Layer) -> Architecture:
    return edit.add(repair(), path, layer)


def _fitted_after(repair: Callable[[], Architecture], path: Path, settings: dict[str, object]) -> Architecture:
    return _with_all_inside(repair(), path, **settings)


def _projected_after(repair: Callable[[], Architecture], path: Path) -> Architecture:
    return projected(repair(), path)


def _with_all_inside(architecture: Architecture, block: Path, **settings: object) -> Architecture:
    for path, layer in walk(architecture.layers):
        fitting = {key: value for key, value in settings.items() if hasattr(layer, key)}
        if path[: len(block)] == block and path != block and fitting:
            architecture = edit.with_settings(architecture, path, **fitting)
    return architecture
