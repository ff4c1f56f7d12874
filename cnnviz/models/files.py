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
from cnnviz.datasets.sources.archive import BROKEN_ZIP, count_entries
from cnnviz.errors import InvalidModel
from cnnviz.models.allowed_objects import first_foreign_object
from cnnviz.models.cost import reckon
from cnnviz.models.keras_state import keras_lock
from cnnviz.models.weights_file import load_weights

CONFIG = "config.json"
MAX_ENTRIES = 1000  # a .keras file has three, and what layers for text would keep
MAX_CONFIG_BYTES = 8_000_000  # EfficientNetB7's has 760,000
FORMATS = {
    b"\x89HDF\r\n": "This is Keras' older format, HDF5 (.h5)",
    b"\x08": "This looks like ONNX",
    b"\x80": "This looks like a pickle, which is never opened because it can run code",
    b"{": "This is a text",
}
"""First bytes -> what a file is that is no zip."""

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


def weights_h5(model: keras.Model) -> bytes:
    """Give the weights alone as the content of an HDF5 file, as `model.load_weights` takes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.weights.h5"
        model.save_weights(path)
        return path.read_bytes()


def model_from_bytes(data: bytes, *, is_own: bool = False) -> keras.Model:
    """Read the net in the content of a .keras file, to ask it: it is not compiled, so it has no optimizer.

    Sides that its input leaves open are chosen (`input_form.closed_shape`). Nothing that the file says is allocated
    before it was reckoned, and a blank picture has gone through the net.

    Parameters
    ----------
    data : bytes
        Of a .keras file.
    is_own : bool
        It was trained here: its maps and multiply-adds may be as large as `architecture.analysis` lets them be.

    Raises
    ------
    InvalidModel
        If the data is no .keras file, holds an object that is not on `allowed_objects`' list, is no net for images,
        costs too much, or cannot be computed.
    """
    try:
        if count_entries(io.BytesIO(data)) > MAX_ENTRIES:
            raise zipfile.BadZipFile(f"more than {MAX_ENTRIES} files")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            config = _read_config(archive)
            _refuse_foreign_objects(config)
            with keras_lock:
                return _opened(archive, _only_net(config), is_own=is_own)
    except InvalidModel:
        raise
    except (*BROKEN_ZIP, KeyError, TypeError) as error:
        known = next((f"{words}. " for start, words in FORMATS.items() if data.startswith(start)), "")
        raise InvalidModel(
            f"This is no Keras model: {known}Expected a .keras file. Save the net in Keras 3 with "
            f"model.save('model.keras') and give that file. Received: {len(data):,} bytes, {_first_line(error)}"
        ) from error


def _read_config(archive: zipfile.ZipFile) -> Any:
    """Read the net's description, without making anything of it."""
    info = archive.getinfo(CONFIG)
    if info.file_size > MAX_CONFIG_BYTES:
        raise InvalidModel(
            f"This .keras file is too large: expected at most {MAX_CONFIG_BYTES:,} bytes of description. Save a "
            f"smaller net. Received: {info.file_size:,} bytes."
        )
    return json.loads(archive.read(info))


def _only_net(config: Any) -> Any:
    """Leave out what only training needs, and what costs time and is overwritten: random first weights."""
    waiting = [config]
    while waiting:  # no recursion: its depth is the file's choice
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            node.pop("compile_config", None)
            if node.get("module") == "keras.initializers":
                node |= {"class_name": "Zeros", "config": {}, "registered_name": None}
            if "unroll" in node:
                node["unroll"] = False
            waiting.extend(node.values())
    return config


def _opened(archive: zipfile.ZipFile, config: Any, *, is_own: bool) -> keras.Model:
    try:
        outline = reckon(config, is_own=is_own)
        model = keras.saving.deserialize_keras_object(outline.config, safe_mode=True)
        with tempfile.TemporaryDirectory() as folder:
            load_weights(model, archive, Path(folder), outline.num_values)
        model(np.zeros((1, *outline.input_shape), np.uint8), training=False)
    except InvalidModel:
        raise
    except Exception as error:  # a foreign file can make Keras raise anything
        raise InvalidModel(
            "This .keras file cannot be loaded: its net or its weights are damaged, or made by a version or an "
            "add-on that is not installed here. Save it again with model.save('model.keras') in Keras "
            f"{keras.__version__}. Received: {_first_line(error)}"
        ) from error
    return model


def _refuse_foreign_objects(config: Any) -> None:
    found = first_foreign_object(config)
    if found is not None:
        raise InvalidModel(
            f"This model is not loaded because its {found.name!r} is a {found.class_name}, which is not known to be "
            "safe and could run code or read files of this computer. Save it with Keras' own layers for images only. "
            f"Received: module={found.module!r}, class={found.class_name!r}, registered_name={found.registered_name!r}."
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
