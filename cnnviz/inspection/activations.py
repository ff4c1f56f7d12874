"""What every layer answers to one image, in one forward pass, and what it answers with."""

from weakref import WeakKeyDictionary

import keras
import numpy as np

from cnnviz.architecture.spec.naming import STRIDE_SUFFIX
from cnnviz.errors import InvalidModel
from cnnviz.evaluation.predict import as_probabilities
from cnnviz.inspection.filters import first_kernels
from cnnviz.inspection.maps import FeatureMaps, LayerMaps
from cnnviz.models.build import output_activation, require_images
from cnnviz.models.keras_state import keras_lock
from cnnviz.models.layers import layer_kind

INPUT_KIND = "input"

_probes: WeakKeyDictionary[keras.Model, keras.Model] = WeakKeyDictionary()


def feature_maps(model: keras.Model, image: np.ndarray) -> FeatureMaps:
    """Push one image through the net and keep what each layer gives.

    Parameters
    ----------
    model : keras.Model
        Functional, takes raw pixels.
    image : ndarray (H, W, C), uint8
        Of the model's input shape.

    Raises
    ------
    InvalidInput
        If the image has another shape.
    """
    batch = image[None]  # (1, H, W, C)
    require_images(model, batch)
    outputs = [keras.ops.convert_to_numpy(output)[0] for output in probe(model)(batch, training=False)]
    named = [("image", INPUT_KIND), *((layer.name, layer_kind(layer)) for layer in shown_layers(model))]
    layers = tuple(
        LayerMaps(name, kind, values.shape, values.astype(np.float32, copy=False))
        for (name, kind), values in zip(named, outputs, strict=True)
    )
    return FeatureMaps(layers, as_probabilities(outputs[-1][None], output_activation(model))[0])


def maps_and_kernels(model: keras.Model, image: np.ndarray) -> tuple[FeatureMaps, np.ndarray | None]:
    """Look at a net through one image.

    Parameters
    ----------
    model : keras.Model
    image : ndarray (H, W, C), uint8
        Of the model's input shape.

    Returns
    -------
    FeatureMaps
        What each layer answers.
    ndarray (height, width, inputs, filters), float32, or None
        The kernels of the first convolution; None for a net without one.
    """
    try:
        kernels = first_kernels(model)
    except InvalidModel:
        kernels = None
    return feature_maps(model, image), kernels


def probe(model: keras.Model) -> keras.Model:
    """Give the model whose outputs are the scaled image and those of all shown layers; made once for each model."""
    made = _probes.get(model)
    if made is not None:  # without the lock: another model may be loading under it
        return made
    with keras_lock:
        if model not in _probes:
            outputs = [_scaled_input(model), *(layer.output for layer in shown_layers(model))]
            _probes[model] = keras.Model(model.inputs[0], outputs)
        return _probes[model]


def shown_layers(model: keras.Model) -> list[keras.layers.Layer]:
    """List the layers of the net proper: those after the scaling, or after the input where there is none."""
    position = _rescaling_position(model)
    layers = model.layers if position is None else model.layers[position + 1 :]
    return [layer for layer in layers if not _is_hidden(layer)]


def _is_hidden(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, keras.layers.InputLayer) or layer.name.endswith(STRIDE_SUFFIX)


def _scaled_input(model: keras.Model) -> keras.KerasTensor:
    position = _rescaling_position(model)
    return model.inputs[0] if position is None else model.layers[position].output


def _rescaling_position(model: keras.Model) -> int | None:
    positions = (i for i, layer in enumerate(model.layers) if isinstance(layer, keras.layers.Rescaling))
    return next(positions, None)
