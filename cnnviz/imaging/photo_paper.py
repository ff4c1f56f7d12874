"""Paper and ink of a photographed or uploaded drawing, found locally: from any such picture to black ink on white.

Paper is what most of a place's surroundings show, so shadows, vignettes and side light follow it. What surrounds a
sheet (a table, a frame) is left out, and so are the lines of ruled and squared paper. `shared/photo_paper.js` is the
twin of this file in the browser; tests/js holds it against this one.
"""

import cv2
import numpy as np

from cnnviz.imaging.decode import resize
from cnnviz.imaging.paper_lines import without_lines
from cnnviz.imaging.paper_marks import strokes_alone

LEVELS = 256
CELLS = 32  # of the longer side of the map of the paper
REACH = 5  # cells to each side whose median is the paper: wider than a pen, narrower than a shadow
SHEET_CONTRAST = 40  # grey levels between a sheet and what it lies on
SAME_SHADE = 4  # grey levels within which even paper lies:
EVEN_BORDER, EVEN_SHARE = 0.7, 0.42  # so much of the border, and of the picture
STEP = 3  # cells within which at least half of that changes at its edge; a shadow's is more gradual
MIN_SHEET = 0.34  # of the shorter side, in both directions
MAX_SHEET_BORDER = 0.25  # share of the picture's border that a sheet may touch;
MAX_DARK_BORDER = 0.02  # a dark one less, for what is dark and goes to the border is a shadow
SHEET_EDGE = 0.015  # of the longer side: the blurred edge of a sheet is no ink
SIZES = NARROWEST, _, WIDEST = 0.05, 0.1, 0.2  # of squares that no stroke fills, shares of a sheet's side
STRONG = 0.6  # share of the contrast of what is surely ink
BESIDE = 1.5  # widths of the widest stroke, in which paper is seen beside it
SHADOW = 0.7  # of the ink's contrast; a shadow's is less
MIN_CONTRAST = 24  # grey levels between paper and ink; below this nothing was drawn
NOISE = 0.3  # share of the contrast below which a pixel is paper


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
            shade = _even_shade(grey, sheet)
            if not _is_ink_dark(grey, sheet, shade):
                dark, shade = 255 - grey, None if shade is None else 255 - shade
            else:
                dark = grey
            paper = _paper_under(dark, sheet)
            is_even = shade is not None and not _is_shaded(dark, shade, paper)
            ink = _ink(dark, sheet, np.full_like(grey, shade) if is_even else paper)
            strokes = strokes_alone(ink, reaching_in=is_even)
            if strokes.any():
                return 255 - strokes
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
        if (border > 0).mean() > (MAX_SHEET_BORDER if is_light else MAX_DARK_BORDER):
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


def _even_shade(grey: np.ndarray, sheet: np.ndarray) -> int | None:
    """The shade of most of the paper where that is of one, as in what was drawn on a screen; None elsewhere."""
    border = np.sort(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]))
    shade = int(border[len(border) // 2])
    shares = [(np.abs(part.astype(int) - shade) <= SAME_SHADE).mean() for part in (border, grey)]
    return shade if shares[0] >= EVEN_BORDER and shares[1] >= EVEN_SHARE and sheet.all() else None


def _is_ink_dark(grey: np.ndarray, sheet: np.ndarray, shade: int | None) -> bool:
    """Whether the ink is darker than the paper: what differs from most of its surroundings, in strokes.

    Loops and gaps differ too, where light changes; but they are wider than strokes are, and seen at fewer sizes.
    """
    paper = resize(_paper(*_cells(grey, sheet)), *grey.shape) if shade is None else np.full_like(grey, shade)
    away = np.where(sheet, paper.astype(int) - grey, 0)
    sums = []
    for picture, more in ((grey, away), (255 - grey, -away)):
        hats = [np.minimum(more, _closed(picture, sheet, _side(one, sheet)).astype(int) - picture) for one in SIZES]
        sums.append(sum(hat[hat >= MIN_CONTRAST / 2].sum() for hat in hats))
    return bool(sums[0] >= sums[1] if any(sums) else away.sum() >= 0)


def _paper_under(dark: np.ndarray, sheet: np.ndarray) -> np.ndarray:
    """The paper under dark ink, (H, W) uint8: what is left of the picture where strokes are closed.

    A closing keeps the edges of shadows where they are, as long as they are wider than its square: so that is as small
    as the widest stroke allows.
    """
    widest = _side(WIDEST, sheet)
    paper = _closed(dark, sheet, widest)
    ink = np.where(sheet, paper.astype(np.float32) - dark, 0) / np.maximum(paper, 1)
    strong = ink >= STRONG * ink.max()
    width = 2 * float(cv2.distanceTransform(np.pad(strong.astype(np.uint8), 1), cv2.DIST_L2, 5).max())
    return _closed(dark, sheet, min(widest, max(_side(NARROWEST, sheet), int(BESIDE * width) | 1)))


def _side(share: float, sheet: np.ndarray) -> int:
    """An odd number of pixels, of the side of a square as large as the sheet."""
    return max(3, round(share * float(np.sqrt(sheet.sum()))) | 1)


def _closed(dark: np.ndarray, sheet: np.ndarray, side: int) -> np.ndarray:
    """The sheet without what is darker and narrower than a square of this side, (H, W) uint8."""
    square = np.ones((side, side), np.uint8)
    smooth = cv2.blur(dark, (3, 3)) if min(dark.shape) > 60 else dark
    light = cv2.dilate(np.where(sheet, smooth, 0).astype(np.uint8), square)
    return cv2.erode(np.where(sheet, light, 255).astype(np.uint8), square)


def _is_shaded(dark: np.ndarray, shade: int, paper: np.ndarray) -> bool:
    """Whether paper that is mostly even has a shadow: what is wider than a stroke is much lighter than strokes are."""
    wide = float((shade - paper.astype(int)).max())
    return SAME_SHADE < wide <= SHADOW * float((shade - dark.astype(int)).max())


def _ink(dark: np.ndarray, sheet: np.ndarray, paper: np.ndarray) -> np.ndarray:
    """White ink on black (H, W) uint8, of dark ink: shares of the paper's own light."""
    away = np.where(sheet, paper.astype(np.float32) - dark, 0)
    ink = np.rint(np.clip(away / np.maximum(paper, 1), 0, 1) * 255).astype(np.uint8)
    ink[away < MIN_CONTRAST / 2] = 0
    least = max(NOISE * float(ink.max()), MIN_CONTRAST / 2)
    ink = without_lines(without_lines(ink, sheet, least).T, sheet.T, least).T
    contrast = float(ink.max())
    if contrast < MIN_CONTRAST:
        return np.zeros_like(ink)
    ink[ink < NOISE * contrast] = 0
    return ink
