"""The lines of ruled and squared paper, and frames along its edges: found by their length, and taken out of the ink."""

import numpy as np

LINE_SHARE = 0.85  # share of the width along which a line of the paper is seen
MAX_SLOPE = 0.05  # of such a line
SAMPLES = 100  # columns in which such lines are looked for
MIN_THICKNESS, MAX_THICKNESS = 3, 0.025  # of such a line: pixels, share of the longer side
MAX_FRAME = 0.12  # the same of a line along the picture's edge
THICKER = 1.6  # times as thick as the line usually is: there a stroke crosses it
DARKER = 1.35  # times as dark as the line usually is: there a stroke lies on it
SAME_LINE = 4  # pixels


def without_lines(ink: np.ndarray, sheet: np.ndarray, least: float) -> np.ndarray:
    """Remove the lines of the paper that run from its left to its right; where a stroke crosses one, it stays.

    Parameters
    ----------
    ink : (H, W) uint8
        White ink on black.
    sheet : (H, W) bool
        Where the paper is.
    least : float
        What counts as ink.

    Returns
    -------
    (H, W) uint8
    """
    mask = ink >= least
    kept = ink.copy()
    first, last = _runs(mask)
    columns = np.arange(ink.shape[1])
    for rows in _lines(mask, sheet):
        rows = _nearest_ink(mask, rows)
        hit = mask[rows, columns]
        lengths = (last - first)[rows, columns] + 1
        thickness = _quartile(lengths[hit])
        is_edge = min(rows[hit].min(), len(ink) - 1 - rows[hit].max()) <= SAME_LINE
        if thickness > (MAX_FRAME if is_edge else MAX_THICKNESS) * max(ink.shape):
            continue
        thickest = max(MIN_THICKNESS, THICKER * thickness)
        darkest = DARKER * _quartile(ink[rows, columns][hit])
        for column in np.flatnonzero(hit & (lengths <= thickest)):
            piece = kept[first[rows[column], column] : last[rows[column], column] + 1, column]
            piece[piece <= darkest] = 0
    return kept


def _quartile(values: np.ndarray) -> float:
    """What a quarter of the values is not above; a stroke may cover a good part of a line."""
    return float(np.sort(values)[len(values) // 4]) if len(values) else 0.0


def _runs(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last row of the unbroken ink above and below each pixel of ink, (H, W) int each."""
    rows = np.arange(len(mask))[:, None]
    first = np.maximum.accumulate(np.where(mask, -1, rows), axis=0) + 1
    last = np.minimum.accumulate(np.where(mask, len(mask), rows)[::-1], axis=0)[::-1] - 1
    return first, last


def _nearest_ink(mask: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """At each column the row of ink that is nearest to the line, at most two pixels away; else the line's own."""
    columns = np.arange(mask.shape[1])
    found = rows.copy()
    for away in (2, -2, 1, -1, 0):
        near = np.clip(rows + away, 0, len(mask) - 1)
        found = np.where(mask[near, columns], near, found)
    return found


def _lines(mask: np.ndarray, sheet: np.ndarray) -> list[np.ndarray]:
    """The rows of each long line, one for each column: (W,) int."""
    height, width = mask.shape
    near = mask.copy()
    near[1:] |= mask[:-1]
    near[:-1] |= mask[1:]
    columns = np.arange(0, width, max(1, width // SAMPLES))
    found = []
    most = int(MAX_SLOPE * width)
    for rise in range(-most, most + 1, 2):
        rows = np.arange(height)[:, None] + _shifts(rise, width)[columns]
        inside = (rows >= 0) & (rows < height)
        rows = np.clip(rows, 0, height - 1)
        there = sheet[rows, columns] & inside
        hit = near[rows, columns] & there
        share = hit.sum(axis=1) / np.maximum(there.sum(axis=1), len(columns) / 4)
        for row in map(int, np.flatnonzero(share >= LINE_SHARE)):
            on_sheet = hit[row][there[row]]
            end = max(1, len(on_sheet) // 10)
            if min(on_sheet[:end].mean(), on_sheet[-end:].mean()) >= 0.5:
                found.append((-share[row], abs(rise), rise, row))
    lines, taken = [], np.zeros(height, bool)
    for *_, rise, row in sorted(found):
        if not taken[row]:
            taken[max(0, row - SAME_LINE) : row + SAME_LINE + 1] = True
            lines.append(np.clip(row + _shifts(rise, width), 0, height - 1))
    return lines


def _shifts(rise: int, width: int) -> np.ndarray:
    """How far a line that rises so many pixels lies from its middle at each column, (W,) int."""
    return np.floor(rise * (np.arange(width) / max(1, width - 1) - 0.5) + 0.5).astype(int)
