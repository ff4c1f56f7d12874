"""Kernels: the presets, and reading them from the cells of a grid and from a link."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from cnnviz.errors import InvalidKernel, InvalidLink
from cnnviz.text.links import link_problem
from cnnviz.text.numbers import parse_number

MAX_KERNEL_SIDE = 31
MAX_WEIGHT = 1000

Matrix = tuple[tuple[float, ...], ...]

USUAL = "the usual one is shown"
"""What is said to happen for a link that names what there is not."""
_unreadable = partial(link_problem, "a kernel", USUAL, lack="cannot be read")
_CELL_SEPARATOR = "_"
_MAX_LINK_LENGTH = MAX_KERNEL_SIDE**2 * 16


@dataclass(frozen=True)
class KernelPreset:
    """A kernel with a name; `meaning` says in one line what it does to a picture."""

    name: str
    title: str
    meaning: str
    matrix: Matrix


def _scaled(matrix: Matrix, divisor: float) -> Matrix:
    return tuple(tuple(weight / divisor for weight in row) for row in matrix)


def _transposed(matrix: Matrix) -> Matrix:
    return tuple(zip(*matrix, strict=True))


_VERTICAL: Matrix = ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1))
_SOBEL_X: Matrix = ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))

KERNELS: dict[str, KernelPreset] = {
    preset.name: preset
    for preset in (
        KernelPreset(
            "identity",
            "Identity",
            "Copies each pixel: the picture stays as it is.",
            ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
        ),
        KernelPreset(
            "vertical_edges",
            "Vertical edges (V)",
            "Right column minus left column: upright lines pop out, flat areas become zero.",
            _VERTICAL,
        ),
        KernelPreset(
            "horizontal_edges",
            "Horizontal edges (H)",
            "Bottom row minus top row, V transposed: level lines pop out.",
            _transposed(_VERTICAL),
        ),
        KernelPreset(
            "sobel_x",
            "Sobel x",
            "Slope from left to right, smoothed with the rows above and below.",
            _SOBEL_X,
        ),
        KernelPreset(
            "sobel_y",
            "Sobel y",
            "Slope from top to bottom, smoothed with the columns beside.",
            _transposed(_SOBEL_X),
        ),
        KernelPreset(
            "laplacian",
            "Laplacian",
            "The four neighbours minus four times the pixel: edges of every direction, by their curvature.",
            ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
        ),
        KernelPreset(
            "blur",
            "Blur",
            "The mean of the pixel and its eight neighbours.",
            _scaled(((1, 1, 1), (1, 1, 1), (1, 1, 1)), 9),
        ),
        KernelPreset(
            "gaussian",
            "Gaussian blur",
            "A mean in which nearer pixels count more: softer than the plain blur.",
            _scaled(((1, 2, 1), (2, 4, 2), (1, 2, 1)), 16),
        ),
        KernelPreset(
            "sharpen",
            "Sharpen",
            "The picture minus its Laplacian: differences between neighbours grow.",
            ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
        ),
        KernelPreset(
            "emboss",
            "Emboss",
            "Light from the upper left, shadow on the lower right: what is bright stands out as if pressed into metal.",
            ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
        ),
    )
}


def parse_kernel(cells: Sequence[Sequence[object]] | np.ndarray) -> np.ndarray:
    """Read a grid of numbers or texts into a kernel.

    Parameters
    ----------
    cells : square grid of odd side
        Numbers, or texts such as "1", "-0.5", "0,5", "1e-3" or "1/9".

    Returns
    -------
    (k, k) float32

    Raises
    ------
    InvalidKernel
        Naming the first cell, counted from 1, that is empty, no finite number or beyond +-1000.
    """
    rows = [list(row) for row in cells]
    widths = {len(row) for row in rows}
    if widths != {len(rows)} or len(rows) % 2 == 0 or len(rows) > MAX_KERNEL_SIDE:
        size = f"{len(rows)} rows of {' and '.join(map(str, sorted(widths))) or 'no'} cells"
        raise InvalidKernel(f"A kernel is a square grid of odd size: 3×3, 5×5, 7×7 ... Received: {size}.")
    return np.array(
        [[_parse_cell(cell, row=i, column=j) for j, cell in enumerate(row, 1)] for i, row in enumerate(rows, 1)],
        dtype=np.float32,
    )


def kernel_to_link(matrix: Sequence[Sequence[float]] | np.ndarray) -> str:
    """Write a kernel as text for a link: its weights row by row, such as "-1_0_1_-2_0_2_-1_0_1"."""
    weights = parse_kernel(matrix).ravel() + 0.0  # -0.0 becomes 0.0
    return _CELL_SEPARATOR.join(str(weight).removesuffix(".0") for weight in weights)


def kernel_from_link(text: str) -> np.ndarray:
    """Read back what `kernel_to_link` wrote: the same (k, k) float32 values, bit by bit.

    Raises
    ------
    InvalidLink
    """
    cells = text.split(_CELL_SEPARATOR) if len(text) <= _MAX_LINK_LENGTH else []
    side = math.isqrt(len(cells))
    if not cells or side * side != len(cells):
        known = f"the numbers of a square grid, separated by {_CELL_SEPARATOR}"
        raise InvalidLink(_unreadable(expected=known, received=text))
    try:
        return parse_kernel([cells[start : start + side] for start in range(0, len(cells), side)])
    except InvalidKernel as error:
        raise InvalidLink(f"{_unreadable()} {error}") from None


def _parse_cell(cell: object, *, row: int, column: int) -> float:
    place = f"row {row}, column {column}"
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        raise InvalidKernel(f"The cell in {place} is empty. Type a number such as 1, -0.5 or 1/9. Received: nothing.")
    value = _number(cell)
    if value is None or not math.isfinite(value):
        raise InvalidKernel(
            f"The cell in {place} holds no number. Type one such as 1, -0.5 or 1/9. Received: {str(cell)[:40]}."
        )
    if abs(value) > MAX_WEIGHT:
        raise InvalidKernel(
            f"The weight in {place} is too large: expected -{MAX_WEIGHT} to {MAX_WEIGHT}. Received: {str(cell)[:40]}."
        )
    return value


def _number(cell: object) -> float | None:
    """Return the number a cell stands for, or None."""
    if isinstance(cell, int | float | np.integer | np.floating) and not isinstance(cell, bool):
        return float(cell)
    return parse_number(cell) if isinstance(cell, str) else None
