"""SVG elements as text; everything that comes from a user is escaped."""

from dataclasses import dataclass
from html import escape

FONT_SIZE = 12
SMALL_FONT_SIZE = 11
LETTER = 0.61  # mean width of a letter of a wide sans-serif font (DejaVu, Verdana), in font sizes
_WIDTHS = {"×": 0.84, "m": 0.98, "w": 0.82, "l": 0.28, "i": 0.28, ".": 0.32, ",": 0.32} | dict.fromkeys(
    "0123456789", 0.64
)
INK = "currentColor"
FOLD_SIDE = 16


@dataclass(frozen=True)
class Picture:
    """Pieces drawn around an axis: `width` from 0 on, `above` and `below` the axis at y = 0."""

    width: float
    above: float
    below: float
    pieces: str


def text(x: float, y: float, words: str, *, anchor: str = "middle", size: int = FONT_SIZE, bold: bool = False) -> str:
    """Return a text element with its baseline at y."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"{weight} fill="{INK}">'
        f"{escape(words)}</text>"
    )


def text_width(words: str, *, size: int = FONT_SIZE) -> float:
    """Return the width of words in pixels, estimated for a wide sans-serif font."""
    return size * sum(_WIDTHS.get(letter, LETTER) for letter in words)


def path(points: str, *, arrow: bool = False, opacity: float = 0.55) -> str:
    """Draw a thin line; `arrow` puts a head at its end."""
    head = ' marker-end="url(#{id}-arrow)"' if arrow else ""
    return f'<path d="{points}" fill="none" stroke="{INK}" stroke-opacity="{opacity}" stroke-width="1.4"{head}/>'


def polygon(points: list[tuple[float, float]], *, fill: str) -> str:
    """Draw a face of a box."""
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return (
        f'<polygon points="{corners}" fill="{fill}" stroke="{INK}" stroke-opacity="0.6" stroke-width="0.8" '
        f'stroke-linejoin="round"/>'
    )


def frame(x: float, y: float, *, width: float, height: float) -> str:
    """Draw the faint rounded rectangle around a block."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="9" fill="{INK}" '
        f'fill-opacity="0.045" stroke="{INK}" stroke-opacity="0.3"/>'
    )


def moved(pieces: str, x: float, y: float) -> str:
    """Return pieces moved by (x, y) pixels."""
    return f'<g transform="translate({x:.1f} {y:.1f})">{pieces}</g>'


def button(pieces: str, *, data_path: str, label: str, selected: bool, layer: str = "", fold: str = "") -> str:
    """Return pieces as a button that can be clicked and reached with the tab key.

    The path of what is selected by it is `data-path`, the name in the report of the layer that it stands for (none for
    the image and for blocks) `data-layer`, the key of what is folded in it `data-fold`; the label is shown on hover and
    read aloud.
    """
    name = f' data-layer="{escape(layer)}"' if layer else f' data-fold="{fold}" aria-expanded="false"' if fold else ""
    pressed = str(selected).lower()
    return (
        f'<g class="layer" data-path="{data_path}"{name} tabindex="0" role="button" aria-pressed="{pressed}" '
        f'aria-label="{escape(label)}"><title>{escape(label)}</title>{pieces}</g>'
    )


def fold_handle(x: float, y: float, *, key: str, words: str) -> str:
    """Draw a small button with a minus, `FOLD_SIDE` wide and high, that folds what is open; it is not saved."""
    side, middle = FOLD_SIDE, FOLD_SIDE / 2
    label = escape(f"Fold {words}")
    pieces = (
        f'<rect width="{side}" height="{side}" rx="4" fill="{INK}" fill-opacity="0.08" stroke="{INK}" '
        f'stroke-opacity="0.4"/>' + path(f"M4 {middle}H{side - 4}", opacity=0.9)
    )
    return (
        f'<g class="fold" data-fold="{key}" tabindex="0" role="button" aria-expanded="true" aria-label="{label}" '
        f'transform="translate({x:.1f} {y:.1f})"><title>{label}</title>{pieces}</g>'
    )


def mark(x: float, y: float, *, width: float, height: float) -> str:
    """Mark what is selected; a page gives it its accent colour, a saved picture leaves it out."""
    return (
        f'<rect class="mark" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="7" '
        f'fill="{INK}" fill-opacity="0.1" stroke="{INK}" stroke-width="2"/>'
    )


def document(pieces: str, *, size: tuple[float, float], identifier: str, title: str, description: str) -> str:
    """Return a complete SVG element with a title and a description for screen readers."""
    width, height = (round(side) for side in size)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{identifier}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="group" aria-labelledby="{identifier}-title {identifier}-desc" '
        f"font-family=\"Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif\">"
        f'<title id="{identifier}-title">{escape(title)}</title>'
        f'<desc id="{identifier}-desc">{escape(description)}</desc>'
        f'<defs><marker id="{identifier}-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        f'orient="auto"><path d="M0 0.5 8 4 0 7.5z" fill="{INK}" fill-opacity="0.7"/></marker></defs>'
        f"{pieces.replace('{id}', identifier)}</svg>"
    )


def mixed(colour: str, other: str, *, share: float) -> str:
    """Mix two colours, "#rrggbb": `share` (0 to 1) of the other one."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))
