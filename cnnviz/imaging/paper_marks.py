"""What else than strokes is seen on paper: frames round the drawing, punched holes, dots, edges reaching in."""

import cv2
import numpy as np

SMALL_PART = 0.15  # of the longest part: no stroke
FRAME_BAND = 0.12  # of a frame's sides, in which all of it lies
MARGIN = 0.12  # of the shorter side, within which the middle of a hole lies
ROUND, FULL = 1.35, 0.7  # sides of what is round at most, share of its rectangle that is filled at least (a disc: 0.79)
MAX_DOT, MIN_DOTS = 0.025, 12  # of the longer side; so many alike are a grid


def strokes_alone(ink: np.ndarray, *, reaching_in: bool) -> np.ndarray:
    """Ink without what is no stroke.

    Parameters
    ----------
    ink : (H, W) uint8
        White ink on black.
    reaching_in : bool
        Whether what touches the border beside whole strokes is left.

    Returns
    -------
    (H, W) uint8
    """
    _, parts, stats, _ = cv2.connectedComponentsWithStats((ink > 0).astype(np.uint8), connectivity=8)
    left, top, across, down, _ = stats.T
    extent = np.maximum(across, down)
    marks = _dots(extent, np.minimum(across, down), max(ink.shape)) | _holes(stats, ink.shape)
    marks[0] = False
    kept = extent[1:][~marks[1:]]
    least = SMALL_PART * kept.max(initial=0)
    for part in map(int, 1 + np.flatnonzero((extent >= least)[1:] & ~marks[1:])):
        marks[part] = _is_frame(parts, part, stats[part])
    touches = (left == 0) | (top == 0) | (left + across == ink.shape[1]) | (top + down == ink.shape[0])
    is_whole = ~touches & ~marks & (extent >= least)
    if is_whole[1:].any() and not reaching_in:
        marks[1:] |= touches[1:]
    return np.where(marks[parts], 0, ink)


def _dots(longer: np.ndarray, shorter: np.ndarray, side: int) -> np.ndarray:
    """Which parts are dots of the paper: many that are small, round and alike."""
    small = (longer <= max(3, MAX_DOT * side)) & (longer <= ROUND * shorter + 1)
    return small & (small.sum() >= MIN_DOTS)


def _holes(stats: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """Which parts are holes of a binder: discs near an edge, beside something larger."""
    left, top, across, down, area = stats.T
    longer, shorter = np.maximum(across, down), np.minimum(across, down)
    x, y = left + across / 2, top + down / 2
    inset = np.minimum(np.minimum(x, size[1] - x), np.minimum(y, size[0] - y))
    is_disc = (longer <= ROUND * shorter) & (area >= FULL * across * down)
    return is_disc & (inset <= MARGIN * min(size)) & (longer < longer[1:].max(initial=0))


def _is_frame(parts: np.ndarray, part: int, stat: np.ndarray) -> bool:
    """Whether a part is a rectangle of lines around other ink."""
    left, top, width, height = stat[:4]
    band = max(1, round(FRAME_BAND * min(width, height)))
    box = parts[top : top + height, left : left + width]
    inner = box[band : height - band, band : width - band]
    return bool((inner > 0).any()) and not (inner == part).any()
