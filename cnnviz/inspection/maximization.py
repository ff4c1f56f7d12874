"""Images that excite a unit or a class: activation maximisation.

Purity: imports Keras, so only a worker imports it. The browser takes the same steps
(assets/components/shared/nn/maximization.js).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from cnnviz.errors import InvalidInput, UnknownName
from cnnviz.inspection.image_makers import MaximizedImage, maker_settings
from cnnviz.models.keras_state import keras_lock
from cnnviz.models.layers import layer_kind

RANGE = 255.0
NOISE = 20.0  # grey levels, to either side, that the first picture differs from grey
EDGE = 20.0  # grey levels between neighbours from which on total variation pulls with about its whole strength
_TINY = 1e-12


def maximise(model: keras.Model, layer: str, unit: int, settings: Mapping[str, Any] | None = None) -> MaximizedImage:
    """Make an image that excites a unit: gradient ascent from noise.

    Parameters
    ----------
    model : keras.Model
        Functional, takes raw pixels.
    layer : str
        Its name; the last one for a class.
    unit : int
        From 0.
    settings : mapping, optional
        Of `MAKERS["maximise"]`.

    Raises
    ------
    UnknownName, InvalidInput
        There is no such layer, unit or setting.
    """
    chosen = maker_settings("maximise", settings or {})
    activation = UnitActivation(model, layer, unit)
    shape = tuple(model.input_shape[1:])
    next_number = uniform(chosen["seed"])
    image = first_image(shape, next_number)
    activations = []
    for _ in range(chosen["steps"]):
        shift = random_shift(chosen["jitter"], next_number)
        value, slope = activation(np.roll(image, shift, axis=(0, 1)))
        activations.append(value)
        image = next_image(image, np.roll(slope, (-shift[0], -shift[1]), axis=(0, 1)), **_of_a_step(chosen))
    whole = np.floor(image + 0.5).astype(np.uint8)
    activations.append(activation(whole.astype(np.float32))[0])
    return MaximizedImage(whole, layer, unit, np.array(activations, np.float32))


def _of_a_step(settings: Mapping[str, Any]) -> dict[str, float]:
    return {name: settings[name] for name in ("rate", "blur", "tv")}


class UnitActivation:
    """The mean of a unit's map before its activation, and its slope by the pixels (0 to 255)."""

    def __init__(self, model: keras.Model, layer: str, unit: int) -> None:
        names = [one.name for one in model.layers[1:]]
        if layer not in names:
            raise UnknownName.among("layer", layer, names)
        with keras_lock:
            self.probe = keras.Model(model.inputs[0], _before_activation(model.get_layer(layer)))
        units = self.probe.output_shape[-1]
        if not 0 <= unit < units:
            raise InvalidInput(f"There is no such unit of {layer!r}: expected 0 to {units - 1}. Received: {unit}.")
        self.unit = unit

    def __call__(self, image: np.ndarray) -> tuple[float, np.ndarray]:
        """(H, W, C) float32, 0 to 255 -> activation, slope (H, W, C) float32."""
        with tf.GradientTape() as tape:
            shown = tf.convert_to_tensor(image[None])
            tape.watch(shown)
            value = tf.reduce_mean(tf.cast(self.probe(shown, training=False)[..., self.unit], tf.float32))
        slope = tape.gradient(value, shown, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return float(value), slope[0].numpy()


def _before_activation(layer: keras.layers.Layer) -> keras.KerasTensor:
    """What a layer gives before its activation, by a copy of it where both are one."""
    if layer_kind(layer) == "activation":
        return layer.input
    if getattr(getattr(layer, "activation", None), "__name__", "linear") == "linear":
        return layer.output
    plain = type(layer).from_config({**layer.get_config(), "activation": "linear"})
    values = plain(layer.input)
    plain.set_weights(layer.get_weights())
    return values


def next_image(image: np.ndarray, slope: np.ndarray, *, rate: float, blur: float, tv: float) -> np.ndarray:
    """One step: by the slope, brought to a mean size of 1, and by what draws neighbours together; then a little blur.

    (H, W, C) float32, 0 to 255. Total variation after Mahendran, Vedaldi (2015), arXiv 1412.0035.
    """
    values = image.astype(np.float64)
    size = np.sqrt(np.mean(np.square(slope, dtype=np.float64)))
    moved = values + rate * (slope / (size + _TINY) + tv * _pull(values))
    moved = np.clip(moved, 0, RANGE)
    return ((1 - blur) * moved + blur * _blurred(moved)).astype(np.float32)


def _pull(values: np.ndarray) -> np.ndarray:
    """Less total variation: for each pixel the sum over its four neighbours of d / sqrt(d² + EDGE²)."""
    total = np.zeros_like(values)
    for axis in (0, 1):
        difference = np.diff(values, axis=axis)
        flow = difference / np.sqrt(difference**2 + EDGE**2)
        none = [(0, 0)] * 3
        after, before = list(none), list(none)
        after[axis], before[axis] = (0, 1), (1, 0)
        total += np.pad(flow, after) - np.pad(flow, before)
    return total


def _blurred(values: np.ndarray) -> np.ndarray:
    """Means of neighbours with weights 1, 2, 1 along rows and columns; beyond the border lies what is at it."""
    for axis in (0, 1):
        around = [(1, 1) if other == axis else (0, 0) for other in range(3)]
        wide = np.moveaxis(np.pad(values, around, mode="edge"), axis, 0)
        values = np.moveaxis((wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4, 0, axis)
    return values


def first_image(shape: tuple[int, ...], numbers: Iterator[float]) -> np.ndarray:
    """Grey with a little noise (H, W, C), float32."""
    noise = np.fromiter(numbers, np.float64, count=int(np.prod(shape))).reshape(shape)
    return (RANGE / 2 + NOISE * (2 * noise - 1)).astype(np.float32)


def random_shift(jitter: int, numbers: Iterator[float]) -> tuple[int, int]:
    """Rows and columns, each from -jitter to jitter."""
    rows, columns = (int((2 * jitter + 1) * next(numbers)) - jitter for _ in range(2))
    return rows, columns


def uniform(seed: int) -> Iterator[float]:
    """Numbers from 0 to 1, the same ones as in the browser (mulberry32, `nn/attribution.js`)."""
    mask, state = 0xFFFFFFFF, seed & 0xFFFFFFFF
    while True:
        state = (state + 0x6D2B79F5) & mask
        mixed = ((state ^ (state >> 15)) * (state | 1)) & mask
        mixed ^= (mixed + ((mixed ^ (mixed >> 7)) * (mixed | 61))) & mask
        yield (mixed ^ (mixed >> 14)) / 4294967296
