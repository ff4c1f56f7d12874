"""The name of every layer: its own, or its kind and its place among the layers of that kind.

What stands in a block has the block's name before its own, with a dot between, which no given
name can hold: `residual_1.conv_2`, `branches_1.2.conv_1` (second branch), `repeat_1.3.conv_1`
(third round). Keras takes such names; it does not take "/".
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from cnnviz.architecture.spec import Architecture, Branches, Layer, layer_lists
from cnnviz.architecture.spec.paths import Path
from cnnviz.errors import InvalidArchitecture

INPUT_NAME = "image"
RESCALING_NAME = "rescaling"
RESERVED_NAMES = frozenset({INPUT_NAME, RESCALING_NAME})
SHORTCUT_NAME, ADD_NAME, ACTIVATION_NAME, CONCAT_NAME = "shortcut", "add", "activation", "concat"
STRIDE_SUFFIX = ".stride"
"""Ends the name of what takes every n-th pixel before a 1x1 convolution, a part of that layer."""
OPERATION_SUFFIX = ".operation"
"""Ends the name of an operation that Keras has no layer for, before the layer that passes its values on."""
RESERVED_IN_BLOCKS = frozenset({SHORTCUT_NAME, ADD_NAME, ACTIVATION_NAME, CONCAT_NAME})


def list_names(layers: Sequence[Layer], reserved: Collection[str] = RESERVED_IN_BLOCKS) -> tuple[str, ...]:
    """Return a unique name for each layer of one list, in order, without the names of the blocks around.

    An unnamed layer is called after its kind and its place among *all* layers of that kind
    (`conv_1`, `conv_2`, `max_pool_1` ...), so that naming one layer renames no other.

    Raises
    ------
    InvalidArchitecture
        Two layers have been given the same name, or one has a reserved name.
    """
    _check_given([layer.name for layer in layers if layer.name is not None], reserved)
    return unchecked_names(layers)


def path_names(architecture: Architecture) -> dict[Path, str]:
    """Return the name of every layer and block by its path; unlike reports, a repeated block counts once.

    It takes impossible nets as well: where two layers were given the same name, both have it.
    """
    return dict(_path_names(architecture.layers, (), ""))


def _path_names(layers: Sequence[Layer], path: Path, place: str) -> Iterator[tuple[Path, str]]:
    for index, (layer, name) in enumerate(zip(layers, unchecked_names(layers), strict=True)):
        here = (*path, index)
        yield here, place + name
        for number, inside in enumerate(layer_lists(layer)):
            if isinstance(layer, Branches):
                yield from _path_names(inside, (*here, number), f"{place}{name}.{number + 1}.")
            else:
                yield from _path_names(inside, here, f"{place}{name}.")


def unchecked_names(layers: Sequence[Layer]) -> tuple[str, ...]:
    """Return the names that `list_names` gives; where two layers were given the same one, both have it."""
    used = {layer.name for layer in layers if layer.name is not None}
    counts: Counter[str] = Counter()
    names: list[str] = []
    for layer in layers:
        counts[layer.kind] += 1
        name = layer.name or _first_free(layer.kind, counts[layer.kind], used)
        used.add(name)
        names.append(name)
    return tuple(names)


def _check_given(given: list[str], reserved: Collection[str]) -> None:
    name, times = Counter(given).most_common(1)[0] if given else ("", 0)
    if times > 1:
        raise InvalidArchitecture(
            f"{times} layers are called {name!r}, but names must be unique.",
            f"Rename or unname all but one. Received: {given}",
        )
    for name in sorted(set(reserved).intersection(given)):
        raise InvalidArchitecture(
            f"No layer can be called {name!r} here: one of the model's fixed steps has that name.",
            f"Choose another name. Received: {given}",
        )


def _first_free(kind: str, number: int, used: set[str]) -> str:
    while f"{kind}_{number}" in used:
        number += 1
    return f"{kind}_{number}"
