"""Convolution as frameworks define them, in NumPy: the reference for everything that computes it faster.

Convolution means cross-correlation: the kernel is laid on the image unflipped, multiplied and summed.
Sums are made in float64 and rounded once, so the order of the terms does not show in the float32 result.
"""

from typing import Literal

import numpy as np

from cnnviz.errors import InvalidInput, InvalidKernel, UnknownName

Padding = Literal["valid", "same", "full"]
Border = Literal["zero", "reflect", "replicate", "wrap"]

# A map is made in strips of so many rows: a strip stays in the processor's cache, which halves the time.
STRIP_ROWS = 32

PADDINGS: tuple[str, ...] = ("valid", "same", "full")
# What lies outside the image, as np.pad calls it: reflect is "cb|abc|ba", replicate "aa|abc|cc", wrap "bc|abc|ab".
BORDERS: dict[str, Literal["constant", "reflect", "edge", "wrap"]] = {
    "zero": "constant",
    "reflect": "reflect",
    "replicate": "edge",
    "wrap": "wrap",
}


def padding_amounts(size: int, kernel: int, stride: int, padding: Padding, dilation: int) -> tuple[int, int]:
    """Return how many values are added before and after an axis of `size` values.

    Notes
    -----
    "same" adds what ceil(size / stride) outputs need, the odd one after, as TensorFlow and Keras do.
    """
    span = _span(kernel, dilation)
    if padding == "valid":
        return 0, 0
    if padding == "full":
        return span - 1, span - 1
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + span - size, 0)
    return total // 2, total - total // 2


def output_size(size: int, kernel: int, stride: int = 1, padding: Padding = "valid", dilation: int = 1) -> int:
    """Return the number of outputs along an axis of `size` values: (size + padding - span) // stride + 1.

    The span of a kernel is dilation * (kernel - 1) + 1 values.

    Raises
    ------
    InvalidKernel
        If the span is larger than the padded image, so that there is no output.
    """
    _check_sliding(stride=stride, padding=padding, dilation=dilation)
    before, after = padding_amounts(size, kernel, stride, padding, dilation)
    span = _span(kernel, dilation)
    if span > size + before + after:
        raise InvalidKernel(
            f"The kernel does not fit: it spans {span} pixels and the image has {size}. "
            f"Use padding 'same', a smaller kernel or a smaller dilation. "
            f"Received: size={size}, kernel={kernel}, dilation={dilation}, padding={padding!r}."
        )
    return (size + before + after - span) // stride + 1


def convolve(
    image: np.ndarray,
    kernel: np.ndarray,
    *,
    stride: int = 1,
    padding: Padding = "valid",
    border: Border = "zero",
    dilation: int = 1,
) -> np.ndarray:
    """Slide a kernel over an image and sum the products (cross-correlation, no flip).

    Parameters
    ----------
    image : (H, W) or (H, W, C) array
        Any range; 0 to 255 and 0 to 1 differ only by a factor in the result.
    kernel : (kh, kw) or (kh, kw, C) array
        Odd or even. With a channel axis each plane has a kernel of its own, else all planes share one.
    border : {"zero", "reflect", "replicate", "wrap"}
        What "same" and "full" add around the image.

    Returns
    -------
    (H', W') or (H', W', C) float32, signed
        A map per plane: sum over the last axis for the convolution of a colour image.

    Raises
    ------
    InvalidKernel, InvalidInput

    Notes
    -----
    out[r, c] = sum over i, j of kernel[i, j] * padded[r * stride + i * dilation, c * stride + j * dilation]
    """
    image, kernel = _check_arrays(image, kernel)
    _check_sliding(stride=stride, padding=padding, border=border, dilation=dilation)
    height, width = (output_size(image.shape[axis], kernel.shape[axis], stride, padding, dilation) for axis in (0, 1))
    padded = _pad(image, kernel, stride, padding, border, dilation)
    out = np.empty((height, width, *image.shape[2:]), dtype=np.float32)
    for top in range(0, height, STRIP_ROWS):
        strip = np.zeros_like(out[top : top + STRIP_ROWS], dtype=np.float64)
        # One pass per weight: the whole strip, shifted, times that weight.
        for i, j in np.ndindex(kernel.shape[:2]):
            shifted = padded[top * stride + i * dilation :: stride, j * dilation :: stride]
            strip += kernel[i, j] * shifted[: len(strip), :width]
        out[top : top + STRIP_ROWS] = strip
    return out


def _span(kernel: int, dilation: int) -> int:
    return dilation * (kernel - 1) + 1


def _pad(
    image: np.ndarray, kernel: np.ndarray, stride: int, padding: Padding, border: Border, dilation: int
) -> np.ndarray:
    amounts = [padding_amounts(image.shape[axis], kernel.shape[axis], stride, padding, dilation) for axis in (0, 1)]
    planes = [(0, 0)] * (image.ndim - 2)
    return np.pad(image, amounts + planes, mode=BORDERS[border])


def _check_arrays(image: np.ndarray, kernel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # The image keeps its type: the float64 kernel makes every product float64.
    image, kernel = np.asarray(image), np.asarray(kernel, dtype=np.float64)
    if image.ndim not in (2, 3) or 0 in image.shape:
        raise InvalidInput(f"An image has the shape (H, W) or (H, W, C). Received: shape {image.shape}.")
    if kernel.ndim not in (2, 3) or 0 in kernel.shape or not np.isfinite(kernel).all():
        raise InvalidKernel(f"A kernel is a (k, k) grid of finite numbers. Received: shape {kernel.shape}.")
    if kernel.ndim == 3 and image.shape[2:] != kernel.shape[2:]:
        raise InvalidKernel(
            f"A kernel for each plane needs as many kernels as the image has planes. "
            f"Received: image {image.shape}, kernel {kernel.shape}."
        )
    return image, kernel


def _check_sliding(*, stride: int, padding: str, border: str = "zero", dilation: int) -> None:
    if stride < 1 or dilation < 1:
        raise InvalidInput(f"Stride and dilation are at least 1. Received: stride={stride}, dilation={dilation}.")
    if padding not in PADDINGS:
        raise UnknownName.among("padding", padding, list(PADDINGS))
    if border not in BORDERS:
        raise UnknownName.among("border", border, list(BORDERS))
