"""The compact view: a small box for each layer, from top to bottom, in as many columns as suit the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from cnnviz.architecture.analysis.tensors import Shape
from cnnviz.architecture.layer_family import INPUT_COLOUR
from cnnviz.architecture.layer_kinds import LAYER_KINDS
from cnnviz.architecture.spec.paths import Path, path_text
from cnnviz.plots.diagram import svg
from cnnviz.plots.diagram.elements import IMAGE_WORDS, Box, Element, Group, box_words, group_words
from cnnviz.plots.diagram.svg import Picture
from cnnviz.text.units import shape_text

CHIP_HEIGHT = 22
GAP = 9
PAD = 9
CAPTION_HEIGHT = 20
COLUMN_GAP = 34
SIDE_GAP = 12
STRIPE = 9
SKIP = 16  # room for the line around a residual block
FAN = 22  # height in which the paths of branches part and meet
_ASPECT = 1.5  # wanted width / height of the whole


@dataclass(frozen=True)
class Part:
    """Pieces from (0, 0) to (width, height); the line comes in and goes out at x = axis."""

    width: float
    height: float
    axis: float
    pieces: str


def flow_picture(elements: Sequence[Element], image: Shape, *, selected: Path | None, width: float) -> Picture:
    """Draw the net from top to bottom, in as many columns as look well and are together no wider than `width`."""
    chips = _Chips(selected, max(_chip_width("image", shape_text(image, is_label=True)), *map(_widest, elements)))
    columns = _columns([chips.image(image), *map(chips.draw, elements)], width)
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


def _columns(parts: Sequence[Part], most: float) -> list[Part]:
    """Deal the parts out to columns of about the same height, together no wider than `most`."""
    total = sum(part.height + GAP for part in parts)
    width = max(part.width for part in parts) + COLUMN_GAP
    number = max(1, min(round(sqrt(_ASPECT * total / width)), int((most + COLUMN_GAP) / width)))
    limit = max(ceil(total / number), *(int(part.height) for part in parts))
    columns: list[list[Part]] = [[]]
    height = 0.0
    for part in parts:
        if columns[-1] and height + part.height > limit:
            columns.append([])
            height = 0.0
        columns[-1].append(part)
        height += part.height + GAP
    return [_stack(column) for column in columns]


def _stack(parts: Sequence[Part]) -> Part:
    """Put parts one below the other on a line with arrow heads."""
    left = max((part.axis for part in parts), default=0.0)
    right = max((part.width - part.axis for part in parts), default=0.0)
    pieces, y = [], 0.0
    for index, part in enumerate(parts):
        if index:
            pieces.append(svg.path(f"M{left:.1f} {y - GAP:.1f}V{y - 0.5:.1f}", arrow=True))
        pieces.append(svg.moved(part.pieces, left - part.axis, y))
        y += part.height + GAP
    return Part(left + right, max(y - GAP, 0), left, "".join(pieces))


def _chip_width(name: str, shape: str) -> float:
    size = svg.SMALL_FONT_SIZE
    return STRIPE + svg.text_width(name, size=size) + svg.text_width(shape, size=size) + 28


def _widest(element: Element) -> float:
    if isinstance(element, Box):
        return _chip_width(element.label, shape_text(element.shape, is_label=True))
    boxes = [box for box in (element.shortcut, *element.merge) if box]
    inside = [inner for chain in element.chains for inner in chain]
    return max(_widest(part) for part in (*boxes, *inside))


@dataclass(frozen=True)
class _Chips:
    """Draws elements; all small boxes are as wide as the one with the most to say."""

    selected: Path | None
    width: float

    def draw(self, element: Element) -> Part:
        if isinstance(element, Box):
            return self.chip(element, marked=element.path == self.selected)
        drawn = {"residual": self._residual, "branches": self._branches, "repeat": self._repeat}
        return self._framed(drawn[element.kind](element), element)

    def stack(self, elements: Sequence[Element]) -> Part:
        return _stack([self.draw(element) for element in elements])

    def image(self, shape: Shape) -> Part:
        part = self._plain("image", shape_text(shape, is_label=True), INPUT_COLOUR)
        return self._clickable(part, (), words=IMAGE_WORDS, marked=self.selected == ())

    def chip(self, box: Box, *, marked: bool = False) -> Part:
        part = self._plain(box.label, shape_text(box.shape, is_label=True), LAYER_KINDS[box.report.kind].colour)
        return self._clickable(part, box.path, words=box_words(box), marked=marked, layer=box.report.name)

    def _clickable(self, part: Part, path: Path, *, words: str, marked: bool, layer: str = "") -> Part:
        mark = svg.mark(-2.5, -2.5, width=part.width + 5, height=part.height + 5) if marked else ""
        inside, place = part.pieces + mark, path_text(path)
        pieces = svg.button(inside, data_path=place, label=words, selected=marked, layer=layer)
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
        times = f" × {group.times}" if group.kind == "repeat" else ""
        caption = group.label + times
        width = max(inside.width, svg.text_width(caption)) + 2 * PAD
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
        return Part(width, height, axis, around + line + head + svg.moved(inside.pieces, PAD, CAPTION_HEIGHT))

    def _repeat(self, group: Group) -> Part:
        return self.stack(group.chains[0])

    def _residual(self, group: Group) -> Part:
        """The layers in a stack, and on the right the way around to the sum."""
        inside = self.stack(group.chains[0])
        tail = _stack([self.chip(box) for box in group.merge])
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
        rooms = [max(stack.width, CHIP_HEIGHT) for stack in stacks]
        total = sum(rooms) + SIDE_GAP * (len(stacks) - 1)
        merge = self.chip(group.merge[0])
        width = max(total, merge.width)
        middle = width / 2
        foot = 2 * FAN + max(stack.height for stack in stacks)
        pieces, left = [], (width - total) / 2
        for stack, room in zip(stacks, rooms, strict=True):
            x = left + (stack.axis if stack.width else room / 2)
            bottom = FAN + stack.height
            into = f"M{middle:.1f} 0C{middle:.1f} {FAN * 0.7:.1f} {x:.1f} {FAN * 0.3:.1f} {x:.1f} {FAN - 0.5}"
            out = (
                f"M{x:.1f} {bottom:.1f}V{foot - FAN:.1f}C{x:.1f} {foot - FAN * 0.3:.1f} "
                f"{middle:.1f} {foot - FAN * 0.7:.1f} {middle:.1f} {foot - 0.5:.1f}"
            )
            pieces += [svg.path(into, arrow=bool(stack.height)), svg.path(out, arrow=True)]
            pieces.append(svg.moved(stack.pieces, left, FAN))
            left += room + SIDE_GAP
        pieces.append(svg.moved(merge.pieces, middle - merge.axis, foot))
        return Part(width, foot + CHIP_HEIGHT, middle, "".join(pieces))
