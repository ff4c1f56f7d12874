"""Keras models as bytes: saved with their optimizer, loaded without trusting the file, and held by a worker."""

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cnnviz.caching import KeyedCache
from cnnviz.errors import InvalidModel
from cnnviz.models.allowed_objects import first_foreign_object
from cnnviz.models.keras_state import keras_lock

MAX_UNPACKED_BYTES = 2 * 1024**3

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
        plain = model.__class__.from_config(model.get_config())  # `clone_model` would copy the optimizer
        plain.set_weights(model.get_weights())
        return model_to_bytes(plain)


def model_from_bytes(data: bytes) -> keras.Model:
    """Read the content of a .keras file; the model comes back compiled as it was saved.

    Raises
    ------
    InvalidModel
        If the data is no .keras file, holds an object that is not on `allowed_objects`' list, or is no net for images.
    """
    _refuse_foreign_objects(_read_config(data))
    with keras_lock, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(data)
        try:
            model = keras.saving.load_model(path, safe_mode=True)
        except Exception as error:  # a foreign file can make Keras raise anything
            raise InvalidModel(
                "This .keras file cannot be loaded: its net or its weights are damaged, or made by a version or an "
                "add-on that is not installed here. Save it again with model.save('model.keras') in Keras "
                f"{keras.__version__}. Received: {len(data):,} bytes, {_first_line(error)}"
            ) from error
    _refuse_no_image_net(model)
    return model


def _read_config(data: bytes) -> Any:
    """Read the net's description from the archive, without making anything of it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > MAX_UNPACKED_BYTES:
                raise InvalidModel(
                    f"This .keras file is too large: it unpacks to more than {MAX_UNPACKED_BYTES:,} bytes. Save a "
                    f"smaller net. Received: {unpacked:,} bytes."
                )
            return json.loads(archive.read("config.json"))
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise InvalidModel(
            "This is no Keras model: expected a .keras file as model.save('model.keras') writes it. "
            f"Received: {len(data):,} bytes, {_first_line(error)}"
        ) from error


def _refuse_foreign_objects(config: Any) -> None:
    found = first_foreign_object(config)
    if found is not None:
        raise InvalidModel(
            f"This model is not loaded because its {found.name!r} is a {found.class_name}, which is not known to be "
            "safe and could run code or read files of this computer. Save it with Keras' own layers for images only. "
            f"Received: module={found.module!r}, class={found.class_name!r}, registered_name={found.registered_name!r}."
        )


def _refuse_no_image_net(model: Any) -> None:
    fits = (
        isinstance(model, keras.Model)
        and len(getattr(model, "inputs", None) or ()) == 1
        and len(model.outputs) == 1
        and len(model.inputs[0].shape) == 4
        and len(model.outputs[0].shape) == 2
    )
    if not fits:
        shapes = [tuple(tensor.shape) for tensor in getattr(model, "inputs", None) or ()]
        raise InvalidModel(
            "This model classifies no images: expected one input (height, width, channels) and one score per class as "
            f"output. Load an image classifier. Received: inputs={shapes}."
        )


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0][:120] if str(error).strip() else 'no details'}"


def model_bytes(model: keras.Model) -> int:
    """Bytes that a model takes in memory, about: its weights, the state of its optimizer, and its objects."""
    optimizer = getattr(model, "optimizer", None)  # it has none before it is compiled
    variables = [*model.variables, *(optimizer.variables if optimizer else ())]
    return OBJECT_BYTES + sum(int(np.prod(one.shape)) * np.dtype(one.dtype).itemsize for one in variables)


held_models: KeyedCache[str, keras.Model] = KeyedCache(MAX_HELD_BYTES, model_bytes)
"""Shared by all who ask, so nobody may train one or change its weights."""
