"""What the long questions of browsers have in common: reading what was sent, packing the answer, keeping it."""

import functools
import hashlib
import json
import math
from collections.abc import Callable, Generator, Mapping
from typing import Any, TypeVar

import numpy as np
from pydantic import BaseModel, ValidationError

from cnnviz.engine.ask import RunModel
from cnnviz.engine.engine import Engine
from cnnviz.errors import InvalidInput
from cnnviz.models.net_file import with_header
from cnnviz.runs.files import net_version
from cnnviz.runs.store import RunStore

LongQuestion = Callable[[Engine, RunModel, Mapping[str, Any]], Generator[float, None, bytes]]
"""Is given whose net is asked and the parameters as they were sent, not checked in any way."""

P = TypeVar("P", bound=BaseModel)
T = TypeVar("T")


def finished(chunks: Generator[float, None, T], told: Callable[[float], object] | None = None) -> T:
    """Give the answer of a long question, for those who can wait; `told` hears the share after each chunk."""
    while True:
        try:
            share = next(chunks)
        except StopIteration as end:
            return end.value
        if told:
            told(share)


def read_params(form: type[P], params: Mapping[str, Any]) -> P:
    """Read what a browser sent; raises InvalidInput."""
    try:
        return form.model_validate(params)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"][:1])) or "all"
        received = str(first["input"])[:60]
        raise InvalidInput(
            f"The question to the worker cannot be read: {name}: {first['msg'].lower()}. Load the page again. "
            f"Received: {received}."
        ) from error


def read_image(values: list[float], shape: tuple[int, ...]) -> np.ndarray:
    """Read a picture (H, W, C) uint8 from its pixels in a row, 0 to 255; raises InvalidInput."""
    if len(values) != math.prod(shape) or not all(0 <= value <= 255 for value in values):
        raise InvalidInput(
            f"The picture does not fit the net: expected {math.prod(shape):,} values from 0 to 255 "
            f"({' x '.join(map(str, shape))}). Load the page again. Received: {len(values):,} values."
        )
    return np.rint(np.array(values)).astype(np.uint8).reshape(shape)


def pack_answer(header: Mapping[str, Any], **arrays: np.ndarray) -> bytes:
    """Write an answer: `[uint32 length][JSON][arrays]`, little endian.

    Parameters
    ----------
    header : mapping
        What JSON can say.
    **arrays
        Pixels (uint8) as they are, numbers as float32. The JSON tells of each, under "arrays" and its name, "type",
        "shape" and "offset": bytes after the JSON, a multiple of 4.
    """
    told, parts, offset = {}, [], 0
    for name, array in arrays.items():
        kind = "uint8" if array.dtype == np.uint8 else "float32"
        data = np.ascontiguousarray(array, "u1" if kind == "uint8" else "<f4").tobytes()
        told[name] = {"type": kind, "shape": list(array.shape), "offset": offset}
        parts.append(data + b"\0" * (-len(data) % 4))
        offset += len(parts[-1])
    return with_header({**header, "arrays": told}, b"".join(parts))


def read_answer(answer: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Read what `pack_answer` wrote: the header, and the arrays by name."""
    start = 4 + int.from_bytes(answer[:4], "little")
    header = json.loads(answer[4:start])
    arrays = {
        name: np.frombuffer(
            answer, "u1" if one["type"] == "uint8" else "<f4", math.prod(one["shape"]), start + one["offset"]
        ).reshape(one["shape"])
        for name, one in header["arrays"].items()
    }
    return header, arrays


def kept(question: LongQuestion) -> LongQuestion:
    """Keep the answer with the run: of a question whose answer depends on the net, its images and the parameters."""

    @functools.wraps(question)
    def kept_question(engine: Engine, subject: RunModel, params: Mapping[str, Any]) -> Generator[float, None, bytes]:
        name = kept_name(engine.store, question.__name__, subject, params)
        if engine.store.has_file(subject.run_id, name):
            return engine.store.load_file(subject.run_id, name)
        answer = yield from question(engine, subject, params)
        engine.store.save_file(subject.run_id, name, answer)
        return answer

    return kept_question


def kept_name(store: RunStore, question: str, subject: RunModel, params: Mapping[str, Any]) -> str:
    """Name of the file of the run in which the answer to a question is kept; `question` is its function's name."""
    version = net_version(store, store.get(subject.run_id), subject.epoch)
    asked = json.dumps([question, subject.epoch, version, params], sort_keys=True)
    return f"answer_{hashlib.sha256(asked.encode()).hexdigest()[:32]}.bin"
