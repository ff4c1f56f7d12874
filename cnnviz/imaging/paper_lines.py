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
    columns = np.arange(ink.shape[1])
    lines = _lines(mask, sheet)
    first, last = _runs(mask) if lines else (mask, mask)
    for rows in lines:
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
    near, paper = near[:, columns], sheet[:, columns]
    most = int(MAX_SLOPE * width)
    rises = range(-most, most + 1, 2)
    shifts = np.array([_shifts(rise, width)[columns] for rise in rises])
    candidates = _candidates(near, paper, shifts)[:, None]
    found = []
    for rise, shift in zip(rises, shifts, strict=True):
        rows = candidates + shift
        inside = (rows >= 0) & (rows < height)
        places = np.clip(rows, 0, height - 1), np.arange(len(columns))
        there = paper[places] & inside
        hit = near[places] & there
        share = hit.sum(axis=1) / np.maximum(there.sum(axis=1), len(columns) / 4)
        for at in map(int, np.flatnonzero(share >= LINE_SHARE)):
            on_sheet = hit[at][there[at]]
            end = max(1, len(on_sheet) // 10)
            if min(on_sheet[:end].mean(), on_sheet[-end:].mean()) >= 0.5:
                found.append((-share[at], abs(rise), rise, int(candidates[at, 0])))
    lines, taken = [], np.zeros(height, bool)
    for *_, rise, row in sorted(found):
        if not taken[row]:
            taken[max(0, row - SAME_LINE) : row + SAME_LINE + 1] = True
            lines.append(np.clip(row + _shifts(rise, width), 0, height - 1))
    return lines


def _candidates(near: np.ndarray, paper: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """The rows through whose middle a long line may go at all, so that most rows are tried with no slope."""
    height, num = near.shape
    rows = np.arange(height)[:, None]
    first, last = rows + shifts.min(axis=0), rows + shifts.max(axis=0)
    places = np.clip(first, 0, height), np.clip(last + 1, 0, height)
    counts = [np.vstack([np.zeros((1, num), int), one.cumsum(axis=0)]) for one in (near & paper, paper)]
    seen, papers = (one[places[1], np.arange(num)] - one[places[0], np.arange(num)] for one in counts)
    least = (papers == last - first + 1).sum(axis=1)  # sampled columns that are paper whatever the slope
    share = (seen > 0).sum(axis=1) / np.maximum(least, num / 4)
    return np.flatnonzero(share >= LINE_SHARE)


def _shifts(rise: int, width: int) -> np.ndarray:
    """How far a line that rises so many pixels lies from its middle at each column, (W,) int."""
    return np.floor(rise * (np.arange(width) / max(1, width - 1) - 0.5) + 0.5).astype(int)
