"""The view for slides: every layer a box in 2.5D, as high, deep and thick as its maps (on a log scale)."""

from collections.abc import Sequence
from math import ceil, log2

from cnnviz.architecture import svg
from cnnviz.architecture.colours import INPUT_COLOUR, KIND_COLOURS, mixed
from cnnviz.architecture.diagram_tree import Box, Element, Group
from cnnviz.architecture.diagram_words import box_words, group_words, shape_words
from cnnviz.architecture.paths import Path, path_text
from cnnviz.architecture.signals import Shape
from cnnviz.architecture.svg import Picture

GAP = 16
ROW_WIDTH = 1400
ROW_GAP = 26
PAD = 12
LABEL_HEIGHT = 34  # two lines under every box
CAPTION_HEIGHT = 22
JOIN_RADIUS = 11
_THIN = ("batch_norm", "layer_norm", "activation", "dropout", "spatial_dropout")


def blocks_picture(elements: Sequence[Element], image: Shape, *, selected: Path | None) -> Picture:
    """Draw the net from left to right, the image first; what does not fit goes on in another row."""
    rows = _rows([_image(image), *(_element(element, selected) for element in elements)])
    width = max(row.width for row in rows)
    pieces, y = [], 0.0
    for index, row in enumerate(rows):
        if index:
            above = y - row.above - ROW_GAP / 2
            last = rows[index - 1]
            axis = y - row.above - ROW_GAP - last.below
            turn = f"M{last.width:.1f} {axis:.1f}H{width + 14:.1f}V{above:.1f}H-12V{y:.1f}H-1"
            pieces.append(svg.path(turn, arrow=True))
        pieces.append(svg.moved(row.pieces, 0, y))
        y += row.below + ROW_GAP + (rows[index + 1].above if index + 1 < len(rows) else 0)
    more = 14 if len(rows) > 1 else 0
    return Picture(width + more, rows[0].above, y - ROW_GAP, "".join(pieces))


def _rows(pictures: Sequence[Picture]) -> list[Picture]:
    """Deal the pictures out to rows no wider than a slide, all about as long."""
    total = sum(picture.width + GAP for picture in pictures)
    limit = max(total / ceil(total / ROW_WIDTH) * 1.08, *(picture.width for picture in pictures))
    rows: list[list[Picture]] = [[]]
    width = 0.0
    for picture in pictures:
        if rows[-1] and width + picture.width > limit:
            rows.append([])
            width = 0.0
        rows[-1].append(picture)
        width += picture.width + GAP
    return [_row(row) for row in rows]


def _row(pictures: Sequence[Picture]) -> Picture:
    """Put pictures one after the other on a line with arrow heads."""
    above = max((picture.above for picture in pictures), default=0)
    below = max((picture.below for picture in pictures), default=0)
    pieces, x = [], 0.0
    for index, picture in enumerate(pictures):
        if index:
            pieces.append(svg.path(f"M{x - GAP:.1f} 0H{x - 1:.1f}", arrow=True))
        pieces.append(svg.moved(picture.pieces, x, 0))
        x += picture.width + GAP
    return Picture(max(x - GAP, 0), above, below, "".join(pieces))


def _element(element: Element, selected: Path | None) -> Picture:
    if isinstance(element, Box):
        return _box(element, selected)
    inside = {"residual": _residual, "branches": _branches, "repeat": _repeat}[element.kind](element, selected)
    return _framed(inside, element, selected)


def _image(shape: Shape) -> Picture:
    return _labelled(_cuboid(shape, "input", INPUT_COLOUR), "image", shape_words(shape))


def _box(box: Box, selected: Path | None) -> Picture:
    colour = KIND_COLOURS[box.report.kind]
    if box.report.kind in ("add", "concat"):
        body = _joint(box.report.kind, colour)
    else:
        body = _cuboid(box.shape, box.report.kind, colour)
    picture = _labelled(body, box.label, shape_words(box.shape))
    return _clickable(picture, box.path, words=box_words(box), selected=box.path == selected)


def _clickable(picture: Picture, path: Path, *, words: str, selected: bool) -> Picture:
    height = picture.above + picture.below
    mark = svg.outline(-3, -picture.above - 4, width=picture.width + 6, height=height + 8) if selected else ""
    pieces = svg.button(mark + picture.pieces, data_path=path_text(path), label=words, selected=selected)
    return Picture(picture.width, picture.above, picture.below, pieces)


def _labelled(body: Picture, name: str, shape: str) -> Picture:
    """Write name and shape under a body, and put its middle on the middle of the words."""
    words = max(svg.text_width(name), svg.text_width(shape, size=svg.SMALL_FONT_SIZE))
    width = max(body.width, words)
    middle = width / 2
    pieces = (
        svg.path(f"M0 0H{width:.1f}", opacity=0.35)
        + svg.moved(body.pieces, middle - body.width / 2, 0)
        + svg.text(middle, body.below + 16, name)
        + svg.text(middle, body.below + 31, shape, size=svg.SMALL_FONT_SIZE)
    )
    return Picture(width, body.above, body.below + LABEL_HEIGHT, pieces)


def _cuboid(shape: Shape, kind: str, colour: str) -> Picture:
    """Three visible faces; the front is as high as the maps and as wide as they are many."""
    if len(shape) == 1:
        height, depth, thickness = 12 + 11 * log2(shape[0] + 1), 5.0, 9.0
    else:
        height, depth = _side(shape[0]), 0.32 * _side(shape[1])
        thickness = 7.0 if kind in _THIN else 5 + 4.5 * log2(shape[2])
    top, bottom = -height / 2 + depth / 2, height / 2 + depth / 2
    right, far = thickness, thickness + depth
    front = [(0, top), (right, top), (right, bottom), (0, bottom)]
    roof = [(0, top), (depth, top - depth), (far, top - depth), (right, top)]
    side = [(right, top), (far, top - depth), (far, bottom - depth), (right, bottom)]
    pieces = (
        svg.polygon(front, fill=colour)
        + svg.polygon(roof, fill=mixed(colour, "#ffffff", share=0.4))
        + svg.polygon(side, fill=mixed(colour, "#000000", share=0.28))
    )
    return Picture(far, depth - top, bottom, pieces)


def _side(length: int) -> float:
    return 9 + 16 * log2(length + 1)


def _joint(kind: str, colour: str) -> Picture:
    """A circle with a plus where paths are added, a bar where their maps are put together."""
    radius = JOIN_RADIUS
    if kind == "concat":
        pieces = (
            f'<rect x="0" y="{-2 * radius}" width="{radius}" height="{4 * radius}" rx="4" fill="{colour}" '
            f'stroke="{svg.INK}" stroke-opacity="0.6"/>'
        )
        return Picture(radius, 2 * radius, 2 * radius, pieces)
    cross = f"M{radius - 6} 0h12M{radius} -6v12"
    pieces = (
        f'<circle cx="{radius}" cy="0" r="{radius}" fill="{colour}" stroke="{svg.INK}" stroke-opacity="0.6"/>'
        f'<path d="{cross}" stroke="#ffffff" stroke-width="2.4" stroke-linecap="round"/>'
    )
    return Picture(2 * radius, radius, radius, pieces)


def _framed(inside: Picture, group: Group, selected: Path | None) -> Picture:
    """Put a faint frame with a caption around a block; the caption selects it."""
    times = f" × {group.times}" if group.kind == "repeat" else ""
    caption = group.label + times
    width = max(inside.width, svg.text_width(caption)) + 2 * PAD
    above, below = inside.above + PAD + CAPTION_HEIGHT, inside.below + PAD - 4
    chosen = group.path == selected
    title = svg.text(PAD, -above + 17, caption, anchor="start", bold=group.kind == "repeat")
    mark = svg.outline(0, -above, width=width, height=above + below) if chosen else ""
    hit = f'<rect x="0" y="{-above:.1f}" width="{width:.1f}" height="{CAPTION_HEIGHT}" fill="transparent"/>'
    head = svg.button(mark + hit + title, data_path=path_text(group.path), label=group_words(group), selected=chosen)
    start = (width - inside.width) / 2
    line = svg.path(f"M0 0H{start:.1f}M{start + inside.width:.1f} 0H{width:.1f}", opacity=0.35)
    around = svg.frame(0, -above, width=width, height=above + below)
    return Picture(width, above, below, around + line + svg.moved(inside.pieces, start, 0) + head)


def _repeat(group: Group, selected: Path | None) -> Picture:
    return _row([_element(element, selected) for element in group.chains[0]])


def _residual(group: Group, selected: Path | None) -> Picture:
    """The layers in a row, and above them the way around to the sum."""
    inside = _row([_element(element, selected) for element in group.chains[0]])
    # what a block brings along has the path of the block, whose frame is marked instead
    join = _box(group.join, None)
    tail = _row([join, *([_box(group.after, None)] if group.after else [])])
    start, end = GAP, GAP + inside.width + GAP
    centre = end + join.width / 2
    way = _projection(group.shortcut) if group.shortcut else None
    height = inside.above + 14 + (way.below if way else 0)
    around = svg.path(f"M0 0C10 0 4 {-height:.1f} 22 {-height:.1f}H{centre - 14:.1f}", opacity=0.75) + svg.path(
        f"M{centre - 14:.1f} {-height:.1f}Q{centre:.1f} {-height:.1f} {centre:.1f} {-height + 14:.1f}"
        f"V{-JOIN_RADIUS - 1}",
        arrow=True,
        opacity=0.75,
    )
    over = svg.moved(way.pieces, (start + centre - way.width) / 2, -height) if way else ""
    pieces = (
        svg.path(f"M0 0H{start - 1}", arrow=True)
        + around
        + svg.moved(inside.pieces, start, 0)
        + svg.path(f"M{end - GAP:.1f} 0H{end - 1:.1f}", arrow=True)
        + svg.moved(tail.pieces, end, 0)
        + over
    )
    above = max(height + (way.above if way else 2), tail.above)
    return Picture(end + tail.width, above, max(inside.below, tail.below), pieces)


def _projection(box: Box) -> Picture:
    """A small box on the way around."""
    label = "1×1 conv" if box.report.kind == "conv" else box.report.kind
    width, height = svg.text_width(label, size=svg.SMALL_FONT_SIZE) + 14, 20
    colour = KIND_COLOURS[box.report.kind]
    pieces = (
        f'<rect x="0" y="{-height / 2}" width="{width:.1f}" height="{height}" rx="5" fill="{colour}" '
        f'stroke="{svg.INK}" stroke-opacity="0.6"/>'
        f'<text x="{width / 2:.1f}" y="4" text-anchor="middle" font-size="{svg.SMALL_FONT_SIZE}" fill="#ffffff">'
        f"{label}</text>"
    )
    picture = Picture(width, height / 2, height / 2, pieces)
    return _clickable(picture, box.path, words=box_words(box), selected=False)


def _branches(group: Group, selected: Path | None) -> Picture:
    """Chains one above the other, from one point to the bar that joins them."""
    rows = [_row([_element(element, selected) for element in chain]) for chain in group.chains]
    width = max(row.width for row in rows)
    heights = [max(row.above + row.below, 24) for row in rows]
    total = sum(heights) + 14 * (len(rows) - 1)
    fan = 30
    end = fan + width + fan
    pieces, top = [], -total / 2
    for row, height in zip(rows, heights, strict=True):
        axis = top + max(row.above, 12)
        start = fan + (width - row.width) / 2
        into = f"M0 0C{fan * 0.6:.1f} 0 {fan * 0.3:.1f} {axis:.1f} {fan - 2} {axis:.1f}H{start:.1f}"
        out = (
            f"M{start + row.width:.1f} {axis:.1f}H{end - fan:.1f}"
            f"C{end - fan * 0.4:.1f} {axis:.1f} {end - fan * 0.6:.1f} 0 {end - 1:.1f} 0"
        )
        pieces += [svg.path(into), svg.path(out, arrow=True), svg.moved(row.pieces, start, axis)]
        top += height + 14
    join = _box(group.join, None)
    pieces.append(svg.moved(join.pieces, end, 0))
    return Picture(end + join.width, max(total / 2, join.above), max(total / 2, join.below), "".join(pieces))
