"""A layer in the view for slides: a box in 2.5D whose height, depth and thickness are those of its maps (log scale)."""

from math import log2

from cnnviz.architecture.analysis.tensors import Shape
from cnnviz.architecture.layer_family import INPUT_COLOUR
from cnnviz.architecture.layer_kinds import LAYER_KINDS
from cnnviz.architecture.spec import MERGES
from cnnviz.plots.diagram import svg
from cnnviz.plots.diagram.elements import Box
from cnnviz.plots.diagram.svg import Picture

MERGE_RADIUS = 11
PILE_STEP = 5  # pixels
_SIGNS = {
    "add": "m-6 0h12m-6 -6v12",
    "multiply": "m-4.5 -4.5l9 9m0 -9l-9 9",
    "average": "m-5 -6h10m-9 4l8 8m0 -8l-8 8",  # x with a bar
    "maximum": "m-5 3l5 -7l5 7",
}
"""What stands in the circle where paths meet, drawn from its middle."""
_THIN_FAMILIES = ("normalisation", "activation", "dropout")  # value by value: no maps of their own


def body(box: Box) -> Picture:
    """Draw a layer without its name."""
    kind = LAYER_KINDS[box.report.kind]
    if box.report.kind in MERGES:
        return _merge_shape(box.report.kind, kind.colour)
    return _cuboid(box.shape, kind.colour, is_thin=kind.family in _THIN_FAMILIES)


def pile(box: Box) -> Picture:
    """Draw a layer that stands for several: three of it, one behind the other."""
    drawn = body(box)
    pieces = "".join(svg.moved(drawn.pieces, step * PILE_STEP, -step * PILE_STEP) for step in (2, 1, 0))
    return Picture(drawn.width + 2 * PILE_STEP, drawn.above + 2 * PILE_STEP, drawn.below, pieces)


def image_body(shape: Shape) -> Picture:
    """Draw the input image."""
    return _cuboid(shape, INPUT_COLOUR)


def _cuboid(shape: Shape, colour: str, *, is_thin: bool = False) -> Picture:
    """Three visible faces; the front is as high as the maps and as wide as they are many."""
    if len(shape) == 1:
        height, depth, thickness = 12 + 11 * log2(shape[0] + 1), 5.0, 9.0
    else:
        height, depth = _side(shape[0]), 0.32 * _side(shape[1])
        thickness = 7.0 if is_thin else 5 + 4.5 * log2(shape[2])
    top, bottom = -height / 2 + depth / 2, height / 2 + depth / 2
    right, far = thickness, thickness + depth
    front = [(0, top), (right, top), (right, bottom), (0, bottom)]
    roof = [(0, top), (depth, top - depth), (far, top - depth), (right, top)]
    side = [(right, top), (far, top - depth), (far, bottom - depth), (right, bottom)]
    pieces = (
        svg.polygon(front, fill=colour)
        + svg.polygon(roof, fill=svg.mixed(colour, "#ffffff", share=0.4))
        + svg.polygon(side, fill=svg.mixed(colour, "#000000", share=0.28))
    )
    return Picture(far, depth - top, bottom, pieces)


def _side(length: int) -> float:
    return 9 + 16 * log2(length + 1)


def _merge_shape(kind: str, colour: str) -> Picture:
    """A circle with a sign where paths are computed together, a bar where their maps are put together."""
    radius = MERGE_RADIUS
    if kind == "concat":
        pieces = (
            f'<rect x="0" y="{-2 * radius}" width="{radius}" height="{4 * radius}" rx="4" fill="{colour}" '
            f'stroke="{svg.INK}" stroke-opacity="0.6"/>'
        )
        return Picture(radius, 2 * radius, 2 * radius, pieces)
    pieces = (
        f'<circle cx="{radius}" cy="0" r="{radius}" fill="{colour}" stroke="{svg.INK}" stroke-opacity="0.6"/>'
        f'<path d="M{radius} 0{_SIGNS[kind]}" fill="none" stroke="#ffffff" stroke-width="2.4" stroke-linecap="round"/>'
    )
    return Picture(2 * radius, radius, radius, pieces)
