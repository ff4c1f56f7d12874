"""Kinds of convolution beside the plain one, each made from `convolve`."""

import numpy as np

from cnnviz.kernel_lab.convolution import convolve


def flip(kernel: np.ndarray) -> np.ndarray:
    """Turn a kernel (kh, kw) by 180 degrees: what tells mathematicians' convolution from cross-correlation."""
    return np.asarray(kernel)[::-1, ::-1]


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
    return convolve(zero_stuff(image, stride), flip(kernel), padding="full", dilation=dilation)
