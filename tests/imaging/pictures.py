"""Pictures and files that the imaging tests share."""

from io import BytesIO

import numpy as np
from PIL import Image

HEIGHT, WIDTH = 20, 32
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")


def smooth_picture():
    """Red grows to the right, green downwards: survives lossy formats and shows every flip and turn."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    planes = [columns * 255 / (WIDTH - 1), rows * 255 / (HEIGHT - 1), np.full((HEIGHT, WIDTH), 40)]
    return np.stack(planes, axis=-1).round().astype(np.uint8)


def encoded(picture, file_format="PNG", **options):
    buffer = BytesIO()
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def assert_close(image, expected, tolerance=1):
    assert image.dtype == np.uint8
    assert image.shape == expected.shape
    assert np.abs(image.astype(int) - expected.astype(int)).max() <= tolerance
