"""The weights in an HDF5 file: looked at in their headers, and only then read."""

import io
import zlib
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
    require_finite,
    too_large,
)

KINDS = "fiub"  # of numbers: float, int, unsigned int, bool
FILTERS = {h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32}
"""Ways to pack that come with HDF5; others are programs that somebody has installed."""
CHECKSUM_BYTES = 4  # at the end of a chunk


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
        refuse_unpacked(sum(map(_num_bytes, self._datasets.values())), packed=num_bytes)
        self.paths = tuple(self._datasets)

    def has(self, path: str) -> bool:
        """Whether there is a group or a data set of this path."""
        return path in self._file

    def text(self, name: str, path: str = "/") -> str:
        """Return an attribute of a group that is a text, "" where there is none."""
        attributes = self._file[path].attrs if path in self._file else None
        if attributes is None or name not in attributes:
            return ""
        if attributes.get_id(name).shape != ():  # many texts may be one, many times
            raise damaged(f"its attribute {name!r} is no text", attributes.get_id(name).shape)
        value = attributes[name]
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
                f"{brief(path)!r}. Save it again. Received: {f'shape={received}' if item else self._kind(path)}."
            )
        refuse_packed_chunks(item)
        with np.errstate(over="ignore"):
            values = np.asarray(item[()], np.float32).reshape(received or shape)
        require_finite(values, path)
        return values

    def shape(self, path: str) -> tuple[int, ...]:
        """Return the shape of a data set; raises KeyError where there is none."""
        return tuple(self._datasets[path].shape)

    def _kind(self, path: str) -> str:
        """What is at a path that has no numbers, in words."""
        item = self._file.get(path) if path in self._file else None
        if not isinstance(item, h5py.Dataset):
            return "nothing there"
        return "text" if item.dtype.kind in "OSU" else f"values of the type {brief(str(item.dtype))}"

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


def _num_bytes(item: h5py.Dataset) -> int:
    """Bytes that reading a data set takes: HDF5 unpacks whole chunks, which may be larger than what they belong to."""
    return max(prod(item.shape), prod(item.chunks or ())) * item.dtype.itemsize


def refuse_packed_chunks(item: h5py.Dataset) -> None:
    """Raise InvalidModel if a chunk becomes larger when it is unpacked than a chunk is; HDF5 would make room for all.

    Filters are undone here as far as that tells: from the last to the packing one, of which one is allowed.
    """
    plan = item.id.get_create_plist()
    filters = [plan.get_filter(number)[0] for number in range(plan.get_nfilters())]
    if h5py.h5z.FILTER_DEFLATE not in filters:
        return
    place, most = filters.index(h5py.h5z.FILTER_DEFLATE), prod(item.chunks) * item.dtype.itemsize + CHECKSUM_BYTES
    for number in range(item.id.get_num_chunks()):
        chunk = item.id.get_chunk_info(number)
        if chunk.size > 2 * most or filters.count(h5py.h5z.FILTER_DEFLATE) > 1:
            raise damaged(f"a part of {brief(item.name)!r} is packed twice, or larger than it may be", chunk.size)
        mask, packed = item.id.read_direct_chunk(chunk.chunk_offset)
        if not mask & 1 << place and len(zlib.decompressobj().decompress(packed, most + 1)) > most:
            raise damaged(f"a part of {brief(item.name)!r} becomes larger than it may be when unpacked", item.chunks)


@contextmanager
def opened(data: bytes) -> Iterator[WeightsFile]:
    """Open the content of an HDF5 file for reading; raises InvalidModel if it is damaged."""
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            yield WeightsFile(file, len(data))
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, zlib.error) as error:  # of damaged files
        raise damaged("its HDF5 part is damaged", str(error)) from error
