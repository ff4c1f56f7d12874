"""Drawings that are no digits: letters, smileys, scribbles, two digits; drawn as pen strokes by several hands."""

from collections.abc import Iterator

import cv2
import numpy as np

SIDE = 280
Strokes = list[list[tuple[float, float]]]


def _arc(x: float, y: float, across: float, down: float, start: float, end: float) -> list[tuple[float, float]]:
    """An arc of an ellipse around (x, y), its angles in degrees from the right, clockwise."""
    angles = np.radians(np.linspace(start, end, 24))
    return list(zip(x + across * np.cos(angles), y + down * np.sin(angles), strict=True))


def _ring(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    return _arc(x, y, radius, radius, -90, 275)


LETTERS: dict[str, Strokes] = {
    "A": [[(0.2, 0.9), (0.5, 0.1), (0.8, 0.9)], [(0.32, 0.6), (0.68, 0.6)]],
    "B": [
        [(0.3, 0.1), (0.3, 0.9)],
        [(0.3, 0.1), *_arc(0.4, 0.3, 0.3, 0.2, -90, 90), (0.3, 0.5)],
        [(0.3, 0.5), *_arc(0.42, 0.7, 0.34, 0.2, -90, 90), (0.3, 0.9)],
    ],
    "C": [_arc(0.55, 0.5, 0.3, 0.4, -50, -310)],
    "D": [[(0.3, 0.1), (0.3, 0.9)], [(0.3, 0.1), *_arc(0.35, 0.5, 0.4, 0.4, -90, 90), (0.3, 0.9)]],
    "E": [[(0.75, 0.1), (0.3, 0.1), (0.3, 0.9), (0.75, 0.9)], [(0.3, 0.5), (0.65, 0.5)]],
    "F": [[(0.75, 0.1), (0.3, 0.1), (0.3, 0.9)], [(0.3, 0.5), (0.65, 0.5)]],
    "G": [_arc(0.5, 0.5, 0.32, 0.4, -50, -340), [(0.82, 0.9), (0.82, 0.55), (0.55, 0.55)]],
    "H": [[(0.25, 0.1), (0.25, 0.9)], [(0.75, 0.1), (0.75, 0.9)], [(0.25, 0.5), (0.75, 0.5)]],
    "K": [[(0.3, 0.1), (0.3, 0.9)], [(0.75, 0.1), (0.3, 0.52), (0.78, 0.9)]],
    "M": [[(0.15, 0.9), (0.2, 0.1), (0.5, 0.6), (0.8, 0.1), (0.85, 0.9)]],
    "N": [[(0.22, 0.9), (0.22, 0.1), (0.78, 0.9), (0.78, 0.1)]],
    "P": [[(0.3, 0.9), (0.3, 0.1), *_arc(0.4, 0.32, 0.33, 0.22, -90, 90), (0.3, 0.54)]],
    "Q": [_ring(0.5, 0.48, 0.35), [(0.55, 0.65), (0.85, 0.95)]],
    "R": [[(0.3, 0.9), (0.3, 0.1), *_arc(0.4, 0.3, 0.33, 0.2, -90, 90), (0.3, 0.5), (0.75, 0.9)]],
    "T": [[(0.15, 0.12), (0.85, 0.12)], [(0.5, 0.12), (0.5, 0.9)]],
    "U": [[(0.22, 0.1), *_arc(0.5, 0.62, 0.28, 0.28, 180, 0), (0.78, 0.1)]],
    "V": [[(0.18, 0.1), (0.5, 0.9), (0.82, 0.1)]],
    "W": [[(0.1, 0.1), (0.3, 0.9), (0.5, 0.3), (0.7, 0.9), (0.9, 0.1)]],
    "X": [[(0.2, 0.1), (0.8, 0.9)], [(0.8, 0.1), (0.2, 0.9)]],
    "Y": [[(0.2, 0.1), (0.5, 0.5)], [(0.8, 0.1), (0.5, 0.5), (0.5, 0.9)]],
    "a": [_arc(0.45, 0.6, 0.25, 0.25, -20, -380), [(0.7, 0.35), (0.7, 0.8), (0.82, 0.86)]],
    "m": [
        [(0.12, 0.9), (0.12, 0.4)],
        [(0.12, 0.55), *_arc(0.31, 0.55, 0.17, 0.15, 190, 360), (0.48, 0.9)],
        [(0.48, 0.55), *_arc(0.67, 0.55, 0.17, 0.15, 190, 360), (0.84, 0.9)],
    ],
}
DIGITS: dict[str, Strokes] = {
    "0": [_arc(0.5, 0.5, 0.25, 0.4, -90, 272)],
    "1": [[(0.35, 0.28), (0.52, 0.1), (0.52, 0.9)]],
    "2": [[*_arc(0.5, 0.32, 0.24, 0.22, 190, 390), (0.25, 0.9), (0.78, 0.88)]],
    "3": [[*_arc(0.48, 0.3, 0.24, 0.2, 210, 440), *_arc(0.48, 0.7, 0.26, 0.2, -80, 150)]],
    "4": [[(0.5, 0.1), (0.22, 0.6), (0.8, 0.6)], [(0.6, 0.35), (0.6, 0.92)]],
    "5": [[(0.72, 0.1), (0.34, 0.1), (0.3, 0.45), *_arc(0.48, 0.66, 0.26, 0.23, -110, 140)]],
    "7": [[(0.22, 0.12), (0.78, 0.12), (0.42, 0.9)]],
    "8": [[*_arc(0.5, 0.3, 0.2, 0.19, 80, -260), *_arc(0.5, 0.69, 0.25, 0.21, -100, 250)]],
}
SIGNS: dict[str, Strokes] = {
    "phi": [_arc(0.5, 0.52, 0.3, 0.24, -90, 272), [(0.52, 0.05), (0.48, 0.97)]],
    "?": [[*_arc(0.5, 0.28, 0.22, 0.2, 190, 420), (0.5, 0.55), (0.5, 0.72)], _ring(0.5, 0.9, 0.02)],
    "star": [[(0.5 + 0.42 * np.sin(a), 0.5 - 0.42 * np.cos(a)) for a in np.arange(6) * 4 * np.pi / 5]],
    "house": [
        [(0.2, 0.9), (0.2, 0.45), (0.8, 0.45), (0.8, 0.9), (0.2, 0.9)],
        [(0.15, 0.47), (0.5, 0.1), (0.85, 0.47)],
        [(0.45, 0.9), (0.45, 0.65), (0.6, 0.65), (0.6, 0.9)],
    ],
    "heart": [
        [
            (0.5, 0.9),
            (0.15, 0.45),
            *_arc(0.32, 0.32, 0.18, 0.18, 160, 360),
            *_arc(0.68, 0.32, 0.18, 0.18, 180, 380),
            (0.85, 0.45),
            (0.5, 0.9),
        ]
    ],
    "arrow": [[(0.1, 0.5), (0.9, 0.5)], [(0.65, 0.25), (0.9, 0.5), (0.65, 0.75)]],
    "plus": [[(0.5, 0.1), (0.5, 0.9)], [(0.1, 0.5), (0.9, 0.5)]],
    "triangle": [[(0.5, 0.1), (0.1, 0.9), (0.9, 0.9), (0.5, 0.1)]],
    "square": [[(0.15, 0.15), (0.85, 0.15), (0.85, 0.85), (0.15, 0.85), (0.15, 0.15)]],
    "#": [[(0.35, 0.1), (0.3, 0.9)], [(0.7, 0.1), (0.65, 0.9)], [(0.1, 0.35), (0.9, 0.33)], [(0.1, 0.68), (0.9, 0.66)]],
    "&": [
        [
            (0.85, 0.9),
            (0.3, 0.25),
            *_arc(0.45, 0.22, 0.15, 0.13, 180, 380),
            (0.2, 0.65),
            *_arc(0.4, 0.72, 0.2, 0.18, 180, 20),
            (0.8, 0.55),
        ]
    ],
    "@": [_arc(0.5, 0.5, 0.14, 0.16, -20, -360), [(0.64, 0.35), (0.64, 0.62), *_arc(0.5, 0.5, 0.4, 0.42, 20, -300)]],
    "sun": [
        _ring(0.5, 0.5, 0.2),
        *[
            [(0.5 + 0.27 * np.cos(a), 0.5 + 0.27 * np.sin(a)), (0.5 + 0.45 * np.cos(a), 0.5 + 0.45 * np.sin(a))]
            for a in np.arange(8) * np.pi / 4
        ],
    ],
    "tree": [[(0.5, 0.95), (0.5, 0.6)], [(0.2, 0.6), (0.5, 0.05), (0.8, 0.6), (0.2, 0.6)]],
    "man": [
        _ring(0.5, 0.17, 0.12),
        [(0.5, 0.3), (0.5, 0.65)],
        [(0.25, 0.45), (0.75, 0.45)],
        [(0.28, 0.95), (0.5, 0.65), (0.72, 0.95)],
    ],
    "cat": [
        _ring(0.5, 0.55, 0.35),
        [(0.2, 0.38), (0.22, 0.1), (0.4, 0.24)],
        [(0.6, 0.24), (0.78, 0.1), (0.8, 0.38)],
        _ring(0.38, 0.5, 0.03),
        _ring(0.62, 0.5, 0.03),
    ],
    "wave": [[(x, 0.5 + 0.2 * np.sin(12 * x)) for x in np.linspace(0.05, 0.95, 40)]],
    "spiral": [[(0.5 + a * 0.025 * np.cos(a), 0.5 + a * 0.025 * np.sin(a)) for a in np.linspace(0, 17, 90)]],
}
MOUTHS = ((20, 160, 0.55), (200, 340, 0.8), (0, 180, 0.55))


def _smiley(rng: np.random.Generator) -> Strokes:
    start, end, height = MOUTHS[rng.integers(len(MOUTHS))]
    mouth = _arc(0.5, height, 0.2, 0.15, start, end)
    return [_ring(0.5, 0.5, 0.42), _ring(0.34, 0.37, 0.03), _ring(0.66, 0.37, 0.03), mouth]


def _scribble(rng: np.random.Generator) -> Strokes:
    return [[tuple(point) for point in rng.uniform(0.08, 0.92, (int(rng.integers(9, 20)), 2))]]


def _pair(rng: np.random.Generator) -> Strokes:
    """Two digits beside each other."""
    names = rng.choice(list(DIGITS), 2)
    return [[(0.46 * x + 0.5 * place, 0.2 + 0.6 * y) for x, y in stroke]
            for place, name in enumerate(names) for stroke in DIGITS[name]]  # fmt: skip


def _three(rng: np.random.Generator) -> Strokes:
    """Three digits beside each other."""
    names = rng.choice(list(DIGITS), 3)
    return [[(0.31 * x + 0.34 * place, 0.25 + 0.5 * y) for x, y in stroke]
            for place, name in enumerate(names) for stroke in DIGITS[name]]  # fmt: skip


def _by_hand(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """Drawn on a paper, (SIDE, SIDE) uint8, black on white: slanted, turned, a little unsteady."""
    turn, slant = np.radians(rng.normal(0, 5)), rng.normal(0, 0.08)
    size = rng.uniform(0.5, 0.85) * SIDE
    matrix = size * np.array([[np.cos(turn), slant - np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    paper = np.full((SIDE, SIDE), 255, np.uint8)
    pen = int(rng.integers(3, 22))
    middle = SIDE / 2 + rng.uniform(-0.06, 0.06, 2) * SIDE
    for stroke in strokes:
        points = np.array(stroke) - 0.5 + rng.normal(0, 0.012, (len(stroke), 2))
        places = np.rint((points @ matrix.T + middle) * 16).astype(np.int32)
        cv2.polylines(paper, [places], False, 0, pen, cv2.LINE_AA, 4)
    return paper


def non_digits(seed: int = 0) -> Iterator[tuple[str, np.ndarray]]:
    """Sixty drawings (SIDE, SIDE) uint8 with their names: 30 letters, 10 smileys, 10 scribbles, 10 pairs of digits."""
    rng = np.random.default_rng(seed)
    letters = [*LETTERS, *list(LETTERS)[: 30 - len(LETTERS)]]
    for name in letters:
        yield name, _by_hand(LETTERS[name], rng)
    for name, draw in (("smiley", _smiley), ("scribble", _scribble), ("pair", _pair)):
        for _ in range(10):
            yield name, _by_hand(draw(rng), rng)


def signs(seed: int = 0) -> Iterator[tuple[str, np.ndarray]]:
    """Signs and things that people draw, and numbers of three digits: 24 drawings (SIDE, SIDE) uint8, with names."""
    rng = np.random.default_rng(seed)
    for name, strokes in SIGNS.items():
        yield name, _by_hand(strokes, rng)
    for _ in range(6):
        yield "three digits", _by_hand(_three(rng), rng)


def made_digits(seed: int = 0) -> Iterator[tuple[str, np.ndarray]]:
    """Eighty digits drawn by the same hands, so that what is told apart is the form and not the pen."""
    rng = np.random.default_rng(seed)
    for _ in range(10):
        for name, strokes in DIGITS.items():
            yield name, _by_hand(strokes, rng)
