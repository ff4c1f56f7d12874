"""Which pictures a foreign net takes, and how they are laid out for it."""

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np

from cnnviz.errors import InvalidInput, InvalidModel

Shape = tuple[Any, ...]  # of ints; None is a side that a net leaves open

MAX_CLASSES = 100_000
FLAT = {784: (28, 28, 1), 3072: (32, 32, 3)}
"""Numbers in a row that are a picture: MNIST's and CIFAR's, as tutorials flatten them before the net."""
WITH_ALPHA = 4  # channels; the last one is 255 where a picture is opaque
CHANNELS = (1, 3, WITH_ALPHA)
PROBE_SIDE = 224
LAST_SIDE = 7  # of the last maps of nets for MNIST (28 / 4), and of those for ImageNet (224 / 32)
SMALLEST_SIDE = 28
_SCALING = (keras.layers.Rescaling, keras.layers.Normalization, keras.layers.BatchNormalization)


def picture_shape(model: keras.Model) -> tuple[int, int, int]:
    """Say which pictures a net takes: (height, width, channels), with 1 channel for grey or 3 for RGB.

    A net may want them laid out otherwise: `as_input` does that.

    Raises
    ------
    InvalidModel
        No picture has as many channels, or a side is left open.
    """
    shape = tuple(model.input_shape[1:])
    if len(shape) == 1 and shape[0] in FLAT:
        return FLAT[shape[0]]
    sides = _height_width_channels(shape)
    if len(sides) != 3 or None in sides or sides[2] not in CHANNELS:
        raise _no_picture(shape)
    height, width, channels = sides
    return height, width, min(channels, 3)


def as_input(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Lay images out as a net takes them.

    Parameters
    ----------
    model : keras.Model
    images : ndarray (N, H, W, C), uint8
        Of the net's `picture_shape`.

    Returns
    -------
    ndarray (N, ...), uint8
        Of the net's input shape: channels first, without the axis of a single channel, in a row, or with an opaque
        alpha channel, whatever it wants.

    Raises
    ------
    InvalidInput
        The images have another shape.
    """
    wanted = tuple(model.input_shape[1:])
    if len(images.shape) == len(wanted) + 1 and all(
        want in (None, got) for want, got in zip(wanted, images.shape[1:], strict=True)
    ):
        return images
    expected = picture_shape(model)
    if images.shape[1:] != expected:
        raise InvalidInput(
            f"The images do not fit the net: it takes images of shape {expected} (height, width, channels). "
            f"Resize them first. Received: shape={tuple(images.shape)}."
        )
    if len(wanted) == 3 and _height_width_channels(wanted)[2] == WITH_ALPHA:
        images = np.concatenate([images, np.full_like(images[..., :1], 255)], axis=-1)  # (N, H, W, 4)
    if len(wanted) == 3 and images.shape[1:] != wanted:
        images = np.moveaxis(images, -1, 1)  # (N, C, H, W)
    return images.reshape(len(images), *wanted)


def scales_itself(model: keras.Model) -> bool:
    """Whether a layer before the first convolution or dense layer brings pixels of 0 to 255 into another range."""
    for layer in _in_order(model):
        if isinstance(layer, _SCALING):
            return True
        if layer.trainable_weights:
            return False
    return False


def _in_order(model: keras.Model) -> Iterator[keras.Layer]:
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _in_order(layer)
        else:
            yield layer


def closed_shape(model: keras.Model, last_map: Callable[[Shape], Shape]) -> Shape:
    """Choose the sides that a net's input leaves open.

    Parameters
    ----------
    model : keras.Model
    last_map : callable
        Input shape -> shape of the last maps for it.

    Returns
    -------
    tuple of int
        The input shape. A side is such that the last maps have 7 x 7 places: 28 pixels for a net that halves them
        twice, 224 for one that does so five times.
    """
    shape = tuple(model.inputs[0].shape[1:])
    if None not in shape:
        return shape
    is_channels_first = _is_channels_first(shape)
    *sides, channels = _height_width_channels(shape)
    if channels is None:
        raise _no_picture(shape)
    side = next(filter(None, sides), None)
    if side is None:
        last = last_map(tuple(side or PROBE_SIDE for side in shape)) or (1, 1, 1)
        factor = PROBE_SIDE / max(last[1:] if is_channels_first else last[:2])
        side = min(PROBE_SIDE, max(SMALLEST_SIDE, round(LAST_SIDE * factor)))
    return tuple(known or side for known in shape)


def refuse_no_image_net(model: Any) -> None:
    """Raise InvalidModel for what does not turn one picture into one score for each class."""
    inputs: Any = getattr(model, "inputs", None) or ()
    fits = (
        isinstance(model, keras.Model)
        and len(inputs) == 1
        and len(model.outputs) == 1
        and len(model.outputs[0].shape) == 2
        and _takes_pictures(tuple(inputs[0].shape[1:]))
    )
    if not fits:
        shapes = [tuple(tensor.shape) for tensor in inputs]
        raise InvalidModel(
            "This model classifies no images: expected one input (height, width, channels) and one score per class as "
            f"output. Load an image classifier. Received: inputs={shapes}."
        )
    num_classes = model.outputs[0].shape[1]
    if num_classes is None or num_classes > MAX_CLASSES:
        raise InvalidModel(
            f"This model tells too many classes apart: expected at most {MAX_CLASSES:,}. Load a smaller classifier. "
            f"Received: {'any number of' if num_classes is None else format(num_classes, ',')} classes."
        )


def _takes_pictures(shape: Shape) -> bool:
    if len(shape) == 1:
        return shape[0] in FLAT
    return len(shape) == 3 or (len(shape) == 2 and None not in shape)


def _height_width_channels(shape: Shape) -> Shape:
    if len(shape) == 2:
        return (*shape, 1)
    return (*shape[1:], shape[0]) if _is_channels_first(shape) else shape


def _is_channels_first(shape: Shape) -> bool:
    return len(shape) == 3 and shape[0] in CHANNELS and shape[2] not in CHANNELS


def _no_picture(shape: Shape) -> InvalidModel:
    return InvalidModel(
        "Pictures cannot be brought into the form that this net takes: expected height, width, and 1, 3 or 4 "
        f"channels. Save a net with such an input. Received: input shape {shape} (height, width, channels)."
    )
