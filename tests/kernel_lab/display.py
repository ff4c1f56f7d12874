"""Signed maps as pictures: the oracle for what the browser paints.

A map made from pixels of 0 to 255 has values below 0 and above 255; the mode says what becomes of them.
"""

from typing import NamedTuple

import numpy as np

from cnnviz.errors import InvalidInput, UnknownName
from cnnviz.kernel_lab.settings import DisplayMode

DISPLAY_MODES: dict[str, str] = {
    "clip": "Below 0 is black, above 255 is white.",
    "rescale": "The smallest value is black, the largest white.",
    "absolute": "The size of a value without its sign; 255 and above is white.",
    "signed": "Red is negative, white is zero, blue is positive.",
}

WHITE = 255.0
# The ends and the middle of ColorBrewer's RdBu, told apart with every common colour blindness.
NEGATIVE, ZERO, POSITIVE = (178, 24, 43), (247, 247, 247), (33, 102, 172)
# (511, 3): 255 steps to either side, so that zero has a colour of its own.
_PLANES = zip(NEGATIVE, ZERO, POSITIVE, strict=True)
_STEPS = np.arange(-255, 256)
SIGNED_COLOURS = np.stack([np.interp(_STEPS, (-255, 0, 255), plane).round() for plane in _PLANES], axis=-1).astype(
    np.uint8
)


class Display(NamedTuple):
    """A picture of a map, and the values that its darkest and lightest (or reddest and bluest) pixel stand for."""

    image: np.ndarray
    value_range: tuple[float, float]


def to_display(values: np.ndarray, *, mode: DisplayMode = "clip") -> Display:
    """Turn a map into a picture.

    Parameters
    ----------
    values : (H, W) or (H, W, C) array
        A map on the scale of pixels, 0 to 255; "signed" takes (H, W) only.

    Returns
    -------
    Display
        Of the shape of `values`, uint8; (H, W, 3) for "signed". `value_range` is [low, high]; for "signed" it is
        symmetric around zero.

    Notes
    -----
    A constant map has no range to stretch: "rescale" shows it as "clip" does.
    """
    values = np.asarray(values, dtype=np.float32)
    if mode not in DISPLAY_MODES:
        raise UnknownName.among("output range", mode, list(DISPLAY_MODES))
    if mode == "signed":
        return _signed(values)
    if mode == "absolute":
        return Display(_stretch(np.abs(values), 0.0, WHITE), (0.0, WHITE))
    low, high = (float(values.min()), float(values.max())) if mode == "rescale" else (0.0, WHITE)
    if low == high:
        return Display(_stretch(values, 0.0, WHITE), (low, high))
    return Display(_stretch(values, low, high), (low, high))


def _stretch(values: np.ndarray, low: float, high: float) -> np.ndarray:
    share = (values - low) / (high - low)
    return np.rint(255 * np.clip(share, 0, 1)).astype(np.uint8)


def _signed(values: np.ndarray) -> Display:
    if values.ndim != 2:
        raise InvalidInput(f"Signed colours show one map (H, W) at a time. Received: shape {values.shape}.")
    limit = float(np.abs(values).max())
    share = values / limit if limit else values  # -1 to 1
    return Display(SIGNED_COLOURS[np.rint(255 * share).astype(int) + 255], (-limit, limit))
