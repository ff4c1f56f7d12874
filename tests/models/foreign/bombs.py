"""Files that become far larger when they are unpacked than their headers say; name -> content."""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable

import h5py
import numpy as np

from tests.models.foreign.attacks import FLAT, dense, hdf5, keras_file, sequential

METHODS = {"deflate": zipfile.ZIP_DEFLATED, "bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA}
BOMB_BYTES = 450_000_000
_AT = {b"PK\1\2": 24, b"PK\3\4": 22}
"""Header of a member of a zip -> where in it its unpacked size is."""


def lying_zip(member: str, method: int, said: int, **others: bytes) -> bytes:
    """A zip with a member of BOMB_BYTES zeros whose headers say a size of `said`."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        with archive.open(member, "w") as file:
            for _ in range(BOMB_BYTES // 10**6):
                file.write(bytes(10**6))
        for name, data in others.items():
            archive.writestr(name, data)
    data = stream.getvalue()
    for header, at in _AT.items():
        start = data.index(header) + at
        assert data[start : start + 4] == struct.pack("<I", BOMB_BYTES)
        data = data[:start] + struct.pack("<I", said) + data[start + 4 :]
    return data


def _description() -> bytes:
    return json.dumps(sequential(FLAT, dense(2))).encode()


def _bomb_in_a_chunk(times: int = 1, num_bytes: int = BOMB_BYTES) -> Callable[[h5py.File], None]:
    """Weights of 1.5 KB in a part that becomes far more when it is unpacked, once or several times."""

    def fill(file: h5py.File) -> None:
        plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plan.set_chunk((192, 2))
        for _ in range(times):
            plan.set_deflate(9)
        space = h5py.h5s.create_simple((192, 2))
        path = b"layers/dense/vars/0"
        file.create_group("layers/dense/vars")
        item = h5py.h5d.create(file.id, path, h5py.h5t.IEEE_F32LE, space, dcpl=plan)
        packer = zlib.compressobj(9)
        packed = b"".join(packer.compress(bytes(10**6)) for _ in range(num_bytes // 10**6)) + packer.flush()
        for _ in range(times - 1):
            packed = zlib.compress(packed, 9)
        item.write_direct_chunk((0, 0), packed)
        file["layers/dense/vars/1"] = np.zeros(2, np.float32)

    return fill


def _large_chunk(file: h5py.File) -> None:
    """Weights of 1.5 KB in a part of 600 MB."""
    options = {"maxshape": (None, None), "chunks": (75_000_000, 2), "compression": "gzip"}
    file.create_dataset("layers/dense/vars/0", (192, 2), "f4", **options)


def _many_texts(file: h5py.File) -> None:
    file.attrs.create("model_config", ["{}"] * 1000, dtype=h5py.string_dtype())


BOMBS: dict[str, Callable[[], bytes]] = {
    "a description that says it is small": lambda: lying_zip("config.json", zipfile.ZIP_DEFLATED, 1000),
    **{
        f"{name} weights that say they are small": lambda method=method: lying_zip(
            "model.weights.h5", method, 1000, **{"config.json": _description()}
        )
        for name, method in METHODS.items()
    },
    "weights in a part that says it is small": lambda: keras_file(sequential(FLAT, dense(2)), _bomb_in_a_chunk()),
    "weights in a part that becomes a megabyte": lambda: keras_file(
        sequential(FLAT, dense(2)), _bomb_in_a_chunk(num_bytes=10**6)
    ),
    "weights in a part that is packed twice": lambda: keras_file(sequential(FLAT, dense(2)), _bomb_in_a_chunk(2)),
    "weights in a part far larger than they": lambda: keras_file(sequential(FLAT, dense(2)), _large_chunk),
    "a description that is a list of texts": lambda: hdf5(_many_texts),
}
"""Name -> content that must not be unpacked."""
