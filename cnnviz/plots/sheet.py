"""White paper to draw a figure on that people take along: as SVG, or as PNG without any program beside this one."""

from html import escape
from io import BytesIO
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from cnnviz.imaging.decode import png_url

INK = "#1A1F27"
SCALE = 2  # pixels of a PNG to a unit of length: for print
FONTS = Path(__file__).parents[2] / "assets" / "fonts"
HAS_TOO = "\u2212\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u20ac"
"""Beyond Latin-1, what the typeface has: minus, dashes, quotes, dots, euro."""
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
WEIGHTS = {False: 400, True: 600}


class Sheet(Protocol):
    """Something to draw on; lengths are CSS pixels, y goes down, text stands on y."""

    def text(self, x: float, y: float, words: str, *, size: float = 13, bold: bool = False, end: bool = False) -> None:
        """Write a line that begins, or with `end` ends, at x."""

    def picture(self, x: float, y: float, width: float, height: float, pixels: np.ndarray) -> None:
        """Draw pixels (H, W, 3) uint8, each with sharp edges."""

    def to_bytes(self) -> bytes:
        """The content of the file."""


class SvgSheet:
    """An SVG file."""

    def __init__(self, width: float, height: float) -> None:
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
            f'viewBox="0 0 {width:g} {height:g}" font-family="Inter, system-ui, sans-serif" fill="{INK}">',
            '<rect width="100%" height="100%" fill="#FFFFFF"/>',
        ]

    def text(self, x: float, y: float, words: str, *, size: float = 13, bold: bool = False, end: bool = False) -> None:
        """As `Sheet`."""
        more = ' text-anchor="end"' * end + f' font-weight="{WEIGHTS[True]}"' * bold
        self._parts.append(f'<text x="{x:g}" y="{y:g}" font-size="{size:g}"{more}>{escape(words)}</text>')

    def picture(self, x: float, y: float, width: float, height: float, pixels: np.ndarray) -> None:
        """As `Sheet`."""
        self._parts.append(
            f'<image x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" preserveAspectRatio="none" '
            f'style="image-rendering:pixelated" href="{png_url(pixels)}"/>'
        )

    def to_bytes(self) -> bytes:
        """As `Sheet`."""
        return "\n".join([*self._parts, "</svg>\n"]).encode()


class PngSheet:
    """A PNG file, SCALE times as large. What the typeface lacks of a text is written as a question mark."""

    def __init__(self, width: float, height: float) -> None:
        self._image = Image.new("RGB", (round(width * SCALE), round(height * SCALE)), "white")
        self._draw = ImageDraw.Draw(self._image)

    def text(self, x: float, y: float, words: str, *, size: float = 13, bold: bool = False, end: bool = False) -> None:
        """As `Sheet`."""
        font = ImageFont.truetype(str(FONTS / "inter-5.3-latin.woff2"), size * SCALE)
        font.set_variation_by_axes([WEIGHTS[bold]])
        words = words.replace(NARROW_SPACE, "\N{NO-BREAK SPACE}")  # nor has it that one
        known = "".join(letter if letter < "\u0100" or letter in HAS_TOO else "?" for letter in words)
        place = (x * SCALE, y * SCALE)
        self._draw.text(place, known, font=font, fill=INK, anchor="rs" if end else "ls")

    def picture(self, x: float, y: float, width: float, height: float, pixels: np.ndarray) -> None:
        """As `Sheet`."""
        size = (max(1, round(width * SCALE)), max(1, round(height * SCALE)))
        shown = Image.fromarray(pixels).resize(size, Image.Resampling.NEAREST)
        self._image.paste(shown, (round(x * SCALE), round(y * SCALE)))

    def to_bytes(self) -> bytes:
        """As `Sheet`."""
        file = BytesIO()
        self._image.save(file, "PNG", dpi=(96 * SCALE, 96 * SCALE))
        return file.getvalue()


SHEETS: dict[str, type[SvgSheet] | type[PngSheet]] = {"svg": SvgSheet, "png": PngSheet}
"""Ending of a file -> what it is drawn on."""
