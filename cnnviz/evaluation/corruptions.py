"""What may happen to the test images of a net, at graded levels: shift, rotation, blur ... NumPy only.

After D. Hendrycks and T. Dietterich, "Benchmarking neural network robustness to common corruptions and perturbations",
ICLR 2019. Here a level is one plain setting, so that an axis can be read. What a step does to pixels is defined in
`imaging/transform.py`; browsers are given the levels as data and make the same pixels (`shared/imaging/corrupt.js`).
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cnnviz.errors import UnknownName
from cnnviz.imaging.transform import Change, Cover, transform

REFERENCE_SIDE = 28  # pixels: of larger images, shift, blur and cover grow alike
NUM_STEPS = 7
DEFAULT = asdict(Change())


@dataclass(frozen=True)
class Level:
    """One level of a corruption.

    Attributes
    ----------
    value : float
        In the unit of the corruption.
    text : str
        The value with its unit.
    changes : tuple of Change
        Image i of a test set is given number `i % len(changes)`: shifts go to all sides, turns both ways.
    """

    value: float
    text: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Series:
    """A corruption of images of one shape: its levels from least to most, evenly spaced; that of `clean` does nothing.

    `is_ratio` says that each level is a fixed multiple of the one before, not a fixed step away.
    """

    name: str
    title: str
    unit: str
    meaning: str
    phrase: str
    levels: tuple[Level, ...]
    clean: int
    is_ratio: bool = False

    @property
    def values(self) -> list[float]:
        """Of the levels, in its unit."""
        return [level.value for level in self.levels]

    def as_dict(self) -> dict[str, Any]:
        """Give the same as plain values; of the changes only what is not the default."""
        plain = asdict(self)
        for level, told in zip(self.levels, plain["levels"], strict=True):
            told["changes"] = [_told(change) for change in level.changes]
        return plain


@dataclass(frozen=True)
class Corruption:
    """What may happen to images.

    Attributes
    ----------
    title : str
    unit : str
        As it is written behind a value ("px", "\u00b0"), or before it ("\u00d7").
    meaning : str
        What exactly is done, in a sentence.
    phrase : str
        How a value stands in a sentence, at {}.
    values : callable
        Shorter side of the images in pixels -> the values of the levels, evenly spaced (or in even ratios).
    changes : callable
        Value, height, width -> the changes that images are given in turn.
    clean : float
        The value that does nothing.
    """

    title: str
    unit: str
    meaning: str
    phrase: str
    values: Callable[[int], Sequence[float]]
    changes: Callable[[float, int, int], Sequence[Change]]
    clean: float = 0.0
    is_ratio: bool = False


def _steps(step: float, *, first: int = 0) -> list[float]:
    return [round(step * number, 6) for number in range(first, first + NUM_STEPS)]


def _whole_steps(side: int, share: float) -> list[float]:
    return _steps(max(1, round(side * share)))


def _blur_steps(side: int) -> list[float]:
    return _steps(max(0.3, round(0.5 * side / REFERENCE_SIDE, 1)))


def _covers(side: float, height: int, width: int) -> list[Change]:
    """In the middle, and in the middle of each quarter."""
    if side == 0:
        return [Change()]
    middles = [(0.5, 0.5), (0.25, 0.25), (0.25, 0.75), (0.75, 0.25), (0.75, 0.75)]
    size = int(side)
    return [Change(cover=Cover(int(y * height - size / 2), int(x * width - size / 2), size)) for y, x in middles]


CORRUPTIONS: dict[str, Corruption] = {
    "shift": Corruption(
        "Shift",
        "px",
        "Whole pixels to the right, left, down or up in turn; the edge pixels go on.",
        "a shift of {}",
        lambda side: _whole_steps(side, 1 / REFERENCE_SIDE),
        lambda value, _h, _w: [Change(x=value), Change(x=-value), Change(y=value), Change(y=-value)],
    ),
    "rotation": Corruption(
        "Rotation",
        "\u00b0",
        "Degrees about the middle, clockwise and counterclockwise in turn; bilinear, the edge pixels go on.",
        "a rotation of {}",
        lambda _side: _steps(15),
        lambda value, _h, _w: [Change(turn=value), Change(turn=-value)],
    ),
    "scale": Corruption(
        "Scale",
        "\u00d7",
        "Smaller below 1, larger above, about the middle; bilinear, the edge pixels go on.",
        "a scale of {}",
        lambda _side: _steps(0.2, first=2),
        lambda value, _h, _w: [Change(scale=value)],
        clean=1.0,
    ),
    "blur": Corruption(
        "Blur",
        "px",
        "Gaussian, by its standard deviation in pixels.",
        "a blur of {}",
        _blur_steps,
        lambda value, _h, _w: [Change(blur=value)],
    ),
    "noise": Corruption(
        "Noise",
        "",
        "Gaussian, by its standard deviation in levels of 255; each image has its own, always the same.",
        "noise of {}",
        lambda _side: _steps(20),
        lambda value, _h, _w: [Change(noise=value)],
    ),
    "brightness": Corruption(
        "Brightness",
        "",
        "Levels of 255 that are added or taken away; what is beyond black or white is cut.",
        "brightness {}",
        lambda _side: _steps(50, first=-3),
        lambda value, _h, _w: [Change(brightness=value)],
    ),
    "contrast": Corruption(
        "Contrast",
        "\u00d7",
        "Distances from the middle grey, times a factor; what is beyond black or white is cut.",
        "a contrast of {}",
        lambda _side: [2.0**power for power in range(-3, NUM_STEPS - 3)],
        lambda value, _h, _w: [Change(contrast=value)],
        clean=1.0,
        is_ratio=True,
    ),
    "cover": Corruption(
        "Cover",
        "px",
        "A grey square of this side, in the middle or in a quarter in turn.",
        "a cover of {}",
        lambda side: _whole_steps(side, 0.1),
        _covers,
    ),
}


def series_of(name: str, height: int, width: int) -> Series:
    """Give the levels of a corruption for images of this size; raises UnknownName."""
    if name not in CORRUPTIONS:
        raise UnknownName.among("change of images", name, list(CORRUPTIONS))
    corruption = CORRUPTIONS[name]
    values = [float(value) for value in corruption.values(min(height, width))]
    levels = tuple(
        Level(value, value_text(value, corruption.unit), tuple(corruption.changes(value, height, width)))
        for value in values
    )
    told = (corruption.title, corruption.unit, corruption.meaning, corruption.phrase)
    return Series(name, *told, levels, values.index(corruption.clean), corruption.is_ratio)


def value_text(value: float, unit: str) -> str:
    """Write a value of a level with its unit."""
    number = f"{value:.3g}".replace("-", "\u2212")
    if unit == "\u00d7":
        return f"\u00d7\u202f{number}"
    return f"{number}{unit}" if unit in ("", "\u00b0") else f"{number}\u202f{unit}"


def corrupt(images: np.ndarray, level: Level, indices: np.ndarray) -> np.ndarray:
    """Change test images as a level says.

    Parameters
    ----------
    images : ndarray (N, H, W, C), uint8
    level : Level
    indices : ndarray (N,), int
        Places of the images in their test set: which of the changes each is given, and the seed of its noise.
    """
    out = np.empty_like(images)
    turns = np.asarray(indices) % len(level.changes)
    for turn, change in enumerate(level.changes):
        mine = turns == turn
        if mine.any():
            out[mine] = transform(images[mine], change, np.asarray(indices)[mine] + 1)
    return out


def _told(change: Change) -> dict[str, Any]:
    return {name: value for name, value in asdict(change).items() if value != DEFAULT[name]}
