"""A net as a picture: SVG made from the spec alone, for the page, for slides and for print, and small for a gallery."""

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from cnnviz.architecture.layer_family import FAMILIES
from cnnviz.architecture.layer_kinds import LAYER_KINDS
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.paths import Path
from cnnviz.errors import UnknownName
from cnnviz.plots.diagram import svg
from cnnviz.plots.diagram.box_shapes import body, image_body
from cnnviz.plots.diagram.boxes import blocks_picture
from cnnviz.plots.diagram.elements import Box, Element, Group, diagram_alt, tree
from cnnviz.plots.diagram.flow import flow_picture
from cnnviz.plots.diagram.folding import folded_tree
from cnnviz.plots.diagram.svg import Picture

__all__ = ["THUMBNAIL_SIZE", "VIEWS", "Drawing", "View", "diagram_alt", "diagram_svg", "thumbnail_svg"]

View = Literal["blocks", "flow"]
VIEWS = {"blocks": "Boxes", "flow": "Flow"}

SLIDE_WIDTH = 1300
MARGIN = 16
TURN = 14  # the line from one row to the next, on the right
SWATCH = 13
LEGEND_ROW = 24
CACHED_DIAGRAMS = 64  # of 20 to 300 KB each

THUMBNAIL_SIZE = (300, 64)  # width, height
THUMBNAIL_GAP = 9
THUMBNAIL_EDGE = "#8a949e"  # grey lines, seen on light and on dark pages


class Drawing(NamedTuple):
    """A complete SVG element, and its width in pixels."""

    svg: str
    width: int


@lru_cache(CACHED_DIAGRAMS)
def diagram_svg(
    architecture: Architecture,
    *,
    view: View = "blocks",
    selected: Path | None = None,
    width: float = SLIDE_WIDTH,
    folds: frozenset[str] | None = None,
) -> Drawing:
    """Draw the net.

    Parameters
    ----------
    view
        "blocks": boxes in 2.5D from left to right, as large as their maps (log scale). "flow": a
        small box for each layer, from top to bottom in columns, for deep nets.
    selected
        Path of a layer or block to mark, () for the image.
    width
        Of the picture in pixels, where the net can be broken into rows or columns as narrow as that.
    folds
        Keys of what stands as one box (see `folding`), with buttons to open it and to fold other blocks; None: nothing
        is folded, and there are no such buttons.

    Returns
    -------
    Drawing
        The image, every layer and the caption of every block is a button
        (`class="layer"`, `role`, `tabindex`) with its path as `data-path` ("3.0.1"), what is folded or can be also
        with its key as `data-fold`; title and
        description say in words what is seen. No text is smaller than 11 pixels. There is no background; text
        has the colour of what is around it.

    Raises
    ------
    InvalidArchitecture
        The net is impossible.
    UnknownName
        There is no such view.
    """
    if view not in VIEWS:
        raise UnknownName.among("view", view, list(VIEWS))
    elements = tree(architecture) if folds is None else folded_tree(architecture, folds)
    draw = blocks_picture if view == "blocks" else flow_picture
    picture = draw(elements, architecture.input_shape, selected=selected, width=width - 2 * MARGIN - TURN)
    width = max(picture.width, 260) + 2 * MARGIN
    legend, legend_height = _legend(tree(architecture), width - 2 * MARGIN)
    height = picture.above + picture.below + legend_height + 3 * MARGIN
    pieces = svg.moved(picture.pieces, (width - picture.width) / 2, MARGIN + picture.above) + svg.moved(
        legend, MARGIN, height - MARGIN - legend_height
    )
    text = svg.document(
        pieces,
        size=(width, height),
        identifier=_identifier(architecture.name, pieces),
        title=f"Diagram of {architecture.name}",
        description=diagram_alt(architecture),
    )
    return Drawing(text, round(width))


def thumbnail_svg(architecture: Architecture) -> str:
    """Draw all boxes in one row, as large as fits into `THUMBNAIL_SIZE`, without words; of parallel paths the longest.

    Raises InvalidArchitecture if the net is impossible.
    """
    bodies = [image_body(architecture.input_shape), *_bodies(tree(architecture))]
    row = _row(bodies)
    width, height = THUMBNAIL_SIZE
    scale = min(width / row.width, height / (row.above + row.below), 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'style="color:{THUMBNAIL_EDGE}"><g transform="translate(0 {height / 2:.1f}) scale({scale:.5f})">'
        f"{svg.moved(row.pieces, 0, (row.above - row.below) / 2)}</g></svg>"
    )


def _identifier(name: str, pieces: str) -> str:
    """Make ids that differ where two diagrams stand on one page; the same drawing has the same."""
    return "net-" + hashlib.sha256(f"{name} {pieces}".encode()).hexdigest()[:10]


def _legend(elements: Sequence[Element], width: float) -> tuple[str, float]:
    """Name the colours that occur, in as many rows as needed; returns the pieces and their height."""
    used = {LAYER_KINDS[kind].family for kind in _kinds(elements)}
    pieces, x, y = [], 0.0, 0.0
    for name in (name for name in FAMILIES if name in used):
        space = SWATCH + 7 + svg.text_width(name) + 12
        if x and x + space > width:
            x, y = 0.0, y + LEGEND_ROW
        pieces.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{SWATCH}" height="{SWATCH}" rx="3" fill="{FAMILIES[name]}" '
            f'stroke="{svg.INK}" stroke-opacity="0.6"/>' + svg.text(x + SWATCH + 7, y + 11, name, anchor="start")
        )
        x += space
    return "".join(pieces), y + SWATCH


def _kinds(elements: Sequence[Element]) -> Iterator[str]:
    for element in elements:
        if isinstance(element, Box):
            yield element.report.kind
        if not isinstance(element, Group):
            continue
        yield from (box.report.kind for box in (element.shortcut, *element.merge) if box)
        for chain in element.chains:
            yield from _kinds(chain)


def _bodies(elements: Sequence[Element]) -> Iterator[Picture]:
    for element in elements:
        if isinstance(element, Box):
            yield body(element)
        if not isinstance(element, Group):
            continue
        longest = max(element.chains, key=len)
        for _ in range(element.times):
            yield from _bodies(longest)
        yield from map(body, element.merge)


def _row(pictures: Sequence[Picture]) -> Picture:
    pieces, x = [], 0.0
    for picture in pictures:
        pieces.append(svg.moved(picture.pieces, x, 0))
        x += picture.width + THUMBNAIL_GAP
    above, below = (max(getattr(picture, side) for picture in pictures) for side in ("above", "below"))
    return Picture(x - THUMBNAIL_GAP, above, below, "".join(pieces))
