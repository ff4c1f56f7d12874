"""What a foreign file may ask for, and how it is refused."""

from math import prod
from typing import Any

import numpy as np

from cnnviz.architecture.analysis.analyze import MAX_PARAMS, Totals
from cnnviz.errors import InvalidModel
from cnnviz.text.units import bytes_text

MAX_FILE_BYTES = 420_000_000  # the weights of MAX_PARAMS parameters, and what describes them
MAX_CONFIG_BYTES = 8_000_000  # EfficientNetB7's has 760,000
MAX_ENTRIES = 1_000  # of a zip; a .keras file has three
MAX_OBJECTS = 20_000  # of an HDF5 file: groups and data sets
MAX_STEPS = 3_000  # of a file; ours are fewer, because constants and shapes are steps in an ONNX file
MAX_NESTING = 8  # nets in nets
MAX_TEXT = 200  # characters of a name
MAX_MACS = 100_000_000_000  # for one picture, some seconds on a worker; EfficientNetB7 takes 38 billion at 600 x 600
MAX_MAP_BYTES = 2**29  # of one picture; looking at all maps of a net was seen to take eight times as much
MAX_CLASSES = 16_384  # as a dense layer of ours may have units
UNPACKED = 20  # times its size that a compressed file may become,
UNPACKED_ANYWAY = 32_000_000  # or as many bytes: weights that were never trained are packed to almost nothing


class NotShown(Exception):
    """A step that our nets do not have, or not with these settings; the text says why and ends with a full stop."""


def refuse_large_file(data: bytes) -> None:
    """Raise InvalidModel for a file that is larger than any net that is shown."""
    if len(data) > MAX_FILE_BYTES:
        raise too_large(bytes_text(MAX_FILE_BYTES), bytes_text(len(data), above=MAX_FILE_BYTES))


def most_unpacked(packed: int) -> int:
    """Bytes that a file of so many bytes may become when it is unpacked."""
    return min(max(UNPACKED_ANYWAY, UNPACKED * packed), MAX_FILE_BYTES)


def refuse_unpacked(num_bytes: int, packed: int) -> None:
    """Raise InvalidModel for a file that becomes far larger when it is unpacked."""
    most = most_unpacked(packed)
    if num_bytes > most:
        raise too_large(f"{bytes_text(most)} when it is unpacked", f"{bytes_text(num_bytes, above=most)} when unpacked")


def refuse_costly(totals: Totals) -> None:
    """Raise InvalidModel for a net that one picture would take minutes, or all memory."""
    if totals.macs > MAX_MACS:
        raise too_large(f"{MAX_MACS:,} multiply-adds for one picture", f"{totals.macs:,}")
    if totals.memory_bytes > MAX_MAP_BYTES:
        most = bytes_text(MAX_MAP_BYTES)
        raise too_large(f"{most} for the maps of one picture", bytes_text(totals.memory_bytes, above=MAX_MAP_BYTES))


def num_values(shape: tuple[int, ...], what: str) -> int:
    """Count the values of an array before it is made; raises InvalidModel where no net of ours has as many."""
    received = prod(shape)
    if min(shape, default=1) < 0:
        raise damaged(f"{brief(what)!r} has a side below zero", shape)
    if received > MAX_PARAMS:
        raise too_large(f"{MAX_PARAMS:,} numbers in {brief(what)}", f"shape {brief(shape)}")
    return received


def require_finite(values: np.ndarray, what: str) -> None:
    """Raise InvalidModel for weights that are no finite numbers."""
    wrong = values.size - int(np.isfinite(values).sum())
    if wrong:
        raise InvalidModel(
            "Weights of this net are no numbers any more (NaN or infinity), as after a diverged training: expected "
            f"finite ones in {brief(what)!r}. Train it again with a smaller learning rate. "
            f"Received: {wrong:,} of {values.size:,} that are not finite."
        )


def too_large(expected: str, received: str) -> InvalidModel:
    """Build the error for what is beyond a limit."""
    return InvalidModel(
        f"This net is too large to be opened here: expected at most {expected}. Save a smaller net. "
        f"Received: {received}."
    )


def damaged(what: str, received: Any) -> InvalidModel:
    """Build the error for a file that contradicts itself."""
    return InvalidModel(f"This file cannot be read as a net: {what}. Save it again. Received: {brief(received)}.")


def brief(text: Any, most: int = 80) -> str:
    """A piece of a file for a message: in one line, without what is no letter, cut off."""
    if not isinstance(text, str):
        text = repr(text) if isinstance(text, int | float | bool | tuple | type(None)) else type(text).__name__
    text = "".join(character if character.isprintable() else " " for character in text[: 4 * most]).strip()
    return text if len(text) <= most else text[: most - 3] + "..."
