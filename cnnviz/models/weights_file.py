"""The weights of a .keras file: looked at in their headers, and only then read."""

import shutil
import zipfile
from math import prod
from pathlib import Path
from typing import Any

import h5py
import keras

from cnnviz.errors import InvalidModel
from cnnviz.text.units import bytes_text

WEIGHTS = "model.weights.h5"
VALUE_BYTES = 20  # a float64, or a float32 with what an optimizer keeps of it
LAYER_BYTES = 50_000  # names and tables that HDF5 keeps for each layer
KINDS = "fiub"  # of numbers: float, int, unsigned int, bool


def load_weights(model: keras.Model, archive: zipfile.ZipFile, folder: Path, num_values: int) -> None:
    """Give a model the weights of a .keras file.

    Parameters
    ----------
    model : keras.Model
    archive : ZipFile
    folder : Path
        A temporary one: the weights are unpacked there, because HDF5 reads files.
    num_values : int
        Of all weights of the model.

    Raises
    ------
    InvalidModel
        The weights are missing, or there are far more of them than the model has.
    Exception
        Whatever HDF5 and Keras raise for weights that are damaged or of another net.
    """
    info = archive.getinfo(WEIGHTS)
    _refuse_more_than(_allowed_bytes(model, num_values), info.file_size, num_values)
    path = folder / WEIGHTS
    with archive.open(info) as packed, path.open("wb") as unpacked:
        shutil.copyfileobj(packed, unpacked)
    _look_at_headers(path, model, num_values)
    model.load_weights(path)


def _look_at_headers(path: Path, model: keras.Model, num_values: int) -> None:
    """What a data set of HDF5 holds may be packed to nothing, or lie in another file: only its header tells."""
    found: list[h5py.Dataset] = []
    links: dict[Any, Any] = {}
    with h5py.File(path, "r") as file:
        file.visititems_links(links.__setitem__)
        elsewhere = [name for name, link in links.items() if not isinstance(link, h5py.HardLink)]
        if elsewhere:
            raise ValueError(f"{str(elsewhere[0])[:80]} leads out of the file")
        file.visititems(lambda _, item: found.append(item) if isinstance(item, h5py.Dataset) else None)
        for item in found:
            if item.is_virtual or item.external or item.dtype.kind not in KINDS:
                raise ValueError(f"{item.name} holds no numbers of its own")
        _refuse_more_than(_allowed_bytes(model, num_values), sum(_num_bytes(item) for item in found), num_values)
        received = sum(prod(item.shape) for item in found)
    if received < num_values:
        raise InvalidModel(
            f"The weights of this .keras file are missing: expected {num_values:,} values for its net. Save it again. "
            f"Received: {received:,} values."
        )


def _num_bytes(item: h5py.Dataset) -> int:
    return prod(item.shape) * item.dtype.itemsize


def _allowed_bytes(model: keras.Model, num_values: int) -> int:
    return VALUE_BYTES * num_values + LAYER_BYTES * (20 + len(model.variables))


def _refuse_more_than(most: int, received: int, num_values: int) -> None:
    if received > most:
        raise InvalidModel(
            f"The weights of this .keras file are not those of its net: expected at most "
            f"{bytes_text(most, digits=1)} for {num_values:,} values. Save it again. "
            f"Received: {bytes_text(received, digits=1)}."
        )
