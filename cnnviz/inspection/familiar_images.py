"""What is familiar to a net: the values of one of its layers for the images that it learned from."""

from typing import Any

import keras
import numpy as np

from cnnviz.datasets.registry import load_dataset
from cnnviz.errors import InvalidInput
from cnnviz.evaluation.familiarity import fit_familiarity
from cnnviz.evaluation.predict import BATCH_SIZE
from cnnviz.models.keras_state import keras_lock

MAX_VALUES = 4096  # of the layer for one image: a browser is given as many numbers for each direction
MAX_NUMBERS = 20_000_000  # of all images together, 80 MB


def familiarity(model: keras.Model, layer: str, trained_on: str) -> dict[str, Any]:
    """Learn what is familiar to a net.

    Parameters
    ----------
    model : keras.Model
    layer : str
        One whose values are compared.
    trained_on : str
        The data set of its training; images (N, H, W, C) uint8 as stored. Of very many some are taken, evenly.

    Returns
    -------
    dict
        `Familiarity.to_manifest`.

    Raises
    ------
    InvalidInput
        The layer gives more values than a browser should be sent.
    """
    with keras_lock:
        probe = keras.Model(model.inputs[0], model.get_layer(layer).output)
    num_values = int(np.prod(probe.output_shape[1:]))
    if num_values > MAX_VALUES:
        raise InvalidInput(
            f"This layer gives too many values to compare images by: at most {MAX_VALUES:,}. Name a later one. "
            f"Received: {num_values:,} of {layer!r}."
        )
    data = load_dataset(trained_on)
    chosen = slice(None, None, -(-len(data.x_train) * num_values // MAX_NUMBERS))
    images, labels = data.x_train[chosen], data.y_train[chosen]
    parts = []
    for start in range(0, len(images), BATCH_SIZE):
        values = keras.ops.convert_to_numpy(probe(images[start : start + BATCH_SIZE], training=False))
        parts.append(values.reshape(len(values), -1))
    return fit_familiarity(layer, np.concatenate(parts), labels).to_manifest()
