"""The name of every layer: its own, or its kind and its place among the layers of that kind."""

from collections import Counter

from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidArchitecture

INPUT_NAME = "image"
RESCALING_NAME = "rescaling"
RESERVED_NAMES = frozenset({INPUT_NAME, RESCALING_NAME})


def layer_names(architecture: Architecture) -> tuple[str, ...]:
    """Return a unique name for each layer, in order.

    An unnamed layer is called after its kind and its place among *all* layers of that kind
    (`conv_1`, `conv_2`, `max_pool_1` ...), so that naming one layer renames no other.

    Raises
    ------
    InvalidArchitecture
        Two layers have been given the same name, or one has the name of the input or the scaling.
    """
    given = [layer.name for layer in architecture.layers if layer.name is not None]
    _check_given(given)
    used = set(given)
    counts: Counter[str] = Counter()
    names: list[str] = []
    for layer in architecture.layers:
        counts[layer.kind] += 1
        name = layer.name or _first_free(layer.kind, counts[layer.kind], used)
        used.add(name)
        names.append(name)
    return tuple(names)


def _check_given(given: list[str]) -> None:
    name, times = Counter(given).most_common(1)[0] if given else ("", 0)
    if times > 1:
        raise InvalidArchitecture(
            f"{times} layers are called {name!r}, but names must be unique. Rename or unname all but one. "
            f"Received: {given}"
        )
    for name in RESERVED_NAMES.intersection(given):
        raise InvalidArchitecture(
            f"No layer can be called {name!r}: the model's first, fixed steps have that name. "
            f"Choose another name. Received: {given}"
        )


def _first_free(kind: str, number: int, used: set[str]) -> str:
    while f"{kind}_{number}" in used:
        number += 1
    return f"{kind}_{number}"
