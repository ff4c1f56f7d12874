"""Preprocessing of drawings and photos to the input of a net.

A net trained on MNIST only knows digits that were cropped, scaled into a 20x20 box, centred by
mass and drawn with a pen of one width. Drawings go through the same steps, and every step is kept
so that it can be shown. The recipe of the box and the centre of mass is MNIST's own
(http://yann.lecun.com/exdb/mnist).
"""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from cnnviz.errors import InvalidImage
from cnnviz.imaging.decode import on_paper, resize, to_grey
from cnnviz.imaging.photo_paper import flatten_photo

SIDE = 28  # pixels of a prepared digit
BOX = 20  # pixels of the box it is scaled into
WORKING_SIDE = 160  # strokes are measured and evened out at about this size, 8 times the box
STROKE = (2.9, 3.5)  # thinnest and thickest stroke that is left alone, in pixels of the box
MAX_THINNING = 0.5  # share of its width that a stroke may lose: more would break it where it is thin
MIN_CONTRAST = 24  # grey levels between paper and ink; below this nothing was drawn
NOISE = 0.3  # share of the contrast below which a pixel is paper: shadows, JPEG blocks
SPECK = 0.02  # components smaller than this share of the largest one are dust

InputStyle = Literal["digit", "photo"]
Step = tuple[str, np.ndarray]


@dataclass(frozen=True)
class Prepared:
    """The input of a net and the steps to it.

    Attributes
    ----------
    image : (H, W, C) uint8
        The picture as the net takes it; a digit is (28, 28, 1), white ink on black.
    steps : tuple of (name, (H, W) uint8)
        The picture after every step, in order; empty for photos.
    """

    image: np.ndarray
    steps: tuple[Step, ...] = ()


OPAQUE = 255


def prepare(
    image: np.ndarray,
    image_shape: tuple[int, int, int],
    *,
    style: InputStyle,
    is_photo: bool = False,
    is_own: bool = False,
) -> Prepared:
    """Bring a picture into the form that the nets of a data set expect.

    Parameters
    ----------
    image : (H, W) or (H, W, 1 | 3 | 4) uint8
    image_shape : (height, width, channels)
        Of the net's input; of no effect for digits, which are (28, 28, 1).
    style : {"digit", "photo"}
        `DatasetInfo.input_style`: `prepare_digit` or `prepare_photo`.
    is_photo : bool
        It was not drawn here: the paper of a digit is looked for first (`photo_paper.flatten_photo`).
    is_own : bool
        The net was brought along, and nobody knows that it learned from centred digits: a photo of just its size is
        taken as it is.

    Raises
    ------
    InvalidImage
    """
    if style == "digit" and not (is_own and is_photo and image.shape[:2] == tuple(image_shape[:2])):
        return prepare_digit(flatten_photo(to_grey(_rgb(image))) if is_photo else image)
    return Prepared(prepare_photo(image, image_shape))


def prepare_digit(drawing: np.ndarray) -> Prepared:
    """Turn a drawing into an MNIST-like picture, keeping every step.

    Parameters
    ----------
    drawing : (H, W) or (H, W, 1 | 3 | 4) uint8
        Dark ink on light paper or light on dark, any size; transparent pixels are paper.

    Returns
    -------
    Prepared
        Steps: grey, ink, crop, stroke, box, centre.

    Raises
    ------
    InvalidImage
        When nothing was drawn.
    """
    grey = to_grey(_rgb(drawing))
    ink = _ink(grey)
    crop = _crop(ink)
    stroke = _even_stroke(crop)
    box = fit_box(stroke)
    centre = centre_mass(box)
    names = ("grey", "ink", "crop", "stroke", "box", "centre")
    return Prepared(centre[..., None], tuple(zip(names, (grey, ink, crop, stroke, box, centre), strict=True)))


def prepare_photo(image: np.ndarray, image_shape: tuple[int, int, int]) -> np.ndarray:
    """Cut the middle out of a picture and scale it by area.

    Parameters
    ----------
    image : (H, W) or (H, W, 1 | 3 | 4) uint8
    image_shape : (height, width, channels)
        Channels 1 gives grey, 3 gives RGB; 2 and 4 give the same with an opaque alpha channel.

    Returns
    -------
    (height, width, channels) uint8
    """
    height, width, channels = image_shape
    planes = to_grey(_rgb(image))[..., None] if channels < 3 else _rgb(image)
    scale = min(planes.shape[0] / height, planes.shape[1] / width)
    cut_height, cut_width = max(1, round(height * scale)), max(1, round(width * scale))
    top, left = (planes.shape[0] - cut_height) // 2, (planes.shape[1] - cut_width) // 2
    cut = planes[top : top + cut_height, left : left + cut_width]
    sized = resize(np.ascontiguousarray(cut), height, width).reshape(height, width, -1)
    return np.dstack([sized, np.full_like(sized[..., :1], OPAQUE)]) if channels in (2, 4) else sized


def fit_images(images: np.ndarray, image_shape: tuple[int, int, int]) -> np.ndarray:
    """Bring images (N, H, W, C) uint8 into a net's shape, each as `prepare_photo` does; those that have it stay."""
    if images.shape[1:] == tuple(image_shape):
        return images
    return np.stack([prepare_photo(image, image_shape) for image in images])


def _rgb(image: np.ndarray) -> np.ndarray:
    """(H, W) or (H, W, C) -> (H, W, 3), transparent pixels laid on paper of the other brightness than the ink."""
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or 0 in image.shape:
        raise InvalidImage(
            f"This is no picture: expected height × width (× 1, 3 or 4 channels) of uint8. "
            f"Received: shape {image.shape} of {image.dtype}."
        )
    planes = image[..., None] if image.ndim == 2 else image
    if planes.shape[2] == 1:
        return np.repeat(planes, 3, axis=2)
    if planes.shape[2] == 3:
        return planes
    if planes.shape[2] != 4:
        raise InvalidImage(f"A picture has 1, 3 or 4 channels. Received: {planes.shape[2]}.")
    return on_paper(planes)[0]


def _ink(grey: np.ndarray) -> np.ndarray:
    """White ink on black, whichever way round it was drawn: the paper is what the border mostly shows."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    away = grey.astype(np.float32) - float(np.median(border))
    darker, lighter = np.clip(-away, 0, None), np.clip(away, 0, None)
    ink = darker if darker.sum() >= lighter.sum() else lighter
    contrast = float(ink.max())
    if contrast < MIN_CONTRAST:
        raise InvalidImage(
            "Nothing is drawn here: expected ink that stands out from the paper. Draw a digit first. "
            "Received: a picture of one shade."
        )
    ink /= contrast
    ink[ink < NOISE] = 0
    return np.rint(ink * 255).astype(np.uint8)


def _crop(ink: np.ndarray) -> np.ndarray:
    """The smallest rectangle around the ink, dust left out."""
    num_parts, labels, stats, _ = cv2.connectedComponentsWithStats((ink > 0).astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    kept = areas >= SPECK * areas[1:num_parts].max()
    kept[0] = False
    clean = np.where(kept[labels], ink, 0)
    left, top, width, height = cv2.boundingRect(clean)
    return clean[top : top + height, left : left + width]


def _even_stroke(crop: np.ndarray) -> np.ndarray:
    """Thicken hair lines and thin markers until the stroke is one that STROKE leaves alone.

    The outline moves along the signed distance to it, outwards or inwards, so a stroke keeps its form.
    """
    zoom = WORKING_SIDE / max(crop.shape)
    if zoom > 1:
        height, width = (max(1, round(side * zoom)) for side in crop.shape)
        crop = cv2.resize(crop, (width, height), interpolation=cv2.INTER_CUBIC)
    side = max(crop.shape)
    mask = (crop > 127).astype(np.uint8)
    margin = int(side * STROKE[0] / BOX) + 2
    framed = np.pad(mask, margin)
    inside = cv2.distanceTransform(framed, cv2.DIST_L2, 5)
    outside = cv2.distanceTransform(1 - framed, cv2.DIST_L2, 5)
    width = _stroke_width(inside)
    wanted = float(np.clip(width, *(limit * side / BOX for limit in STROKE)))
    # The box grows with the stroke, so the change is a little more than the plain difference.
    change = (wanted - width) / (1 - wanted / side)
    change = max(change, -MAX_THINNING * width)
    moved = np.clip(change / 2 + inside - outside + 0.5, 0, 1)
    left, top, width, height = cv2.boundingRect((moved > 0).astype(np.uint8))
    return np.rint(moved[top : top + height, left : left + width] * 255).astype(np.uint8)


def _stroke_width(inside: np.ndarray) -> float:
    """Width of the stroke, from the distance of each ink pixel to the paper: a bar's mean is a quarter of it."""
    return 4 * float(inside[inside > 0].mean()) - 1


def fit_box(stroke: np.ndarray) -> np.ndarray:
    """Scale ink (H, W) uint8 until its longer side is 20 pixels, keeping the aspect."""
    scale = BOX / max(stroke.shape)
    height, width = (max(1, round(side * scale)) for side in stroke.shape)
    return resize(stroke, height, width)


def centre_mass(box: np.ndarray) -> np.ndarray:
    """Place a box (<= 20, <= 20) in a (28, 28) uint8 picture, its centre of mass in the middle as far as it fits."""
    height, width = box.shape
    weights = box.astype(np.float64)
    row = (weights.sum(axis=1) @ np.arange(height)) / weights.sum()
    column = (weights.sum(axis=0) @ np.arange(width)) / weights.sum()
    middle = SIDE / 2  # where MNIST has it, counted in pixel indices
    top = int(np.clip(round(middle - row), 0, SIDE - height))
    left = int(np.clip(round(middle - column), 0, SIDE - width))
    picture = np.zeros((SIDE, SIDE), np.uint8)
    picture[top : top + height, left : left + width] = box
    return picture
