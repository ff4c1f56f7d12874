"""The ways people write the ten digits, as pen strokes in a unit square.

Every function draws its own variant: an open or a closed 4, a 7 with or without a bar, a 1 with or
without flag and foot. x grows to the right and y downwards, the pen moves from 0 to about 1.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

Stroke = np.ndarray  # (num_points, 2) of x, y
Points = list[tuple[float, float]]


def write(digit: int, rng: np.random.Generator) -> list[Stroke]:
    """Draw at random one way to write a digit.

    Parameters
    ----------
    digit : int
        0 to 9.
    rng : numpy.random.Generator

    Returns
    -------
    list of (num_points, 2) float
        The pen's strokes, x to the right and y downwards, from 0 to about 1.
    """
    return WRITERS[digit](rng)


def _line(*points: tuple[float, float]) -> Stroke:
    """Straight pieces from point to point."""
    corners = np.array(points, dtype=np.float64)
    pieces = [np.linspace(start, end, 8) for start, end in pairwise(corners)]
    return np.concatenate(pieces)


def _curve(*points: tuple[float, float]) -> Stroke:
    """A smooth pen movement through all points (Catmull and Rom, "A class of local interpolating splines", 1974)."""
    knots = np.array(points, dtype=np.float64)
    ends = 2 * knots[[0, -1]] - knots[[1, -2]]
    knots = np.concatenate([ends[:1], knots, ends[1:]])[:, None]
    before, start, end, after = knots[:-3], knots[1:-2], knots[2:-1], knots[3:]  # each (num_pieces, 1, 2)
    t = np.linspace(0, 1, 10)[:, None]
    bend = (2 * before - 5 * start + 4 * end - after) * t**2 + (3 * start - before - 3 * end + after) * t**3
    return ((2 * start + (end - before) * t + bend) / 2).reshape(-1, 2)


def _loop(centre: tuple[float, float], radii: tuple[float, float], start: float, turn: float) -> Stroke:
    """Part of an ellipse; `start` and `turn` in degrees, clockwise from the right."""
    angle = np.radians(np.linspace(start, start + turn, 32))
    return np.array(centre) + np.array(radii) * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _zero(rng: np.random.Generator) -> list[Stroke]:
    turn = rng.choice([-1, 1]) * rng.uniform(335, 400)
    outline = _loop((0.5, 0.5), (0.5, 0.5), rng.uniform(-130, -50), turn)
    drift = np.linspace(0, rng.uniform(-0.08, 0.08), len(outline))[:, None]
    return [outline + drift]


def _one(rng: np.random.Generator) -> list[Stroke]:
    kind = rng.choice(["bar", "flag", "flag and foot", "foot"], p=[0.4, 0.3, 0.25, 0.05])
    top = (0.5 + rng.normal(0, 0.02), 0.0)
    strokes = [_line(top, (0.5, 1.0))]
    if "flag" in kind:
        strokes.append(_line(top, (0.5 - rng.uniform(0.12, 0.45), rng.uniform(0.1, 0.45))))
    if "foot" in kind:
        strokes.append(_line((0.5 - rng.uniform(0.1, 0.35), 1.0), (0.5 + rng.uniform(0.1, 0.4), 1.0)))
    return strokes


def _two(rng: np.random.Generator) -> list[Stroke]:
    left, right, low = rng.uniform(0.0, 0.15), rng.uniform(0.75, 0.95), rng.uniform(0.9, 1.0)
    base = (rng.uniform(0.85, 1.15), rng.uniform(0.92, 1.05))
    if rng.random() < 0.15:
        return [_line((left, 0.05), (right, 0.0), (right, rng.uniform(0.35, 0.5)), (0.0, low), base)]
    top: Points = [(left, rng.uniform(0.15, 0.32)), (0.4, 0.0), (right, rng.uniform(0.2, 0.3))]
    if rng.random() < 0.3:  # a small loop in the lower left corner
        return [_curve(*top, (0.45, 0.7), (0.12, 0.98), (0.0, 0.85), (0.15, 0.78), (0.5, 0.95), base)]
    bend = (rng.uniform(0.45, 0.65), rng.uniform(0.55, 0.7))
    return [_curve(*top, bend, (rng.uniform(-0.05, 0.1), low)), _line((rng.uniform(-0.05, 0.1), low), base)]


def _three(rng: np.random.Generator) -> list[Stroke]:
    waist = (rng.uniform(0.3, 0.55), rng.uniform(0.4, 0.5))
    end = (rng.uniform(-0.05, 0.15), rng.uniform(0.82, 0.97))
    lower = _curve(waist, (rng.uniform(0.8, 1.0), rng.uniform(0.62, 0.75)), (0.5, 1.0), end)
    kind = rng.choice(["round", "flat top", "square"], p=[0.7, 0.2, 0.1])
    if kind == "flat top":
        return [_line((0.05, 0.0), (0.9, rng.uniform(-0.05, 0.05)), waist), lower]
    if kind == "square":
        return [_line((0.05, 0.0), (0.95, 0.0), (0.95, 0.5), (0.3, 0.5), (0.95, 0.5), (0.95, 1.0), (0.0, 1.0))]
    start = (rng.uniform(0.0, 0.2), rng.uniform(0.03, 0.2))
    return [_curve(start, (0.5, 0.0), (rng.uniform(0.75, 0.95), 0.2), waist), lower]


def _four(rng: np.random.Generator) -> list[Stroke]:
    bar = rng.uniform(0.5, 0.7)
    reach = rng.uniform(0.95, 1.15)
    stem = rng.uniform(0.6, 0.8)
    if rng.random() < 0.5:  # closed at the top
        top = (stem, 0.0)
        return [_line(top, (0.0, bar), (reach, bar + rng.normal(0, 0.03))), _line(top, (stem, 1.0))]
    start = (rng.uniform(0.0, 0.4), rng.uniform(0.0, 0.1))
    upper = (stem + rng.uniform(-0.05, 0.15), rng.uniform(-0.1, 0.3))
    bowl = [start, (rng.uniform(0.0, 0.12), bar - 0.05), (reach * 0.6, bar), (reach, bar)]
    left = _curve(*bowl) if rng.random() < 0.4 else _line(start, (0.0, bar), (reach, bar))
    return [left, _line(upper, (stem, 1.0))]


def _five(rng: np.random.Generator) -> list[Stroke]:
    corner, shoulder = (rng.uniform(0.1, 0.3), 0.0), (rng.uniform(0.0, 0.2), rng.uniform(0.35, 0.5))
    end = (rng.uniform(-0.1, 0.1), rng.uniform(0.8, 0.97))
    bowl = [shoulder, (0.5, rng.uniform(0.32, 0.42)), (rng.uniform(0.8, 1.0), 0.67), (0.5, 1.0), end]
    tip = (rng.uniform(0.75, 1.15), rng.uniform(-0.08, 0.06))
    kind = rng.choice(["usual", "smooth", "square"], p=[0.8, 0.12, 0.08])
    if kind == "smooth":
        return [_curve(tip, (0.45, 0.02), shoulder, *bowl[1:])]
    if kind == "square":
        return [_line((0.95, 0.0), (0.05, 0.0), (0.05, 0.47), (0.95, 0.47), (0.95, 1.0), (0.0, 1.0))]
    gap = rng.normal(0, 0.03, size=2)
    return [_line(tip, (corner[0] + gap[0], gap[1])), _line(corner, shoulder), _curve(*bowl)]


def _six(rng: np.random.Generator) -> list[Stroke]:
    top = (rng.uniform(0.5, 1.0), rng.uniform(-0.05, 0.05))
    loop = rng.uniform(0.42, 0.62)
    end = (rng.uniform(0.05, 0.3), rng.uniform(0.65, 0.85))
    stem: Points = [top, (rng.uniform(0.2, 0.4), 0.3), (0.02, 0.68)]
    return [_curve(*stem, (0.4, 1.0), (rng.uniform(0.8, 1.0), 0.78), (0.55, loop), end)]


def _seven(rng: np.random.Generator) -> list[Stroke]:
    start, corner = (0.0, rng.uniform(-0.03, 0.12)), (rng.uniform(0.8, 1.0), rng.uniform(-0.05, 0.05))
    foot = (rng.uniform(0.2, 0.6), 1.0)
    middle = ((corner[0] + foot[0]) / 2 - rng.uniform(0.0, 0.1), 0.5)
    strokes = [_line(start, corner), _curve(corner, middle, foot) if rng.random() < 0.5 else _line(corner, foot)]
    if rng.random() < 0.45:
        height, slope = rng.uniform(0.42, 0.65), rng.normal(0, 0.06)
        strokes.append(
            _line((middle[0] - rng.uniform(0.2, 0.4), height + slope), (middle[0] + rng.uniform(0.2, 0.4), height))
        )
    if rng.random() < 0.25:
        strokes.append(_line(start, (start[0] + rng.normal(0, 0.03), start[1] + rng.uniform(0.08, 0.2))))
    return strokes


def _eight(rng: np.random.Generator) -> list[Stroke]:
    waist = rng.uniform(0.4, 0.5)
    upper = (rng.uniform(0.32, 0.5), waist / 2)
    if rng.random() < 0.2:  # two rings
        lower = _loop((0.5, (1 + waist) / 2), (0.5, (1 - waist) / 2), -90, rng.uniform(345, 380))
        return [_loop((0.5, waist / 2), upper, 90, rng.uniform(345, 380)), lower]
    turn = np.radians(np.linspace(0, rng.uniform(335, 385), 48) + rng.uniform(20, 60))
    x, y = np.sin(2 * turn), np.cos(turn)
    is_upper = y > 0
    return [
        np.stack([0.5 + x * np.where(is_upper, upper[0], 0.5), waist - y * np.where(is_upper, waist, 1 - waist)], 1)
    ]


def _nine(rng: np.random.Generator) -> list[Stroke]:
    ring = rng.uniform(0.42, 0.58)
    right = rng.uniform(0.85, 1.0)
    if rng.random() < 0.08:
        hook = [(0.0, 1.0)] if rng.random() < 0.6 else []
        return [_line((right, 0.5), (0.0, 0.5), (0.0, 0.0), (right, 0.0), (right, 1.0), *hook)]
    loop: Points = [(right, 0.12), (0.5, 0.0), (0.0, ring / 2), (0.4, ring), (right - 0.03, 0.2)]
    if rng.random() < 0.5:  # hooked
        return [_curve(*loop, (right, 0.6), (rng.uniform(0.4, 0.6), 1.0), (rng.uniform(-0.05, 0.2), 0.9))]
    return [_curve(*loop), _line((right, rng.uniform(0.0, 0.12)), (right - rng.uniform(-0.02, 0.3), 1.0))]


WRITERS: tuple[Callable[[np.random.Generator], list[Stroke]], ...] = (
    _zero, _one, _two, _three, _four, _five, _six, _seven, _eight, _nine,
)  # fmt: skip
