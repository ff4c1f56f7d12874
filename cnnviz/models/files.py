"""Keras models of this product as bytes: saved with or without their optimizer, opened again, and held by a worker."""

import json
import tempfile
import zipfile
from pathlib import Path

import keras
import numpy as np

from cnnviz.caching import KeyedCache
from cnnviz.errors import InvalidModel
from cnnviz.models.keras_state import FULL, MIXED, keras_lock

MAX_HELD_BYTES = 500_000_000
"""Of all models that a worker holds, but for the last one. A small net takes 1 to 3 MB: a class of thirty has room."""
OBJECT_BYTES = 1_000_000
"""What a Keras model takes beside its weights: 0.5 to 1 MB were measured with 8 layers, maps of all layers included."""


def model_to_bytes(model: keras.Model) -> bytes:
    """Give the model as the content of a .keras file: net, weights, and the optimizer's state if compiled."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()


def without_optimizer(model: keras.Model) -> bytes:
    """Give the model as the content of a .keras file that answers but does not train on: a third of the size."""
    with keras_lock:
        return model_to_bytes(plain_copy(model))


def plain_copy(model: keras.Model) -> keras.Model:
    """Copy a net into one that is not compiled (`clone_model` would copy the optimizer) and computes with 32 bits.

    Hold `keras_lock` meanwhile.
    """
    config = json.loads(json.dumps(model.get_config()).replace(f'"{MIXED}"', f'"{FULL}"'))
    plain = model.__class__.from_config(config)
    plain.set_weights(model.get_weights())
    return plain


def weights_h5(model: keras.Model) -> bytes:
    """Give the weights alone as the content of an HDF5 file, as `model.load_weights` takes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.weights.h5"
        model.save_weights(path)
        return path.read_bytes()


def model_from_bytes(data: bytes) -> keras.Model:
    """Read a net that was trained here, to ask it: it is not compiled, so it has no optimizer.

    Files of others never come here: `read_model` reads them as data.

    Parameters
    ----------
    data : bytes
        What `model_to_bytes` or `without_optimizer` gave.

    Raises
    ------
    InvalidModel
        The file is damaged, or names code.
    """
    with tempfile.TemporaryDirectory() as folder, keras_lock:
        path = Path(folder) / "model.keras"
        path.write_bytes(data)
        try:
            model = keras.saving.load_model(path, compile=False, safe_mode=True)
            is_full = all(layer.compute_dtype == FULL for layer in model.layers)
            return model if is_full else plain_copy(model)  # early files of a training with 16 bits answer with them
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise InvalidModel(
                "The saved net of this run cannot be read: its file is damaged. Train it again. "
                f"Received: {len(data):,} bytes."
            ) from error


def model_bytes(model: keras.Model) -> int:
    """Bytes that a model takes in memory, about: its weights, the state of its optimizer, and its objects."""
    optimizer = getattr(model, "optimizer", None)  # it has none before it is compiled
    variables = [*model.variables, *(optimizer.variables if optimizer else ())]
    return OBJECT_BYTES + sum(int(np.prod(one.shape)) * np.dtype(one.dtype).itemsize for one in variables)


held_models: KeyedCache[str, keras.Model] = KeyedCache(MAX_HELD_BYTES, model_bytes)
"""Shared by all who ask, so nobody may train one or change its weights."""
