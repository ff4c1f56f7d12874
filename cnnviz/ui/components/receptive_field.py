"""The component that draws a receptive field: the field of the unit under the pointer, without a round trip."""

from collections.abc import Sequence

from cnnviz.text.units import shape_text
from cnnviz.ui.components.bundle import register

KEY = "receptive_field"

_component = register(KEY)


def receptive_field(
    picture: str,
    rows: Sequence[tuple[int, int]],
    columns: Sequence[tuple[int, int]],
    *,
    name: str,
    shape: tuple[int, ...],
    unit: int | None,
    size: tuple[int, int],
) -> None:
    """Show the places of a layer and the picture.

    Parameters
    ----------
    picture : str
        Data URL of the picture as the net takes it.
    rows, columns : sequence of (first, one past the last)
        The pixels that each row and each column of the maps depends on; one of each for a vector.
    name, shape
        Of the layer.
    unit
        The number of the value in a vector; None for maps.
    size : (height, width)
        Of the picture, in pixels.
    """
    data = {
        "picture": picture,
        "rows": rows,
        "columns": columns,
        "name": name,
        "shape": shape_text(shape),
        "unit": unit,
        "size": list(size),
    }
    _component(data=data, key=KEY)
