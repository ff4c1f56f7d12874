"""Pooling: the largest or smallest value, the mean or the sum of each window of a map."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnviz.errors import InvalidInput, UnknownName

PoolMode = Literal["max", "avg", "min", "sum", "global_max", "global_avg"]

# Windows (h, w, size, size) -> (h, w)
POOLINGS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "max": lambda windows: windows.max(axis=(2, 3)),
    "avg": lambda windows: windows.mean(axis=(2, 3), dtype=np.float64),
    "min": lambda windows: windows.min(axis=(2, 3)),
    "sum": lambda windows: windows.sum(axis=(2, 3), dtype=np.float64),
    "global_max": lambda windows: windows.max(axis=(2, 3)),
    "global_avg": lambda windows: windows.mean(axis=(2, 3), dtype=np.float64),
}


def pool(values: np.ndarray, size: int = 2, *, stride: int | None = None, mode: PoolMode = "max") -> np.ndarray:
    """Reduce each size x size window of a map to one value.

    Parameters
    ----------
    values : (H, W) array
    size : int
        Side of the window; the global modes take the whole map instead.
    stride : int, optional
        Step from window to window; None: as large as `size`.

    Returns
    -------
    (h, w) float32
        h = (H - size) // stride + 1; rows and columns that fill no window are left out ("valid" in Keras).

    Raises
    ------
    InvalidInput
        If no window fits.
    """
    windows = _windows(values, size, stride=stride, mode=mode)
    return POOLINGS[mode](windows).astype(np.float32)


def _windows(values: np.ndarray, size: int, *, stride: int | None, mode: str) -> np.ndarray:
    """Return a view (h, w, size, size) of a map."""
    values = np.asarray(values, dtype=np.float32)
    if mode not in POOLINGS:
        raise UnknownName.among("pooling", mode, list(POOLINGS))
    if values.ndim != 2 or 0 in values.shape:
        raise InvalidInput(f"Pooling takes a map (H, W). Received: shape {values.shape}.")
    if mode.startswith("global_"):
        return values[None, None]
    step = size if stride is None else stride
    if size < 1 or step < 1:
        raise InvalidInput(f"Window and stride are at least 1. Received: size={size}, stride={stride}.")
    if size > min(values.shape):
        height, width = values.shape
        raise InvalidInput(
            f"A {size}×{size} pooling window does not fit into a map of {height} × {width} (height × width). "
            f"Use a window of at most {min(values.shape)}. Received: size={size}, map={values.shape}."
        )
    return sliding_window_view(values, (size, size))[::step, ::step]
