"""A net as a small picture without words: to be recognised in a gallery."""

from collections.abc import Iterator, Sequence

from cnnviz.architecture.spec import Architecture
from cnnviz.plots.diagram import svg
from cnnviz.plots.diagram.box_shapes import body, image_body
from cnnviz.plots.diagram.layout import Box, Element, tree
from cnnviz.plots.diagram.svg import Picture

WIDTH, HEIGHT = 300, 64
GAP = 9
EDGE = "#8a949e"  # grey lines, seen on light and on dark pages


def thumbnail_svg(architecture: Architecture) -> str:
    """Draw all boxes in one row, as large as fits into `WIDTH` x `HEIGHT`; of parallel paths the longest.

    Raises InvalidArchitecture if the net is impossible.
    """
    bodies = [image_body(architecture.input_shape), *_bodies(tree(architecture))]
    row = _row(bodies)
    scale = min(WIDTH / row.width, HEIGHT / (row.above + row.below), 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'style="color:{EDGE}"><g transform="translate(0 {HEIGHT / 2:.1f}) scale({scale:.5f})">'
        f"{svg.moved(row.pieces, 0, (row.above - row.below) / 2)}</g></svg>"
    )


def _bodies(elements: Sequence[Element]) -> Iterator[Picture]:
    for element in elements:
        if isinstance(element, Box):
            yield body(element)
            continue
        longest = max(element.chains, key=len)
        for _ in range(element.times):
            yield from _bodies(longest)
        yield from map(body, element.merge)


def _row(pictures: Sequence[Picture]) -> Picture:
    pieces, x = [], 0.0
    for picture in pictures:
        pieces.append(svg.moved(picture.pieces, x, 0))
        x += picture.width + GAP
    above, below = (max(getattr(picture, side) for picture in pictures) for side in ("above", "below"))
    return Picture(x - GAP, above, below, "".join(pieces))
