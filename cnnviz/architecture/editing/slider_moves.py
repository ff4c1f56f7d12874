"""What a slider changes of a net that the sliders cannot say: only what the slider is about, all else stays."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeVar

from cnnviz.architecture.editing import edit
from cnnviz.architecture.editing.slider_net import MAX_DOUBLED_FILTERS, QuickNet
from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    AvgPool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Layer,
    MaxPool,
)
from cnnviz.architecture.spec.layers import LayerSpec
from cnnviz.architecture.spec.paths import Path, walk
from cnnviz.errors import InvalidArchitecture

_BELONGS = BatchNorm | ActivationLayer | MaxPool | AvgPool | Dropout
"""Kinds that belong to the convolution before them."""

NO_CONVOLUTION = "This net has no plain convolution: add a block first."
_POOLS: tuple[type[MaxPool] | type[AvgPool], ...] = (MaxPool, AvgPool)
L = TypeVar("L", bound=LayerSpec)


def move_slider(architecture: Architecture, field: str, value: object) -> Architecture:
    """Change one slider of a net.

    Parameters
    ----------
    architecture : Architecture
    field : str
        A field of `QuickNet`.
    value
        What the slider is moved to.

    Returns
    -------
    Architecture
        What `QuickNet` builds where the sliders say all of the net, else the net with this one thing changed: the
        filters of all convolutions in proportion, the most common kernel, all poolings ...

    Raises
    ------
    InvalidArchitecture
        The net would be none any more, as without any layer, or has no dense layer where the slider is about those.
    """
    before = QuickNet.from_architecture(architecture)
    after = QuickNet(**{**before.model_dump(), field: value})
    if after == before:  # also where it only shows its highest number, and the net has more: so it goes back to that
        return architecture
    last = architecture.layers[-1]
    if isinstance(last, Dense):
        built = before.build(architecture.input_shape, last.units, name=architecture.name)
        if built.layers == architecture.layers:
            return after.build(architecture.input_shape, last.units, name=architecture.name)
    return _MOVES[field](architecture, before, after)


def still_sliders(net: Architecture) -> dict[str, str]:
    """Tell which sliders cannot change anything of this net: field of `QuickNet` -> why, for people."""
    still = {}
    num_convs = len(_all(net, Conv))
    if not num_convs:
        still = dict.fromkeys(("filters", "growth", "kernel", "padding"), NO_CONVOLUTION)
        still |= {} if _all(net, *_POOLS) else {"pooling": NO_CONVOLUTION}
        still |= {} if _all(net, BatchNorm) else {"batch_norm": NO_CONVOLUTION}
    elif num_convs == 1:
        still["growth"] = "There is one convolution, so none comes later."
    if not any(isinstance(layer, Dense) for layer in net.layers):
        still |= dict.fromkeys(("dense_units", "dropout"), "This net does not answer with a dense layer.")
        if _all(net, Dropout):
            del still["dropout"]
    return still


def _filters(net: Architecture, _before: QuickNet, after: QuickNet) -> Architecture:
    convs = _all(net, Conv)
    for path, conv in convs:
        factor = after.filters / convs[0][1].filters
        net = _with_filters(net, path, round(conv.filters * factor))
    return net


def _growth(net: Architecture, _before: QuickNet, after: QuickNet) -> Architecture:
    for index, (path, _) in enumerate(_all(net, Conv)):
        net = _with_filters(net, path, after.filters * 2**index if after.growth == "double" else after.filters)
    return net


def _with_filters(net: Architecture, path: Path, filters: int) -> Architecture:
    return edit.with_settings(net, path, filters=min(max(filters, 1), MAX_DOUBLED_FILTERS))


def _kernel(net: Architecture, _before: QuickNet, after: QuickNet) -> Architecture:
    convs = _all(net, Conv)
    common = Counter(conv.kernel for _, conv in convs).most_common(1)
    for path, conv in convs:
        if conv.kernel == common[0][0]:
            net = edit.with_settings(net, path, kernel=after.kernel)
    return net


def _padding(net: Architecture, _before: QuickNet, after: QuickNet) -> Architecture:
    for path, _ in _all(net, Conv):
        net = edit.with_settings(net, path, padding=after.padding)
    return net


def _pooling(net: Architecture, _before: QuickNet, after: QuickNet) -> Architecture:
    pools = _all(net, *_POOLS)
    if after.pooling == "none":
        return _without(net, [path for path, _ in pools])
    kind = MaxPool if after.pooling == "max" else AvgPool
    for path, pool in pools:
        net = edit.replace(net, path, kind(name=pool.name, size=pool.size, stride=pool.stride, padding=pool.padding))
    if not pools:  # behind a block and not in it, where paths of another height and width would not fit each other
        for path in sorted({path[:1] for path, _ in _all(net, Conv)}, reverse=True):
            net = edit.add(net, _after_group(net, path), kind())
    return net


def _batch_norm(net: Architecture, _before: QuickNet, after: QuickNet) -> Architecture:
    if not after.batch_norm:
        return _without(net, [path for path, _ in _all(net, BatchNorm)])
    for path, _ in reversed(_all(net, Conv)):
        net = edit.add(net, (*path[:-1], path[-1] + 1), BatchNorm())
    return net


def _dense_units(net: Architecture, _before: QuickNet, after: QuickNet) -> Architecture:
    *hidden, (answer, _) = _dense(net)
    if not hidden:
        return edit.add(net, answer, Dense(units=after.dense_units, activation="relu"))
    path, _ = hidden[0]
    if not after.dense_units:
        return _without(net, [path for path, _ in hidden])
    return edit.with_settings(net, path, units=after.dense_units)


def _dropout(net: Architecture, _before: QuickNet, after: QuickNet) -> Architecture:
    dropouts = _all(net, Dropout)
    if not after.dropout:
        return _without(net, [path for path, _ in dropouts])
    for path, _ in dropouts:
        net = edit.with_settings(net, path, rate=after.dropout)
    return net if dropouts else edit.add(net, _dense(net)[-1][0], Dropout(rate=after.dropout))


def _blocks(net: Architecture, before: QuickNet, after: QuickNet) -> Architecture:
    """Until there are so many convolutions: a net may have more of them than the slider shows."""
    for _ in range(after.blocks - len(_all(net, Conv))):
        net = _with_block(net, before, after)
    while len(convs := _all(net, Conv)) > after.blocks:
        start = convs[-1][0][:1]
        end = _after_group(net, start)
        net = _without(net, [(index,) for index in range(start[0], end[0])])
    return net


def _with_block(net: Architecture, before: QuickNet, after: QuickNet) -> Architecture:
    """Put a copy of the last convolution, and of what belongs to it, behind it; without one, the sliders' own."""
    convs = _all(net, Conv)
    if convs:
        start = convs[-1][0][:1]
        end = _after_group(net, start)
        group = [layer.model_copy(update={"name": None}) for layer in net.layers[start[0] : end[0]]]
        if isinstance(group[0], Conv) and before.growth == "double":
            group[0] = group[0].model_copy(update={"filters": min(2 * group[0].filters, MAX_DOUBLED_FILTERS)})
    else:
        end, group = (0,), list(after.build(net.input_shape, 2).layers[: 1 + (after.pooling != "none")])
    for layer in reversed(group):
        net = edit.add(net, end, layer)
    return net


def _after_group(net: Architecture, path: Path) -> Path:
    """The place behind a layer and all that belongs to it."""
    siblings = dict(_siblings(net, path))
    index = path[-1] + 1
    while isinstance(siblings.get(index), _BELONGS):
        index += 1
    return (*path[:-1], index)


def _siblings(net: Architecture, path: Path) -> Iterator[tuple[int, Layer]]:
    return ((place[-1], layer) for place, layer in walk(net.layers) if place[:-1] == path[:-1])


def _all(net: Architecture, *kinds: type[L]) -> list[tuple[Path, L]]:
    return [(path, layer) for path, layer in walk(net.layers) if isinstance(layer, kinds)]


def _dense(net: Architecture) -> list[tuple[Path, Dense]]:
    found: list[tuple[Path, Dense]] = [(path, layer) for path, layer in _all(net, Dense) if len(path) == 1]
    if not found:
        raise InvalidArchitecture(
            "This slider is about what stands before the dense layer that answers, and this net has none.",
            f"Add a dense layer in the list of layers. Received: {', '.join(layer.kind for layer in net.layers)}.",
        )
    return found


def _without(net: Architecture, paths: list[Path]) -> Architecture:
    for path in reversed(paths):
        net = edit.remove(net, path)
    return net


_MOVES: dict[str, Callable[[Architecture, QuickNet, QuickNet], Architecture]] = {
    "blocks": _blocks,
    "filters": _filters,
    "growth": _growth,
    "kernel": _kernel,
    "padding": _padding,
    "pooling": _pooling,
    "dense_units": _dense_units,
    "dropout": _dropout,
    "batch_norm": _batch_norm,
}
