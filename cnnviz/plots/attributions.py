"""What several methods say of one image, side by side on white paper: to be saved, printed, handed in."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from plotly.colors import unlabel_rgb

from cnnviz.inspection.attribution.methods import find_method
from cnnviz.inspection.attribution.results import Attribution, Deletion, Randomisation, completeness_text, zero_text
from cnnviz.plots.sheet import SHEETS, Sheet
from cnnviz.plots.style import DIVERGING
from cnnviz.text.units import probability_text, with_minus

SIDE = 210  # of a map; lengths are CSS pixels
COLUMNS = 4
MARGIN, GAP = 24, 26
HEAD = 64
TITLE, BAR, LINE = 22, 8, 15
LETTERS = 36  # of a line of small text below a map
STRIP = 0.16  # height of a row of units, as a part of its width
OPACITY = 0.7  # of a map over the picture
PALE = 190  # of 255: black of the picture behind a map, so that the map keeps its colours
SIGNS = "Blue speaks for it, red against it. Maps of one unit share their colours."


@dataclass(frozen=True, eq=False)
class AttributionMap:
    """The map (H, W) or (units,) of a method, signed; what its values are in, and sentences that belong below it."""

    title: str
    map: np.ndarray
    unit: str
    sentences: tuple[str, ...] = ()


def as_map(
    found: Attribution, titles: Mapping[str, str], checks: Sequence[Deletion | Randomisation] = ()
) -> AttributionMap:
    """Give what a figure shows of a method: map, unit, and in sentences what it adds up to and what its checks say.

    `titles` are what people read for the names of the net's layers (`architecture.layer_titles`).
    """
    method = find_method(found.method)
    unit = method.unit + (f", of {titles[found.layer]}" if found.layer else "")
    sentences = [zero_text(found), completeness_text(found), *(check.sentence() for check in checks)]
    return AttributionMap(method.title, found.map, unit, tuple(filter(None, sentences)))


def what_speaks_for(found: Attribution, classes: Sequence[str]) -> str:
    """Heading of a figure: of which class, and how sure the net is of it."""
    name = classes[found.class_index] if classes else str(found.class_index)
    return with_minus(f"What speaks for {name} ({probability_text(found.probability)}, score {found.score:.3g})")


def draw_attributions(
    image: np.ndarray, maps: Sequence[AttributionMap], heading: str, *, ending: str, opacity: float = OPACITY
) -> bytes:
    """Draw maps beside each other and the image, with titles, colour bars and numbers.

    Parameters
    ----------
    image : ndarray (H, W, C), uint8
    maps : sequence of AttributionMap
        Those of one unit share their limits.
    heading : str
        Of what class, by which net.
    ending : "svg" or "png"

    Returns
    -------
    bytes
        The content of the file.
    """
    limits = unit_limits(maps)
    columns = min(COLUMNS, len(maps) + 1)
    rows = -(-(len(maps) + 1) // columns)
    cell = max((_height(one) for one in maps), default=0) + GAP
    width = 2 * MARGIN + columns * (SIDE + GAP) - GAP
    sheet = SHEETS[ending](max(width, 2 * MARGIN + 2 * SIDE), HEAD + rows * cell + MARGIN)
    sheet.text(MARGIN, MARGIN + 10, heading, size=17, bold=True)
    sheet.text(MARGIN, MARGIN + 30, SIGNS, size=12)
    for place in range(len(maps) + 1):
        left = MARGIN + place % columns * (SIDE + GAP)
        top = HEAD + MARGIN / 2 + place // columns * cell
        if place == 0:
            sheet.text(left, top + 12, "The picture", size=14, bold=True)
            sheet.picture(left, top + TITLE, *_size(image.shape), _as_colours(image))
        else:
            _draw_map(sheet, left, top, image, maps[place - 1], limits[maps[place - 1].unit], opacity)
    return sheet.to_bytes()


def draw_each(image: np.ndarray, maps: Sequence[AttributionMap]) -> list[bytes]:
    """Draw each map as an SVG of its own, with the colours that they have beside each other."""
    limits, drawn = unit_limits(maps), []
    for one in maps:
        sheet = SHEETS["svg"](SIDE + 16, _height(one) + 16)
        _draw_map(sheet, 8, 8, image, one, limits[one.unit], OPACITY)
        drawn.append(sheet.to_bytes())
    return drawn


def unit_limits(maps: Sequence[AttributionMap]) -> dict[str, float]:
    """For each unit the largest size of a value of its maps: where the colours end; 0 where all are zero."""
    limits: dict[str, float] = {}
    for one in maps:
        limits[one.unit] = max(limits.get(one.unit, 0.0), float(np.abs(one.map).max()))
    return limits


def signed_colours(values: np.ndarray, limit: float) -> np.ndarray:
    """Colours (..., 3) uint8 of values: red below zero, blue above, strongest at `limit`; 0 where all are zero."""
    stops = np.array([unlabel_rgb(colour) for colour in DIVERGING])
    at = np.linspace(-(limit or 1), limit or 1, len(stops))
    return np.stack([np.rint(np.interp(values, at, stops[:, i])) for i in range(3)], axis=-1).astype(np.uint8)


def _draw_map(
    sheet: Sheet, left: float, top: float, image: np.ndarray, one: AttributionMap, limit: float, opacity: float
) -> None:
    """Title, map, colour bar and small print of a cell."""
    sheet.text(left, top + 12, one.title, size=14, bold=True)
    if one.map.ndim == 1:
        sheet.picture(left, top + TITLE, SIDE, SIDE * STRIP, signed_colours(one.map[None], limit))
    else:
        sheet.picture(left, top + TITLE, *_size(image.shape), _over_picture(image, one.map, limit, opacity))
    bar = top + TITLE + SIDE + 4
    sheet.picture(left, bar, SIDE, BAR, signed_colours(np.linspace(-limit, limit, 101)[None], limit))
    sheet.text(left, bar + BAR + 13, with_minus(f"{-limit:.3g}") if limit else "0", size=11)
    sheet.text(left + SIDE, bar + BAR + 13, f"{limit:.3g}", size=11, end=True)
    for number, words in enumerate(_small_print(one)):
        sheet.text(left, bar + BAR + 18 + LINE * (number + 1), words, size=11)


def _height(one: AttributionMap) -> float:
    return TITLE + SIDE + 4 + BAR + 18 + LINE * len(_small_print(one))


def _small_print(one: AttributionMap) -> list[str]:
    return [line for words in (one.unit, *one.sentences) for line in textwrap.wrap(words, LETTERS)]


def _size(shape: tuple[int, ...]) -> tuple[float, float]:
    """Width and height of a picture of that shape (H, W, ...), the longer one SIDE."""
    longest = max(shape[:2])
    return SIDE * shape[1] / longest, SIDE * shape[0] / longest


def _as_colours(image: np.ndarray) -> np.ndarray:
    return np.repeat(image, 3, axis=2) if image.shape[2] == 1 else image


def _over_picture(image: np.ndarray, values: np.ndarray, limit: float, opacity: float) -> np.ndarray:
    """Pixels (h, w, 3) uint8 with the map over the pale picture, so many to each of its pixels that both are sharp."""
    height, width = image.shape[:2]
    times = max(1, -(-2 * SIDE // max(height, width)))
    grey = _as_colours(image) @ np.array([0.299, 0.587, 0.114])
    pale = np.kron(PALE + grey * (255 - PALE) / 255, np.ones((times, times)))[..., None]
    rows, columns = (
        np.arange(length * times) * places // (length * times)
        for length, places in zip((height, width), values.shape, strict=True)
    )
    colours = signed_colours(values, limit)[np.ix_(rows, columns)]
    return np.rint(opacity * colours + (1 - opacity) * pale).astype(np.uint8)
