"""The compact view: a small box for each layer, from top to bottom, in as many columns as suit the screen."""

from collections.abc import Sequence
from dataclasses import dataclass

from cnnviz.architecture.analysis.tensors import Shape
from cnnviz.architecture.layer_family import INPUT_COLOUR
from cnnviz.architecture.layer_kinds import LAYER_KINDS
from cnnviz.architecture.spec.paths import Path, path_text
from cnnviz.plots.diagram import svg
from cnnviz.plots.diagram.columns import COLUMN_GAP, GAP, Part, columns_of, stack
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
from cnnviz.plots.diagram.svg import Picture
from cnnviz.text.units import shape_text

CHIP_HEIGHT = 22
PAD = 9
CAPTION_HEIGHT = 20
SIDE_GAP = 12
STRIPE = 9
SKIP = 16  # room for the line around a residual block
PILE_STEP = 3
FAN = 22  # height in which the paths of branches part and meet


def flow_picture(elements: Sequence[Element], image: Shape, *, selected: Path | None, width: float) -> Picture:
    """Draw the net from top to bottom, in columns no higher than a screen shows of them, as far as `width` has room."""
    chips = _Chips(selected, max(_chip_width(IMAGE_TITLE, shape_text(image, is_label=True)), *map(_widest, elements)))
    columns = columns_of([chips.image(image), *map(chips.draw, elements)], width)
    pieces, left = [], 0.0
    for index, column in enumerate(columns):
        pieces.append(svg.moved(column.pieces, left, 0))
        if index + 1 < len(columns):
            after = left + column.width + COLUMN_GAP
            gutter = after - COLUMN_GAP / 2
            head = after + columns[index + 1].axis
            connector = f"M{left + column.axis:.1f} {column.height:.1f}v9H{gutter:.1f}V-7H{head:.1f}V-1"
            pieces.append(svg.path(connector, arrow=True))
        left += column.width + COLUMN_GAP
    return Picture(left - COLUMN_GAP, 8, max(column.height for column in columns) + 10, "".join(pieces))


def _chip_width(name: str, shape: str) -> float:
    size = svg.SMALL_FONT_SIZE
    return STRIPE + svg.text_width(name, size=size) + svg.text_width(shape, size=size) + 28


def _widest(element: Element) -> float:
    if isinstance(element, Box):
        return _chip_width(element.label, shape_text(element.shape, is_label=True))
    if isinstance(element, Folded):
        return _chip_width(element.title, shape_text(element.shape, is_label=True)) + 2 * PILE_STEP
    if isinstance(element, Handle):
        return _chip_width(_again(element), "")
    boxes = [box for box in (element.shortcut, *element.merge) if box]
    inside = [inner for chain in element.chains for inner in chain]
    return max(_widest(part) for part in (*boxes, *inside))


def _again(handle: Handle) -> str:
    return f"{handle.label} × {handle.times}"


@dataclass(frozen=True)
class _Chips:
    """Draws elements; all small boxes are as wide as the one with the most to say."""

    selected: Path | None
    width: float

    def draw(self, element: Element) -> Part:
        if isinstance(element, Box):
            return self.chip(element, marked=element.path == self.selected)
        if isinstance(element, Folded):
            return self._folded(element)
        if isinstance(element, Handle):
            return self._handle(element)
        drawn = {"residual": self._residual, "branches": self._branches, "repeat": self._repeat}
        return self._framed(drawn[element.kind](element), element)

    def stack(self, elements: Sequence[Element]) -> Part:
        return stack([self.draw(element) for element in elements])

    def image(self, shape: Shape) -> Part:
        part = self._plain(IMAGE_TITLE, shape_text(shape, is_label=True), INPUT_COLOUR)
        return self._clickable(part, (), words=IMAGE_WORDS, marked=self.selected == ())

    def chip(self, box: Box, *, marked: bool = False) -> Part:
        part = self._plain(box.label, shape_text(box.shape, is_label=True), LAYER_KINDS[box.report.kind].colour)
        return self._clickable(part, box.path, words=box_words(box), marked=marked, layer=box.report.name)

    def _folded(self, folded: Folded) -> Part:
        """Chips one behind the other; marked where what is selected is in it."""
        colour = LAYER_KINDS[folded.main.report.kind].colour
        part = self._plain(folded.title, shape_text(folded.shape, is_label=True), colour)
        edge = (
            f'<rect width="{self.width:.1f}" height="{CHIP_HEIGHT}" rx="5" fill="none" stroke="{svg.INK}" '
            f'stroke-opacity="0.4"/>'
        )
        behind = [svg.moved(edge, step * PILE_STEP, step * PILE_STEP) for step in (2, 1)] if folded.times > 1 else []
        more = PILE_STEP * len(behind)
        part = Part(part.width + more, part.height + more, part.axis, "".join(behind) + part.pieces)
        marked, words = folded.holds(self.selected), folded_words(folded)
        return self._clickable(part, folded.path, words=words, marked=marked, fold=folded.key)

    def _handle(self, handle: Handle) -> Part:
        """A line that says what comes again, and folds it."""
        side, words = svg.FOLD_SIDE, _again(handle)
        title = svg.text(side + 7, 12, words, anchor="start", size=svg.SMALL_FONT_SIZE, bold=True)
        pieces = svg.fold_handle(0, 0, key=handle.key, words=words) + title
        return Part(self.width, side, self.width / 2, pieces)

    def _clickable(self, part: Part, path: Path, *, words: str, marked: bool, layer: str = "", fold: str = "") -> Part:
        mark = svg.mark(-2.5, -2.5, width=part.width + 5, height=part.height + 5) if marked else ""
        inside, place = part.pieces + mark, path_text(path)
        pieces = svg.button(inside, data_path=place, label=words, selected=marked, layer=layer, fold=fold)
        return Part(part.width, part.height, part.axis, pieces)

    def _plain(self, name: str, shape: str, colour: str) -> Part:
        size = svg.SMALL_FONT_SIZE
        pieces = (
            f'<rect width="{self.width:.1f}" height="{CHIP_HEIGHT}" rx="5" fill="{colour}" fill-opacity="0.16" '
            f'stroke="{svg.INK}" stroke-opacity="0.4"/>'
            f'<rect width="{STRIPE}" height="{CHIP_HEIGHT}" rx="4" fill="{colour}" stroke="{svg.INK}" '
            f'stroke-opacity="0.4"/>'
            + svg.text(STRIPE + 7, 15, name, anchor="start", size=size)
            + svg.text(self.width - 7, 15, shape, anchor="end", size=size)
        )
        return Part(self.width, CHIP_HEIGHT, self.width / 2, pieces)

    def _framed(self, inside: Part, group: Group) -> Part:
        caption = group_caption(group)
        room = svg.FOLD_SIDE + PAD if group.fold else 0
        width = max(inside.width, svg.text_width(caption) + room) + 2 * PAD
        height = inside.height + CAPTION_HEIGHT + PAD
        chosen = group.path == self.selected
        mark = svg.mark(0, 0, width=width, height=height) if chosen else ""
        hit = f'<rect width="{width:.1f}" height="{CAPTION_HEIGHT}" fill="transparent"/>'
        title = svg.text(PAD, 14, caption, anchor="start", size=svg.SMALL_FONT_SIZE, bold=True)
        path = path_text(group.path)
        head = svg.button(hit + title + mark, data_path=path, label=group_words(group), selected=chosen)
        around = svg.frame(0, 0, width=width, height=height)
        axis = PAD + inside.axis
        line = svg.path(f"M{axis:.1f} {height - PAD:.1f}V{height:.1f}")
        corner = width - PAD - svg.FOLD_SIDE, 2
        fold = svg.fold_handle(*corner, key=group.fold, words=caption) if group.fold else ""
        return Part(width, height, axis, around + line + head + svg.moved(inside.pieces, PAD, CAPTION_HEIGHT) + fold)

    def _repeat(self, group: Group) -> Part:
        return self.stack(group.chains[0])

    def _residual(self, group: Group) -> Part:
        """The layers in a stack, and on the right the way around to the sum."""
        inside = self.stack(group.chains[0])
        tail = stack([self.chip(box) for box in group.merge])
        axis = max(inside.axis, tail.axis)
        right = max(inside.width - inside.axis, tail.width - tail.axis)
        way = self.chip(group.shortcut) if group.shortcut else None
        start, x = 14.0, axis + right + (SIDE_GAP + way.axis if way else SKIP - 4)
        foot = start + inside.height + GAP
        turn = foot + CHIP_HEIGHT / 2
        place = start + (inside.height - CHIP_HEIGHT) / 2
        middle = f"V{place:.1f}M{x:.1f} {place + CHIP_HEIGHT:.1f}" if way else ""
        around = (
            f"M{axis:.1f} 4H{x - 8:.1f}Q{x:.1f} 4 {x:.1f} 12{middle}V{turn - 8:.1f}"
            f"Q{x:.1f} {turn:.1f} {x - 8:.1f} {turn:.1f}H{axis + tail.width - tail.axis + 1:.1f}"
        )
        pieces = (
            svg.path(f"M{axis:.1f} -2V{start - 0.5:.1f}", arrow=True)
            + svg.path(around, arrow=True, opacity=0.75)
            + svg.moved(inside.pieces, axis - inside.axis, start)
            + svg.path(f"M{axis:.1f} {foot - GAP:.1f}V{foot - 0.5:.1f}", arrow=True)
            + svg.moved(tail.pieces, axis - tail.axis, foot)
            + (svg.moved(way.pieces, x - way.axis, place) if way else "")
        )
        width = x + way.width - way.axis if way else x + 4
        return Part(width, foot + tail.height, axis, pieces)

    def _branches(self, group: Group) -> Part:
        """Stacks side by side, from one point to the box that joins them."""
        stacks = [self.stack(chain) for chain in group.chains]
        rooms = [max(each.width, CHIP_HEIGHT) for each in stacks]
        total = sum(rooms) + SIDE_GAP * (len(stacks) - 1)
        merge = self.chip(group.merge[0])
        width = max(total, merge.width)
        middle = width / 2
        foot = 2 * FAN + max(each.height for each in stacks)
        pieces, left = [], (width - total) / 2
        for each, room in zip(stacks, rooms, strict=True):
            x = left + (each.axis if each.width else room / 2)
            bottom = FAN + each.height
            into = f"M{middle:.1f} 0C{middle:.1f} {FAN * 0.7:.1f} {x:.1f} {FAN * 0.3:.1f} {x:.1f} {FAN - 0.5}"
            out = (
                f"M{x:.1f} {bottom:.1f}V{foot - FAN:.1f}C{x:.1f} {foot - FAN * 0.3:.1f} "
                f"{middle:.1f} {foot - FAN * 0.7:.1f} {middle:.1f} {foot - 0.5:.1f}"
            )
            pieces += [svg.path(into, arrow=bool(each.height)), svg.path(out, arrow=True)]
            pieces.append(svg.moved(each.pieces, left, FAN))
            left += room + SIDE_GAP
        pieces.append(svg.moved(merge.pieces, middle - merge.axis, foot))
        return Part(width, foot + CHIP_HEIGHT, middle, "".join(pieces))
