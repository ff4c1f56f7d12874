"""What the kernel lab computes, in NumPy: the reference for the browser's own code."""

import numpy as np

from cnnviz.imaging.decode import to_grey
from cnnviz.kernel_lab.activations import ACTIVATIONS
from cnnviz.kernel_lab.convolution import Sliding, convolve
from cnnviz.kernel_lab.settings import LabSettings
from cnnviz.kernel_lab.transposed import flip, transposed_convolve

UNIT = 255.0
"""Activations see pixels as nets do, from 0 to 1; their answer is shown on the scale of pixels again."""


def effective_kernels(settings: LabSettings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the three planes' kernels (k, k) float64 as they are laid on: divided, and flipped if so set."""
    kernels = [
        np.array(matrix, np.float64) / divisor
        for matrix, divisor in zip(settings.kernels, settings.divisors, strict=True)
    ]
    turned = [flip(kernel) if settings.flip else kernel for kernel in kernels]
    return tuple(turned * 3) if len(turned) == 1 else tuple(turned)


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
    kernels = effective_kernels(settings)
    if settings.kind == "grey":
        return convolve(to_grey(image), kernels[0], **sliding(settings))[:, :, None]
    if settings.kind == "transposed":
        stride, dilation = settings.stride, settings.dilation
        return transposed_convolve(to_grey(image), kernels[0], stride=stride, dilation=dilation)[:, :, None]
    if settings.kind == "pointwise":
        return (image[:: settings.stride, :: settings.stride] @ np.array(settings.mix))[:, :, None]
    maps = convolve(image, np.stack(kernels, axis=-1), **sliding(settings)).astype(np.float64)  # (H', W', 3)
    if settings.kind == "sum":
        return maps.sum(axis=-1, keepdims=True)
    return (maps @ np.array(settings.mix))[:, :, None] if settings.kind == "separable" else maps


def sliding(settings: LabSettings) -> Sliding:
    """Give the keywords of `convolve`."""
    return {
        "stride": settings.stride,
        "padding": settings.padding,
        "border": settings.border,
        "dilation": settings.dilation,
    }
