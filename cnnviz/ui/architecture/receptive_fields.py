"""All receptive fields of a layer at once."""

from functools import lru_cache

from cnnviz.architecture.analysis.receptive_field import receptive_rectangle
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.paths import parse_path
from cnnviz.ui.architecture.state import NetView

Ranges = list[tuple[int, int]]


@lru_cache(maxsize=200)
def field_ranges(net_json: str, path: str, unit: int | None) -> tuple[Ranges, Ranges]:
    """The rows of the image (first, one past the last) that each row of the maps sees, and the same for columns.

    Rows and columns do not depend on each other, so that these are all fields of the layer. A vector
    has one place, that of its value number `unit`.
    """
    net, place = Architecture.from_json(net_json), parse_path(path)
    if unit is not None:
        top, left, bottom, right = receptive_rectangle(net, place, unit)
        return [(top, bottom)], [(left, right)]
    height, width = NetView(net).report(place).output_shape[:2]
    rows = [receptive_rectangle(net, place, row, 0) for row in range(height)]
    columns = [receptive_rectangle(net, place, 0, column) for column in range(width)]
    return [(top, bottom) for top, _, bottom, _ in rows], [(left, right) for _, left, _, right in columns]
