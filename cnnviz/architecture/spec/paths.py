"""Where a layer stands: a path of positions, because blocks hold layers.

(3,) is the fourth layer. Inside it, (3, 0) is the first layer of a residual or repeated block and
(3, 1, 0) the first layer of its second branch. As text: "3", "3.0", "3.1.0".
"""

from collections.abc import Iterator, Sequence

from cnnviz.architecture.spec import Architecture, Branches, Layer, layer_lists
from cnnviz.errors import InvalidArchitecture

Path = tuple[int, ...]


def path_text(path: Path) -> str:
    """Write a path as text, "3.1.0"."""
    return ".".join(map(str, path))


def parse_path(text: str) -> Path:
    """Read what `path_text` wrote; raises InvalidArchitecture for other text."""
    parts = text.split(".")
    if not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
        raise InvalidArchitecture(
            f"This names no place in a net: expected positions such as '3' or '3.1.0'. Received: {text[:40]!r}."
        )
    return tuple(map(int, parts))


def walk(layers: Sequence[Layer], path: Path = ()) -> Iterator[tuple[Path, Layer]]:
    """Go through all layers, each block before what it holds."""
    for index, layer in enumerate(layers):
        here = (*path, index)
        yield here, layer
        lists = layer_lists(layer)
        for branch, inside in enumerate(lists):
            yield from walk(inside, (*here, branch) if isinstance(layer, Branches) else here)


def layer_at(architecture: Architecture, path: Path) -> Layer:
    """Return the layer at that path; raises InvalidArchitecture where there is none."""
    found = next((layer for place, layer in walk(architecture.layers) if place == tuple(path)), None)
    if found is None:
        raise no_place(architecture, path)
    return found


def no_place(architecture: Architecture, path: Path | str) -> InvalidArchitecture:
    """Build the error for a path or name that leads nowhere."""
    place = path if isinstance(path, str) else path_text(path)
    return InvalidArchitecture(
        f"The net has no layer at {place!r}. Choose one of its layers. "
        f"Received: path={place!r}, layers={len(architecture.layers)}."
    )
