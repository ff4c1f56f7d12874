"""What was done to a picture so that a net can take it, in the words of the page Inside."""

import numpy as np

from cnnviz.imaging.preprocess import InputStyle
from cnnviz.text.units import shape_text

SAME_FORM = 0.01  # share of its area by which a picture may have another form than the net's input


def conversion(image: np.ndarray, image_shape: tuple[int, int, int], *, style: InputStyle, is_own: bool = False) -> str:
    """Say what `prepare` does to a photo, as assets/components/shared/picture_input/photos.js says it.

    Parameters
    ----------
    image : (H, W) or (H, W, 1 | 3 | 4) uint8
    image_shape : (height, width, channels)
        Of the net's input.
    style, is_own
        As for `preprocess.prepare`.

    Returns
    -------
    str
        "" where nothing is done.
    """
    (height, width), (rows, columns, planes) = image.shape[:2], image_shape
    has_size, net_size = (height, width) == (rows, columns), shape_text((columns, rows))
    if style == "digit" and not (is_own and has_size):
        return (
            "Read as a drawing: what stands out from its paper was taken for strokes and brought to the net's "
            f"{net_size} pixels."
        )
    is_grey = image.ndim == 2 or image.shape[2] < 3 or not np.ptp(image[..., :3], axis=2).any()
    is_cut = abs(width * rows - height * columns) >= SAME_FORM * max(width * rows, height * columns)
    size = "" if has_size else f"from {shape_text((width, height))} to the net's {net_size} pixels"
    colours = "from grey to three equal planes" if is_grey and planes != 1 else ""
    colours = "to grey" if planes == 1 and not is_grey else colours
    parts = " and ".join(filter(None, [size, colours]))
    return f"{'Its middle was brought' if is_cut else 'Brought'} {parts}." if parts else ""
