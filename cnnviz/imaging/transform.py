"""What may happen to pictures before a net sees them: the same pixels as `shared/imaging/transform.js` makes.

Always in this order, each step left out where its settings change nothing:

1. shift, turn and scale about the middle, in one step: bilinear; beyond the edge the edge pixels go on
2. blur: Gaussian, cut at three standard deviations; beyond the edge the edge pixels go on
3. contrast about the middle grey (127.5), then brightness
4. noise: Gaussian, the same for the same seed
5. what is below 0 or above 255 is cut
6. the cover: a square of one grey

Numbers are held as float32 between the steps, as in the browser, and rounded to whole levels at the end, halves to the
even one. Sines and logarithms of browsers and NumPy may differ in their last bit, so that a value that lies just at a
half may be rounded the other way: by one level of 255.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage

from cnnviz.errors import InvalidImage

REACH = 3  # standard deviations of the blur to either side
MIDDLE_GREY = 127.5
GOLDEN = 0x6D2B79F5  # what mulberry32 adds to its state


@dataclass(frozen=True)
class Cover:
    """A square: its upper left corner and side in pixels, its grey 0 to 255; it may reach beyond the picture."""

    top: int
    left: int
    side: int
    grey: int = 128


@dataclass(frozen=True)
class Change:
    """What is done to a picture; the defaults change nothing.

    Attributes
    ----------
    x, y : float
        Shift in pixels, to the right and down.
    turn : float
        Degrees, clockwise.
    scale : float
        Above 1 what is shown grows.
    blur : float
        Standard deviation in pixels.
    contrast : float
        Factor.
    brightness : float
        Levels of 255 that are added.
    noise : float
        Standard deviation in levels of 255.
    cover : Cover or None
    """

    x: float = 0.0
    y: float = 0.0
    turn: float = 0.0
    scale: float = 1.0
    blur: float = 0.0
    contrast: float = 1.0
    brightness: float = 0.0
    noise: float = 0.0
    cover: Cover | None = None

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> "Change":
        """Read what `dataclasses.asdict` gave, or a part of it."""
        cover = settings.get("cover")
        return cls(**{**settings, "cover": Cover(**cover) if cover else None})


def transform(images: np.ndarray, change: Change, seeds: np.ndarray | None = None) -> np.ndarray:
    """Change pictures.

    Parameters
    ----------
    images : ndarray (N, H, W, C), uint8
    change : Change
    seeds : ndarray (N,), int, optional
        Of the noise of each picture, 0 to 2^32 - 1; 1 for all, if none are given.

    Returns
    -------
    ndarray (N, H, W, C), uint8

    Raises
    ------
    InvalidImage
        They are no such pictures.
    """
    if images.ndim != 4 or images.dtype != np.uint8:
        raise InvalidImage(
            f"Pictures cannot be changed: expected uint8 of shape (N, H, W, C). Received: {images.dtype} of shape "
            f"{images.shape}."
        )
    out = images.astype(np.float32)
    if change.x or change.y or change.turn or change.scale != 1:
        out = _moved(out, change)
    if change.blur > 0:
        out = _blurred(out, change.blur)
    if change.contrast != 1 or change.brightness:
        values = (out.astype(np.float64) - MIDDLE_GREY) * change.contrast + MIDDLE_GREY + change.brightness
        out = values.astype(np.float32)
    if change.noise > 0:
        given = np.ones(len(images), np.uint32) if seeds is None else np.asarray(seeds)
        out = (out + change.noise * _normal(given, out[0].size).reshape(out.shape)).astype(np.float32)
    changed = np.rint(np.clip(out, 0, 255)).astype(np.uint8)
    if change.cover:
        top, left, side = change.cover.top, change.cover.left, change.cover.side
        changed[:, max(top, 0) : max(top + side, 0), max(left, 0) : max(left + side, 0)] = change.cover.grey
    return changed


def _moved(images: np.ndarray, change: Change) -> np.ndarray:
    """Each pixel of the result looks back to where it comes from."""
    height, width = images.shape[1:3]
    angle = np.deg2rad(change.turn)
    cos, sin = np.cos(angle) / change.scale, np.sin(angle) / change.scale
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    dy, dx = np.meshgrid(
        np.arange(height) - middle_y - change.y, np.arange(width) - middle_x - change.x, indexing="ij"
    )  # (H, W)
    from_x = np.clip(middle_x + cos * dx + sin * dy, 0, width - 1)
    from_y = np.clip(middle_y - sin * dx + cos * dy, 0, height - 1)
    left, top = from_x.astype(int), from_y.astype(int)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    share_x, share_y = (from_x - left)[..., None], (from_y - top)[..., None]  # (H, W, 1)
    above = images[:, top, left] * (1 - share_x) + images[:, top, right] * share_x  # (N, H, W, C), float64
    below = images[:, bottom, left] * (1 - share_x) + images[:, bottom, right] * share_x
    return (above * (1 - share_y) + below * share_y).astype(np.float32)


def _blurred(images: np.ndarray, sigma: float) -> np.ndarray:
    radius = int(np.ceil(REACH * sigma))
    for axis in (2, 1):
        images = ndimage.gaussian_filter1d(images, sigma, axis, mode="nearest", radius=radius)
    return images


def _normal(seeds: np.ndarray, count: int) -> np.ndarray:
    """Normal numbers (N, count) of each seed, by Box and Muller, two uniform ones for each."""
    uniform = _uniform(seeds, 2 * count)
    first, second = uniform[:, 0::2], uniform[:, 1::2]
    return np.sqrt(-2 * np.log(1 - first)) * np.cos(2 * np.pi * second)


def _uniform(seeds: np.ndarray, count: int) -> np.ndarray:
    """Numbers (N, count) from 0 to 1 that depend on the seeds alone: mulberry32, as in the browser."""
    steps = np.arange(1, count + 1, dtype=np.uint64) * GOLDEN
    state = (np.asarray(seeds, np.uint64)[:, None] + steps).astype(np.uint32)  # modulo 2^32, like all that follows
    mixed = (state ^ (state >> 15)) * (state | np.uint32(1))
    mixed ^= mixed + (mixed ^ (mixed >> 7)) * (mixed | np.uint32(61))
    return (mixed ^ (mixed >> 14)) / np.float64(2**32)
