"""The view for slides: every layer a box in 2.5D, from left to right, names and shapes on one line below."""

from collections.abc import Sequence

from cnnviz.architecture.analysis.tensors import Shape
from cnnviz.architecture.layer_kinds import LAYER_KINDS
from cnnviz.architecture.spec.paths import Path, path_text
from cnnviz.plots.diagram import svg
from cnnviz.plots.diagram.box_shapes import MERGE_RADIUS, body, image_body, pile
from cnnviz.plots.diagram.elements import (
    IMAGE_TITLE,
    IMAGE_WORDS,
    Box,
    Element,
    Folded,
    Group,
    Handle,
    box_words,
    folded_words,
    group_caption,
    group_words,
)
from cnnviz.plots.diagram.rows import GAP, Part, foot_of, joined, line_of, rows_of
from cnnviz.plots.diagram.svg import Picture
from cnnviz.text.units import shape_text

ROW_GAP = 26
PAD = 14
LABEL_HEIGHT = 34  # two lines under every box
CAPTION_HEIGHT = 22


def blocks_picture(elements: Sequence[Element], image: Shape, *, selected: Path | None, width: float) -> Picture:
    """Draw the net from left to right, the image first; what is wider than `width` goes on in another row."""
    rows = rows_of([_image(image, selected), *_parts(elements, selected)], width)
    width = max(row.width for row in rows)
    pieces, y = [], 0.0
    for index, row in enumerate(rows):
        if index:
            above = y - row.above - ROW_GAP / 2
            last = rows[index - 1]
            axis = y - row.above - ROW_GAP - last.below
            connector = f"M{last.width:.1f} {axis:.1f}H{width + 14:.1f}V{above:.1f}H-12V{y:.1f}H-1"
            pieces.append(svg.path(connector, arrow=True))
        pieces.append(svg.moved(row.pieces, 0, y))
        y += row.below + ROW_GAP + (rows[index + 1].above if index + 1 < len(rows) else 0)
    more = 14 if len(rows) > 1 else 0
    return Picture(width + more, rows[0].above, y - ROW_GAP, "".join(pieces))


def _parts(elements: Sequence[Element], selected: Path | None) -> list[Part]:
    return [_part(element, selected) for element in elements]


def _part(element: Element, selected: Path | None) -> Part:
    if isinstance(element, Box):
        return _box(element, selected)
    if isinstance(element, Folded):
        return _folded(element, selected)
    if isinstance(element, Handle):
        return _handle(element)
    draw = {"residual": _residual, "branches": _branches, "repeat": _repeat}[element.kind]
    return Part(0.0, lambda _: _framed(draw(element, selected), element, selected))


def _image(shape: Shape, selected: Path | None) -> Part:
    return _named(image_body(shape), IMAGE_TITLE, shape, path=(), words=IMAGE_WORDS, selected=selected)


def _box(box: Box, selected: Path | None) -> Part:
    drawn, words = body(box), box_words(box)
    return _named(drawn, box.label, box.shape, path=box.path, words=words, selected=selected, layer=box.report.name)


def _folded(folded: Folded, selected: Path | None) -> Part:
    """A pile of boxes; it is marked where what is selected is in it."""
    drawn = pile(folded.main) if folded.times > 1 else body(folded.main)
    chosen = folded.path if folded.holds(selected) else None
    words = folded_words(folded)
    return _named(drawn, folded.title, folded.shape, path=folded.path, words=words, selected=chosen, fold=folded.key)


def _handle(handle: Handle) -> Part:
    """What folds again the layers after it."""
    side = svg.FOLD_SIDE
    button = svg.fold_handle(0, -side / 2, key=handle.key, words=f"{handle.label} × {handle.times}")
    return Part(side / 2, lambda _: Picture(side, side / 2, side / 2, button))


def _named(
    drawn: Picture,
    name: str,
    shape: Shape,
    *,
    path: Path,
    words: str,
    selected: Path | None,
    layer: str = "",
    fold: str = "",
) -> Part:
    """Something to click, with its name and shape below."""

    def draw(foot: float) -> Picture:
        labelled = _labelled(drawn, name, shape_text(shape, is_label=True), foot)
        return _clickable(labelled, path, words=words, selected=path == selected, layer=layer, fold=fold)

    return Part(drawn.below, draw)


def _clickable(picture: Picture, path: Path, *, words: str, selected: bool, layer: str = "", fold: str = "") -> Picture:
    height = picture.above + picture.below
    mark = svg.mark(-8, -picture.above - 7, width=picture.width + 16, height=height + 12) if selected else ""
    hit = f'<rect y="{-picture.above:.1f}" width="{picture.width:.1f}" height="{height:.1f}" fill="transparent"/>'
    inside = mark + hit + picture.pieces
    pieces = svg.button(inside, data_path=path_text(path), label=words, selected=selected, layer=layer, fold=fold)
    return Picture(picture.width, picture.above, picture.below, pieces)


def _labelled(drawn: Picture, name: str, shape: str, foot: float) -> Picture:
    """Write name and shape below, and put the middle of what is drawn on the middle of the words."""
    words = max(svg.text_width(name), svg.text_width(shape, size=svg.SMALL_FONT_SIZE))
    width = max(drawn.width, words)
    middle = width / 2
    pieces = (
        svg.path(f"M0 0H{width:.1f}", opacity=0.35)
        + svg.moved(drawn.pieces, middle - drawn.width / 2, 0)
        + svg.text(middle, foot + 16, name)
        + svg.text(middle, foot + 31, shape, size=svg.SMALL_FONT_SIZE)
    )
    return Picture(width, drawn.above, foot + LABEL_HEIGHT, pieces)


def _framed(inside: Picture, group: Group, selected: Path | None) -> Picture:
    """Put a faint frame with a caption around a block; the caption selects it."""
    caption = group_caption(group)
    room = svg.FOLD_SIDE + PAD if group.fold else 0
    width = max(inside.width, svg.text_width(caption) + room) + 2 * PAD
    above, below = inside.above + PAD + CAPTION_HEIGHT, inside.below + PAD - 4
    chosen = group.path == selected
    title = svg.text(PAD, -above + 17, caption, anchor="start", bold=group.kind == "repeat")
    mark = svg.mark(0, -above, width=width, height=above + below) if chosen else ""
    hit = f'<rect x="0" y="{-above:.1f}" width="{width:.1f}" height="{CAPTION_HEIGHT}" fill="transparent"/>'
    head = svg.button(mark + hit + title, data_path=path_text(group.path), label=group_words(group), selected=chosen)
    start = (width - inside.width) / 2
    line = svg.path(f"M0 0H{start:.1f}M{start + inside.width:.1f} 0H{width:.1f}", opacity=0.35)
    around = svg.frame(0, -above, width=width, height=above + below)
    corner = width - PAD - svg.FOLD_SIDE, -above + 5
    fold = svg.fold_handle(*corner, key=group.fold, words=caption) if group.fold else ""
    return Picture(width, above, below, around + line + svg.moved(inside.pieces, start, 0) + head + fold)


def _repeat(group: Group, selected: Path | None) -> Picture:
    return line_of(_parts(group.chains[0], selected))


def _residual(group: Group, selected: Path | None) -> Picture:
    """The layers in a row, and above them the way around to the sum."""
    chain = _parts(group.chains[0], selected)
    # what a block brings along has the path of the block, whose frame is marked instead
    end_parts = _parts(group.merge, None)
    foot = foot_of([*chain, *end_parts])
    inside, tail = (joined([part.draw(foot) for part in parts]) for parts in (chain, end_parts))
    merge = end_parts[0].draw(foot)
    way = _projection(group.shortcut) if group.shortcut else None
    start, end = GAP, GAP + inside.width + GAP
    centre = end + merge.width / 2
    height = inside.above + 14 + (way.below if way else 0)
    around = svg.path(f"M0 0C10 0 4 {-height:.1f} 22 {-height:.1f}H{centre - 14:.1f}", opacity=0.75) + svg.path(
        f"M{centre - 14:.1f} {-height:.1f}Q{centre:.1f} {-height:.1f} {centre:.1f} {-height + 14:.1f}"
        f"V{-MERGE_RADIUS - 1}",
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
    width, height = svg.text_width(box.label, size=svg.SMALL_FONT_SIZE) + 14, 20
    colour = LAYER_KINDS[box.report.kind].colour
    pieces = (
        f'<rect x="0" y="{-height / 2}" width="{width:.1f}" height="{height}" rx="5" fill="{colour}" '
        f'stroke="{svg.INK}" stroke-opacity="0.6"/>'
        f'<text x="{width / 2:.1f}" y="4" text-anchor="middle" font-size="{svg.SMALL_FONT_SIZE}" fill="#ffffff">'
        f"{box.label}</text>"
    )
    picture = Picture(width, height / 2, height / 2, pieces)
    return _clickable(picture, box.path, words=box_words(box), selected=False, layer=box.report.name)


def _branches(group: Group, selected: Path | None) -> Picture:
    """Chains one above the other, from one point to the bar that joins them."""
    rows = [line_of(_parts(chain, selected)) for chain in group.chains]
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
    merge = line_of(_parts(group.merge, None))
    pieces.append(svg.moved(merge.pieces, end, 0))
    return Picture(end + merge.width, max(total / 2, merge.above), max(total / 2, merge.below), "".join(pieces))
