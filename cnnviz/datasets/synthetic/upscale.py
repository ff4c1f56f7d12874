"""Small grey digits brought to the size and look of drawn ones."""

import cv2
import numpy as np

from cnnviz.imaging.preprocess import centre_mass, fit_box

ZOOM = 16
GAIN = 3.0  # steepness of the edge: a pen's edge, not a blur
EDGE = 0.6  # share of ink at which a pixel lies on the edge; gives strokes the weight they have in MNIST
INK = 40  # fainter pixels (0 to 255) do not count for the box


def enlarge_digit(coarse: np.ndarray) -> np.ndarray:
    """Enlarge smoothly, sharpen the edge, then box and centre as `sketch.prepare_digit` does.

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
    smooth = cv2.resize(framed, None, fx=ZOOM, fy=ZOOM, interpolation=cv2.INTER_CUBIC)
    ink = np.rint(np.clip((smooth - EDGE) * GAIN + 0.5, 0, 1) * 255).astype(np.uint8)
    left, top, width, height = cv2.boundingRect((ink > INK).astype(np.uint8))
    return centre_mass(fit_box(ink[top : top + height, left : left + width]))
