"""Photos of a drawing on paper as people hand them in: shadows of any direction, punched holes, margins, dots.

Each maker takes a picture (H, W, 3) float32 and a generator, and gives such a picture; `photo` adds a camera's softness
and noise. No two seeds give the same shadow, holes or lines.
"""

from collections.abc import Callable

import cv2
import numpy as np

Picture = np.ndarray
Maker = Callable[[Picture, np.random.Generator], Picture]


def _slope(picture: Picture, angle: float) -> np.ndarray:
    """How far each pixel lies along a direction from the middle, in pixels (H, W)."""
    height, width = picture.shape[:2]
    rows, columns = np.mgrid[:height, :width]
    return (columns - width / 2) * np.cos(angle) + (rows - height / 2) * np.sin(angle)


def _shadow(picture: Picture, rng: np.random.Generator, strength: float) -> Picture:
    """The shadow of a body or, in a strip, of an arm: across the sheet in any direction, from sharp to very soft."""
    side = min(picture.shape[:2])
    along = _slope(picture, rng.uniform(0, 2 * np.pi)) - rng.uniform(-0.45, 0.45) * side
    softness = side * rng.choice([0.005, 0.02, 0.05, 0.1])
    edges = (0.0, side * rng.uniform(0.15, 0.5)) if rng.random() < 0.4 else (0.0, 1e6)
    dark = np.tanh((along - edges[0]) / softness) - np.tanh((along - edges[1]) / softness)
    return picture * (1 - strength * dark / 2)[..., None]


def soft_shadow(picture: Picture, rng: np.random.Generator) -> Picture:
    return _shadow(picture, rng, rng.uniform(0.15, 0.3))


def strong_shadow(picture: Picture, rng: np.random.Generator) -> Picture:
    return _shadow(picture, rng, rng.uniform(0.3, 0.45))


def lamp(picture: Picture, rng: np.random.Generator) -> Picture:
    """Light from one side, in any direction."""
    along = _slope(picture, rng.uniform(0, 2 * np.pi))
    return picture * np.interp(along, (along.min(), along.max()), (rng.uniform(0.5, 0.75), 1))[..., None]


def holes(picture: Picture, rng: np.random.Generator) -> Picture:
    """Two to four holes of a ring binder at the left or the top edge, through which something dark is seen."""
    height, width = picture.shape[:2]
    punched, num = picture.copy(), int(rng.integers(2, 5))
    is_left = rng.random() < 0.6
    radius, inset = rng.uniform(0.022, 0.04) * min(height, width), rng.uniform(0.04, 0.07) * min(height, width)
    shade = rng.uniform(20, 150, 3) if rng.random() < 0.3 else np.full(3, rng.uniform(20, 150))
    for place in (np.arange(num) + 0.5) / num:
        x, y = (inset, place * height) if is_left else (place * width, inset)
        cv2.circle(punched, (round(16 * x), round(16 * y)), round(16 * radius), shade.tolist(), -1, cv2.LINE_AA, 4)
    return punched


def _rules(picture: Picture, rng: np.random.Generator, every: int, colour: tuple[int, int, int]) -> Picture:
    lines, slope = picture.copy(), rng.uniform(-0.015, 0.015)
    height, width = picture.shape[:2]
    thickness = int(rng.integers(1, 3))
    for row in range(int(rng.integers(5, every)), height + 20, every):
        line = np.full_like(lines, 255)
        cv2.line(line, (0, round(row - slope * width / 2)), (width, round(row + slope * width / 2)), colour, thickness,
                 cv2.LINE_AA)  # fmt: skip
        lines = np.minimum(lines, line)
    return lines


def margin_paper(picture: Picture, rng: np.random.Generator) -> Picture:
    """Blue rules and a red margin line under a lamp."""
    ruled = _rules(picture, rng, int(rng.integers(22, 40)), (120, 150, 205))
    height, width = picture.shape[:2]
    x, lean = rng.uniform(0.08, 0.22) * width, rng.uniform(-0.01, 0.01) * height
    red = np.full_like(ruled, 255)
    cv2.line(red, (round(x - lean), 0), (round(x + lean), height), (225, 90, 100), int(rng.integers(1, 4)), cv2.LINE_AA)
    return lamp(np.minimum(ruled, red), rng)


def dotted_paper(picture: Picture, rng: np.random.Generator) -> Picture:
    """A grid of small dots."""
    dotted = picture.copy()
    every, radius, shade = rng.integers(12, 30), rng.uniform(0.8, 2.4), rng.uniform(60, 190)
    for y in np.arange(rng.uniform(2, every), picture.shape[0], every):
        for x in np.arange(rng.uniform(2, 3), picture.shape[1], every):
            cv2.circle(dotted, (round(16 * x), round(16 * y)), round(16 * radius), [shade] * 3, -1, cv2.LINE_AA, 4)
    return np.minimum(picture, dotted)


KINDS: dict[str, Maker] = {
    "a soft shadow": soft_shadow,
    "a strong shadow": strong_shadow,
    "holes at the margin": holes,
    "a red margin under a lamp": margin_paper,
    "dotted paper": dotted_paper,
    "a shadow on dotted paper": lambda picture, rng: soft_shadow(dotted_paper(picture, rng), rng),
    "holes and a lamp": lambda picture, rng: lamp(holes(picture, rng), rng),
}


def photo(picture: Picture, kind: str, seed: int) -> Picture:
    """The picture (H, W, 3) uint8 as a kind of KINDS shows it, through a camera, or as a scanner gives it."""
    rng = np.random.default_rng(seed)
    shown = KINDS[kind](picture.astype(np.float32) * rng.choice([0.85, 0.93, 1.0]), rng)
    if rng.random() < 0.7:
        shown = cv2.GaussianBlur(shown, (0, 0), rng.uniform(0.4, 0.9)) + rng.normal(0, 2, shown.shape[:2])[..., None]
    return np.clip(np.rint(shown), 0, 255).astype(np.uint8)
