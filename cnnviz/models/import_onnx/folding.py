"""Steps of an ONNX file whose result is fixed: shapes, and constants that are computed from constants."""

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from cnnviz.models.foreign.limits import NotShown, too_large
from cnnviz.models.import_onnx.file import TYPES

MAX_MADE = 8_000_000  # numbers that a step may make of fewer
Arrays = Sequence[np.ndarray | None]
Attributes = Mapping[str, Any]


def fold(operation: str, given: Arrays, attributes: Attributes) -> np.ndarray:
    """Compute a step from fixed values alone.

    Raises
    ------
    NotShown
        The operation is not on the list, or its values do not fit.
    """
    function = _FOLDED.get(operation)
    if function is None:
        raise NotShown("It computes with fixed numbers what is not known here.")
    try:
        with np.errstate(all="ignore"):
            return np.asarray(function(list(given), attributes))
    except (ValueError, IndexError, TypeError, KeyError, OverflowError, ZeroDivisionError) as error:
        raise NotShown("Its fixed numbers do not fit each other.") from error


def axes_of(given: Arrays, attributes: Attributes) -> list[int]:
    """The axes of a step: an attribute in old files, the second input in new ones."""
    axes = attributes.get("axes")
    if axes is None and len(given) > 1 and given[1] is not None:
        axes = given[1]
    return [int(axis) for axis in np.ravel(np.asarray([] if axes is None else axes))]


def _constant(_: Any, attributes: Attributes) -> Any:
    (value,) = attributes.values()
    return value if isinstance(value, np.ndarray) else np.asarray(value, np.float32 if _is_float(value) else np.int64)


def _is_float(value: Any) -> bool:
    return isinstance(value, float) or (isinstance(value, tuple) and any(isinstance(each, float) for each in value))


def _unsqueeze(given: Any, attributes: Attributes) -> Any:
    return np.expand_dims(given[0], tuple(axes_of(given, attributes)))


def _squeeze(given: Any, attributes: Attributes) -> Any:
    axes = axes_of(given, attributes)
    return np.squeeze(given[0], tuple(axes) if axes else None)


def _gather(given: Any, attributes: Attributes) -> Any:
    values, places = given[:2]
    _refuse_many(np.size(places) * (values.size // max(values.shape[attributes.get("axis", 0)], 1)))
    return np.take(values, places.astype(np.int64), axis=attributes.get("axis", 0))


def _concat(given: Any, attributes: Attributes) -> Any:
    _refuse_many(sum(each.size for each in given))
    return np.concatenate([np.atleast_1d(each) for each in given], axis=attributes["axis"])


def _slice(given: Any, attributes: Attributes) -> Any:
    starts, ends = (
        (attributes["starts"], attributes["ends"]) if len(given) < 3 else (np.ravel(given[1]), np.ravel(given[2]))
    )
    axes = attributes.get("axes") or (range(len(starts)) if len(given) < 4 or given[3] is None else np.ravel(given[3]))
    steps = [1] * len(starts) if len(given) < 5 or given[4] is None else np.ravel(given[4])
    cut = [slice(None)] * given[0].ndim
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        cut[int(axis)] = slice(int(start), int(end), int(step))
    return given[0][tuple(cut)]


def _filled(given: Any, attributes: Attributes) -> Any:
    shape = tuple(int(each) for each in given[0])
    _refuse_many(prod(shape))
    value = attributes.get("value", np.zeros(1, np.float32))
    return np.full(shape, np.ravel(value)[0])


def _reshape(given: Any, _: Attributes) -> Any:
    wanted = [given[0].shape[i] if side == 0 else int(side) for i, side in enumerate(np.ravel(given[1]))]
    return given[0].reshape(wanted)


def _cast(given: Any, attributes: Attributes) -> Any:
    return given[0].astype(TYPES[attributes["to"]])


def _computed(function: Callable[[Any, Any], Any]) -> Callable[[Any, Attributes], Any]:
    def compute(given: Any, _: Attributes) -> Any:
        shape = np.broadcast_shapes(given[0].shape, given[1].shape)
        if prod(shape) > max(given[0].size, given[1].size):
            _refuse_many(prod(shape))
        return function(given[0], given[1]).astype(given[0].dtype)

    return compute


def _refuse_many(received: int) -> None:
    if received > MAX_MADE:
        raise too_large(f"{MAX_MADE:,} numbers made by one step", f"{received:,}")


def _divide(one: Any, other: Any) -> Any:
    return one // other if one.dtype.kind in "iu" else one / other


_FOLDED: dict[str, Callable[[Any, Attributes], Any]] = {
    "Constant": _constant,
    "Identity": lambda given, _: given[0],
    "Cast": _cast,
    "Unsqueeze": _unsqueeze,
    "Squeeze": _squeeze,
    "Gather": _gather,
    "Concat": _concat,
    "Slice": _slice,
    "ConstantOfShape": _filled,
    "Reshape": _reshape,
    "Transpose": lambda given, attributes: np.transpose(given[0], attributes.get("perm")),
    "Shape": lambda given, attributes: np.asarray(
        given[0].shape[attributes.get("start", 0) : attributes.get("end")], np.int64
    ),
    "Add": _computed(np.add),
    "Sub": _computed(np.subtract),
    "Mul": _computed(np.multiply),
    "Div": _computed(_divide),
    "Neg": lambda given, _: -given[0],
    "Sqrt": lambda given, _: np.sqrt(given[0]),
    "Reciprocal": lambda given, _: 1 / given[0],
    "ReduceProd": lambda given, attributes: np.prod(given[0], keepdims=bool(attributes.get("keepdims", 1))),
}
"""Operation -> (fixed inputs, attributes) -> its result."""
