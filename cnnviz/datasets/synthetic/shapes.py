"""Coloured shapes on noisy backgrounds, drawn from a seed."""

from collections.abc import Callable

import cv2
import numpy as np

SIDE = 32
ZOOM = 4  # drawn larger and scaled down by area, for smooth edges
RADIUS = (0.2, 0.45)  # of the picture's side
MIN_CONTRAST = 60  # colours differ by at least this, as a distance in RGB
NOISE = (4.0, 24.0)  # standard deviation of the pixel noise, in grey levels


def draw_shape(name: str, rng: np.random.Generator) -> np.ndarray:
    """Draw one shape of random size, place, turn and colours.

    Parameters
    ----------
    name : str
        A key of OUTLINES.
    rng : numpy.random.Generator

    Returns
    -------
    (32, 32, 3) uint8
        RGB.
    """
    shape = OUTLINES[name](rng)
    radius = rng.uniform(*RADIUS)
    centre = rng.uniform(radius * 0.85, 1 - radius * 0.85, size=2)
    angle = rng.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    paths = [np.rint((outline @ turn * radius + centre) * SIDE * ZOOM).astype(np.int32) for outline in shape]
    mask = np.zeros((SIDE * ZOOM, SIDE * ZOOM), np.uint8)
    cv2.fillPoly(mask, paths, 255)  # where two outlines overlap stays empty: the hole of a ring
    opacity = cv2.resize(mask, (SIDE, SIDE), interpolation=cv2.INTER_AREA)[..., None] / 255
    paper, ink = _two_colours(rng)
    slope = np.linspace(-1, 1, SIDE)[:, None, None] * rng.normal(0, 20, 3)
    clean = (paper + slope) * (1 - opacity) + ink * opacity
    return np.clip(np.rint(clean + rng.normal(0, rng.uniform(*NOISE), clean.shape)), 0, 255).astype(np.uint8)


def _two_colours(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Any two colours that can be told apart."""
    while True:
        paper, ink = rng.uniform(10, 245, size=(2, 3))
        if np.linalg.norm(paper - ink) >= MIN_CONTRAST:
            return paper, ink


def _polygon(num_corners: int, radii: tuple[float, ...] = (1.0,)) -> np.ndarray:
    """(num_corners, 2) around the origin; `radii` take turns."""
    angle = 2 * np.pi * np.arange(num_corners) / num_corners
    radius = np.resize(radii, num_corners)[:, None]
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _cross(rng: np.random.Generator) -> list[np.ndarray]:
    arm = rng.uniform(0.2, 0.38)
    quarter = np.array([[arm, arm], [arm, 1.0], [-arm, 1.0]])
    turn = np.array([[0, 1], [-1, 0]])
    return [np.concatenate([quarter @ np.linalg.matrix_power(turn, num_turns) for num_turns in range(4)])]


# Name -> outlines within the unit circle; the order is the order of the labels.
OUTLINES: dict[str, Callable[[np.random.Generator], list[np.ndarray]]] = {
    "circle": lambda _: [_polygon(48)],
    "square": lambda _: [_polygon(4)],
    "triangle": lambda _: [_polygon(3)],
    "star": lambda rng: [_polygon(10, (1.0, rng.uniform(0.38, 0.5)))],
    "cross": _cross,
    "ring": lambda rng: [_polygon(48), _polygon(48, (rng.uniform(0.45, 0.7),))],
}
