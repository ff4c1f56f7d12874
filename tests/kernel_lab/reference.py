"""What the kernel lab computes, in NumPy: the oracle for the browser's own code and for the scripts it shows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnviz.imaging.decode import to_grey
from cnnviz.kernel_lab.activations import ACTIVATIONS
from cnnviz.kernel_lab.convolution import BORDERS, convolve, padding_amounts
from cnnviz.kernel_lab.settings import LabSettings

UNIT = 255.0
"""Activations see pixels as nets do, from 0 to 1; their answer is shown on the scale of pixels again."""


def lab_output(image: np.ndarray, settings: LabSettings) -> np.ndarray:
    """Compute what the lab shows for an RGB image (H, W, 3) uint8: (H', W', maps) float32, signed, 1 or 3 maps.

    Raises
    ------
    InvalidKernel
        If the kernel is larger than the image and its padding.
    """
    summed = _sums(image, settings) + settings.bias
    return (UNIT * ACTIVATIONS[settings.activation](summed / UNIT)).astype(np.float32)


def _sums(image: np.ndarray, settings: LabSettings) -> np.ndarray:
    kernels = settings.effective_kernels
    if settings.kind == "grey":
        return convolve(to_grey(image), kernels[0], **_sliding(settings))[:, :, None]
    if settings.kind == "transposed":
        stride, dilation = settings.stride, settings.dilation
        return transposed_convolve(to_grey(image), kernels[0], stride=stride, dilation=dilation)[:, :, None]
    if settings.kind == "pointwise":
        return (image[:: settings.stride, :: settings.stride] @ np.array(settings.mix))[:, :, None]
    maps = convolve(image, np.stack(kernels, axis=-1), **_sliding(settings)).astype(np.float64)  # (H', W', 3)
    if settings.kind == "sum":
        return maps.sum(axis=-1, keepdims=True)
    return (maps @ np.array(settings.mix))[:, :, None] if settings.kind == "separable" else maps


def _sliding(settings: LabSettings) -> dict[str, Any]:
    """Keywords of `convolve`."""
    return {
        "stride": settings.stride,
        "padding": settings.padding,
        "border": settings.border,
        "dilation": settings.dilation,
    }


def zero_stuff(image: np.ndarray, stride: int) -> np.ndarray:
    """Lay the pixels of an image (H, W) `stride` apart, zeros between: ((H-1)*stride+1, (W-1)*stride+1)."""
    height, width = image.shape
    stuffed = np.zeros(((height - 1) * stride + 1, (width - 1) * stride + 1), np.float64)
    stuffed[::stride, ::stride] = image
    return stuffed


def transposed_convolve(image: np.ndarray, kernel: np.ndarray, *, stride: int = 1, dilation: int = 1) -> np.ndarray:
    """Lay a copy of the kernel, times the pixel, down for each pixel and sum what overlaps ("valid" in Keras).

    Parameters
    ----------
    image : (H, W) array
    kernel : (kh, kw) array

    Returns
    -------
    ((H-1)*stride + span_h, (W-1)*stride + span_w) float32, span = dilation * (k-1) + 1

    References
    ----------
    Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285, chapter 4.
    """
    return convolve(zero_stuff(image, stride), kernel[::-1, ::-1], padding="full", dilation=dilation)


@dataclass(frozen=True, eq=False)
class Window:
    """How one output value came about: the values under the kernel, their products, the sum, and where they lie.

    `rows` and `columns` are places on the image; below 0, or the image's size and above, is in the padding.
    """

    patch: np.ndarray
    products: np.ndarray
    total: float
    rows: tuple[int, ...]
    columns: tuple[int, ...]


def window(plane: np.ndarray, kernel: np.ndarray, row: int, column: int, **sliding: Any) -> Window:
    """Trace the output value at (row, column) of `convolve(plane, kernel, **sliding)`, plane (H, W), kernel (k, k)."""
    stride, padding, dilation = sliding["stride"], sliding["padding"], sliding["dilation"]
    amounts = [
        padding_amounts(size, taps, stride, padding, dilation)
        for size, taps in zip(plane.shape, kernel.shape, strict=True)
    ]
    starts = [
        place * stride + dilation * np.arange(taps) for place, taps in zip((row, column), kernel.shape, strict=True)
    ]
    patch = np.pad(plane, amounts, mode=BORDERS[sliding["border"]])[np.ix_(*starts)]
    products = patch * kernel
    rows, columns = (tuple((start - before).tolist()) for start, (before, _) in zip(starts, amounts, strict=True))
    return Window(patch, products, float(products.sum()), rows, columns)


def pool_winners(plane: np.ndarray, size: int, *, stride: int, mode: str) -> np.ndarray:
    """Row and column (h, w, 2) from which each value of max pooling came; among equals the first, in reading order."""
    if mode == "global_max":
        return np.array(np.unravel_index(plane.argmax(), plane.shape))[None, None]
    windows = sliding_window_view(plane, (size, size))[::stride, ::stride]
    rows, columns = np.unravel_index(windows.reshape(*windows.shape[:2], -1).argmax(axis=-1), (size, size))
    tops, lefts = np.arange(windows.shape[0])[:, None] * stride, np.arange(windows.shape[1]) * stride
    return np.stack([rows + tops, columns + lefts], axis=-1)
