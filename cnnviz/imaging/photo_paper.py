"""Paper and ink of a photographed or uploaded drawing, found locally: from any such picture to black ink on white.

Paper is what most of a place's surroundings show, so shadows, vignettes and side light follow it. What surrounds a
sheet (a table, a frame) is left out, and so are the lines of ruled and squared paper. `shared/photo_paper.js` is the
twin of this file in the browser; tests/js holds it against this one.
"""

import cv2
import numpy as np

from cnnviz.imaging.decode import resize
from cnnviz.imaging.paper_lines import without_lines

LEVELS = 256
CELLS = 32  # of the longer side of the map of the paper
REACH = 5  # cells to each side whose median is the paper: wider than a pen, narrower than a shadow
SHEET_CONTRAST = 40  # grey levels between a sheet and what it lies on
SAME_SHADE = 4  # grey levels within which even paper lies:
EVEN_BORDER, EVEN_SHARE = 0.7, 0.42  # so much of the border, and of the picture
STEP = 3  # cells within which at least half of that changes at its edge; a shadow's is more gradual
MIN_SHEET = 0.34  # of the shorter side, in both directions
MAX_SHEET_BORDER = 0.25  # share of the picture's border that a sheet may touch
SHEET_EDGE = 0.015  # of the longer side: the blurred edge of a sheet is no ink
MIN_CONTRAST = 24  # grey levels between paper and ink; below this nothing was drawn
NOISE = 0.3  # share of the contrast below which a pixel is paper
SMALL_PART = 0.15  # of the longest part: no stroke
FRAME_BAND = 0.12  # of a frame's sides, in which all of it lies


def flatten_photo(grey: np.ndarray) -> np.ndarray:
    """Turn a photo of a drawing into black ink on white paper.

    Parameters
    ----------
    grey : (H, W) uint8

    Returns
    -------
    (H, W) uint8
        255 is paper. Where nothing stands out from the paper all of it is 255.
    """
    for sheet in (find_sheet(grey), np.ones(grey.shape, bool)):
        if sheet is not None:
            even = _even_paper(grey, sheet)
            ink = _ink(grey, sheet, _local_paper(grey, sheet) if even is None else even)
            if ink.any():
                return 255 - _alone(ink, reaching_in=even is not None)
    return np.full_like(grey, 255)


def find_sheet(grey: np.ndarray) -> np.ndarray | None:
    """Find the sheet that lies on something of another brightness; None where all of the picture is paper.

    Returns
    -------
    (H, W) bool, or None
        The sheet without its edges, its ink included.
    """
    height, width = grey.shape
    cells = _paper(*_cells(grey, np.ones(grey.shape, bool)))
    level = _step(cells)
    if level is None:
        return None
    for is_light in (True, False):
        parts = cv2.connectedComponents((cells > level if is_light else cells <= level).astype(np.uint8))[1]
        border = np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]])
        if (border > 0).mean() > MAX_SHEET_BORDER:
            continue
        for part in range(1, parts.max() + 1):
            if _holds_square(parts == part):
                around = cv2.resize((parts == part).astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
                return _solid(grey > level if is_light else grey <= level, around > 0)
    return None


def _holds_square(part: np.ndarray) -> bool:
    """Whether a square of MIN_SHEET of the shorter side fits in: it does not fit into a stroke, however thick."""
    side = max(1, round(MIN_SHEET * min(part.shape)))
    sums = np.pad(part.astype(int).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    squares = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return bool((squares == side * side).any())


def _step(paper: np.ndarray) -> float | None:
    """Give the grey level between two shades of paper with an edge between them (Otsu 1979); None: there is no edge."""
    counts = np.bincount(paper.ravel(), minlength=256).astype(np.float64)
    below = np.cumsum(counts)
    sums = np.cumsum(counts * np.arange(256))
    above = below[-1] - below
    darker, lighter = sums / np.maximum(below, 1), (sums[-1] - sums) / np.maximum(above, 1)
    level = int(np.argmax(below * above * (lighter - darker) ** 2))
    dark, light = darker[level], lighter[level]
    middle, values = (dark + light) / 2, paper.astype(np.float64)
    pairs = [(values[STEP:], values[:-STEP]), (values[:, STEP:], values[:, :-STEP])]
    steps = np.concatenate([abs(one - two)[(one > middle) != (two > middle)] for one, two in pairs])
    is_edge = steps.size > 0 and steps.mean() >= (light - dark) / 2
    return middle if light - dark >= SHEET_CONTRAST and is_edge else None


def _solid(alike: np.ndarray, around: np.ndarray) -> np.ndarray:
    """The part of `alike` that covers most of `around`, its holes filled, its edges cut off."""
    parts = cv2.connectedComponents(alike.astype(np.uint8))[1]
    counts = np.bincount(parts[around], minlength=2)
    counts[0] = 0
    outside = cv2.connectedComponents((parts != counts.argmax()).astype(np.uint8))[1]
    border = np.concatenate([outside[0], outside[-1], outside[:, 0], outside[:, -1]])
    solid = ~np.isin(outside, border[border > 0])
    edge = max(1, round(SHEET_EDGE * max(alike.shape)))
    kernel = np.ones((2 * edge + 1, 2 * edge + 1), np.uint8)
    return cv2.erode(solid.astype(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=1) > 0


def _cells(grey: np.ndarray, sheet: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The median shade of the sheet's pixels in each cell of a coarse map, and where most of a cell is sheet."""
    scale = min(1.0, CELLS / max(grey.shape))
    rows, columns = (max(1, int(side * scale)) for side in grey.shape)
    row, column = (
        np.searchsorted(np.arange(1, num + 1) * side // num, np.arange(side), side="right")
        for num, side in ((rows, grey.shape[0]), (columns, grey.shape[1]))
    )
    cell = row[:, None] * columns + column
    shades = np.bincount((cell * LEVELS + grey)[sheet], minlength=rows * columns * LEVELS).reshape(-1, LEVELS)
    counts, sizes = shades.sum(axis=1), np.bincount(cell.ravel())
    medians = (shades.cumsum(axis=1) > counts[:, None] // 2).argmax(axis=1).astype(np.uint8)
    return medians.reshape(rows, columns), (2 * counts > sizes).reshape(rows, columns)


def _paper(cells: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The paper in every cell, (rows, columns) uint8: the median of the known cells around it."""
    framed = np.pad(np.where(known, cells.astype(int), LEVELS), REACH, constant_values=LEVELS)
    near = np.lib.stride_tricks.sliding_window_view(framed, (2 * REACH + 1, 2 * REACH + 1)).reshape(*cells.shape, -1)
    counts = (near < LEVELS).sum(axis=2)
    middle = np.take_along_axis(np.sort(near, axis=2), counts[..., None] // 2, axis=2)[..., 0]
    return np.where(counts > 0, middle, 0).astype(np.uint8)


def _even_paper(grey: np.ndarray, sheet: np.ndarray) -> np.ndarray | None:
    """The paper where it is of one shade, as in what was drawn on a screen; None elsewhere."""
    border = np.sort(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]))
    shade = int(border[len(border) // 2])
    shares = [(np.abs(part.astype(int) - shade) <= SAME_SHADE).mean() for part in (border, grey)]
    is_even = shares[0] >= EVEN_BORDER and shares[1] >= EVEN_SHARE
    return np.full(grey.shape, shade, np.float32) if is_even and sheet.all() else None


def _local_paper(grey: np.ndarray, sheet: np.ndarray) -> np.ndarray:
    return resize(_paper(*_cells(grey, sheet)), *grey.shape).astype(np.float32)


def _ink(grey: np.ndarray, sheet: np.ndarray, paper: np.ndarray) -> np.ndarray:
    """White ink on black (H, W) uint8, whichever way round it was drawn: shares of the paper's own light."""
    away = np.where(sheet, grey - paper, 0)
    seen = np.where(np.abs(away) >= MIN_CONTRAST / 2, away, 0)
    is_dark = -seen[seen < 0].sum() >= seen[seen > 0].sum()
    share = -away / np.maximum(paper, 1) if is_dark else away / np.maximum(255 - paper, 1)
    ink = np.rint(np.clip(share, 0, 1) * 255).astype(np.uint8)
    ink[np.abs(away) < MIN_CONTRAST / 2] = 0
    least = max(NOISE * float(ink.max()), MIN_CONTRAST / 2)
    ink = without_lines(without_lines(ink, sheet, least).T, sheet.T, least).T
    contrast = float(ink.max())
    if contrast < MIN_CONTRAST:
        return np.zeros_like(ink)
    ink[ink < NOISE * contrast] = 0
    return ink


def _alone(ink: np.ndarray, *, reaching_in: bool) -> np.ndarray:
    """Ink without frames around other ink; what reaches in from the border beside whole strokes is left where said."""
    num, parts, stats, _ = cv2.connectedComponentsWithStats((ink > 0).astype(np.uint8), connectivity=8)
    extent = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    least = SMALL_PART * extent[1:num].max()
    dropped = [part for part in range(1, num) if extent[part] >= least and _is_frame(parts, part, stats[part])]
    height, width = ink.shape
    left, top, across, down = stats[:, :4].T
    touches = (left == 0) | (top == 0) | (left + across == width) | (top + down == height)
    whole = [p for p in range(1, num) if not touches[p] and p not in dropped and extent[p] >= least]
    if whole and not reaching_in:
        dropped += [part for part in range(1, num) if touches[part]]
    return np.where(np.isin(parts, dropped), 0, ink)


def _is_frame(parts: np.ndarray, part: int, stat: np.ndarray) -> bool:
    """Whether a part is a rectangle of lines around other ink."""
    left, top, width, height = stat[:4]
    band = max(1, round(FRAME_BAND * min(width, height)))
    box = parts[top : top + height, left : left + width]
    inner = box[band : height - band, band : width - band]
    return bool((inner > 0).any()) and not (inner == part).any()
