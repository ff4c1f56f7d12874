"""Pieces of HTML, all text in them escaped."""

import base64
import html
from collections.abc import Iterable, Sequence

import numpy as np

from cnnviz.imaging.decode import encode_png, fit_within
from cnnviz.text.markup import one_line
from cnnviz.text.units import NOTHING

PICTURE_SIDE = 128  # pixels of a picture that is larger


def escaped(text: object) -> str:
    """Write a text so that HTML shows it letter by letter, in one line."""
    return html.escape(one_line(text))


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, caption: str, key: str = "") -> str:
    """Write a table.

    Parameters
    ----------
    head : sequence of str
    rows : iterable of sequence
        The first value of each is its heading; numbers are set to the right, None is shown as unknown.
    caption : str
        What it is of, or how to read it; it stands above.
    key : str
        Its class.
    """
    tops = "".join(f'<th scope="col">{escaped(name)}</th>' for name in head)
    body = "".join(f"<tr>{_heading(row[0])}{''.join(map(_cell, row[1:]))}</tr>" for row in rows)
    return (
        f'{paragraph(caption, "hint")}<div class="scrolls" tabindex="0" role="region" aria-label="{escaped(caption)}">'
        f'<table class="{key}"><thead><tr>{tops}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _heading(value: object) -> str:
    return f'<th scope="row">{escaped(value)}</th>'


def _cell(value: object) -> str:
    text = NOTHING if value is None or value == "" else f"{value:,}" if isinstance(value, int) else str(value)
    kind = ' class="number"' if text[:1].isdecimal() or text[:1] in "<>−–" else ""
    return f"<td{kind}>{escaped(text)}</td>"


def facts(pairs: Iterable[tuple[str, object]]) -> str:
    """Write facts beside each other, each with its name above; those that are not known are left out."""
    shown = [(name, value) for name, value in pairs if value not in (None, "")]
    items = (f"<div><dt>{escaped(name)}</dt><dd>{escaped(value)}</dd></div>" for name, value in shown)
    return f'<dl class="facts">{"".join(items)}</dl>'


def section(key: str, heading: str, *parts: str) -> str:
    """Write a part of the page; without content it is left out."""
    content = "".join(parts)
    return f'<section id="{key}"><h2>{escaped(heading)}</h2>{content}</section>' if content else ""


def beside(*sections: str) -> str:
    """Set parts of the page beside each other, where there is room; without content they are left out."""
    content = "".join(sections)
    return f'<div class="beside">{content}</div>' if content else ""


def paragraph(text: object, key: str = "") -> str:
    """Write a sentence."""
    return f'<p class="{key}">{escaped(text)}</p>' if key else f"<p>{escaped(text)}</p>"


def place(key: str, words: str) -> str:
    """Leave room for what the browser draws; the words stand there for those whose browser draws nothing."""
    return f'<div class="place" id="{key}-place"><p class="waiting">{escaped(words)}</p></div>'


def picture(image: np.ndarray, alternative: str) -> str:
    """Show an image (H, W, C) uint8 of one channel or three, each pixel as a square."""
    small = fit_within(image, PICTURE_SIDE)
    png = encode_png(small[:, :, 0] if small.shape[2] == 1 else small)
    return f'<img alt="{escaped(alternative)}" src="data:image/png;base64,{base64.b64encode(png).decode()}">'
