"""What is familiar to a net: the values of one of its layers for the images that it learned from."""

from typing import Any

import keras
import numpy as np

from cnnviz.datasets.registry import load_dataset
from cnnviz.evaluation.familiarity import fit_familiarity
from cnnviz.evaluation.predict import BATCH_SIZE
from cnnviz.models.keras_state import keras_lock


def familiarity(model: keras.Model, layer: str, trained_on: str) -> dict[str, Any]:
    """Learn what is familiar to a net.

    Parameters
    ----------
    model : keras.Model
    layer : str
        One whose values are compared.
    trained_on : str
        The data set of its training; images (N, H, W, C) uint8 as stored.

    Returns
    -------
    dict
        `Familiarity.to_manifest`.
    """
    with keras_lock:
        probe = keras.Model(model.inputs[0], model.get_layer(layer).output)
    data = load_dataset(trained_on)
    parts = []
    for start in range(0, len(data.x_train), BATCH_SIZE):
        values = keras.ops.convert_to_numpy(probe(data.x_train[start : start + BATCH_SIZE], training=False))
        parts.append(values.reshape(len(values), -1))
    return fit_familiarity(layer, np.concatenate(parts), data.y_train).to_manifest()
