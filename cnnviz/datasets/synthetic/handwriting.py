"""Handwritten-looking digits: drawn with a simulated pen (seeded, 0.2 ms each), real ones bent or enlarged."""

import cv2
import numpy as np

from cnnviz.datasets.synthetic import glyphs
from cnnviz.imaging.preprocess import BOX, SIDE, centre_mass, fit_box

ZOOM = 8  # drawn this many times larger, then scaled down by area
PEN = (1.8, 4.4)  # thinnest and thickest pen, in pixels of the 20x20 box
SUBPIXEL_BITS = 4

UPSCALING = 16  # of a coarse digit, before its edges are sharpened
GAIN = 3.0  # steepness of the edge: a pen's edge, not a blur
EDGE = 0.6  # share of ink at which a pixel lies on the edge; gives strokes the weight they have in MNIST
FAINTEST = 40  # fainter pixels (0 to 255) do not count for the box


def draw_digit(digit: int, rng: np.random.Generator) -> np.ndarray:
    """Draw one digit with a pen.

    Parameters
    ----------
    digit : int
        0 to 9.
    rng : numpy.random.Generator

    Returns
    -------
    (28, 28) uint8
        White ink on black, in a 20x20 box, centred by mass: as `preprocess.prepare_digit` leaves it.
    """
    strokes = _vary(glyphs.write(digit, rng), rng)
    pen = float(np.clip(rng.normal(2.9, 0.6), *PEN)) * ZOOM
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0).max()
    scale = (BOX * ZOOM - pen) / max(extent, 1e-6)
    canvas = np.zeros((BOX * ZOOM + 8, BOX * ZOOM + 8), np.uint8)
    one = 1 << SUBPIXEL_BITS
    paths = [np.rint(((stroke - low) * scale + pen / 2 + 3) * one).astype(np.int32) for stroke in strokes]
    cv2.polylines(canvas, paths, False, 255, round(pen), cv2.LINE_AA, SUBPIXEL_BITS)
    left, top, width, height = cv2.boundingRect(canvas)
    return centre_mass(fit_box(canvas[top : top + height, left : left + width]))


def warp_digit(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Slant, turn, stretch and bend a digit a little.

    Parameters
    ----------
    image : (28, 28) uint8
        White ink on black.
    rng : numpy.random.Generator

    Returns
    -------
    (28, 28) uint8
        Boxed and centred by mass again.
    """
    middle = SIDE / 2
    around = np.array([[1, 0, -middle], [0, 1, -middle], [0, 0, 1]])
    matrix = np.linalg.inv(around)[:2] @ np.pad(_hand(rng), ((0, 1), (0, 1))) @ around
    matrix[:, 2] += middle - (matrix[:, :2] @ [middle, middle] + matrix[:, 2])
    bend = cv2.resize(rng.normal(0, 1.0, (4, 4, 2)).astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    rows, columns = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    sources_x = matrix[0, 0] * columns + matrix[0, 1] * rows + matrix[0, 2] + bend[..., 0]
    sources_y = matrix[1, 0] * columns + matrix[1, 1] * rows + matrix[1, 2] + bend[..., 1]
    warped = cv2.remap(image, sources_x.astype(np.float32), sources_y.astype(np.float32), cv2.INTER_LINEAR)
    left, top, width, height = cv2.boundingRect(warped)
    return centre_mass(fit_box(warped[top : top + height, left : left + width]))


def enlarge_digit(coarse: np.ndarray) -> np.ndarray:
    """Enlarge smoothly, sharpen the edge, then box and centre as `preprocess.prepare_digit` does.

    Unlike there nothing is cut at a threshold: at 8x8 the holes of an 8 only show as a paler grey.

    Parameters
    ----------
    coarse : (8, 8) float
        Share of ink in each block, 0 to 1.

    Returns
    -------
    (28, 28) uint8
        White ink on black.
    """
    framed = np.pad(coarse, 1).astype(np.float32)  # a digit reaches the rim of its picture
    smooth = cv2.resize(framed, None, fx=UPSCALING, fy=UPSCALING, interpolation=cv2.INTER_CUBIC)
    ink = np.rint(np.clip((smooth - EDGE) * GAIN + 0.5, 0, 1) * 255).astype(np.uint8)
    left, top, width, height = cv2.boundingRect((ink > FAINTEST).astype(np.uint8))
    return centre_mass(fit_box(ink[top : top + height, left : left + width]))


def _hand(rng: np.random.Generator) -> np.ndarray:
    """(2, 2): narrow or wide, slanted, turned."""
    width = np.exp(rng.normal(0, 0.18))
    slant, angle = rng.normal(0, 0.18), np.radians(rng.normal(0, 7))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return turn @ np.array([[1, slant], [0, 1]]) @ np.diag([width, 1 / width])


def _vary(strokes: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """Give the strokes a hand: usual proportions (3:5), its slant and turn, a smooth bend, a slight tremble."""
    matrix = _hand(rng) @ np.diag([0.65, 1.0])
    waves = rng.normal(0, 0.03, (2, 2, 2))  # (wave, axis along, axis moved)
    phases = rng.uniform(0, 2 * np.pi, (2, 2))
    varied = []
    for stroke in strokes:
        bent = stroke.copy()
        for wave, frequency in enumerate((0.6, 1.2)):
            bent += np.sin(2 * np.pi * frequency * stroke + phases[wave]) @ waves[wave] / frequency
        varied.append((bent + rng.normal(0, 0.012, 2)) @ matrix.T)
    return varied
