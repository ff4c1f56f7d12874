"""The models that a worker holds, of finished runs, of files and of single epochs: loading one takes a while."""

import keras
import numpy as np

from cnnviz.caching import KeyedCache

MAX_BYTES = 500_000_000
"""Of all of them together, but for the last one. A net of a few layers takes 1 to 3 MB: a class of thirty has room."""
OBJECT_BYTES = 1_000_000
"""What a Keras model takes beside its weights: 0.5 to 1 MB were measured with 8 layers, maps of all layers included."""


def model_bytes(model: keras.Model) -> int:
    """Bytes that a model takes in memory, about: its weights, the state of its optimizer, and its objects."""
    optimizer = getattr(model, "optimizer", None)  # it has none before it is compiled
    variables = [*model.variables, *(optimizer.variables if optimizer else ())]
    return OBJECT_BYTES + sum(int(np.prod(one.shape)) * np.dtype(one.dtype).itemsize for one in variables)


held_models: KeyedCache[str, keras.Model] = KeyedCache(MAX_BYTES, model_bytes)
"""Shared by all who ask, so nobody may train one or change its weights."""
