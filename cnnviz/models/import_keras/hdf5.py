"""The weights in an HDF5 file: looked at in their headers, and only then read."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from typing import Any

import h5py
import numpy as np

from cnnviz.errors import InvalidModel
from cnnviz.models.foreign.limits import (
    MAX_CONFIG_BYTES,
    MAX_OBJECTS,
    brief,
    damaged,
    num_values,
    refuse_unpacked,
    too_large,
)

KINDS = "fiub"  # of numbers: float, int, unsigned int, bool
FILTERS = {h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32}
"""Ways to pack that come with HDF5; others are programs that somebody has installed."""


class WeightsFile:
    """The data sets of an HDF5 file that hold numbers of their own, by their path.

    Parameters
    ----------
    file : h5py.File
        Opened for reading.
    num_bytes : int
        Its size.

    Raises
    ------
    InvalidModel
        Something in it leads out of the file, or becomes far larger than the file when it is read.
    """

    def __init__(self, file: h5py.File, num_bytes: int) -> None:
        self._file = file
        self._datasets: dict[str, h5py.Dataset] = {}
        found: list[tuple[str, h5py.Dataset]] = []
        self._refuse_links(file)
        file.visititems(lambda name, item: found.append((name, item)) if isinstance(item, h5py.Dataset) else None)
        for name, item in found:
            self._note(name, item)
        refuse_unpacked(
            sum(prod(item.shape) * item.dtype.itemsize for item in self._datasets.values()), packed=num_bytes
        )
        self.paths = tuple(self._datasets)

    def has(self, path: str) -> bool:
        """Whether there is a group or a data set of this path."""
        return path in self._file

    def text(self, name: str, path: str = "/") -> str:
        """Return an attribute of a group that is a text, "" where there is none."""
        value = self._file[path].attrs.get(name, "") if path in self._file else ""
        value = value.decode(errors="replace") if isinstance(value, bytes) else value
        if not isinstance(value, str):
            raise damaged(f"its attribute {name!r} is no text", value)
        if len(value) > MAX_CONFIG_BYTES:
            raise too_large(f"{MAX_CONFIG_BYTES:,} bytes of description", f"{len(value):,} bytes")
        return value

    def array(self, path: str, shape: tuple[int, ...]) -> np.ndarray:
        """Read numbers as float32.

        Raises
        ------
        InvalidModel
            There are none of this path, or they have another shape.
        """
        num_values(shape, path)
        item = self._datasets.get(path)
        received = tuple(item.shape) if item is not None else None
        if item is None or (received != shape and received != shape[-1:]):
            raise InvalidModel(
                f"The weights of this file are not those of its net: expected numbers of the shape {shape} at "
                f"{brief(path)!r}. Save it again. Received: {'nothing' if item is None else f'shape={received}'}."
            )
        return np.asarray(item[()], np.float32).reshape(received or shape)

    def shape(self, path: str) -> tuple[int, ...]:
        """Return the shape of a data set; raises KeyError where there is none."""
        return tuple(self._datasets[path].shape)

    @staticmethod
    def _refuse_links(file: h5py.File) -> None:
        """Raise InvalidModel for links that lead elsewhere; h5py breaks where it is left by an error, so not inside."""
        links: list[tuple[str, Any]] = []

        def note(name: str, link: Any) -> bool | None:
            links.append((name, link))
            return True if len(links) > MAX_OBJECTS or not isinstance(link, h5py.HardLink) else None

        file.visititems_links(note)
        if len(links) > MAX_OBJECTS:
            raise too_large(f"{MAX_OBJECTS:,} groups and data sets", "more of them")
        if links and not isinstance(links[-1][1], h5py.HardLink):
            name, link = links[-1]
            raise damaged(f"{brief(name)!r} in it leads out of the file or elsewhere", type(link).__name__)

    def _note(self, name: str, item: h5py.Dataset) -> None:
        plan = item.id.get_create_plist()
        ways = {plan.get_filter(number)[0] for number in range(plan.get_nfilters())}
        if item.is_virtual or item.external or not ways <= FILTERS:
            raise damaged(f"{brief(name)!r} in it holds no numbers of its own", str(item.dtype))
        if item.dtype.kind in KINDS and item.shape is not None:  # texts and empty ones are never read
            self._datasets[name] = item


@contextmanager
def opened(data: bytes) -> Iterator[WeightsFile]:
    """Open the content of an HDF5 file for reading; raises InvalidModel if it is damaged."""
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            yield WeightsFile(file, len(data))
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:  # what h5py raises on damaged files
        raise damaged("its HDF5 part is damaged", str(error)) from error
