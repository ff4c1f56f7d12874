"""How much a learned filter is like a kernel with a name, and how much a random one is. Pure: NumPy, no Keras.

`shared/nn/known_kernels.js` is the twin, and gives the same numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from cnnviz.errors import InvalidKernel
from cnnviz.kernel_lab.kernels import KERNELS, KernelPreset

EIGHTH = 45  # degrees
SIDE = 3  # of every known kernel
NUM_RANDOM = 1000  # kernels that are drawn for `chance_level`
QUANTILE = 0.95
SEED = 1  # of mulberry32, which both languages have
_RING = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))  # around the middle, by the clock


@dataclass(frozen=True, eq=False)
class KnownKernel:
    """A kernel with a name, (3, 3) float64 of length 1, turned by the clock by so many degrees."""

    title: str
    turn: int
    matrix: np.ndarray

    @property
    def text(self) -> str:
        """Its name, such as "Sobel x, turned by 45°"."""
        return f"{self.title}, turned by {self.turn}°" if self.turn else self.title


@dataclass(frozen=True)
class Nearest:
    """The known kernel that a filter is most like, or most unlike where `cosine` is negative.

    `row` and `column` say where the known kernel lies in a larger one, from 0.
    """

    known: KnownKernel
    cosine: float
    row: int
    column: int


@cache
def known_kernels() -> tuple[KnownKernel, ...]:
    """The kernels of the Kernels page, and those that have a direction turned by each eighth of a turn."""
    return turned_kernels(KERNELS.values())


def turned_kernels(presets: Iterable[KernelPreset]) -> tuple[KnownKernel, ...]:
    """Turn the kernels that have a direction; what is another one or its negative is left out.

    Parameters
    ----------
    presets : iterable of KernelPreset
        Of 3x3.

    Returns
    -------
    tuple of KnownKernel
        First all of them as they are, then the turned ones. A turn by 45 degrees moves the eight outer weights by one
        place (compass kernels: Prewitt 1970; Kirsch 1971); what a quarter turn does not change has no direction.
    """
    plain = [KnownKernel(preset.title, 0, _unit(preset.matrix)) for preset in presets]
    found: list[KnownKernel] = []
    for kernel in plain:
        _add(found, kernel)
    for kernel in plain:
        if not np.allclose(np.rot90(kernel.matrix), kernel.matrix):
            for eighths in range(1, 8):
                _add(found, KnownKernel(kernel.title, EIGHTH * eighths, _turned(kernel.matrix, eighths)))
    return tuple(found)


def nearest_known(kernel: np.ndarray, known: Sequence[KnownKernel] | None = None) -> Nearest | None:
    """Find the known kernel that a learned one is most like or most unlike.

    Parameters
    ----------
    kernel : (h, w) or (h, w, planes)
        With planes it is compared with the known kernel alike on every plane.
    known : sequence of KnownKernel, optional
        By default `known_kernels`.

    Returns
    -------
    Nearest or None
        With the cosine of the largest size, -1 to 1; a smaller known kernel may lie at any place of a larger one, zeros
        around it. None for one that is all zeros or smaller than the known ones: there is nothing to compare.
    """
    known = known_kernels() if known is None else known
    cosines = _cosines(_with_planes(kernel)[None], known)
    if not cosines or not np.any(kernel):
        return None
    of_each = [part[0] for part in cosines]
    best = int(np.argmax([np.abs(part).max() for part in of_each]))
    row, column = np.unravel_index(np.abs(of_each[best]).argmax(), of_each[best].shape)
    return Nearest(known[best], float(of_each[best][row, column]), int(row), int(column))


@cache
def chance_level(height: int, width: int, planes: int = 1) -> float | None:
    """Similarity that random kernels of a size reach with the known one that is nearest.

    Returns
    -------
    float or None
        The size of the cosine, 0 to 1, that QUANTILE of NUM_RANDOM kernels with normally distributed weights stay
        below or reach. A learned one at or below it is like nothing known. None where nothing can be compared.
    """
    drawn = _normal(NUM_RANDOM * height * width * planes).reshape(NUM_RANDOM, height, width, planes)
    cosines = _cosines(drawn, known_kernels())
    if not cosines:
        return None
    best = np.max([np.abs(part).max(axis=(1, 2)) for part in cosines], axis=0)
    return float(np.sort(best)[int(np.ceil(QUANTILE * NUM_RANDOM)) - 1])


def _cosines(kernels: np.ndarray, known: Sequence[KnownKernel]) -> list[np.ndarray]:
    """For each known kernel (n, rows, columns): cosines of kernels (n, h, w, planes) at each place; [] if too small."""
    num, height, width, planes = kernels.shape
    if height < SIDE or width < SIDE:
        return []
    flat = np.asarray(kernels, np.float64)
    lengths = np.sqrt((flat**2).sum(axis=(1, 2, 3)) * planes)
    windows = np.lib.stride_tricks.sliding_window_view(flat.sum(axis=3), (SIDE, SIDE), axis=(1, 2))
    products = [np.einsum("nrcij,ij->nrc", windows, one.matrix) for one in known]
    lengths = np.where(lengths > 0, lengths, 1).reshape(num, 1, 1)
    return [product / lengths for product in products]


def _with_planes(kernel: np.ndarray) -> np.ndarray:
    if kernel.ndim not in (2, 3):
        raise InvalidKernel(
            f"A filter has rows, columns and planes: expected (h, w) or (h, w, planes). Received: shape={kernel.shape}."
        )
    return kernel if kernel.ndim == 3 else kernel[:, :, None]


def _unit(matrix: object) -> np.ndarray:
    values = np.array(matrix, np.float64)
    return values / np.linalg.norm(values)


def _turned(matrix: np.ndarray, eighths: int) -> np.ndarray:
    turned = matrix.copy()
    for place, (row, column) in enumerate(_RING):
        turned[_RING[(place + eighths) % len(_RING)]] = matrix[row, column]
    return turned


def _add(found: list[KnownKernel], kernel: KnownKernel) -> None:
    if not any(np.isclose(abs((one.matrix * kernel.matrix).sum()), 1) for one in found):
        found.append(kernel)


def _normal(count: int) -> np.ndarray:
    """Normally distributed numbers from SEED (mulberry32, Box and Muller)."""
    with np.errstate(over="ignore"):
        state = np.uint32(SEED) + np.arange(1, 2 * count + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
        mixed = (state ^ (state >> np.uint32(15))) * (state | np.uint32(1))
        mixed ^= mixed + (mixed ^ (mixed >> np.uint32(7))) * (mixed | np.uint32(61))
    uniform = (mixed ^ (mixed >> np.uint32(14))) / 2.0**32
    return np.sqrt(-2 * np.log(1 - uniform[0::2])) * np.cos(2 * np.pi * uniform[1::2])
